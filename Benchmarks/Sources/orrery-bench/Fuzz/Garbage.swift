/// Text that nobody would write, made by rules.
enum Garbage {
    private static let words = [
        "1", "0", "2.5", "1e30", "GiB", "s", "/", "*", "+", "-", "%", "^", "(", ")", ",", " ", "M", "P.x", "a[3]",
        "floor(", "select(", "largest_divisor(", "log2(", "<", "==", "and", "or", "not", "true", "Ki", "mm2", "µs",
        "..",
        "0x", "_", "é", "!", "1e-30", "9223372036854775807", "next_pow2(", "min(", "max(", "Gbit/s", "cycles", "**",
    ]

    /// What could be a quantity or an expression, and mostly is neither.
    static func expression(_ random: inout FuzzRandom) -> String {
        if random.chance(3) {
            let unit = random.element(of: ["(", "-", "1+", "floor(", "not ", "1/", "1 < ", "a."])
            return String(repeating: unit, count: 1 + random.below(40_000)) + "1"
        }
        let separator = random.chance(50) ? " " : ""
        return (0..<(1 + random.below(12))).map { _ in random.element(of: words) }.joined(separator: separator)
    }

    /// A document in block and flow style, with anchors, aliases, tags and merge keys, often wrong.
    static func document(_ random: inout FuzzRandom) -> [UInt8] {
        if random.chance(3) { return bomb(&random) }
        var text = random.chance(10) ? "%YAML 1.2\n---\n" : ""
        node(&text, indent: 0, depth: 0, &random)
        return Array(text.utf8)
    }

    /// Deep, wide or self-multiplying.
    private static func bomb(_ random: inout FuzzRandom) -> [UInt8] {
        let size = 1 + random.below(100_000)
        switch random.below(5) {
        case 0: return Array(String(repeating: random.element(of: ["[", "{", "- ", "? ", "{a: "]), count: size).utf8)
        case 1:
            let levels = (1..<40).map { "a\($0): &a\($0) [\(String(repeating: "*a\($0 - 1),", count: 9))]" }
            return Array(("a0: &a0 x\n" + levels.joined(separator: "\n")).utf8)
        case 2: return Array("a: \(String(repeating: "x", count: 20 * size))".utf8)
        case 3: return Array((0..<size / 10).map { "k\($0): {<<: *a}" }.joined(separator: "\n").utf8)
        default: return Array("&a [*a, {<<: *a}]".utf8)
        }
    }

    private static func node(_ text: inout String, indent: Int, depth: Int, _ random: inout FuzzRandom) {
        if random.chance(8) { text += "&n\(random.below(4)) " }
        if random.chance(4) { text += random.element(of: ["!!str ", "!!int ", "!x ", "!<tag:x> "]) }
        let pad = String(repeating: " ", count: random.chance(95) ? indent : random.below(9))
        switch depth > 5 ? 2 : random.below(7) {
        case 0:
            for _ in 0...random.below(4) {
                text += "\n\(pad)\(random.chance(90) ? scalar(&random) : "<<"): "
                node(&text, indent: indent + 2, depth: depth + 1, &random)
            }
        case 1:
            for _ in 0...random.below(4) {
                text += "\n\(pad)- "
                node(&text, indent: indent + 2, depth: depth + 1, &random)
            }
        case 3:
            let (open, close) = random.chance(50) ? ("[", "]") : ("{", "}")
            text += open
            for _ in 0..<random.below(4) {
                if open == "{" { text += scalar(&random) + ": " }
                text += scalar(&random) + random.element(of: [", ", ",", " ", ", \n"])
            }
            if random.chance(92) { text += close }
        case 4: text += "*n\(random.below(4))"
        case 5: text += "\(random.element(of: ["|", ">", "|-", ">+", "|2"]))\n\(pad) \(scalar(&random))\n"
        default: text += scalar(&random)
        }
    }

    private static func scalar(_ random: inout FuzzRandom) -> String {
        let text = random.element(of: random.chance(50) ? words : Mutation.hostile)
        switch random.below(8) {
        case 0: return "'\(text)'"
        case 1: return "\"\(text)\""
        default: return text
        }
    }
}
