import OrrerySimulation
import Testing

@testable import OrrerySpatial

@Suite struct VectorUnitTests {
    private func configuration(lanes: Int = 256) throws -> VectorUnit.Configuration {
        var operations = try table([("multiply-accumulate", 1), ("add", 1), ("max", 1), ("divide", 1), ("exp", 6)])
        try operations.add("subtract", slots: 1)
        try operations.add("multiply", slots: 1, asChainOf: "multiply-accumulate")
        return VectorUnit.Configuration(lanes: lanes, operations: operations)
    }

    private func row(
        _ chain: [OperationKind], columns: Int = 256, steps: Int = 1, port: Int? = nil
    ) -> TileOperation {
        typealias Operand = TileOperation.Operand
        return TileOperation(
            chain: chain, rows: 1, columns: columns, steps: steps,
            operands: [
                Operand(
                    tensor: "A", elementBytes: 2, spansRows: false, spansColumns: true, steps: steps, port: port,
                    address: 0)
            ],
            result: Operand(
                tensor: "Z", elementBytes: 2, spansRows: false, spansColumns: true, steps: steps,
                port: port.map { _ in 1 }, address: 1))
    }

    private func run(
        _ tile: TileOperation, lanes: Int = 256, times: Int = 1, memory: IdealMemory = IdealMemory(),
        folds: Bool = false
    ) throws -> Bench.Report {
        let unit = VectorUnit(path: "vector", ports: [memory, memory])
        let work = try VectorUnit.generate(tile, try configuration(lanes: lanes)).compute
        return try Bench.run(unit, [work], times: times, memory: memory, folds: folds)
    }

    /// The 1D operators of FuseMax: running maximum, its correction, sums, and 64 rows of the values.
    @Test func fuseMaxOperators() throws {
        #expect(try run(row([.max])).cycles == 1)
        #expect(try run(row([.subtract, .exp])).cycles == 7)
        #expect(try run(row([.multiply])).cycles == 1)
        #expect(try run(row([.add], steps: 64)).cycles == 64)
        #expect(try run(row([.divide], steps: 64)).actions["divide"] == 64 * 256)
        #expect(try run(row([.subtract, .exp])).actions["multiply-accumulate"] == 6 * 256)
    }

    @Test func rowsLongerThanTheLanesTakeGroups() throws {
        #expect(try run(row([.add], columns: 256, steps: 3), lanes: 64).cycles == 12)
        #expect(try run(row([.add], columns: 65, steps: 3), lanes: 64).cycles == 6)
        #expect(try run(row([.add], columns: 64, steps: 3), lanes: 64).cycles == 3)
        #expect(try run(row([.subtract, .exp], columns: 65, steps: 3), lanes: 64).cycles == 42)
    }

    @Test func rowsAreStreamed() throws {
        let memory = IdealMemory()
        let report = try run(row([.subtract, .exp], steps: 3, port: 0), memory: memory)
        #expect(report.cycles == 21)
        #expect(report.stalls.isEmpty)
        #expect(memory.requests.map(\.at) == [0, 6])
        #expect(memory.requests.map(\.request.pace) == [7, 7])
        #expect(memory.bytesRead == 3 * 512)
        #expect(memory.bytesWritten == 3 * 512)
    }

    @Test func lateRowsStallTheUnit() throws {
        let report = try run(row([.add], steps: 10, port: 0), memory: IdealMemory(cyclesPerPiece: 4))
        #expect(report.cycles == 40)
        #expect(report.busy == 10)
        #expect(report.stalls == ["port operands": 30])
    }

    @Test func deeperPipelinesDelayOnlyTheResult() throws {
        var operations = OperationTable()
        try operations.add("exp", slots: 1, latency: 9)
        let memory = IdealMemory()
        let work = try VectorUnit.generate(row([.exp]), .init(lanes: 256, operations: operations)).compute
        let report = try Bench.run(VectorUnit(path: "vector", ports: []), [work], times: 5, memory: memory)
        #expect(report.cycles == 5)
        #expect(report.resultAt == 5 + 8)
    }

    @Test func foldedRunsAreTheSame() throws {
        let tile = row([.subtract, .exp], steps: 5, port: 0)
        for (latency, isPipelined) in [(0, false), (3, false), (3, true)] {
            func memory() -> IdealMemory { IdealMemory(latency: latency, isPipelined: isPipelined) }
            let plain = try run(tile, times: 500, memory: memory())
            #expect(plain == (try run(tile, times: 500, memory: memory(), folds: true)))
        }
    }

    /// What needs no operands keeps its place behind what does.
    @Test func commandsKeepTheirOrderBehindALatency() throws {
        let memory = IdealMemory(latency: 9, isPipelined: true)
        let unit = VectorUnit(path: "vector", ports: [memory])
        var fetched = row([.add], steps: 4, port: 0)
        fetched.result.port = nil
        let works = try [fetched, row([.add], steps: 2)].map {
            try VectorUnit.generate($0, try configuration()).compute
        }
        let report = try Bench.run(unit, works, times: 3, memory: memory)
        #expect(report.cycles == 18 && report.stalls == [:])
        #expect(report.resultAt == 18 + 9)
    }

    @Test func reductionsAcrossLanesAreRefused() throws {
        var tile = row([.add])
        tile.result.spansColumns = false
        #expect(throws: GenerationError("Z is reduced across lanes, which a vector unit cannot")) {
            try VectorUnit.generate(tile, try configuration())
        }
        #expect(throws: GenerationError.self) { try VectorUnit.generate(row([.sigmoid]), try configuration()) }
    }
}
