import Foundation
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("A machine file")
struct MachineTests {
    @Test func isReadIntoParts() throws {
        let machine = try machine(plainMachine)
        #expect(machine.name == "plain")
        #expect(machine.components.map(\.path) == ["core", "store"])
        #expect(machine.components[0].connections.map { "\($0.port) \($0.server)" } == ["memory store"])
        #expect(machine.components[0].mark.description.hasSuffix("m.yaml:4:3"))
        #expect(machine.clocks.clocks == [Clock(name: "main", periodNumerator: 1, periodDenominator: 1_000_000_000)])
    }

    @Test func reportsEveryProblemAtOnce() throws {
        let found = try problems(
            """
            machine: broken
            clock: {main: 1 GHz}
            clocks: {main: 1 GB}
            components:
              core: {class: cor, lanes: 8}
              other: {class: core, lane: 8, clock: main}
              store: {class: store, capacity: 1 KiB, banks: 65}
              bad-name: {class: store, capacity: 1 B}
              clocks: {class: store, capacity: 1 B}
            connect: [[other.memroy, store], [store, other]]
            """)
        #expect(
            found == [
                "m.yaml:2:1: error: unknown key 'clock'; did you mean 'clocks'?",
                "m.yaml:3:16: error: clocks.main: '1 GB' is a size; expected a frequency or a time, such as 940 MHz or 100 ns",
                "m.yaml:9:3: error: 'clocks' is no name for a component: it has a meaning in paths",
                "m.yaml:5:17: error: core: unknown class 'cor'; did you mean 'core'?",
                "m.yaml:6:24: error: other: unknown key 'lane'; did you mean 'lanes'?",
                "m.yaml:6:10: error: other.lanes: is missing: lanes; expected a whole number (1 to 4096)",
                "m.yaml:7:49: error: store.banks: 65 is out of range; expected 1 to 64",
                "m.yaml:8:3: error: 'bad-name' is no name for a component; expected a letter, then letters, digits and '_'",
                "m.yaml:10:12: error: connect: 'other' (class core) has no port 'memroy'; did you mean 'memory'?",
                "m.yaml:10:35: error: connect: names no port of 'store'; class store has none",
                "m.yaml:6:3: error: other: port 'memory' is not connected (what it reads); "
                    + "add [other.memory, SERVER] to connect",
            ])
    }

    @Test func reportsWhatOnlyTheComponentsCanCheck() throws {
        let found = try problems(plainMachine.replacingOccurrences(of: "1 KiB", with: "1 KiB, banks: 3"))
        #expect(found == ["m.yaml:5:49: error: store.banks: 3 banks don't divide the capacity"])
    }

    @Test func needsAClockByNameWhereThereAreSeveral() throws {
        let text = plainMachine.replacingOccurrences(of: "{main: 1 GHz}", with: "{main: 1 GHz, slow: 2 ns}")
        same(
            try problems(text),
            [
                "m.yaml:4:9: error: core: names no clock, and the machine has 2; expected clock: main or clock: slow",
                "m.yaml:5:10: error: store: names no clock, and the machine has 2; expected clock: main or clock: slow",
            ])
        let named = text.replacingOccurrences(of: "class: core", with: "class: core, clock: slwo")
        same(
            try problems(named).first, "m.yaml:4:30: error: core.clock: there is no clock 'slwo'; did you mean 'slow'?")
    }

    @Test func warnsWhereClocksHardlyMeet() throws {
        let text = plainMachine.replacingOccurrences(of: "{main: 1 GHz}", with: "{main: 1410.123456 MHz, other: 1 GHz}")
            .replacingOccurrences(of: "class:", with: "clock: main, class:")
        same(
            try problems(text),
            [
                "m.yaml:2:9: warning: clocks: the clocks are in the same phase only every 15625.0 us: "
                    + "repetition will hardly ever be recognised; round their frequencies to whole MHz"
            ])
    }

    @Test func hasAssembliesOfFreshComponentsServersFirst() throws {
        let machine = try machine(plainMachine)
        let (first, second) = (try machine.instantiate(), try machine.instantiate())
        #expect(first.components.map(\.path) == ["store", "core", "core.helper"])
        #expect(targets(of: first.byPath["core"]) == ["store"])
        #expect(first.byPath["core"] !== second.byPath["core"])
        #expect(machine.part(at: "core.helper")?.path == "core")
        #expect(machine.part(at: "nothing") == nil)
    }

    @Test func answersExpressionsAboutItsParameters() throws {
        let machine = try machine(
            plainMachine.replacingOccurrences(of: "lanes: 8", with: "lanes: 2 * 4, tuning: {a: 3}"))
        #expect(machine.parameter("core.lanes") == "8")
        #expect(machine.parameter("core.tuning.a") == "3")
        #expect(machine.parameter("core.speed") == "1 GB/s")
        #expect(machine.parameter("core.clock") == "1 GHz")
        #expect(machine.parameter("clocks.main") == "1 GHz")
        #expect(machine.parameter("store.capacity") == "1024 B")
        #expect(machine.parameter("store.nothing") == nil)
        #expect(machine.parameter("nothing.lanes") == nil)
        #expect(
            machine.parameterPaths == [
                "clocks.main", "core.clock", "core.lanes", "core.speed", "core.tuning.a", "store.clock", "store.banks",
                "store.capacity",
            ])
    }

    @Test func relaxesAComponent() throws {
        let machine = try machine(plainMachine)
        #expect(machine.relaxed("core")?.parameter("core.lanes") == "4096")
        #expect(machine.relaxed("store") == nil)
        #expect(machine.relaxed("nothing") == nil)
    }
}
