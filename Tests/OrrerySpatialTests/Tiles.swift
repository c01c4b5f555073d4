import OrrerySimulation
import Testing

@testable import OrrerySpatial

/// How a matrix product M × K × N lies on an array.
enum Dataflow: String, CaseIterable {
    case os, ws, `is`
}

/// One fold of a matrix product: rows × columns × steps as the array sees it.
func fold(_ dataflow: Dataflow, rows: Int, columns: Int, steps: Int, resultPort: Int? = 1) -> TileOperation {
    typealias Operand = TileOperation.Operand
    if dataflow == .os {
        return TileOperation(
            chain: [.multiplyAccumulate], rows: rows, columns: columns, steps: steps,
            operands: [
                Operand(
                    tensor: "A", elementBytes: 1, spansRows: true, spansColumns: false, steps: steps, port: 0,
                    address: 0),
                Operand(
                    tensor: "B", elementBytes: 1, spansRows: false, spansColumns: true, steps: steps, port: 0,
                    address: 1),
            ],
            result: Operand(
                tensor: "Z", elementBytes: 1, spansRows: true, spansColumns: true, steps: 1, port: resultPort,
                address: 2))
    }
    return TileOperation(
        chain: [.multiplyAccumulate], reducesRows: true, rows: rows, columns: columns, steps: steps,
        operands: [
            Operand(
                tensor: "stationary", elementBytes: 1, spansRows: true, spansColumns: true, steps: 1, port: 0,
                address: 0),
            Operand(
                tensor: "streamed", elementBytes: 1, spansRows: true, spansColumns: false, steps: steps, port: 0,
                address: 1),
        ],
        result: Operand(
            tensor: "Z", elementBytes: 1, spansRows: false, spansColumns: true, steps: steps, port: resultPort,
            address: 2))
}

/// A tile whose operands and result stay in the elements.
func resident(
    _ chain: [OperationKind], reduction: OperationKind? = nil, rows: Int, columns: Int, steps: Int = 1
) -> TileOperation {
    TileOperation(
        chain: chain, reduction: reduction, reducesRows: reduction != nil, rows: rows, columns: columns, steps: steps,
        operands: [],
        result: TileOperation.Operand(
            tensor: "Z", elementBytes: 2, spansRows: reduction == nil, spansColumns: true, steps: steps, port: nil))
}

/// A product M × K × N on an array: a nest of two loops over its folds, short ones last.
struct Product {
    var dataflow: Dataflow
    var m: Int
    var n: Int
    var k: Int

    /// What lies along rows, along columns and in time.
    private var extents: (rows: Int, columns: Int, steps: Int) {
        switch dataflow {
        case .os: (m, n, k)
        case .ws: (k, n, m)
        case .is: (k, m, n)
        }
    }

    func run(_ configuration: SpatialArray.Configuration, folds: Bool = false) throws -> Bench.Report {
        let (rows, columns, steps) = extents
        func split(_ extent: Int, _ size: Int) -> (count: Int, full: Int, last: Int) {
            let count = (extent + size - 1) / size
            return (count, min(size, extent), extent - (count - 1) * size)
        }
        let (high, wide) = (split(rows, configuration.rows), split(columns, configuration.columns))
        let variants = try [
            (high.full, wide.full), (high.last, wide.full), (high.full, wide.last), (high.last, wide.last),
        ]
        .map { try SpatialArray.generate(fold(dataflow, rows: $0, columns: $1, steps: steps), configuration).compute }
        let memory = IdealMemory()
        let array = SpatialArray(path: "array", ports: [memory, memory], configuration)
        let report = try Bench.run(
            array, loops: [high.count, wide.count], [variants], memory: memory, folds: folds)
        if let operations = array.elementOperations { #expect(operations == m * n * k) }
        return report
    }
}

func table(_ operations: [(String, Int)] = [("multiply-accumulate", 1)]) throws -> OperationTable {
    var table = OperationTable()
    for (name, slots) in operations {
        try table.add(name, slots: slots, asChainOf: name == "exp" ? "multiply-accumulate" : nil)
    }
    return table
}

/// SCALE-Sim's array: folds fill and drain the whole array one at a time.
func scaleSim(_ rows: Int, _ columns: Int, mode: SpatialArray.Mode = .fast) throws -> SpatialArray.Configuration {
    SpatialArray.Configuration(
        rows: rows, columns: columns, delivery: .systolic, foldOverlap: .none, edgeFold: .fullArray,
        pipelineRegisters: 0, outputDrain: .separate, stationaryLoad: .inFold, operations: try table(), mode: mode)
}

/// FuseMax's 2D array as its artifact counts it: no skew, folds back to back, a maximum over a column known 256 cycles later.
func fuseMax(_ size: Int = 256, mode: SpatialArray.Mode = .fast) throws -> SpatialArray.Configuration {
    SpatialArray.Configuration(
        rows: size, columns: size, delivery: .broadcast, foldOverlap: .stream, edgeFold: .usedPart,
        pipelineRegisters: 0, outputDrain: .separate, stationaryLoad: .background,
        operations: try table([("multiply-accumulate", 1), ("add", 1), ("subtract", 1), ("max", 1), ("exp", 6)]),
        reductions: ["max": size, "add": 0], mode: mode)
}

func run(
    _ configuration: SpatialArray.Configuration, _ tiles: [TileOperation], times: Int = 1,
    memory: IdealMemory = IdealMemory(), folds: Bool = false
) throws -> Bench.Report {
    let array = SpatialArray(path: "array", ports: [memory, memory], configuration)
    let works = try tiles.map { try SpatialArray.generate($0, configuration).compute }
    let report = try Bench.run(array, works, times: times, memory: memory, folds: folds)
    if let operations = array.elementOperations {
        #expect(operations == times * tiles.reduce(0) { $0 + $1.rows * $1.columns * $1.steps })
    }
    return report
}
