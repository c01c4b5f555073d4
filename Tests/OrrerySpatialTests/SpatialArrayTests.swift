import OrrerySimulation
import Testing

@testable import OrrerySpatial

@Suite struct SpatialArrayTests {
    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func outputStationaryFold(mode: SpatialArray.Mode) throws {
        let report = try run(try scaleSim(4, 3, mode: mode), [fold(.os, rows: 4, columns: 3, steps: 5)])
        #expect(report.cycles == 5 + 3 + 2)
        #expect(report.resultAt == 10)
        #expect(report.stalls.isEmpty)
        #expect(report.actions["multiply-accumulate"] == 60)
        #expect(report.actions["register_read"] == 180)
        #expect(report.actions["register_write"] == 60)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func weightStationaryFold(mode: SpatialArray.Mode) throws {
        let report = try run(try scaleSim(4, 3, mode: mode), [fold(.ws, rows: 4, columns: 3, steps: 5)])
        #expect(report.cycles == 4 + 5 + 3 + 2)
        #expect(report.actions["register_write"] == 60 + 12)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func partOfTheArray(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(8, 6, mode: mode)
        let tiles = [fold(.os, rows: 3, columns: 2, steps: 5), fold(.ws, rows: 3, columns: 2, steps: 5)]
        #expect(try tiles.map { try run(configuration, [$0]).cycles } == [5 + 12, 8 + 5 + 12])
        configuration.edgeFold = .usedPart
        #expect(try tiles.map { try run(configuration, [$0]).cycles } == [5 + 3, 3 + 5 + 3])
        #expect(try tiles.map { try run(configuration, [$0]).actions["multiply-accumulate"] } == [30, 30])
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func eachRegisterAddsACycleToEveryFold(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(4, 4, mode: mode)
        let tile = fold(.os, rows: 4, columns: 4, steps: 7)
        let before = try run(configuration, [tile], times: 3).cycles
        configuration.pipelineRegisters = 2
        #expect(try run(configuration, [tile], times: 3).cycles == before + 6)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func overlappedFoldsHideTheWavefront(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(4, 3, mode: mode)
        configuration.foldOverlap = .stream
        let outputs = try run(configuration, [fold(.os, rows: 4, columns: 3, steps: 5)], times: 10)
        #expect(outputs.cycles == 50)
        #expect(outputs.resultAt == 50 + 3 + 2)
        let weights = try run(configuration, [fold(.ws, rows: 4, columns: 3, steps: 5)], times: 10)
        #expect(weights.cycles == 90)
        #expect(weights.resultAt == 95)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func resultsShiftOutThroughTheArray(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(4, 3, mode: mode)
        configuration.outputDrain = .inFold
        let tile = fold(.os, rows: 4, columns: 3, steps: 5)
        let alone = try run(configuration, [tile], times: 2)
        #expect(alone.cycles == 2 * (5 + 5 + 4))
        #expect(alone.actions["register_read"] == 2 * (180 + 12))
        configuration.foldOverlap = .stream
        let overlapped = try run(configuration, [tile], times: 2)
        #expect(overlapped.cycles == 2 * (5 + 4))
        #expect(overlapped.resultAt == 18 + 5)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func deeperOperationsDelayTheNextRow(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(4, 3, mode: mode)
        var operations = OperationTable()
        try operations.add("multiply-accumulate", slots: 1, latency: 3)
        configuration.operations = operations
        // Sums in place only end later; sums that go down wait in every row.
        #expect(try run(configuration, [fold(.os, rows: 4, columns: 3, steps: 5)]).cycles == 5 + 3 + 2 + 2)
        #expect(try run(configuration, [fold(.ws, rows: 4, columns: 3, steps: 5)]).cycles == 4 + 5 + 3 * 3 + 2 + 2)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func anotherPaceOfRowsWaitsForAnEmptyArray(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(4, 3, mode: mode)
        configuration.foldOverlap = .stream
        var operations = OperationTable()
        try operations.add("multiply-accumulate", slots: 1, latency: 3)
        configuration.operations = operations
        let tiles = [fold(.os, rows: 4, columns: 3, steps: 5), fold(.ws, rows: 4, columns: 3, steps: 5)]
        let report = try run(configuration, tiles)
        // 5 cycles of stream, result 7 later; then 9 cycles.
        #expect(report.cycles == 12 + 9)
        #expect(report.resultAt == 21 + 9 + 2 + 2)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func backgroundLoadLeavesOnlyTheStream(mode: SpatialArray.Mode) throws {
        var configuration = try scaleSim(4, 3, mode: mode)
        configuration.stationaryLoad = .background
        let tile = fold(.ws, rows: 4, columns: 3, steps: 5)
        #expect(try run(configuration, [tile]).cycles == 5 + 3 + 2)
        let load = try #require(try SpatialArray.generate(tile, configuration).load)
        let memory = IdealMemory()
        let loader = ScheduledEngine(path: "array.loader", clock: 0, ports: [("operands", memory)])
        let report = try Bench.run(loader, [load], memory: memory)
        #expect(report.cycles == 4)
        #expect(report.actions == ["register_write": 12])
        #expect(memory.bytesRead == 12)
    }

    @Test func separateDrainTakesARowACycle() throws {
        let configuration = try scaleSim(4, 3)
        let drain = try #require(
            try SpatialArray.generate(fold(.os, rows: 4, columns: 3, steps: 5), configuration).drain)
        let memory = IdealMemory()
        let unit = ScheduledEngine(path: "array.drain", clock: 0, ports: [("operands", memory), ("results", memory)])
        let report = try Bench.run(unit, [drain], memory: memory)
        #expect(report.cycles == 4)
        #expect(report.actions == ["register_read": 12])
        #expect(memory.bytesWritten == 12)
    }

    @Test func operandsAndResultsMoveOnceEach() throws {
        let memory = IdealMemory()
        _ = try run(try scaleSim(4, 3), [fold(.ws, rows: 4, columns: 3, steps: 5)], memory: memory)
        #expect(memory.bytesRead == 12 + 20)
        #expect(memory.bytesWritten == 15)
        // Weights at once, operands behind the four rows, results behind the wavefront of five cycles.
        #expect(memory.requests.map(\.at) == [0, 4, 9])
    }

    @Test func instantArrayTakesOneCycle() throws {
        var configuration = try scaleSim(4, 3)
        configuration.mode = .instant
        #expect(try run(configuration, [resident([.multiplyAccumulate], rows: 4, columns: 3, steps: 9)]).cycles == 1)
    }
}
