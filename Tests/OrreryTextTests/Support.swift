import Testing

@testable import OrreryText

/// What a reading gave, and every diagnostic it made, as printed.
func read(_ text: String) -> (node: Node?, problems: [String]) {
    read(Array(text.utf8))
}

func read(_ bytes: [UInt8], limits: YAML.Limits = .init()) -> (node: Node?, problems: [String]) {
    let diagnostics = Diagnostics()
    let node = YAML.parse(bytes, file: "hw.yaml", limits: limits, diagnostics: diagnostics)
    return (node, diagnostics.all.map(\.description))
}

/// The node of a text without problems.
func node(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Node {
    let (node, problems) = read(text)
    #expect(problems == [], sourceLocation: sourceLocation)
    return try #require(node, sourceLocation: sourceLocation)
}

func decode(_ text: String, _ declared: [any AnyParameter], ignoring: Set<String> = [], path: String = "dram")
    -> (values: ParameterValues, problems: [String])
{
    let diagnostics = Diagnostics()
    let node = YAML.parse(text, file: "hw.yaml", diagnostics: diagnostics)
    let values = ParameterValues.decode(
        node, declared: declared, ignoring: ignoring, path: path, diagnostics: diagnostics)
    return (values, diagnostics.all.map(\.description))
}

/// splitmix64: the same cases in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
