import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// Energies from IDD values, as DRAMsim3 computes them in true units (`reference/memory` §3.4).
@Suite struct DRAMEnergyTests {
    private static let currents =
        "power: {VDD: 1.2, devices: 8, IDD0: 57, IDD2N: 37, IDD3N: 52, IDD4R: 168, IDD4W: 150, IDD5B: 250, VPP: 0, source: test, status: sourced}"

    private func close(_ found: Double, _ expected: Double, within tolerance: Double = 0.001) -> Bool {
        abs(found / expected - 1) <= tolerance
    }

    @Test func commandsCostWhatTheCurrentsSay() throws {
        let energy = try #require(DRAMEnergy(try dramDevice("ddr4-2400", Self.currents)))
        #expect(close(energy.activate, 4.118e-9) && close(energy.read, 3.711e-9) && close(energy.write, 3.135e-9))
        #expect(close(energy.refreshAll, 685.6e-9))
        #expect(close(energy.openStandby, 499.2e-3) && close(energy.closedStandby, 355.2e-3))
    }

    /// 200,000 sequential reads of map B with refresh: totals of reference_ds3.csv.
    @Test func totalsAreTheReferences() throws {
        let device = try dramDevice("ddr4-2400", "\(Self.currents), timing: {nRC: 55}")
        let which = DRAMCase.all[0]
        let run = try DRAMRun(which.stream(.seq, 200_000, isMapB: true), device, try dramController("like-dramsim3"))
        let energy = try #require(run.memory.energy(in: run.kernel.ledger))
        #expect(close(energy.activate, 8595.0e-9, within: 0.01), "\(energy)")
        #expect(close(energy.read, 742_103.0e-9))
        #expect(close(energy.refresh, 61_703.8e-9, within: 0.01), "\(energy)")
        #expect(close(energy.total, 1_158_238.2e-9, within: 0.01), "\(energy)")
    }
}
