import OrrerySimulation

/// Turns a tile operation into the work of a spatial array and its loader and drain.
///
/// Which operand is stationary follows from the tile. A result that spans rows and columns stays in the elements (output
/// stationary). An operand that spans rows and columns and comes through a port is loaded into the elements (weight or input
/// stationary). What spans only rows enters from the left, what spans only columns from the top, a step at a time. Operands and
/// results without a port are in the elements already, stay there, or pass to another unit directly.
struct SpatialArrayGenerator {
    let configuration: SpatialArray.Configuration
    let tile: TileOperation
    private let chain: OperationChain
    private let fold: Fold
    private let stationary: [TileOperation.Operand]

    init(_ tile: TileOperation, _ configuration: SpatialArray.Configuration) throws(GenerationError) {
        self.tile = tile
        self.configuration = configuration
        try Self.check(tile, configuration)
        chain = try configuration.operations.chain(of: tile)
        stationary = tile.operands.filter { $0.port != nil && $0.spansRows && $0.spansColumns }
        let isFull = configuration.edgeFold == .fullArray
        let rows = isFull ? configuration.rows : tile.rows
        let (loadsInFold, drainsInFold) = (
            configuration.stationaryLoad == .inFold, configuration.outputDrain == .inFold
        )
        let reduction = tile.reduction ?? .add
        fold = Fold(
            reducesRows: tile.reducesRows, usedRows: tile.rows, usedColumns: tile.columns, rows: rows,
            columns: isFull ? configuration.columns : tile.columns,
            loadRows: loadsInFold ? stationary.count * rows : 0, steps: tile.steps, stepCycles: chain.slots,
            hop: tile.reducesRows && configuration.delivery == .systolic ? chain.lastLatency : 1,
            drainRows: tile.holdsResult && tile.result.port != nil && drainsInFold ? rows : 0,
            exit: chain.pipelineLatency + (tile.reducesRows ? try configuration.reductionLatency(reduction) : 0))
    }

    private static func check(_ tile: TileOperation, _ configuration: SpatialArray.Configuration)
        throws(GenerationError)
    {
        let (rows, columns) = (configuration.rows, configuration.columns)
        guard (1...rows).contains(tile.rows), (1...columns).contains(tile.columns), tile.steps >= 1 else {
            throw GenerationError(
                "a tile of \(tile.rows) × \(tile.columns) × \(tile.steps) does not fit \(rows) × \(columns) elements")
        }
        for operand in tile.operands + [tile.result] {
            if let port = operand.port, !(0..<SpatialArray.portNames.count).contains(port) {
                throw GenerationError("\(operand.tensor) names port \(port), which the array does not have")
            }
            if operand.port != nil, operand.spansRows, operand.spansColumns, operand.steps != 1 {
                throw GenerationError(
                    "\(operand.tensor) changes in every element with every step; split its tiles by steps")
            }
            if operand.steps < 1 || operand.steps > tile.steps || tile.steps % operand.steps != 0 {
                throw GenerationError("\(operand.tensor) has \(operand.steps) values in \(tile.steps) steps")
            }
        }
        if tile.reducesRows {
            if tile.reduction == nil, tile.chain.last != .multiplyAccumulate {
                throw GenerationError("\(tile.result.tensor) is reduced over rows by no operation")
            }
            if tile.result.spansRows, tile.rows > 1 {
                throw GenerationError("\(tile.result.tensor) spans the rows that it is reduced over")
            }
            if tile.result.steps != tile.steps {
                throw GenerationError("\(tile.result.tensor) is reduced over rows and steps at once")
            }
        } else if !tile.result.spansRows && tile.rows > 1 || !tile.result.spansColumns && tile.columns > 1 {
            throw GenerationError("\(tile.result.tensor) is reduced over a direction in which the array cannot")
        }
    }

