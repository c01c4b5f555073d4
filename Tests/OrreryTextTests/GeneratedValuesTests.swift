import Testing

@testable import OrreryText

@Suite struct GeneratedValuesTests {
    private func elements(_ values: GeneratedValues, _ count: Int) -> [Int] {
        let generator = ValueGenerator(values)
        return (0..<count).map { generator.element(at: $0) }
    }

    /// The outputs of splitmix64 in order, modulo the bound.
    @Test func uniformValuesAreTheGenerators() {
        var random = StreamRandom(seed: 7)
        let expected = (0..<500).map { _ in random.next(below: 1000) }
        #expect(elements(GeneratedValues(.uniform, below: 1000, seed: 7), 500) == expected)
    }

    @Test func skewedValuesAreTheAndOfBothHalves() {
        var random = StreamRandom(seed: 3)
        let expected = (0..<500).map { _ in
            let draw = random.next()
            return Int(draw & draw >> 32 & 1023)
        }
        #expect(elements(GeneratedValues(.skewed, below: 1024, seed: 3), 500) == expected)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 255, 256, 1000, 4097])
    func aPermutationHasEveryValueOnce(count: Int) {
        for seed in [1, 2] {
            let values = elements(GeneratedValues(.permutation, below: count, seed: seed), count)
            #expect(values.sorted() == Array(0..<count))
        }
        let orders = [1, 2].map { elements(GeneratedValues(.permutation, below: count, seed: $0), count) }
        #expect(count <= 16 || orders[0] != orders[1])
    }

    /// The expected number of each of the first ranks, within five standard deviations, for exponents on both sides of 1.
    @Test(arguments: [0.0, 0.5, 0.9, 1.0, 1.2, 2.0])
    func frequenciesFollowZipf(exponent: Double) {
        let (bound, draws) = (1000, 200_000)
        let values = elements(GeneratedValues(.zipf(exponent: exponent), below: bound, seed: 11), draws)
        #expect(values.allSatisfy { (0..<bound).contains($0) })
        var weights = (1...bound).map { rank in
            1 / power(Double(rank), exponent)
        }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        for rank in [0, 1, 2, 3, 9, 99, 999] {
            let expected = weights[rank] * Double(draws)
            let found = Double(values.count { $0 == rank })
            #expect(abs(found - expected) <= 5 * expected.squareRoot() + 1, "rank \(rank) of \(exponent)")
        }
        let head = Double(values.count { $0 < 100 })
        let share = weights[..<100].reduce(0, +) * Double(draws)
        #expect(abs(head - share) <= 5 * share.squareRoot())
    }

    /// x to a power, by its binary digits to 2^-40: independent of what the distribution computes with.
    private func power(_ x: Double, _ exponent: Double) -> Double {
        var (result, factor, rest) = (1.0, x, exponent)
        while rest >= 1 {
            result *= x
            rest -= 1
        }
        for _ in 0..<40 {
            factor = factor.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= factor
                rest -= 1
            }
        }
        return result
    }

    /// The numbers of another implementation, with the library's logarithms and powers.
    @Test func drawsAreTheSameEverywhere() {
        #expect(
            elements(GeneratedValues(.zipf(exponent: 0.9), below: 1 << 20), 8)
                == [38426, 12654, 1061, 130981, 125653, 0, 1, 4])
        #expect(
            elements(GeneratedValues(.zipf(exponent: 1), below: 1 << 20), 8)
                == [5114, 1225, 84, 30094, 28238, 0, 0, 1])
        #expect(elements(GeneratedValues(.permutation, below: 10), 10) == [9, 6, 0, 1, 3, 4, 8, 2, 5, 7])
    }

    @Test func sequencesWrap() {
        #expect(elements(GeneratedValues(.sequential(first: 3, step: 4), below: 10), 6) == [3, 7, 1, 5, 9, 3])
        #expect(
            elements(GeneratedValues(.sequential(first: 0, step: 1 << 40), below: (1 << 40) - 1), 3) == [0, 1, 2])
        #expect(GeneratedValues(.sequential(first: 3, step: 4), below: 100).range(of: 6) == 3...23)
        #expect(GeneratedValues(.sequential(first: 3, step: 4), below: 10).range(of: 6) == 0...9)
        #expect(GeneratedValues(.given([4, 2, 9]), below: 10).range(of: 3) == 2...9)
    }

    @Test(arguments: [
        ("{pattern: uniform, below: 8, seed: 3}", "{pattern: uniform, below: 8, seed: 3}"),
        ("{pattern: zipf, exponent: 0.75, below: 8}", "{pattern: zipf, exponent: 0.75, below: 8, seed: 1}"),
        ("{pattern: sequential, step: 2, below: 8}", "{pattern: sequential, first: 0, step: 2, below: 8}"),
        ("{given: [1, 2 + 3], below: 8}", "{given: [1, 5], below: 8}"),
        ("{pattern: skewed, below: 8}", "{pattern: skewed, below: 8, seed: 1}"),
        ("{pattern: permutation, below: 9}", "{pattern: permutation, below: 9, seed: 1}"),
    ])
    func whatIsReadIsWritten(text: String, expected: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(YAML.parse(text, file: "v.yaml", diagnostics: diagnostics))
        let read = DeclaredValues(node, diagnostics: diagnostics) { node in
            Expression(node, diagnostics: diagnostics).flatMap { try? $0.evaluate { _ in nil } }
        }
        let declared = try #require(read, "\(diagnostics.all)")
        let values = GeneratedValues(declared.pattern, below: try #require(declared.bound), seed: declared.seed)
        #expect(values.text == expected)
    }
}
