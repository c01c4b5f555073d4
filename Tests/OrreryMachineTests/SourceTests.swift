import Foundation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Sources of numbers")
struct SourceTests {
    private let base = plainMachine.replacingOccurrences(
        of: "lanes: 8", with: "lanes: {value: 8, source: data sheet, status: sourced}, tuning: {a: 3, b: 4}")

    private func statuses(_ machine: Machine) -> [String] {
        machine.sources.map { "\($0.path) \($0.text) \($0.status)" }
    }

    @Test func stayWithTheirNumbers() throws {
        let machine = try machine(
            base + """

                sources:
                  core.tuning: {source: trial, status: fitted}
                  core.tuning.b: {source: arithmetic, status: derived}
                  clocks.main: {source: memory, status: recalled}
                """)
        #expect(
            statuses(machine) == [
                "clocks.main 1 GHz recalled", "core.lanes 8 sourced", "core.tuning.a 3 fitted",
                "core.tuning.b 4 derived",
                "store.capacity 1 KiB none",
            ])
        #expect(machine.unsourced.map(\.path) == ["store.capacity"])
        #expect(machine.sources.first { $0.path == "core.lanes" }?.note?.source == "data sheet")
    }

    @Test func doNotSpeakOfValuesThatReplacedTheirs() throws {
        let files = [
            "base.yaml": base
                + "\nsources: {core: {source: lab, status: sourced}, store.capacity: {source: lab, status: sourced}}"
        ]
        let top = """
            machine: top
            extends: base.yaml
            components: {core: {lanes: 16, tuning: {a: 5}}}
            """
        let machine = try machine(top, set: ["store.capacity": "2 KiB"], with: files)
        #expect(
            statuses(machine) == [
                "clocks.main 1 GHz none", "core.lanes 16 none", "core.tuning.a 5 none", "core.tuning.b 4 sourced",
                "store.capacity 2 KiB user",
            ])
        #expect(machine.sources.last?.override == "--set")
        #expect(machine.unsourced.map(\.path) == ["clocks.main", "core.lanes", "core.tuning.a"])
        let noted = try self.machine(
            top + "\nsources: {core: {source: book, status: recalled}}", with: files)
        #expect(noted.sources.map(\.status) == ["none", "recalled", "recalled", "recalled", "sourced"])
    }

    @Test func mustNameANumberAndAStatus() throws {
        let text =
            base + """

                sources:
                  core.lnes: {source: lab, status: sourced}
                  core.lanes: {source: lab, status: sure}
                """
        same(
            try problems(text),
            [
                "m.yaml:9:37: error: sources.core.lanes: 'sure' is no status; expected sourced, derived, recalled or fitted",
                "m.yaml:8:3: error: sources: 'core.lnes' is no number of this machine; did you mean 'core.lanes'?",
            ])
    }

    private func machine(_ text: String, set: [String: String] = [:], with files: [String: String] = [:]) throws
        -> Machine
    {
        try OrreryMachineTests.machine(text, set: set, with: files)
    }
}
