import OrrerySimulation
import Testing

@testable import OrrerySpatial

@Suite struct OperandStallTests {
    private let tile = fold(.os, rows: 4, columns: 3, steps: 6)

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func lateOperandsAddTheirLatency(mode: SpatialArray.Mode) throws {
        let report = try run(try scaleSim(4, 3, mode: mode), [tile], memory: IdealMemory(latency: 7))
        #expect(report.cycles == 6 + 5 + 7)
        #expect(report.busy == 11)
        #expect(report.stalls == ["port operands": 7])
        // The wavefront still crosses behind the last piece.
        #expect(report.resultAt == 18)
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func slowOperandsSetThePace(mode: SpatialArray.Mode) throws {
        let report = try run(try scaleSim(4, 3, mode: mode), [tile], times: 2, memory: IdealMemory(cyclesPerPiece: 3))
        #expect(report.cycles == 2 * (18 + 5))
        #expect(report.stalls == ["port operands": 24])
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func refusedStreamsStallTheUnit(mode: SpatialArray.Mode) throws {
        let report = try run(try scaleSim(4, 3, mode: mode), [tile], memory: IdealMemory(opensAt: 9))
        #expect(report.cycles == 9 + 11)
        #expect(report.stalls == ["port operands": 9])
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func lateWeightsDelayTheStream(mode: SpatialArray.Mode) throws {
        let memory = IdealMemory(latency: 2)
        let report = try run(
            try scaleSim(4, 3, mode: mode), [fold(.ws, rows: 4, columns: 3, steps: 5)], memory: memory)
        // Operands are asked for when the last weight is due: both are late together. Results take two cycles to be there.
        #expect(report.cycles == 14 + 4)
        #expect(report.stalls == ["port operands": 2, "port results": 2])
        #expect(memory.requests.map(\.at) == [0, 4, 11])
    }

    @Test func overlappedFoldsKeepTheirWavefront() throws {
        var configuration = try scaleSim(4, 3)
        configuration.foldOverlap = .stream
        for mode in [SpatialArray.Mode.fast, .pe] {
            configuration.mode = mode
            let report = try run(configuration, [tile], times: 4, memory: IdealMemory(latency: 3))
            #expect(report.cycles == 4 * 9)
            #expect(report.resultAt == 36 + 5)
            #expect(report.stalls == ["port operands": 12])
        }
    }

    @Test(arguments: [SpatialArray.Mode.fast, .pe])
    func operandsOfAPipelinedMemoryAreAskedForAhead(mode: SpatialArray.Mode) throws {
        let memory = IdealMemory(latency: 7, isPipelined: true)
        let one = try run(try scaleSim(4, 3, mode: mode), [tile], memory: memory)
        #expect(one.cycles == 11 && one.stalls == [:])
        #expect(one.resultAt == 11 + 7)
        // Commands follow each other without waiting for the memory; only the first shows the way.
        var configuration = try scaleSim(4, 3, mode: mode)
        configuration.foldOverlap = .stream
        let many = try run(configuration, [tile], times: 4, memory: IdealMemory(latency: 7, isPipelined: true))
        #expect(many.cycles == 4 * 6 && many.stalls == [:])
        #expect(many.resultAt == 4 * 6 + 5 + 7)
        // What the memory is late with besides its latency holds the array up.
        let slow = IdealMemory(cyclesPerPiece: 3, latency: 7, isPipelined: true)
        let late = try run(try scaleSim(4, 3, mode: mode), [tile], times: 2, memory: slow)
        #expect(late.cycles == 2 * (18 + 5) && late.resultAt == late.cycles + 7)
        #expect(late.stalls == ["port operands": 24])
    }

    @Test func instantArrayWaitsForItsOperands() throws {
        var configuration = try scaleSim(4, 3)
        configuration.mode = .instant
        let report = try run(configuration, [tile])
        #expect(report.cycles == 6)
        #expect(report.busy == 1)
    }
}
