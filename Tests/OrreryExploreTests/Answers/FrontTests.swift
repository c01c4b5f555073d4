import Testing

@testable import OrreryExplore

@Suite struct FrontTests {
    @Test(arguments: 1...5)
    func theFrontIsWhatComparingAllPairsGives(width: Int) {
        var random = Random(width)
        for trial in 0..<200 {
            let rows = random.rows(trial % 40, width: width, limit: [3, 20, 1000][trial % 3])
            let expected = rows.indices.filter { row in
                !rows.contains { ParetoFront.dominates($0, rows[row]) }
            }
            #expect(ParetoFront.indices(of: rows) == expected)
        }
    }

    @Test func equalRowsStayAndNumbersThatAreNoneDont() {
        #expect(ParetoFront.indices(of: [[1, 2], [1, 2], [2, 1], [2, 2], [.nan, 0]]) == [0, 1, 2])
        #expect(ParetoFront.indices(of: []) == [])
    }

    /// Cells of a grid of whole numbers below the reference that some point dominates.
    private static func counted(_ rows: [[Double]], width: Int, side: Int) -> Double {
        var cells = 0
        var cell = [Int](repeating: 0, count: width)
        while true {
            if rows.contains(where: { row in zip(row, cell).allSatisfy { $0 <= Double($1) } }) { cells += 1 }
            var place = 0
            while place < width {
                cell[place] += 1
                if cell[place] < side { break }
                cell[place] = 0
                place += 1
            }
            if place == width { return Double(cells) }
        }
    }

    @Test(arguments: 1...5)
    func theHypervolumeIsTheNumberOfCells(width: Int) {
        var random = Random(100 + width)
        let side = [0, 40, 16, 8, 6, 5][width]
        for trial in 0..<60 {
            // Some points lie on the reference or beyond, and add nothing.
            let rows = random.rows(trial % 12, width: width, limit: side + 1)
            let volume = Hypervolume.volume(of: rows, reference: Array(repeating: Double(side), count: width))
            #expect(volume == Self.counted(rows, width: width, side: side))
        }
    }

    @Test func aPointMoreNeverLessensTheVolume() {
        var random = Random(7)
        for _ in 0..<50 {
            let rows = random.rows(8, width: 4, limit: 50)
            let reference = [51.0, 51, 51, 51]
            var last = 0.0
            for count in rows.indices {
                let volume = Hypervolume.volume(of: Array(rows[...count]), reference: reference)
                #expect(volume >= last)
                last = volume
            }
            #expect(Hypervolume.volume(of: rows.shuffled(using: &random), reference: reference) == last)
        }
    }

    private static let objectives = [
        Objective(metric: "a", direction: .minimise), Objective(metric: "b", direction: .maximise),
    ]

    @Test func theKneeBulgesMost() {
        // Of the three the second gives most of b for little of a; the last is beaten, the fourth has no b.
        let choice = Tradeoff(Self.objectives, [[1, 0], [2, 8], [9, 9], [3, nil], [9, 5]])
        #expect(choice.candidates == [0, 1, 2, 4])
        #expect(choice.front == [0, 1, 2])
        #expect(choice.knee == 1)
        #expect(choice.ends == [0, 2])
        #expect(choice.isLogarithmic == [false, false])
        // Of the box of 8 × 9: 1 × 8 and 7 × 8 below the second's b of 8, and nothing of a at 9.
        #expect(abs((choice.hypervolume ?? 0) - 7.0 * 8 / 72) < 1e-12)
    }

    @Test func wideObjectivesAreLogarithmic() {
        let choice = Tradeoff(
            [Objective(metric: "a", direction: .minimise), Objective(metric: "b", direction: .minimise)],
            [[1, 1000], [30, 30], [1000, 1], [500, 500]])
        #expect(choice.isLogarithmic == [true, true])
        #expect(choice.knee == 1)
    }

    @Test(arguments: 2...4)
    func theKneeHasTheLeastSumOnTheFront(width: Int) throws {
        var random = Random(width)
        let objectives = (0..<width).map { Objective(metric: "\($0)", direction: .minimise) }
        for _ in 0..<100 {
            let rows = random.rows(30, width: width, limit: 9).map { $0.map { $0 + 10 } }
            let choice = Tradeoff(objectives, rows.map { $0.map { $0 } })
            let front = choice.front.map { rows[$0] }
            func sum(_ row: [Double]) -> Double {
                row.indices.reduce(0) { total, place in
                    let (low, high) = (front.map { $0[place] }.min()!, front.map { $0[place] }.max()!)
                    return high > low ? total + (row[place] - low) / (high - low) : total
                }
            }
            let knee = try #require(choice.knee)
            #expect(front.allSatisfy { sum(rows[knee]) <= sum($0) + 1e-12 })
        }
    }

    @Test func noObjectivesNoFront() {
        let choice = Tradeoff([], [[], []])
        #expect(choice.front == [] && choice.knee == nil && choice.hypervolume == nil)
    }
}
