import OrrerySimulation

/// A vector unit: lanes that do the same elementary operations on the elements of a row, row after row.
///
/// **Modelled cycle by cycle.** A tile's elements are issued in groups of `lanes`; a group occupies the lanes for the issue
/// slots of all its operations. Operands and results behind a port are streams of rows: a row must be there when its first
/// group begins, and is written in the cycle of its last; while one is late the unit stands still. With a write buffer the
/// unit goes on while results of earlier commands wait for their bank. Deeper pipelines delay the result and not the next
/// command.
///
/// **Abstracted.** Values; register-file ports and bank conflicts; instruction delivery. Streams are asked for no further
/// ahead than the latency of their memory (`ScheduledEngine`).
///
/// Source: the 1D array of FuseMax (Nayak et al., MICRO 2024).
public final class VectorUnit: ScheduledEngine {
    static let portNames = OperationParameters.ports.map(\.name)

    public struct Configuration: Hashable, Sendable {
        public var lanes: Int
        public var operations: OperationTable
        /// A command takes one cycle: a unit that never limits.
        public var isInstant: Bool

        public init(lanes: Int, operations: OperationTable, isInstant: Bool = false) {
            self.lanes = lanes
            self.operations = operations
            self.isInstant = isInstant
        }
    }

    /// - Parameters:
    ///   - ports: the server of the operands, and that of the results where they go elsewhere.
    ///   - writeBuffer: commands whose results may still be on their way while the unit goes on.
    public init(path: String, clock: Int = 0, ports: [Server], writeBuffer: Int = 0) {
        super.init(
            path: path, clock: clock, ports: Array(zip(Self.portNames, ports)).map { (name: $0, server: $1) },
            writeBuffer: writeBuffer)
    }

    /// Work for a tile of columns (rows of them, where it has several) and steps.
    public static func generate(
        _ tile: TileOperation, _ configuration: Configuration
    ) throws(GenerationError) -> GeneratedWork {
        try check(tile)
        let chain = try configuration.operations.chain(of: tile)
        let groups = tile.rows * ((tile.columns + configuration.lanes - 1) / configuration.lanes)
        let stepCycles = groups * chain.slots
        var schedule = Schedule(cycles: tile.steps * stepCycles, resultLatency: chain.pipelineLatency)
        for operand in tile.operands {
            schedule.stream(
                operand, bytes: tile.bytes(operand), count: operand.steps,
                pace: tile.steps / operand.steps * stepCycles,
                opens: 0, isWrite: false)
        }
        let pace = tile.steps / tile.result.steps * stepCycles
        schedule.stream(
            tile.result, bytes: tile.bytes(tile.result), count: tile.result.steps, pace: pace, opens: pace - 1,
            isWrite: true)
        let actions = chain.actions(points: tile.rows * tile.columns * tile.steps)
        return GeneratedWork(compute: (configuration.isInstant ? schedule.instant() : schedule).work(actions: actions))
    }

    private static func check(_ tile: TileOperation) throws(GenerationError) {
        guard tile.rows >= 1, tile.columns >= 1, tile.steps >= 1 else {
            throw GenerationError("a tile of \(tile.rows) × \(tile.columns) × \(tile.steps) is empty")
        }
        if tile.reducesRows || tile.columns > 1 && !tile.result.spansColumns || tile.rows > 1 && !tile.result.spansRows
        {
            throw GenerationError("\(tile.result.tensor) is reduced across lanes, which a vector unit cannot")
        }
        for operand in tile.operands + [tile.result] {
            if let port = operand.port, !(0..<portNames.count).contains(port) {
                throw GenerationError("\(operand.tensor) names port \(port), which the unit does not have")
            }
            if operand.steps < 1 || operand.steps > tile.steps || tile.steps % operand.steps != 0 {
                throw GenerationError("\(operand.tensor) has \(operand.steps) values in \(tile.steps) steps")
            }
        }
    }
}

extension TileOperation {
    /// Bytes of an operand in one step.
    fileprivate func bytes(_ operand: Operand) -> Int {
        (operand.spansRows ? rows : 1) * (operand.spansColumns ? columns : 1) * operand.elementBytes
    }
}
