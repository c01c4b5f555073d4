import Testing

@testable import OrreryText

/// Inputs made by chance, the same in every run: whatever they are, reading ends, and what was read can be written and
/// read again.
@Suite struct YAMLFuzzTests {
    private static let sample = """
        machine: &m {clock: 940 MHz, rows: 0x40}
        components:
          dram: {<<: *m, class: "simple-memory", 'x': [1, 2, {a: b}]}
          text: |
            line one
              line two
          folded: >-
            a b
            c
        list:
        - - 1
          - "esc \\n \\x41 \\u00e9"
        - ? key
          : value
        - plain text, with: no
        """

    private func survives(_ bytes: [UInt8]) throws {
        let (first, problems) = read(bytes)
        guard let first, problems.isEmpty else { return }
        let text = YAMLEmitter.text(of: first)
        let (second, problemsAgain) = read(text)
        #expect(problemsAgain == [], "written as \(text)")
        #expect(second.map { sameTexts(first, $0) } == true, "written as \(text)")
    }

    /// Equal, except that plain text of several lines comes back quoted.
    private func sameTexts(_ a: Node, _ b: Node) -> Bool {
        switch (a.content, b.content) {
        case (.scalar(let x), .scalar(let y)):
            x.text == y.text && (x.isPlain == y.isPlain || x.spansLines || x.text.contains("\t"))
        case (.sequence(let x), .sequence(let y)): x.count == y.count && zip(x, y).allSatisfy(sameTexts)
        case (.mapping(let x), .mapping(let y)):
            x.count == y.count && zip(x, y).allSatisfy { $0.key == $1.key && sameTexts($0.value, $1.value) }
        default: false
        }
    }

    @Test func mutatedText() throws {
        var random = SeededGenerator(state: 1)
        let original = Array(Self.sample.utf8)
        try survives(original)
        let alphabet = Array(" \n\t:-?[]{},&*#!|>'\"%@`ab01~<=\\".utf8) + [0, 0x85, 0xC2, 0xFF]
        for _ in 0..<6000 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<6, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes[place] = alphabet.randomElement(using: &random) ?? 0
                default:
                    let end = min(bytes.count, place + Int.random(in: 1..<20, using: &random))
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            try survives(bytes)
        }
    }

    @Test func randomBytes() throws {
        var random = SeededGenerator(state: 2)
        let alphabet = Array(" \n:-?[]{},&*#!|>'\"ab1<".utf8)
        for round in 0..<6000 {
            let count = Int.random(in: 0..<60, using: &random)
            try survives(
                (0..<count).map { _ in
                    round % 4 == 0
                        ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
                })
        }
    }

    @Test func randomQuantitiesAndExpressions() {
        var random = SeededGenerator(state: 3)
        let words = [
            "1", "0", "2.5", "1e30", "GiB", "s", "/", "*", "+", "-", "%", "^", "(", ")", ",", " ", "M", "P.x", "a[3]",
            "floor(",
            "select(", "largest_divisor(", "log2(", "<", "==", "and", "or", "not", "true", "Ki", "mm2", "µs", "..",
            "0x", "_", "é", "!",
        ]
        var evaluated = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1..<12, using: &random))
                .map { _ in words.randomElement(using: &random) ?? "" }.joined(
                    separator: Bool.random(using: &random) ? " " : "")
            _ = try? Quantity(parsing: text)
            guard let expression = try? Expression(parsing: text) else { continue }
            let value: (String) -> Quantity? = { $0 == "M" ? Quantity(1 << 62) : "3 B" }
            _ = expression.isCondition ? nil : try? expression.evaluate(value)
            _ = expression.isCondition ? try? expression.holds(value) : nil
            evaluated += 1
        }
        #expect(evaluated > 300)
    }
}
