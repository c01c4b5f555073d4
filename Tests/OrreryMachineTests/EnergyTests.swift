import Foundation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Energy of a machine")
struct EnergyTests {
    private let table = """
        table: t
        elements:
          unit: {energy: 2 pJ, static: 3 mW, area: 5 um2, source: lab, status: sourced}
          cell:
            parameters: [capacity]
            points: [{capacity: 1 KiB, read: 7 pJ, write: 9 pJ, static: 1 mW, area: 11 um2}]
            source: book
            status: recalled
        classes:
          core: {made_of: {unit: lanes}, actions: {work: 2 * unit}, free: [rest]}
          store: {made_of: {cell: 1}, actions: {read: cell.read, write: cell.write}}
        artifact: {one_instance: [unit]}
        """

    private func machine(_ energy: String, _ table: String? = nil, in text: String = plainMachine) throws -> Machine {
        try OrreryMachineTests.machine(
            text + "\nenergy: \(energy)\narea: {table: t.yaml}", with: ["t.yaml": table ?? self.table])
    }

    private func problems(_ energy: String, _ table: String? = nil, in text: String = plainMachine) throws -> [String] {
        try OrreryMachineTests.problems(text + "\nenergy: \(energy)", with: ["t.yaml": table ?? self.table])
    }

    @Test func followsFromTheTable() throws {
        let machine = try machine("{table: t.yaml}")
        let energy = try #require(machine.energy)
        let (core, store) = (machine.components[0], machine.components[1])
        let work = try #require(energy.energyPerAction(part: core, action: "work"))
        #expect(work.joules == 4e-12)
        #expect(work.instances == 1)
        #expect(work.formula == "2 * unit")
        #expect(work.sources == ["lab"])
        #expect(work.status == .sourced)
        #expect(energy.energyPerAction(part: core, action: "rest")?.joules == 0)
        #expect(energy.energyPerAction(part: core, action: "read") == nil)
        #expect(energy.energyPerAction(part: store, action: "write")?.joules == 9e-12)
        #expect(energy.energyPerAction(part: store, action: "write")?.status == .recalled)
        #expect(abs(energy.staticPower(core).watts - 24e-3) < 1e-15)
        let area = try #require(machine.area)
        #expect(abs(area.area(core) - 40e-12) < 1e-24)
        #expect(abs(area.total(machine) - 51e-12) < 1e-24)
    }

    @Test func chargesOneInstanceWithArtifactAccounting() throws {
        let machine = try machine("{table: t.yaml, accounting: artifact}")
        let energy = try #require(machine.energy)
        let work = try #require(energy.energyPerAction(part: machine.components[0], action: "work"))
        #expect(work.joules == 0.5e-12)
        #expect(work.instances == 8)
        #expect(energy.energyPerAction(part: machine.components[1], action: "read")?.joules == 7e-12)
        #expect(energy.staticPower(machine.components[0]).watts == 0)
    }

    @Test func takesFormulasAndElementsOfTheMachineFile() throws {
        let text = plainMachine.replacingOccurrences(of: "lanes: 8", with: "lanes: 8, made_of: {unit: 2 * lanes}")
        let machine = try machine(
            "{table: t.yaml, actions: {core.rest: unit, store.read: {value: 4 pJ, source: guess, status: fitted}}}",
            in: text)
        let energy = try #require(machine.energy)
        #expect(energy.energyPerAction(part: machine.components[0], action: "rest")?.joules == 2e-12)
        #expect(energy.energyPerAction(part: machine.components[1], action: "read")?.status == .fitted)
        #expect(abs(energy.staticPower(machine.components[0]).watts - 48e-3) < 1e-15)
    }

    @Test func isAnErrorWhereAnActionHasNone() throws {
        let without = table.replacingOccurrences(of: ", free: [rest]", with: "")
        let found = try problems("{table: t.yaml}", without)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("m.yaml:4:3: error: core: action 'rest' of class core has no energy in table 't' (")
                == true)
        #expect(
            found.first?.hasSuffix("t.yaml); add it to the table, or give energy: {actions: {core.rest: …}}") == true)
    }

    @Test func isAnErrorWhereTheTableDoesNotReach() throws {
        let text = plainMachine.replacingOccurrences(of: "capacity: 1 KiB", with: "capacity: 5 KiB")
        same(
            try problems("{table: t.yaml}", in: text),
            [
                "m.yaml:5:3: error: store: the energy of 'read' in table 't' cannot be had: 'capacity' of 'cell' is 5 KiB, "
                    + "more than 4 times outside the table's 1 KiB; add a point to the table",
                "m.yaml:5:3: error: store: the energy of 'write' in table 't' cannot be had: 'capacity' of 'cell' is 5 KiB, "
                    + "more than 4 times outside the table's 1 KiB; add a point to the table",
                "m.yaml:5:3: error: store: no static power in table 't': 'capacity' of 'cell' is 5 KiB, "
                    + "more than 4 times outside the table's 1 KiB; add a point to the table",
            ])
    }

    @Test func namesTheWrongWords() throws {
        same(
            try problems("{table: t.yaml, accounting: full, actions: {core.wrok: unit, cor.work: unit}}"),
            [
                "m.yaml:7:37: error: energy.accounting: 'full' is not one of complete, artifact",
                "m.yaml:7:53: error: energy.actions.core.wrok: class core counts no action 'wrok'; did you mean 'work'?",
                "m.yaml:7:70: error: energy.actions.cor.work: there is no component 'cor'; did you mean 'core'?",
            ])
        same(
            try problems("{table: t.yaml, actions: {core.work: 2 * unti}}").first,
            "m.yaml:4:3: error: core: the energy of 'work' in table 't' cannot be had: unknown name 'unti' "
                + "(m.yaml:7:46); did you mean 'unit'?")
    }
}
