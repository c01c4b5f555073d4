/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String
    /// From 1.
    public var line: Int
    /// From 1, in code points.
    public var column: Int

    public var description: String { "\(line):\(column): \(message)" }
}

extension JSONValue {
    /// Nesting that a text may have.
    public static let depthLimit = 128

    /// Reads one JSON value. Strict: no comments, no trailing commas, no duplicate keys, valid UTF-8.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads one JSON value of UTF-8 bytes.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        if let bad = firstInvalidUTF8(bytes) {
            throw JSONError(message: "no valid UTF-8", at: bad, in: bytes)
        }
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }
}

private func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
        if bytes[index] < 0x80 {
            index += 1
        } else if let (_, length) = decodeScalar(bytes, at: index) {
            index += length
        } else {
            return index
        }
    }
    return nil
}

extension JSONError {
    fileprivate init(message: String, at offset: Int, in bytes: [UInt8]) {
        let before = bytes[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.init(
            message: message, line: 1 + before.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 },
            column: 1 + characters(before[lineStart...]))
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var index = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        let result = try value()
        skipSpace()
        guard index == bytes.count else { throw error("expected the end") }
        return result
    }

    private func error(_ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(message: message, at: offset ?? index, in: bytes)
    }

    private mutating func skipSpace() {
        while let byte = bytes.at(index), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard bytes.at(index) == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard let byte = bytes.at(index) else { throw error("the text ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (self: inout Self) throws(JSONError) in try self.object() }
        case UInt8(ascii: "["): return try nested { (self: inout Self) throws(JSONError) in try self.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default:
            for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[index...].starts(with: word.utf8) {
                index += word.utf8.count
                return value
            }
            throw error("expected a value")
        }
    }

    private mutating func nested(
        _ part: (inout Self) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth < JSONValue.depthLimit else {
            throw error("nested more than \(JSONValue.depthLimit) deep")
        }
        depth += 1
        index += 1
        defer { depth -= 1 }
        return try part(&self)
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']'") }
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            let start = index
            guard bytes.at(index) == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
            let key = try string()
            guard keys.insert(key).inserted else { throw error("duplicate key \(quotedForMessage(key))", at: start) }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("expected ':'") }
            members.append(.init(key, try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or '}'") }
        }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let value = Int(text), text != "-0" { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw error("the number is too large", at: start) }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = bytes.at(index), isDigit(byte) { index += 1 }
        if index == start { throw error("expected a digit") }
    }

    private mutating func string() throws(JSONError) -> String {
        let start = index
        index += 1
        var text: [UInt8] = []
        while let byte = bytes.at(index) {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw error("a control character must be escaped")
            default:
                text.append(byte)
                index += 1
            }
        }
        throw error("the text is not closed", at: start)
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = index
        index += 2
        switch bytes.at(start + 1) {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var value = UInt32(try hexadecimalUnit(start))
            if (0xD800..<0xDC00).contains(value), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
                let low = UInt32(try hexadecimalUnit(start))
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair", at: start) }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw error("half of a surrogate pair", at: start) }
            return scalar
        default: throw error("unknown escape", at: start)
        }
    }

    private mutating func hexadecimalUnit(_ start: Int) throws(JSONError) -> UInt16 {
        let digits = bytes[min(index, bytes.count)...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits", at: start) }
        index += 4
        return value
    }
}
