import OrreryText
import Testing

@testable import OrreryEinsum

/// Whatever stands in a file, the answer is a workload or a report, never a trap.
struct TokenSoupTests {
    private static let words = [
        "Z", "A", "W", "I", "m", "k", "m1", "m0", "M", "[", "]", "(", ")", ",", "=", "+", "-", "*", "/", "0", "1", "2",
        "3.5",
        "1e300", "999999999999", "max", "sum", "exp", "gelu", "inf", "m+1", "[m]", "[m, k]", "A[m, k]", "I[m]", "Z[m]",
        "é", "^",
        "product[k]", " ", "−", "×",
    ]

    private static let sound = [
        "Z [ m ] = A [ m , k ] * W [ k ]", "Z [ m + 1 ] = Z [ m ] + A [ m , 3 ] * 2",
        "Z [ m ] = max [ k ] ( exp ( A [ m , k ] - W [ k ] ) )", "Z [ m1 , k ] = A [ m1 * 4 + m0 , k ] / HALF",
        "Z [ k ] = A [ I [ m ] , k ] * ( 1 - W [ k ] )", "Z [ m + 1 ] = max ( Z [ m ] , A [ m , 3 ] , - inf )",
    ]

    /// Up to 14 words in any order.
    private func soup(_ random: inout SplitMix64) -> String {
        let count = Int.random(in: 0...14, using: &random)
        return (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" }.joined(
            separator: Bool.random(using: &random) ? " " : "")
    }

    /// A statement of which up to 3 words were replaced, removed or doubled.
    private func disturbed(_ random: inout SplitMix64) -> String {
        var words = (Self.sound.randomElement(using: &random) ?? "").split(separator: " ").map(String.init)
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: words.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: words.remove(at: place)
            case 1: words.insert(words[place], at: place)
            default: words[place] = Self.words.randomElement(using: &random) ?? ""
            }
        }
        return words.joined(separator: " ")
    }

    @Test func statements() throws {
        var random = SplitMix64(seed: 42)
        var accepted = 0
        for round in 0..<20_000 {
            let text = round.isMultiple(of: 2) ? soup(&random) : disturbed(&random)
            let mark = SourceMark(file: "soup")
            var declaration = CascadeDeclaration(name: "soup")
            declaration.parameters = ["M": .init(8), "HALF": .init(0.5)]
            declaration.ranks = [("m", 8), ("k", 8), ("m1", 2), ("m0", 4)].map { .init($0.0, extent: $0.1, mark: mark) }
            declaration.tensors = [
                .init("A", ranks: [("m", mark), ("k", mark)], type: .fp16, mark: mark),
                .init("W", ranks: [("k", mark)], type: .fp32, mark: mark),
                .init("I", ranks: [("m", mark)], type: .int32, mark: mark),
            ]
            declaration.initial = [.init("Z", value: 0, mark: mark)].filter { _ in Bool.random(using: &random) }
            declaration.statements = [.init(text, mark: mark)]
            let diagnostics = Diagnostics()
            let cascade = Cascade(declaration, diagnostics: diagnostics)
            #expect((cascade == nil) == diagnostics.hasErrors, "\(text)")
            guard let cascade else { continue }
            accepted += 1
            _ = try? cascade.evaluate(cascade.randomInputs(seed: 1, below: 8))
            _ = (cascade.operationCounts, cascade.minimumTraffic, cascade.liveFootprint)
            for rank in cascade.ranks { _ = PassAnalysis(of: cascade, over: rank.name) }
        }
        // Enough to know that the soup is not all rejected at the first token.
        #expect(accepted > 1000)
    }

    @Test func deepAndLongStatementsEndInAnError() {
        for text in [
            "Z[m] = " + String(repeating: "(", count: 100_000),
            "Z[m] = " + String(repeating: "-", count: 100_000) + "1",
            "Z[m] = " + String(repeating: "1+", count: 100_000) + "1", "Z" + String(repeating: "[A", count: 100_000),
            "Z[m] = " + String(repeating: "exp(", count: 100_000), "Z[m] = " + String(repeating: "A[", count: 100_000),
        ] {
            #expect(throws: StatementError.self) { try StatementParser.statement(text) }
        }
    }

    @Test func brokenFiles() throws {
        let whole = """
            workload: w
            parameters: {M: 8, M0: 4, P: M}
            ranks: {m: M, m1: ceil(M / M0), m0: M0, p: P}
            tensors: {Q: {ranks: [p], type: fp16}, K: {ranks: [m], type: fp16}}
            operations: {f: {arguments: [x], expression: x * x, cost: {mac: 1}}}
            cascade:
              - L[m1, p] = max[m0](Q[p] * K[m1 * M0 + m0])
              - R[m1+1, p] = max(R[m1, p], f(L[m1, p]))
              - Z[p] = R[M1, p]
            initial: {R: -inf}
            phases: {a: {steps: 2, index: i, parameters: {P: 1 + i}}}
            """
        #expect(problems(whole).isEmpty)
        var random = SplitMix64(seed: 7)
        var accepted = 0
        for _ in 0..<3_000 {
            var letters = Array(whole)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: letters.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: letters.remove(at: place)
                case 1: letters.insert(letters[Int.random(in: letters.indices, using: &random)], at: place)
                default: letters.swapAt(place, Int.random(in: letters.indices, using: &random))
                }
            }
            let diagnostics = Diagnostics()
            let workload = Workload.parse(String(letters), file: "soup.yaml", diagnostics: diagnostics)
            #expect((workload == nil) == diagnostics.hasErrors, "\(String(letters))")
            if workload != nil { accepted += 1 }
        }
        #expect(accepted > 50)
    }
}
