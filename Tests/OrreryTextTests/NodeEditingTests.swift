import Testing

@testable import OrreryText

@Suite struct NodeEditingTests {
    @Test func mergingGoesKeyByKey() throws {
        let base = try node("{a: 1, b: {c: 2, d: [1, 2], e: {f: 3}}, g: 4}")
        let overlay = try node("{b: {d: [9], e: {h: 5}, c: {x: 1}}, g: {y: 1}, new: 6}")
        let merged = base.merging(overlay)
        #expect(merged == (try node("{a: 1, b: {c: {x: 1}, d: [9], e: {f: 3, h: 5}}, g: {y: 1}, new: 6}")))
        #expect(base.merging(try node("7")) == (try node("7")))
        #expect(try node("7").merging(base) == base)
    }

    @Test func mergedValuesKeepTheirPlaces() throws {
        let base = try node("a: 1\nb: 2\n")
        let diagnostics = Diagnostics()
        let overlay = try #require(YAML.parse("b: 3\n", file: "top.yaml", diagnostics: diagnostics))
        let merged = base.merging(overlay)
        #expect(merged["a"]?.mark.description == "hw.yaml:1:4")
        #expect(merged["b"]?.mark.description == "top.yaml:1:4")
        #expect(merged.entry("b")?.keyMark.description == "top.yaml:1:1")
    }

    @Test func settingMakesWhatIsMissing() throws {
        let base = try node("{dram: {bandwidth: 1 GB/s, list: [1, 2]}, empty: }")
        let mark = SourceMark(file: "--set")
        func set(_ path: [String], _ text: String) throws -> Node {
            try base.setting(path: path, to: Node(text, at: mark))
        }
        let changed = try set(["dram", "bandwidth"], "2 GB/s")
        #expect(changed.node(at: ["dram", "bandwidth"])?.mark.description == "--set:1:1")
        #expect(changed == (try node("{dram: {bandwidth: 2 GB/s, list: [1, 2]}, empty: }")))
        #expect(try set(["dram", "list", "1"], "5") == node("{dram: {bandwidth: 1 GB/s, list: [1, 5]}, empty: }"))
        #expect(try set(["x", "y"], "1") == node("{dram: {bandwidth: 1 GB/s, list: [1, 2]}, empty: , x: {y: 1}}"))
        #expect(try set(["empty", "y"], "1") == node("{dram: {bandwidth: 1 GB/s, list: [1, 2]}, empty: {y: 1}}"))
        #expect(try set([], "1") == node("1"))
    }

    @Test(arguments: [
        (
            ["dram", "bandwidth", "x"],
            "--set:1:1: error: dram.bandwidth.x: cannot set 'x' inside '1 GB/s', which is no mapping (hw.yaml:1:20)"
        ),
        (
            ["dram", "list", "2"],
            "--set:1:1: error: dram.list.2: '2' is no index of the sequence at hw.yaml:1:34; expected 0 to 1"
        ),
        (Array(repeating: "a", count: 1000), "--set:1:1: error: the path has more than 128 steps"),
    ])
    func settingErrors(_ path: [String], _ problem: String) throws {
        let base = try node("{dram: {bandwidth: 1 GB/s, list: [1, 2]}}")
        let error = #expect(throws: Diagnostic.self) {
            try base.setting(path: path, to: Node("1", at: SourceMark(file: "--set")))
        }
        #expect(error?.description == problem)
    }

    @Test func writtenAsYAML() throws {
        let root = try node(
            "{a: {b: [1, '2', {c: d, e: [[x], []]}]}, 'k: y': \"q\\n\", f: {}, g: , h: \"- no\", i: '#', j: 'true'}")
        #expect(
            YAMLEmitter.text(of: root) == """
                a:
                  b:
                    - 1
                    - "2"
                    - c: d
                      e:
                        - - x
                        - []
                "k: y": "q\\n"
                f: {}
                g:
                h: "- no"
                i: "#"
                j: "true"

                """)
        #expect(try node(YAMLEmitter.text(of: root)) == root)
    }

    @Test(arguments: [
        "", "~", "'quoted'", "[]", "{}", "- - - a", "\"\\x01\\u2028\\U0001F600\\ufeff\\x85\"", "a#b: c:d",
        "- -x\n- ?x\n- :x",
    ])
    func roundTrips(_ text: String) throws {
        guard !text.isEmpty else {
            #expect(YAMLEmitter.text(of: Node("", at: SourceMark(file: "x"))) == "--- \n")
            return
        }
        let first = try node(text)
        #expect(try node(YAMLEmitter.text(of: first)) == first)
    }
}
