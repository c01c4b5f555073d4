/// Writes nodes as YAML that reads back as equal nodes.
public struct YAMLEmitter {
    private var text = ""

    private init() {}

    /// The document of `node`, in block style, with a final line break.
    ///
    /// Plain scalars stay plain where they can, everything else is quoted. Comments are not kept: nodes have none.
    public static func text(of node: Node) -> String {
        var emitter = YAMLEmitter()
        switch node.content {
        case .scalar(let scalar):
            emitter.text = "--- "
            emitter.write(scalar)
            emitter.text += "\n"
        case .sequence(let items): items.isEmpty ? emitter.text = "[]\n" : emitter.write(items, indent: 0)
        case .mapping(let entries): entries.isEmpty ? emitter.text = "{}\n" : emitter.write(entries, indent: 0)
        }
        return emitter.text
    }

    /// Entries, one a line, the first one where the cursor stands.
    private mutating func write(_ entries: [Entry], indent: Int) {
        for (index, entry) in entries.enumerated() {
            if index > 0 { startLine(indent) }
            write(Scalar(entry.key, style: entry.key == "<<" ? .quoted : .plain))
            text += ":"
            switch entry.value.content {
            case .mapping(let inner) where !inner.isEmpty:
                text += "\n"
                startLine(indent + 2)
                write(inner, indent: indent + 2)
            case .sequence(let inner) where !inner.isEmpty:
                text += "\n"
                startLine(indent + 2)
                write(inner, indent: indent + 2)
            default: finishLine(entry.value)
            }
        }
    }

    private mutating func write(_ items: [Node], indent: Int) {
        for (index, item) in items.enumerated() {
            if index > 0 { startLine(indent) }
            text += "-"
            switch item.content {
            case .mapping(let inner) where !inner.isEmpty:
                text += " "
                write(inner, indent: indent + 2)
            case .sequence(let inner) where !inner.isEmpty:
                text += " "
                write(inner, indent: indent + 2)
            default: finishLine(item)
            }
        }
    }

    /// A scalar or an empty collection behind a `:` or `-`, and the end of the line.
    private mutating func finishLine(_ node: Node) {
        switch node.content {
        case .mapping: text += " {}"
        case .sequence: text += " []"
        case .scalar(let scalar):
            if !(scalar.isPlain && scalar.text.isEmpty) {
                text += " "
                write(scalar)
            }
        }
        text += "\n"
    }

    private mutating func startLine(_ indent: Int) {
        text += String(repeating: " ", count: indent)
    }

    private mutating func write(_ scalar: Scalar) {
        if scalar.isPlain, Self.canBePlain(scalar.text) {
            text += scalar.text
        } else {
            text += Self.quoted(scalar.text)
        }
    }

    /// Whether text outside a flow collection reads back as the same plain scalar.
    static func canBePlain(_ text: String) -> Bool {
        let letters = Array(text.unicodeScalars)
        guard let first = letters.first, let last = letters.last else { return true }
        guard last != " ", first != " ", last != ":", !isDocumentMarker(letters) else {
            return false
        }
        if "-?:".unicodeScalars.contains(first) {
            guard letters.count > 1, letters[1] != " " else { return false }
        } else if ",[]{}#&*!|>'\"%@`".unicodeScalars.contains(first) {
            return false
        }
        for (index, letter) in letters.enumerated() {
            guard letter.value >= 0x20, !(0x7F...0xA0).contains(letter.value) else { return false }
            guard letter.value != 0x2028, letter.value != 0x2029, letter.value != 0xFEFF else { return false }
            if letter == "#", index > 0, letters[index - 1] == " " { return false }
            if letter == ":", index + 1 < letters.count, letters[index + 1] == " " { return false }
        }
        return true
    }

    /// `---` and `...`, alone or before a space.
    private static func isDocumentMarker(_ letters: [Unicode.Scalar]) -> Bool {
        guard letters.count == 3 || letters.count > 3 && letters[3] == " " else { return false }
        return letters[..<3].allSatisfy { $0 == "-" } || letters[..<3].allSatisfy { $0 == "." }
    }

    /// Text between double quotes on one line.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for letter in text.unicodeScalars {
            switch letter {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{A0}": result += "\\x" + hexadecimal(letter.value, digits: 2)
            case "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                result += "\\u" + hexadecimal(letter.value, digits: 4)
            default: result.unicodeScalars.append(letter)
            }
        }
        return result + "\""
    }
}