    /// The work of the array and of its background units.
    func work() -> GeneratedWork {
        var compute = Schedule(cycles: fold.entering, resultLatency: latency, details: fold.details)
        if configuration.foldOverlap == .none {
            compute.cycles += latency
            compute.resultLatency = 0
        }
        streamOperands(&compute)
        streamResult(&compute)
        let elements = tile.rows * tile.columns
        let loaded = elements * stationary.count
        var actions = chain.actions(points: elements * tile.steps)
        if fold.loadRows > 0 { actions.add(OperationTable.registerWrite, loaded) }
        if fold.drainRows > 0 { actions.add(OperationTable.registerRead, elements) }
        var work = GeneratedWork(compute: made(compute, actions))
        if !stationary.isEmpty, configuration.stationaryLoad == .background {
            var load = Schedule(cycles: fold.rows * stationary.count)
            for (index, operand) in stationary.enumerated() { stream(rowsOf: operand, at: index * fold.rows, &load) }
            work.load = made(load, [Work.ActionCount(OperationTable.registerWrite, loaded)])
        }
        if tile.holdsResult, tile.result.port != nil, configuration.outputDrain == .separate {
            var drain = Schedule(cycles: tile.rows)
            drain.stream(
                tile.result, bytes: rowBytes(tile.result), count: tile.rows, pace: 1, opens: 0, isWrite: true)
            work.drain = made(drain, [Work.ActionCount(OperationTable.registerRead, elements)])
        }
        return work
    }

    /// Cycles from the end of what enters to the last result: registers on the way, the wavefront, pipelines.
    private var latency: Int {
        configuration.pipelineRegisters + fold.wavefront(configuration.delivery) + fold.exit
    }

    /// Cycles by which the stream of results is behind what enters. Where folds overlap, the port is given the results with the
    /// operands that they come from: the streams of all folds would be behind by about the same.
    private func lag(_ cycles: Int) -> Int { configuration.foldOverlap == .none ? cycles : 0 }

    private func made(_ schedule: Schedule, _ actions: [Work.ActionCount]) -> Work {
        (configuration.mode == .instant ? schedule.instant() : schedule).work(actions: actions)
    }

    private func rowBytes(_ operand: TileOperation.Operand) -> Int {
        (operand.spansColumns ? tile.columns : 1) * operand.elementBytes
    }

    /// The lowest row shifts in first; rows above the used part are filled last, so the operand's rows are the last ones.
    private func stream(rowsOf operand: TileOperation.Operand, at start: Int, _ schedule: inout Schedule) {
        schedule.stream(
            operand, bytes: rowBytes(operand), count: tile.rows, pace: 1, opens: start + fold.rows - tile.rows,
            isWrite: false)
    }

    private func streamOperands(_ schedule: inout Schedule) {
        if fold.loadRows > 0 {
            for (index, operand) in stationary.enumerated() {
                stream(rowsOf: operand, at: index * fold.rows, &schedule)
            }
        }
        for operand in tile.operands where !(operand.spansRows && operand.spansColumns) {
            let elements = operand.spansRows ? tile.rows : operand.spansColumns ? tile.columns : 1
            schedule.stream(
                operand, bytes: elements * operand.elementBytes, count: operand.steps,
                pace: tile.steps / operand.steps * fold.stepCycles, opens: fold.loadRows, isWrite: false)
        }
    }

    private func streamResult(_ schedule: inout Schedule) {
        let streamed = fold.loadRows + fold.steps * fold.stepCycles
        if fold.reducesRows {
            schedule.stream(
                tile.result, bytes: rowBytes(tile.result), count: tile.steps, pace: fold.stepCycles,
                opens: fold.loadRows + lag(fold.stepCycles - 1 + latency), isWrite: true)
        } else if fold.drainRows > 0 {
            schedule.stream(
                tile.result, bytes: rowBytes(tile.result), count: tile.rows, pace: 1,
                opens: streamed + fold.rows - tile.rows + lag(latency),
                isWrite: true)
        }
    }
}

extension TileOperation {
    /// Each element of an array holds its own part of the result.
    var holdsResult: Bool { !reducesRows }
}

extension [Work.ActionCount] {
    /// Counts `count` more of an action.
    mutating func add(_ action: Int, _ count: Int) {
        if let index = firstIndex(where: { $0.action == action }) {
            self[index].count += count
        } else {
            append(Work.ActionCount(action, count))
        }
    }
}
