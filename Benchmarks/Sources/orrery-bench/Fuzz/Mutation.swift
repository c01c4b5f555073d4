/// Ways to spoil a text.
enum Mutation {
    private static let bytes = Array(" \n\t:-?[]{},&*#!|>'\"%@`ab01~<=\\/.()".utf8) + [0, 0x7F, 0x85, 0xC2, 0xE2, 0xFF]

    /// Values that a reader must not take for what it wants.
    static let hostile = [
        "0", "-1", "1", "2", "1e400", "1e30", "-0", "nan", "inf", "-inf", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551616", "0x7FFFFFFFFFFFFFFF", "1/0", "1 / 3", "1 furlong", "4 Kib",
        "3 GiB/s", "1 s", "0 s", "0 Hz", "1e-30 Hz", "1e30 GHz", "4 EiB", "-4 KiB", "''", "null", "~", "true", "[]",
        "{}", "[[]]", "{a: 1}", "*x", "&x 1", "<<", "!!int 1", "|", ">", "M", "M / M", "M % 0", "floor(", "((1))",
        "max()", "select(1 < 2, 3, 4)", "largest_divisor(1e12, 7)", "2^62", "2 ** 9", "\"\\0\"", "\"\\xff\"", "é", "−1",
    ]

    /// The text with a few random changes; lines may also come from `others`.
    static func spoil(_ text: [UInt8], others: [[UInt8]], _ random: inout FuzzRandom) -> [UInt8] {
        var text = text
        for _ in 0..<(1 + random.below(4)) {
            switch random.below(10) {
            case 0, 1: changeByte(&text, &random)
            case 2, 3, 4: changeWord(&text, &random)
            case 5: changeLine(&text, others, &random)
            case 6, 7: replaceValue(&text, &random)
            case 8: repeatPart(&text, &random)
            default: truncate(&text, &random)
            }
        }
        return text
    }

    private static func changeByte(_ text: inout [UInt8], _ random: inout FuzzRandom) {
        if text.isEmpty { return }
        let place = random.below(text.count)
        switch random.below(3) {
        case 0: text.remove(at: place)
        case 1: text.insert(random.element(of: bytes), at: place)
        default: text[place] = random.chance(80) ? random.element(of: bytes) : UInt8(random.below(256))
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte > 0x7F || byte == 0x5F || byte == 0x2E || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }

    /// Words and numbers, where they lie.
    private static func words(_ text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = -1
        for (place, byte) in text.enumerated() {
            if isWord(byte) {
                if start < 0 { start = place }
            } else if start >= 0 {
                found.append(start..<place)
                start = -1
            }
        }
        if start >= 0 { found.append(start..<text.count) }
        return found
    }

    /// A word becomes another word of the text, or a hostile value.
    private static func changeWord(_ text: inout [UInt8], _ random: inout FuzzRandom) {
        let all = words(text)
        if all.isEmpty { return }
        let place = random.element(of: all)
        let other =
            random.chance(50) ? Array(text[random.element(of: all)]) : Array(random.element(of: hostile).utf8)
        text.replaceSubrange(place, with: other)
    }

    /// What follows a colon becomes a hostile value.
    private static func replaceValue(_ text: inout [UInt8], _ random: inout FuzzRandom) {
        let colons = text.indices.filter { text[$0] == 0x3A && $0 + 1 < text.count && text[$0 + 1] == 0x20 }
        if colons.isEmpty { return }
        let start = random.element(of: colons) + 2
        let end = text[start...].firstIndex { [0x0A, 0x2C, 0x7D, 0x23].contains($0) } ?? text.count
        text.replaceSubrange(start..<end, with: Array(random.element(of: hostile).utf8))
    }

    private static func lines(_ text: [UInt8]) -> [[UInt8]] {
        text.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    }

    private static func changeLine(_ text: inout [UInt8], _ others: [[UInt8]], _ random: inout FuzzRandom) {
        var own = lines(text)
        let place = random.below(own.count)
        switch random.below(5) {
        case 0: own.remove(at: place)
        case 1: own.insert(own[place], at: random.below(own.count + 1))
        case 2: own.swapAt(place, random.below(own.count))
        case 3: own[place] = Array(repeating: 0x20, count: random.below(6)) + own[place].drop { $0 == 0x20 }
        default:
            let foreign = lines(random.element(of: others))
            own.insert(random.element(of: foreign), at: place)
        }
        text = Array(own.joined(separator: [0x0A]))
    }

    private static func repeatPart(_ text: inout [UInt8], _ random: inout FuzzRandom) {
        if text.isEmpty { return }
        let start = random.below(text.count)
        let part = Array(text[start..<min(text.count, start + 1 + random.below(60))])
        let times = random.chance(5) ? 2000 : 1 + random.below(3)
        text.insert(contentsOf: Array(repeating: part, count: times).joined(), at: random.below(text.count + 1))
    }

    private static func truncate(_ text: inout [UInt8], _ random: inout FuzzRandom) {
        if random.chance(50) {
            text.removeLast(random.below(text.count))
        } else {
            text.removeFirst(random.below(text.count))
        }
    }
}

extension Mutation {
    /// A change that makes every file wrong, whatever else is in it: it must be reported.
    static func breakSurely(_ text: [UInt8], _ random: inout FuzzRandom) -> (text: [UInt8], what: String) {
        var text = text
        switch random.below(5) {
        case 0:
            text.insert(0, at: random.below(text.count + 1))
            return (text, "a NUL byte")
        case 1:
            text.insert(0xFF, at: random.below(text.count + 1))
            return (text, "a byte that is no UTF-8")
        case 2: return (text + Array("\nzq\(random.below(1000)): 1\n".utf8), "an unknown key")
        case 3:
            let keys = lines(text).compactMap { line -> [UInt8]? in
                guard let first = line.first, (0x61...0x7A).contains(first), let colon = line.firstIndex(of: 0x3A)
                else { return nil }
                return Array(line[...colon])
            }
            if keys.isEmpty { return (text + [0], "a NUL byte") }
            return (text + [0x0A] + random.element(of: keys) + Array(" 1\n".utf8), "a key that stands twice")
        default: return (text + Array("\n\"zq: [\n".utf8), "an open quotation mark")
        }
    }
}
