import OrrerySimulation
import Testing

@testable import OrrerySpatial

/// splitmix64.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct ElementByElementTests {
    /// Small matrices, and what came out.
    private final class Matrices: ArrayData {
        let (rows, columns, steps): (Int, Int, Int)
        let dataflow: Dataflow
        private(set) var results: [Int: Int] = [:]

        init(_ dataflow: Dataflow, rows: Int, columns: Int, steps: Int) {
            (self.dataflow, self.rows, self.columns, self.steps) = (dataflow, rows, columns, steps)
        }

        override func operand(row: Int, step: Int, fold: Int) -> Int { (7 * row + 3 * step + fold) % 11 - 5 }
        override func operand(column: Int, step: Int, fold: Int) -> Int {
            dataflow == .os ? (5 * column + 2 * step + fold) % 13 - 6 : 1
        }
        override func stationary(row: Int, column: Int, fold: Int) -> Int { (3 * row + 8 * column + fold) % 9 - 4 }
        override func result(_ index: Int, column: Int, fold: Int, value: Int) {
            results[(fold * 1000 + index) * 1000 + column] = value
        }

        /// The product by its definition.
        func expected(folds: Int) -> [Int: Int] {
            var results: [Int: Int] = [:]
            for fold in 0..<folds {
                for index in 0..<(dataflow == .os ? rows : steps) {
                    for column in 0..<columns {
                        let terms = 0..<(dataflow == .os ? steps : rows)
                        results[(fold * 1000 + index) * 1000 + column] = terms.reduce(0) { sum, term in
                            dataflow == .os
                                ? sum + operand(row: index, step: term, fold: fold)
                                    * operand(column: column, step: term, fold: fold)
                                : sum + operand(row: term, step: index, fold: fold)
                                    * stationary(row: term, column: column, fold: fold)
                        }
                    }
                }
            }
            return results
        }
    }

    @Test(arguments: [Dataflow.os, .ws], [SpatialArray.Delivery.systolic, .broadcast])
    func productsAreRight(dataflow: Dataflow, delivery: SpatialArray.Delivery) throws {
        for overlap in SpatialArray.FoldOverlap.allCases {
            for edge in SpatialArray.EdgeFold.allCases {
                for (rows, columns, steps) in [(5, 4, 7), (3, 4, 1), (1, 1, 3), (4, 2, 9)] {
                    var configuration = try scaleSim(5, 4, mode: .pe)
                    configuration.delivery = delivery
                    configuration.reductions = ["add": 3]
                    configuration.foldOverlap = overlap
                    configuration.edgeFold = edge
                    configuration.outputDrain = .inFold
                    configuration.pipelineRegisters = 2
                    let data = Matrices(dataflow, rows: rows, columns: columns, steps: steps)
                    let memory = IdealMemory()
                    let array = SpatialArray(
                        path: "array", clock: 0, ports: [memory, memory], configuration, data: data)
                    let tile = fold(dataflow, rows: rows, columns: columns, steps: steps)
                    let work = try SpatialArray.generate(tile, configuration).compute
                    _ = try Bench.run(array, [work], times: 3, memory: memory)
                    #expect(data.results == data.expected(folds: 3))
                }
            }
        }
    }

    /// A random array and random tiles on it.
    private struct Case {
        var configuration: SpatialArray.Configuration
        var tiles: [TileOperation]
        var memory: (cyclesPerPiece: Int, latency: Int, opensAt: Int)

        init(_ random: inout Random) throws {
            let (rows, columns) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
            var operations = OperationTable()
            let macSlots = Int.random(in: 1...3, using: &random)
            try operations.add(
                "multiply-accumulate", slots: macSlots, latency: macSlots + Int.random(in: 0...2, using: &random))
            try operations.add("max", slots: 1, latency: Int.random(in: 1...3, using: &random))
            try operations.add("subtract", slots: 1)
            try operations.add("exp", slots: 6, asChainOf: "multiply-accumulate")
            func any<T: CaseIterable>(_ type: T.Type) -> T where T.AllCases == [T] {
                T.allCases[Int.random(in: 0..<T.allCases.count, using: &random)]
            }
            configuration = SpatialArray.Configuration(
                rows: rows, columns: columns, delivery: any(SpatialArray.Delivery.self),
                foldOverlap: any(SpatialArray.FoldOverlap.self), edgeFold: any(SpatialArray.EdgeFold.self),
                pipelineRegisters: Int.random(in: 0...3, using: &random),
                outputDrain: any(SpatialArray.OutputDrain.self),
                stationaryLoad: any(SpatialArray.StationaryLoad.self), operations: operations,
                reductions: [
                    "add": Int.random(in: 0...4, using: &random), "max": Int.random(in: 0...20, using: &random),
                ])
            tiles = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let (high, wide) = (
                    Int.random(in: 1...rows, using: &random), Int.random(in: 1...columns, using: &random)
                )
                let steps = Int.random(in: 1...12, using: &random)
                return switch Int.random(in: 0...5, using: &random) {
                case 0, 1:
                    fold(
                        .os, rows: high, columns: wide, steps: steps, resultPort: Bool.random(using: &random) ? 1 : nil)
                case 2, 3: fold(.ws, rows: high, columns: wide, steps: steps)
                case 4: resident([.max], reduction: .max, rows: high, columns: wide)
                default: resident([.subtract, .exp], rows: high, columns: wide, steps: steps)
                }
            }
            memory = (
                Int.random(in: 1...3, using: &random), Int.random(in: 0...9, using: &random),
                Bool.random(using: &random) ? 0 : Int.random(in: 0...30, using: &random)
            )
        }

        func report(_ mode: SpatialArray.Mode) throws -> Bench.Report {
            var configuration = configuration
            configuration.mode = mode
            return try run(
                configuration, tiles, times: 3,
                memory: IdealMemory(
                    cyclesPerPiece: memory.cyclesPerPiece, latency: memory.latency, opensAt: memory.opensAt))
        }
    }

    /// Both modes agree on every count of every random case: cycles, results, stalls by cause, actions.
    @Test func fastEqualsElementByElement() throws {
        var random = Random(state: 20_260_101)
        for number in 0..<3000 {
            let sample = try Case(&random)
            let (fast, elements) = (try sample.report(.fast), try sample.report(.pe))
            #expect(fast == elements, "case \(number): \(sample)")
            if fast != elements { break }
        }
    }
}
