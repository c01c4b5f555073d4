import Foundation
import OrreryMachine
import OrreryText
import Testing

@testable import OrreryResults

/// A run on command-level DRAM from files to results: its energy by command and by state, and what a memory that never limits would gain.
@Suite struct CommandLevelMemoryTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func request(_ overrides: [String: String] = [:]) -> RunRequest {
        var values = ["B": "2", "H": "1", "M": "1Ki", "P": "512"]
        values.merge(overrides) { $1 }
        return RunRequest(
            machine: Self.root.appending(path: "HardwareSpecs/fusemax-hbm2.yaml").path,
            workload: Self.root.appending(path: "Workloads/attention-1pass.yaml").path,
            overrides: values.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
    }

    @Test func everyJouleIsAccountedFor() throws {
        let result = try Simulator.run(request()).result
        let energy = try #require(result.energy)
        #expect(energy.unpriced == [])
        let dram = try #require(energy.components.first { $0.path == "dram" })
        let account = try #require(result.components.first { $0.path == "dram" })
        #expect(dram.actions.map(\.name) == ["read", "write", "activate", "refresh", "refresh-bank"])
        #expect(dram.states.map(\.name) == ["open standby", "closed standby"])
        // 2.54 pJ/bit, 909 pJ a row.
        let bits = Double(account.readBytes * 8)
        #expect(abs(dram.actions[0].joules / (2.54e-12 * bits) - 1) < 1e-9)
        #expect(abs(dram.actions[2].joules / (909e-12 * Double(account.actions[2].total)) - 1) < 1e-9)
        // 32 pseudo-channels stand by all the time.
        let standby = account.counters.filter { $0.name.hasSuffix("standby") }.reduce(0) { $0 + $1.value }
        #expect(standby == 32 * account.elapsed)
        #expect(abs(dram.staticJoules - dram.states.reduce(0) { $0 + $1.joules }) < 1e-18 && dram.staticJoules > 0)
        let json = result.json()
        func sum(_ value: JSONValue?) -> Double {
            (value?.object ?? []).reduce(0) { $0 + ($1.value.object == nil ? $1.value.double ?? 0 : sum($1.value)) }
        }
        let members = json["energy"]
        let others = energy.components.filter { $0.path != "dram" }.reduce(0) { $0 + $1.staticJoules }
        #expect(abs(sum(members?["by_component"]) / energy.joules - 1) < 1e-9)
        #expect(abs((sum(members?["by_action"]) + others) / energy.joules - 1) < 1e-9)
    }

    @Test func artifactAccountingChargesNoStates() throws {
        let result = try Simulator.run(request(["energy.accounting": "artifact"])).result
        let dram = try #require(result.energy?.components.first { $0.path == "dram" })
        #expect(dram.states.isEmpty && dram.staticJoules == 0 && dram.dynamicJoules > 0)
    }

    @Test func aRelaxedMemoryIsRerun() throws {
        var options = RunOptions()
        options.counterfactuals = 3
        let run = try Simulator.run(request(["dram.channels": "1"]), options: options)
        #expect(run.result.limiting.component == "dram")
        let rerun = try #require(run.result.limiting.counterfactuals.first { $0.component == "dram" })
        #expect(rerun.overrides.map(\.path) == ["dram.mode"])
        #expect(rerun.seconds < run.result.latency.seconds / 2)
    }

    /// Energies of the machine file go before those of the device, and a device without any needs them.
    @Test func theMachineDecidesOverTheDevice() throws {
        let diagnostics = Diagnostics()
        let machine = try #require(
            Machine.load(
                path: Self.root.appending(path: "HardwareSpecs/fusemax-hbm2.yaml").path,
                overrides: [
                    .init(
                        path: "energy.actions.dram.read",
                        text: "{value: 1 nJ, source: a test, status: recalled}", label: "user")
                ], diagnostics: diagnostics))
        let part = try #require(machine.part(at: "dram"))
        #expect(machine.energy?.energyPerAction(part: part, action: "read")?.joules == 1e-9)
        let write = try #require(machine.energy?.energyPerAction(part: part, action: "write"))
        #expect(abs(write.joules - 2.54e-12 * 256) < 1e-15 && write.formula == "write + io_write per bit")
        #expect(write.sources.contains { $0.contains("O'Connor") })
    }
}
