extension JSONValue {
    public enum Layout: Sendable {
        /// Everything on one line, without spaces.
        case compact
        /// Two spaces a level; arrays and objects that hold no others stay on a line where they fit.
        case pretty
    }

    /// The text of the value; the same value gives the same bytes.
    public func text(_ layout: Layout = .compact) -> String {
        String(decoding: bytes(layout), as: UTF8.self)
    }

    /// The UTF-8 text of the value; the same value gives the same bytes.
    public func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter()
        switch layout {
        case .compact: writer.writeCompact(self)
        case .pretty: writer.writePretty(self, indent: 0, column: 0)
        }
        return writer.bytes
    }
}

private struct JSONWriter {
    var bytes: [UInt8] = []
    private static let lineLength = 120

    mutating func writeCompact(_ value: JSONValue, spaced: Bool = false) {
        switch value {
        case .array(let items):
            append("[")
            for (index, item) in items.enumerated() {
                if index > 0 { append(spaced ? ", " : ",") }
                writeCompact(item, spaced: spaced)
            }
            append("]")
        case .object(let members):
            append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { append(spaced ? ", " : ",") }
                write(member.key)
                append(spaced ? ": " : ":")
                writeCompact(member.value, spaced: spaced)
            }
            append("}")
        default: writeLeaf(value)
        }
    }

    mutating func writePretty(_ value: JSONValue, indent: Int, column: Int) {
        if isFlat(value) {
            let start = bytes.count
            writeCompact(value, spaced: true)
            if column + bytes.count - start <= Self.lineLength { return }
            bytes.removeSubrange(start...)
        }
        switch value {
        case .array(let items):
            append("[")
            for (index, item) in items.enumerated() {
                startLine(indent + 2, first: index == 0)
                writePretty(item, indent: indent + 2, column: indent + 2)
            }
            endLine(indent, "]")
        case .object(let members):
            append("{")
            for (index, member) in members.enumerated() {
                startLine(indent + 2, first: index == 0)
                let start = bytes.count
                write(member.key)
                append(": ")
                writePretty(member.value, indent: indent + 2, column: indent + 2 + bytes.count - start)
            }
            endLine(indent, "}")
        default: writeLeaf(value)
        }
    }

    private func isFlat(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let items): items.allSatisfy(isLeaf)
        case .object(let members): members.allSatisfy { isLeaf($0.value) }
        default: false
        }
    }

    private func isLeaf(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: true
        }
    }

    private mutating func startLine(_ indent: Int, first: Bool) {
        append(first ? "\n" : ",\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    private mutating func endLine(_ indent: Int, _ bracket: String) {
        append("\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
        append(bracket)
    }

    private mutating func writeLeaf(_ value: JSONValue) {
        switch value {
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): write(value)
        case .string(let text): write(text)
        default: append("null")
        }
    }

    private mutating func write(_ value: Double) {
        guard value.isFinite else {
            write(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf")
            return
        }
        bytes.append(contentsOf: value.description.utf8)
    }

    private mutating func write(_ text: String) {
        append("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20:
                append("\\u00")
                bytes.append(contentsOf: hexadecimal(UInt32(byte), digits: 2).utf8)
            default: bytes.append(byte)
            }
        }
        append("\"")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
