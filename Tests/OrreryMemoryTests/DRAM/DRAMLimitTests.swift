import SimulationTestSupport
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// Lost cycles are charged to what the traffic is known to be limited by, and they and the bursts make up the time.
@Suite struct DRAMLimitTests {
    @Test(arguments: [
        (RequestStream.Kind.bankrr, "tFAW"), (.rand, "tFAW"), (.bg1, "tCCD_L"), (.rowconf, "bank conflict"),
        (.chase, "bank conflict"),
    ])
    func namesWhatLimits(kind: RequestStream.Kind, cause: String) throws {
        let device = try dramDevice("ddr4-3200")
        let run = try DRAMRun(DRAMCase.all[1].stream(kind, 5000), device, try dramController("ideal"))
        let lost = run.memory.lostTicks(in: run.kernel.ledger)
        let most = try #require(lost.max { $0.ticks < $1.ticks })
        let all = lost.reduce(0) { $0 + $1.ticks }
        #expect(most.cause == cause, "\(lost)")
        #expect(Double(most.ticks) >= 0.5 * Double(all))
        let busy = 5000 * 4
        #expect(abs(all + busy - run.driver.cycles) <= 100, "\(all) lost, \(busy) busy, \(run.driver.cycles) cycles")
    }

    @Test func refreshAndTurnaroundShow() throws {
        let device = try dramDevice("hbm2-2000")
        let which = DRAMCase.all[3]
        func lost(_ kind: RequestStream.Kind, _ changes: String) throws -> [String: Int] {
            let run = try DRAMRun(
                which.stream(kind, 100_000, isMapB: true), device, try dramController("ideal", changes), width: 2)
            return Dictionary(
                uniqueKeysWithValues: run.memory.lostTicks(in: run.kernel.ledger).map { ($0.cause, $0.ticks) })
        }
        let refreshing = try lost(.seq, "refresh: all-bank")
        #expect(refreshing.max { $0.value < $1.value }?.key == "refresh", "\(refreshing)")
        let mixed = try lost(.seq67, "")
        #expect(mixed.max { $0.value < $1.value }?.key == "turnaround", "\(mixed)")
    }

    /// A memory that never limits answers everything in the next tick.
    @Test func instantIsLimitedByTheRequesterAlone() throws {
        let which = DRAMCase.all[0]
        let run = try DRAMRun(
            which.stream(.rand67, 1000), try dramDevice("ddr4-2400"), try dramController("like-dramsim3"), width: 4,
            mode: .instant)
        #expect(run.driver.hasEnded && run.driver.cycles <= 1000 / 4 + 2)
        let traffic = run.memory.traffic
        let ledger = run.kernel.ledger
        #expect(traffic.actions(0, 0, in: ledger) + traffic.actions(1, 0, in: ledger) == 1000)
        #expect(traffic.actions(2, 0, in: ledger) == 0 && traffic.actions(3, 0, in: ledger) == 0)
    }
}
