import Foundation
import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// Energies from currents, beside DRAMsim3's in true units (`reference/memory` §3.4, §5), and from published figures.
@Suite struct DRAMEnergyTests {
    private func close(_ found: Double, _ expected: Double, within tolerance: Double = 0.001) -> Bool {
        abs(found / expected - 1) <= tolerance
    }

    @Test func commandsCostWhatTheCurrentsSay() throws {
        let device = try dramDevice("ddr4-2400", "power: power/ddr4-3200-core.yaml")
        let energy = try #require(DRAMEnergy(device))
        #expect(close(energy.activate.value, 4.118e-9) && close(energy.read.value, 3.711e-9))
        #expect(close(energy.write.value, 3.135e-9) && close(energy.refreshAll.value, 685.6e-9))
        #expect(close(energy.openStandby.value, 499.2e-3) && close(energy.closedStandby.value, 355.2e-3))
    }

    /// Every DDR4 configuration that DRAMsim3 ships: its own equations with its own numbers.
    @Test func commandsOfEveryDDR4ConfigurationAreTheReferences() throws {
        guard let rows = PeerRow.load("dramsim3_configs_timing_energy.csv") else {
            print("SKIPPED: no reference/memory/dramsim3_configs_timing_energy.csv beside the package")
            return
        }
        let ddr4 = rows.filter { $0["protocol"] == "DDR4" }
        #expect(ddr4.count > 30)
        for row in ddr4 {
            let (ras, rp) = (Int(row["tRAS"])!, Int(row["tRP"])!)
            let currents = [
                ("IDD0", "IDD0"), ("IDD2N", "IDD2N"), ("IDD3N", "IDD3N"), ("IDD4R", "IDD4R"), ("IDD4W", "IDD4W"),
                ("IDD5B", "IDD5AB"),
            ].map { "\($0): \(row[$1])" }.joined(separator: ", ")
            let device = try dramDevice(
                "ddr4-2400",
                """
                tCK: \(row["tCK_ns"]) ns, timing: {nRAS: \(ras), nRP: \(rp), nRC: \(ras + rp), nRFC: \(row["tRFC"])}, \
                power: {VDD: \(row["VDD"]), devices: \(row["devices_per_rank"]), \(currents), source: x, status: sourced}
                """)
            let energy = try #require(DRAMEnergy(device))
            func check(_ found: Double, _ column: String, _ unit: Double) {
                let expected = row.number(column)! * unit
                // The table has three or one digits behind the point.
                let digit = (column.hasPrefix("E_ref") || column.hasPrefix("P") ? 0.05 : 0.0005) * unit
                #expect(
                    abs(found - expected) <= 0.001 * expected + digit,
                    "\(row["config"]) \(column): \(found), \(expected)")
            }
            check(energy.activate.value, "E_act_nJ_rank", 1e-9)
            check(energy.read.value / 512, "E_rd_pJ_bit", 1e-12)
            check(energy.write.value / 512, "E_wr_pJ_bit", 1e-12)
            check(energy.refreshAll.value, "E_ref_nJ_rank", 1e-9)
            check(energy.openStandby.value, "P_act_standby_mW_rank", 1e-3)
            check(energy.closedStandby.value, "P_pre_standby_mW_rank", 1e-3)
        }
    }

    /// Whole runs of every kind of traffic, DDR4, DDR5 and HBM, with and without refresh.
    @Test func totalsAreTheReferences() throws {
        guard let rows = PeerRow.load("reference_ds3.csv") else {
            print("SKIPPED: no reference/memory/reference_ds3.csv beside the package")
            return
        }
        var worst = 0.0
        for row in rows where row["ch"] == "1" {
            let hbm =
                "{VDD: 1.2, devices: 1, IDD0: 65, IDD2N: 40, IDD3N: 55, IDD4R: 390, IDD4W: 500, IDD5B: 250, source: x, status: sourced}"
            let ddr5 = "{extends: power/ddr4-3200-core.yaml, devices: 4}"
            let power =
                row["cfg"].hasPrefix("hbm") ? hbm : row["cfg"].hasPrefix("ddr5") ? ddr5 : "power/ddr4-3200-core.yaml"
            guard let run = try Peer.dramsim.run(row, power: power) else { continue }
            let found = try #require(run.memory.energy(in: run.kernel.ledger)).total * 1e9
            let expected = try #require(row.number("E_total_nJ"))
            let error = found / expected - 1
            worst = max(worst, abs(error))
            #expect(
                abs(error) <= 0.01,
                "\(row["cfg"]) \(row["trace"]) \(row["map"]) refresh \(row["refresh"]): \(found) nJ, \(expected) nJ")
        }
        print("worst total: \(worst * 100) %")
    }

    /// The pump supply costs by the same differences of currents, pins by the bit.
    @Test func pumpAndPinsAreAdded() throws {
        let core = try #require(DRAMEnergy(try dramDevice("ddr4-3200", "power: power/ddr4-3200-core.yaml")))
        let all = try #require(DRAMEnergy(try dramDevice("ddr4-3200")))
        let clock = 0.625e-9
        #expect(close(all.activate.value - core.activate.value, 2.5 * 3e-3 * (74 - 52) * clock * 8))
        #expect(close(all.read.value - core.read.value, 512 * 0.5 * 1.2 * 14.634e-3 * 0.3125e-9))
        #expect(close(all.openStandby.value - core.openStandby.value, 2.5 * 3e-3 * 8))
    }

    @Test func publishedEnergiesAreAsTheyAre() throws {
        let energy = try #require(DRAMEnergy(try dramDevice("hbm2-2000")))
        #expect(close(energy.activate.value, 909e-12) && close(energy.read.value, 2.54e-12 * 256))
        #expect(close(energy.refreshAll.value / 16, energy.refreshBank.value))
        // Three quarters of a kilobyte row used, the whole is 3.9 pJ/bit as published, less its ECC.
        #expect(close(energy.activate.value / 751 + energy.read.value / 256, 3.75e-12, within: 0.01))
    }

    @Test(arguments: DRAMCase.all) func everyCommandIsExplained(_ which: DRAMCase) throws {
        let energy = try #require(DRAMEnergy(try dramDevice(which.part))).component
        #expect(Set(energy.actions.keys) == Set(DRAMCounters.actions))
        for cost in Array(energy.actions.values) + Array(energy.states.values) {
            #expect(!cost.formula.isEmpty && !cost.sources.isEmpty && cost.value >= 0)
        }
    }

    @Test func problemsOfPowerAreReported() {
        let diagnostics = Diagnostics()
        let text =
            "{extends: ddr4-2400.yaml, power: {VDD: 1.2 A, IDD0: x, IDD2N: 3, devices: 0, IDD3n: 4, io_read: 3 pJ}}"
        let node = YAML.parse(text, file: "\(dramParts)/test.yaml", diagnostics: diagnostics)
        let whole = node.flatMap { PartFile.resolve($0, path: "part", diagnostics: diagnostics) }
        #expect(whole.flatMap { DRAMDevice.read($0, path: "part", diagnostics: diagnostics) } == nil)
        let found = diagnostics.all.map(\.description)
        for part in [
            "is no value of VDD", "IDD0", "'devices' is no number", "did you mean 'IDD3N'", "'IDD3N' is missing",
            "'IDD4R' is missing", "is no value of io_read",
        ] {
            #expect(found.contains { $0.contains(part) }, "\(part) in \(found)")
        }
    }
}
