import Foundation
import Testing

@testable import OrreryExplore

@Suite struct StatisticsTests {
    @Test func kendallIsWhatPairsSay() {
        var random = Random(3)
        for trial in 0..<100 {
            let (a, b) = (
                random.rows(2 + trial % 12, width: 1, limit: 6), random.rows(2 + trial % 12, width: 1, limit: 6)
            )
            let (x, y) = (a.map { $0[0] }, b.map { $0[0] })
            var (agree, disagree, tiedX, tiedY, pairs) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for i in x.indices {
                for j in x.indices where j > i {
                    pairs += 1
                    if x[i] == x[j] { tiedX += 1 }
                    if y[i] == y[j] { tiedY += 1 }
                    let product = (x[i] - x[j]) * (y[i] - y[j])
                    if product > 0 { agree += 1 } else if product < 0 { disagree += 1 }
                }
            }
            let scale = ((pairs - tiedX) * (pairs - tiedY)).squareRoot()
            let tau = RankCorrelation.kendall(x, y)
            if scale == 0 { #expect(tau == nil) } else { #expect(abs((tau ?? 9) - (agree - disagree) / scale) < 1e-12) }
        }
    }

    @Test func spearmanWithoutTiesIsTheDifferenceOfRanks() {
        var random = Random(4)
        for _ in 0..<50 {
            let x = Array(0..<9).shuffled(using: &random).map(Double.init)
            let y = Array(0..<9).shuffled(using: &random).map(Double.init)
            let squares = zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let rho = 1 - 6 * squares / (9 * 80)
            #expect(abs((RankCorrelation.spearman(x, y) ?? 9) - rho) < 1e-12)
        }
        #expect(RankCorrelation.ranks([5, 1, 5, 7]) == [2.5, 1, 2.5, 4])
        // Any rising function keeps ranks.
        #expect(RankCorrelation.spearman([1, 2, 3], [1, 10, 1000]) == 1)
        #expect(RankCorrelation.kendall([1, 2, 3], [3, 2, 1]) == -1)
        #expect(RankCorrelation.spearman([1, 1], [1, 2]) == nil)
    }

    @Test func aFitFindsItsCoefficients() throws {
        var random = Random(5)
        let columns = (0..<4).map { _ in (0..<50).map { _ in Double.random(in: -3...3, using: &random) } }
        let y = (0..<50).map { 7 + 2 * columns[0][$0] - columns[1][$0] + 0.5 * columns[3][$0] }
        // A column twice, and a constant one, say nothing new.
        let fit = try #require(LeastSquares(columns + [columns[1], Array(repeating: 0.1, count: 50)], y))
        for (found, expected) in zip(fit.coefficients, [2, -1, 0, 0.5]) {
            #expect(abs((found ?? 9) - expected) < 1e-12)
        }
        #expect(fit.coefficients[4] == nil && fit.coefficients[5] == nil)
        #expect(abs(fit.explained - 1) < 1e-12)
    }

    /// The normal equations of a fit that is not exact: the rest is at right angles to every column.
    @Test func theRestOfAFitIsOrthogonal() throws {
        var random = Random(6)
        for _ in 0..<20 {
            let columns = (0..<3).map { _ in (0..<12).map { _ in Double.random(in: 0...1, using: &random) } }
            let y = (0..<12).map { _ in Double.random(in: 0...1, using: &random) }
            let fit = try #require(LeastSquares(columns, y))
            let rest = y.indices.map { row in
                y[row] - zip(columns, fit.coefficients).reduce(0) { $0 + $1.0[row] * ($1.1 ?? 0) }
            }
            let mean = rest.reduce(0, +) / 12
            for column in columns {
                #expect(abs(zip(column, rest).reduce(0) { $0 + $1.0 * ($1.1 - mean) }) < 1e-10)
            }
            #expect(fit.explained >= 0 && fit.explained <= 1)
        }
    }

    private static func parameter(_ path: String, _ values: [Double]) -> StudyParameter {
        StudyParameter(
            path: path, texts: values.map { "\($0)" }, numbers: values, dimension: .dimensionless,
            levels: Array(Set(values)).sorted().map { "\($0)" })
    }

    @Test func elasticitiesAreExponents() throws {
        // y = x^-1 · z^0.5 · (c is two: ×3), on a grid; w is z squared, and cannot be told from it.
        var (x, z, c, y): ([Double], [Double], [String], [Double]) = ([], [], [], [])
        for i in [1.0, 2, 4, 8] {
            for j in [1.0, 10, 100] {
                for k in ["one", "two"] {
                    x.append(i)
                    z.append(j)
                    c.append(k)
                    y.append(pow(i, -1) * pow(j, 0.5) * (k == "two" ? 3 : 1))
                }
            }
        }
        let kinds = StudyParameter(path: "c", texts: c, numbers: nil, dimension: nil, levels: ["one", "two"])
        let found = try #require(Sensitivity("y", y, [Self.parameter("x", x), Self.parameter("z", z), kinds]))
        #expect(found.rows.map(\.parameter) == ["z", "x", "c"])
        #expect(abs((found.rows[0].elasticity ?? 9) - 0.5) < 1e-9 && found.rows[0].pairs == 16)
        #expect(abs((found.rows[1].elasticity ?? 9) + 1) < 1e-9 && found.rows[1].pairs == 18)
        #expect(found.rows[2].elasticity == nil)
        #expect(abs(found.rows[2].high.factor / found.rows[2].low.factor - 3) < 1e-9)
        #expect(found.rows[2].high.label == "two" && abs(found.explained - 1) < 1e-9)
        let twins = try #require(
            Sensitivity(
                "y", y, [Self.parameter("x", x), Self.parameter("z", z), Self.parameter("w", z.map { $0 * $0 }), kinds])
        )
        #expect(twins.rows.first { $0.parameter == "w" }?.movesWith == "z")
        #expect(twins.rows.first { $0.parameter == "z" }?.movesWith == nil)
        // A number that is derived from another and rounded takes nothing from its slope.
        let rounded = z.map { (1.3 * $0).rounded(.up) }
        let derived = try #require(
            Sensitivity("y", y, [Self.parameter("x", x), Self.parameter("z", z), Self.parameter("r", rounded), kinds]))
        #expect(abs((derived.rows.first { $0.parameter == "z" }?.elasticity ?? 9) - 0.5) < 1e-9)
        #expect(derived.rows.first { $0.parameter == "r" }?.elasticity == nil)
    }

    @Test func withoutPairsTheFitSpeaks() throws {
        var random = Random(8)
        let x = (0..<60).map { _ in Double.random(in: 1...100, using: &random) }
        let z = (0..<60).map { _ in Double.random(in: 1...100, using: &random) }
        let y = zip(x, z).map { pow($0, -0.7) * pow($1, 0.2) }
        let found = try #require(Sensitivity("y", y, [Self.parameter("x", x), Self.parameter("z", z)]))
        #expect(found.rows[0].pairs == 0 && found.rows[0].range == nil)
        #expect(abs((found.rows[0].elasticity ?? 9) + 0.7) < 1e-9)
        #expect(abs((found.rows[1].elasticity ?? 9) - 0.2) < 1e-9)
    }
}
