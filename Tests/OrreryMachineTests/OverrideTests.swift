import Foundation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Overrides")
struct OverrideTests {
    private let grouped = """
        machine: grouped
        clocks: {main: 1 GHz, slow: 500 MHz}
        components:
          gpu:
            class: group
            count: 2
            clock: main
            components:
              sm: {class: core, count: 3, lanes: 8, instances: {1: {lanes: 4}}}
              l2: {class: store, capacity: 1 KiB}
            connect:
                - sm[*].memory -> l2
        """

    @Test func setOneValueOfOneOrOfAllInstances() throws {
        let one = try machine(grouped, set: ["gpu[1].sm[2].lanes": "32", "gpu.sm[0].clock": "slow"])
        #expect(
            one.components.filter { $0.family == "gpu.sm" }.map { $0.quantities["lanes"] } == [
                "8", "4", "8", "8", "4", "32",
            ])
        #expect(one.components.filter { $0.family == "gpu.sm" }.map(\.clock) == [1, 0, 0, 1, 0, 0])
        #expect(one.parameter("gpu[1].sm[2].lanes") == "32")
        #expect(one.parameter("gpu.sm.lanes") == nil)
        let all = try machine(grouped, set: ["gpu.sm.lanes": "16"])
        #expect(all.parameter("gpu.sm.lanes") == "16")
        #expect(all.parameter("gpu.sm.count") == "6")
        #expect(try machine(grouped, set: ["gpu.sm.count": "5"]).components.count == 12)
    }

    @Test func setClocksAndPartsOfValues() throws {
        let machine = try machine(plainMachine, set: ["clocks.main": "2 GHz", "core.tuning.a": "7"])
        #expect(machine.parameter("core.clock") == "2 GHz")
        #expect(machine.parameter("core.tuning.a") == "7")
    }

    @Test func sayWhatWasProbablyMeant() throws {
        let wrong = [
            "cores.lanes": "3", "core.lane": "3", "clocks.mian": "1 GHz", "core": "3", "core[1].lanes": "3",
            "core.lanes.x": "3", "core..lanes": "3", "core.speed": "3 GHz",
        ]
        same(
            try problems(plainMachine, set: wrong),
            [
                "--set:1:1: error: clocks.mian: clocks has no 'mian'; did you mean 'main'?",
                "--set:1:1: error: core: is a component: the name of a parameter must follow",
                "--set:1:1: error: core..lanes: 'core..lanes' is no path; expected a path such as dram.bandwidth",
                "--set:1:1: error: core.lane: 'core' (class core) has no parameter 'lane'; did you mean 'lanes'?",
                "--set:1:1: error: core.lanes.x: 'lanes' of 'core' is a single value",
                "--set:1:1: error: core[1].lanes: 'core' has no instances to choose from; write core",
                "--set:1:1: error: cores.lanes: there is no component 'cores'; did you mean 'core'?",
                "--set:1:1: error: core.speed: '3 GHz' is a frequency; "
                    + "expected a bandwidth, such as 400 GiB/s or 800 GB/s",
            ])
        same(
            try problems(grouped, set: ["gpu.sm[3].lanes": "1", "gpu.sn.lanes": "1"]),
            [
                "--set:1:1: error: gpu.sm[3].lanes: 'sm' has 3 instances, from 0",
                "--set:1:1: error: gpu.sn.lanes: there is no component 'sn'; did you mean 'sm'?",
            ])
    }
}
