import Testing

@testable import OrreryMemory
@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Controllers that take back what they have begun when reads and writes change turns (ChampSim's).
@Suite struct DRAMTurnTests {
    private func run(
        _ kind: RequestStream.Kind, _ changes: String, count: Int = 2000, isMapB: Bool = true, width: Int = 1,
        interval: Int = 1
    ) throws -> DRAMRun {
        try DRAMRun(
            DRAMCase.all[1].stream(kind, count, isMapB: isMapB), try dramDevice("champsim"),
            try dramController("champsim", "refresh: none, \(changes)"), width: width, interval: interval,
            limit: 5_000_000)
    }

    private func activates(_ run: DRAMRun) -> Int { run.memory.traffic.actions(2, 0, in: run.kernel.ledger) }

    /// What a turn takes back is activated again.
    @Test func aTurnBeginsRequestsAnew() throws {
        let restarting = try run(.rand67, "turn_restarts: true", width: 4)
        let finishing = try run(.rand67, "turn_restarts: false", width: 4)
        #expect(restarting.driver.hasEnded && finishing.driver.hasEnded)
        #expect(activates(restarting) > activates(finishing) + 20)
    }

    /// Two reads and a write of one row, `interval` clocks apart, and the turn of writes begins as the write comes (nRCD = nCL = 24, nBL = 4,
    /// nTURN = 52).
    ///
    /// 20 apart, the first read's access has been begun at 24, so that its row is closed at 40 and opened for the write; the bus turns until 92,
    /// the write's data end at 96, the bus turns until 148, and the second read follows the first by nCL + nBL. 5 apart, the row is on its way at
    /// 10 and counts as open, the bus turns until 62, and the rest follows as before. The answer comes a cycle after the data.
    @Test(arguments: [(20, 2, 148 + 28 + 4), (5, 1, 62 + 4 + 52 + 28 + 4)])
    func takesBackWhatHasBegun(interval: Int, opened: Int, end: Int) throws {
        let run = try self.run(.seq67, "drain_high: 0, drain_low: 0", count: 3, isMapB: false, interval: interval)
        #expect(run.driver.hasEnded)
        #expect(activates(run) == opened)
        #expect(run.driver.lastDone == end)
    }

    /// Without turns there is nothing to take back.
    @Test func readsAloneAreTheSame() throws {
        let restarting = try run(.rand, "turn_restarts: true", width: 4)
        let finishing = try run(.rand, "turn_restarts: false", width: 4)
        #expect(restarting.driver.cycles == finishing.driver.cycles)
    }

    /// A read of an open row whose bank is free waits for the lead; the first waits longer for its row.
    @Test func accessesHaveALead() throws {
        let latencies = try [0, 24, 25].map {
            try run(.seq, "access_lead: \($0)", count: 100, isMapB: false, interval: 200).driver.latencySum
        }
        #expect(latencies[1] - latencies[0] == 99 * 24)
        #expect(latencies[2] - latencies[1] == 99)
    }

    /// A request whose row was opened has left the queues: it cannot be begun anew.
    @Test func anActiveBufferIsRefused() {
        #expect(throws: (any Error).self) {
            try dramPart(
                "{extends: controllers/champsim.yaml, active_buffer: true}", quiet: true, DRAMController.read)
        }
    }
}
