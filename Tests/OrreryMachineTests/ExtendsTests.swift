import Foundation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Files that extend others")
struct ExtendsTests {
    @Test func mergeDeeplyAndAddAndTakeAway() throws {
        let top = """
            machine: top
            extends: parts/base.yaml
            components:
              core: {lanes: 16, tuning: {b: 5}}
              more: {class: store, capacity: 2 KiB}
              gone: null
            """
        let base = plainMachine.replacingOccurrences(
            of: "lanes: 8}", with: "lanes: 8, tuning: {a: 3, b: 4}}\n  gone: {class: store, capacity: 1 B}")
        let machine = try machine(top, with: ["parts/base.yaml": base])
        #expect(machine.name == "top")
        #expect(machine.components.map(\.path) == ["core", "store", "more"])
        #expect(machine.parameter("core.lanes") == "16")
        #expect(machine.parameter("core.tuning.a") == "3")
        #expect(machine.parameter("core.tuning.b") == "5")
        #expect(machine.files.map { $0.split(separator: "/").last } == ["base.yaml", "m.yaml"])
    }

    @Test func replaceAComponentOfAnotherClassWhole() throws {
        let top = """
            machine: top
            extends: base.yaml
            components: {store: {class: delay-memory, latency: 5 ns, capacity: 1 MiB}}
            """
        let base = plainMachine.replacingOccurrences(of: "1 KiB", with: "1 KiB, banks: 4")
        #expect(try machine(top, with: ["base.yaml": base]).parameter("store.banks") == nil)
    }

    @Test func mustNotGoInCirclesOrNowhere() throws {
        let circle = try Folder([
            "a.yaml": "extends: b.yaml", "b.yaml": "extends: ./x/../c.yaml", "c.yaml": "extends: a.yaml",
        ])
        let found = circle.problems("a.yaml")
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("c.yaml:1:10: error: extends: files extend each other in a circle: ") == true)
        same(
            try problems("extends: none.yaml"),
            [
                "m.yaml:1:10: error: extends: 'none.yaml': cannot open the file: No such file or directory"
            ])
    }

    @Test func giveAResolvedTextThatReadsBackTheSame() throws {
        for name in ["flat", "fusemax", "flat-edge", "scalesim", "stonne", "two-arrays"] {
            let machine = try shipped(name, set: name == "two-arrays" ? [:] : ["buffer.capacity": "64 MiB"])
            let text = YAMLEmitter.text(of: machine.resolvedNode)
            let folder = try Folder(["m.yaml": text])
            for table in machine.files where table.hasSuffix("45nm.yaml") {
                try folder.write(String(contentsOfFile: table, encoding: .utf8), to: "tables/45nm.yaml")
            }
            let diagnostics = Diagnostics()
            let again = Machine.load(path: "\(folder.path)/m.yaml", diagnostics: diagnostics)
            #expect(diagnostics.all.map(\.description) == [])
            let known = try #require(again)
            #expect(known.resolvedNode == machine.resolvedNode)
            #expect(known.components.map(\.quantities) == machine.components.map(\.quantities))
            #expect(known.unsourced.map(\.path) == (name == "two-arrays" ? [] : ["buffer.capacity"]))
        }
    }
}
