import Testing

@testable import OrreryText

/// Inputs made to exhaust memory, stack or time.
@Suite struct YAMLLimitTests {
    @Test func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [" + Array(repeating: alias, count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(read(text).problems == ["hw.yaml:6:45: error: aliases expand to more than 1000000 values"])
    }

    @Test func mergeBomb() {
        var text = "b: &b {" + (0..<2000).map { "k\($0): 1" }.joined(separator: ", ") + "}\nl:\n"
        for _ in 0..<600 { text += "- {<<: *b}\n" }
        #expect(read(text).problems == ["hw.yaml:252:8: error: aliases expand to more than 1000000 values"])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "[a, "])
    func deepNesting(_ opening: String) {
        let text = String(repeating: opening, count: 1_000_000)
        #expect(read(text).problems.map { $0.hasSuffix("error: values are nested more than 128 deep") } == [true])
    }

    @Test func depthAtTheLimit() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(read(nested(128)).problems == [])
        #expect(read(nested(129)).problems == ["hw.yaml:1:129: error: values are nested more than 128 deep"])
        let aliased = "a: &a " + nested(100) + "\nb: " + String(repeating: "[", count: 27)
        #expect(read(aliased + "*a" + String(repeating: "]", count: 27)).problems == [])
        #expect(
            read(aliased + "[*a]" + String(repeating: "]", count: 27)).problems
                == ["hw.yaml:1:4: error: values are nested more than 128 deep"])
    }

    @Test func hugeDocumentAndScalar() {
        let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000_000)
        #expect(
            read(huge).problems == [
                "hw.yaml:1:1: error: the file has 100000000 bytes; at most 67108864 bytes can be read"
            ])
        #expect(
            read("a: " + String(repeating: "x", count: 2_000_000)).problems == [
                "hw.yaml:1:4: error: a scalar of 2000000 bytes; at most 1048576 bytes can be read"
            ])
    }

    @Test func tooManyValues() {
        var limits = YAML.Limits()
        limits.values = 10
        #expect(read(Array("[1,2,3,4,5,6,7,8,9]".utf8), limits: limits).problems == [])
        #expect(
            read(Array("[1,2,3,4,5,6,7,8,9,10]".utf8), limits: limits).problems
                == ["hw.yaml:1:1: error: the file has more than 10 values"])
    }

    @Test func longKeysAndManyDirectives() {
        let key = String(repeating: "k", count: 161)
        #expect(
            read("\(key): 1").problems == [
                "hw.yaml:1:1: error: a key is longer than 160 characters: '\(key.prefix(80))…'"
            ])
        let directives = (0..<100_000).map { "%TAG !t\($0)! x\n" }.joined()
        #expect(read(directives + "--- 1\n").problems == ["hw.yaml:17:1: error: more than 16 lines start with '%'"])
    }

    @Test func problemsAreNotListedWithoutEnd() {
        let text = "a: 1\n" + String(repeating: "a: *x\n", count: 100_000)
        let diagnostics = Diagnostics()
        _ = YAML.parse(text, file: "hw.yaml", diagnostics: diagnostics)
        #expect(diagnostics.all.count == 201)
        #expect(diagnostics.all.last?.description == "error: 199800 more problems are not listed")
        #expect(throws: InputErrors.self) { try diagnostics.throwIfErrors() }
    }

    @Test func fiveMegabytesAreRead() {
        var text = ""
        var layer = 0
        while text.utf8.count < 5_000_000 {
            text +=
                "layer\(layer): {type: conv, shape: [1, 64, 56, 56], stride: 2, \"kernel\": 3x3, note: 'of \(layer)'}\n"
            layer += 1
        }
        #expect(read(text).problems == [])
    }
}
