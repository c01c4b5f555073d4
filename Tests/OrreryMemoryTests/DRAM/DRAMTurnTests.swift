import Testing

@testable import OrreryMemory
@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Controllers that take back what they have begun when reads and writes change turns (ChampSim's).
@Suite struct DRAMTurnTests {
    private func run(_ kind: RequestStream.Kind, _ changes: String, width: Int = 1) throws -> DRAMRun {
        try DRAMRun(
            DRAMCase.all[1].stream(kind, 2000, isMapB: true), try dramDevice("champsim"),
            try dramController("champsim", "refresh: none, \(changes)"), width: width, limit: 5_000_000)
    }

    /// What a turn takes back costs another activate and time.
    @Test func aTurnBeginsRequestsAnew() throws {
        let restarting = try run(.rand67, "turn_restarts: true", width: 4)
        let finishing = try run(.rand67, "turn_restarts: false", width: 4)
        #expect(restarting.driver.hasEnded && finishing.driver.hasEnded)
        let activates = [restarting, finishing].map { $0.memory.traffic.actions(2, 0, in: $0.kernel.ledger) }
        #expect(activates[0] > activates[1] + 20, "\(activates)")
        #expect(restarting.driver.cycles > finishing.driver.cycles)
    }

    /// Without turns there is nothing to take back.
    @Test func readsAloneAreTheSame() throws {
        let restarting = try run(.rand, "turn_restarts: true", width: 4)
        let finishing = try run(.rand, "turn_restarts: false", width: 4)
        #expect(restarting.driver.cycles == finishing.driver.cycles)
    }

    /// A read of an open row whose bank is free takes the lead and its burst.
    @Test func accessesHaveALead() throws {
        let led = try run(.seq, "access_lead: 24")
        let bare = try run(.seq, "access_lead: 0")
        #expect(led.driver.cycles > bare.driver.cycles + 2000 * 20)
    }

    /// A request whose row was opened has left the queues: it cannot be begun anew.
    @Test func anActiveBufferIsRefused() {
        #expect(throws: (any Error).self) {
            try dramPart(
                "{extends: controllers/champsim.yaml, active_buffer: true}", quiet: true, DRAMController.read)
        }
    }
}
