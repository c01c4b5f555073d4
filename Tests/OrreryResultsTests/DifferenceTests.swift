import OrreryText
import Testing

@testable import OrreryResults

@Suite struct DifferenceTests {
    @Test func equalResultsHaveNone() throws {
        let json = try Toy().result().json()
        let difference = try ResultDifference(json, json)
        #expect(difference.isEmpty && difference.text() == "the results are the same\n")
        // How much was folded is how it was computed.
        #expect(try ResultDifference(json, Toy(isFolded: false).result().json()).isEmpty)
    }

    @Test func theGreatestChangeComesFirst() throws {
        let before = try Toy(tiles: 100).result().json()
        var toy = try Toy(tiles: 200).result()
        toy.inputs.overrides = [.init(path: "dram.latency", value: "9 ns"), .init(path: "tiles", value: "200")]
        toy.inputs.files = []
        let difference = try ResultDifference(before, toy.json())
        #expect(
            difference.inputs == [
                "file toy.yaml: only in the first", "set dram.latency: 5 ns -> 9 ns",
                "set tiles: as in the files -> 200",
            ])
        let latency = try #require(difference.sections.first { $0.title == "latency" })
        #expect(latency.changes.map(\.name) == ["whole run"])
        #expect(latency.changes[0].before == 1.209e-6 && latency.changes[0].after == 2.409e-6)
        let energy = try #require(difference.sections.first { $0.title == "energy" })
        #expect(energy.changes.map(\.distance) == energy.changes.map(\.distance).sorted(by: >))
        #expect(energy.changes.first?.name == "whole run")
        let traffic = try #require(difference.sections.first { $0.title == "traffic" })
        #expect(traffic.changes.map(\.name) == ["dram read_bytes"])
        let text = difference.text()
        #expect(text.contains("  whole run") && text.contains("+99.3 %") && text.contains("more numbers differ"))
        #expect(difference.text(isComplete: true).contains("core clock"))
    }

    @Test func whatIsMissingIsNewOrGone() throws {
        let before = try Toy().result()
        var after = before
        after.components.removeLast()
        let difference = try ResultDifference(before.json(), after.json())
        #expect(difference.text().contains("gone"))
        #expect(try ResultDifference(after.json(), before.json()).text().contains("new"))
    }

    @Test func anythingElseIsNoResult() throws {
        let json = try Toy().result().json()
        #expect(throws: ResultDifference.Mismatch.self) { _ = try ResultDifference(json, ["schema": "orrery-study/1"]) }
        #expect(throws: ResultDifference.Mismatch.self) { _ = try ResultDifference(["a": 1], json) }
    }
}
