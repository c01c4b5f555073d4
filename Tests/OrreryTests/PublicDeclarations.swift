import Foundation

/// Reads the public declarations of Swift sources: a small reader that knows comments, strings, brackets and the keywords of
/// declarations, and nothing else of the language.
///
/// A declaration counts where it says `public` or `open` itself, stands in a `public extension`, is a case of a public
/// enumeration or a requirement of a public protocol. What a macro or a synthesised conformance adds is not seen.
struct PublicDeclarations {
    /// One line for each declaration: the types around it, then its head without body and without attributes.
    private(set) var lines: [String] = []

    private struct Scope {
        var name: String
        /// Members are public without saying so.
        var isOpen: Bool
        /// A body of code, in which nothing is public.
        var isCode: Bool
    }

    private var scopes: [Scope] = []
    private var head = ""

    init(source: String) {
        var depth = 0
        for character in Self.code(source) {
            switch character {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            default: break
            }
            if depth > 0 {
                head.append(character)
                continue
            }
            switch character {
            case "{": open()
            case "}":
                finish()
                if !scopes.isEmpty { scopes.removeLast() }
                head = ""
            case "\n", ";": if !isUnfinished { finish() } else { head.append(" ") }
            default: head.append(character)
            }
        }
        finish()
    }

    /// A line break that does not end the head: after a comma, a colon or an operator, or before any word of it.
    private var isUnfinished: Bool {
        let text = head.trimmingCharacters(in: .whitespaces)
        return text.hasSuffix(",") || text.hasSuffix(":") || text.hasSuffix("->") || text.hasSuffix("&")
    }

    private static let kinds = [
        "actor", "associatedtype", "case", "class", "deinit", "enum", "extension", "func", "import", "init", "let",
        "protocol", "struct", "subscript", "typealias", "var",
    ]
    private static let types = ["actor", "class", "enum", "extension", "protocol", "struct"]

    /// Words of the head without attributes.
    private var words: [String] {
        head.split(whereSeparator: \.isWhitespace).map(String.init).filter { !$0.hasPrefix("@") }
    }

    /// The keyword that says what is declared: `class` before `func` or `var` is a modifier.
    private func kind(_ words: [String]) -> String? {
        let found = words.compactMap { word in
            Self.kinds.first {
                word == $0 || word.hasPrefix($0 + "(") || word.hasPrefix($0 + "?(") || word.hasPrefix($0 + "<")
            }
        }
        return found.first == "class" && found.count > 1 && ["func", "var", "subscript"].contains(found[1])
            ? found[1] : found.first
    }

    private mutating func open() {
        let words = words
        let kind = kind(words)
        if scopes.last?.isCode != true { declare(words, kind) }
        let isType = kind.map(Self.types.contains) ?? false
        let name = isType ? Self.name(words, kind ?? "") : ""
        let isPublic = words.contains("public") || words.contains("open")
        let isOpen = isPublic && (kind == "extension" || kind == "protocol" || kind == "enum")
        scopes.append(Scope(name: name, isOpen: isOpen, isCode: !isType || scopes.last?.isCode == true))
        head = ""
    }

    private mutating func finish() {
        if scopes.last?.isCode != true { declare(words, kind(words)) }
        head = ""
    }

    private mutating func declare(_ words: [String], _ kind: String?) {
        guard let kind, kind != "extension", kind != "import" else { return }
        let isGiven = words.contains("public") || words.contains("open")
        let hides = ["private", "fileprivate", "internal", "package"].contains { words.contains($0) }
        let isInherited = scopes.last.map { $0.isOpen && !hides && (kind == "case" || !isEnumeration) } ?? false
        guard isGiven || isInherited else { return }
        let text = Self.withoutValue(words).joined(separator: " ")
        let path = scopes.map(\.name).filter { !$0.isEmpty }.joined(separator: ".")
        lines.append(path.isEmpty ? text : "\(path): \(text)")
    }

    /// The innermost scope is an enumeration: only its cases are public with it.
    private var isEnumeration: Bool { scopes.last?.name.hasPrefix("enum ") ?? false }

    /// The name of a type, such as `Program.Token`; that of an enumeration carries its kind, to tell its cases.
    private static func name(_ words: [String], _ kind: String) -> String {
        guard let place = words.firstIndex(of: kind), place + 1 < words.count else { return kind }
        let name = words[place + 1].prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
        return kind == "enum" ? "enum \(name)" : String(name)
    }

    /// Without the value of a variable or constant: what follows `=` outside brackets. Defaults of parameters stay.
    private static func withoutValue(_ words: [String]) -> [String] {
        var depth = 0
        var result: [String] = []
        for word in words {
            if word == "=", depth == 0, !words.contains("typealias"), !words.contains("case") { break }
            for letter in word { depth += "([".contains(letter) ? 1 : ")]".contains(letter) ? -1 : 0 }
            result.append(word)
        }
        return result
    }

    /// The source without comments, strings emptied.
    private static func code(_ source: String) -> String {
        var result = ""
        var rest = source[...]
        while let character = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { $0 != "\n" }
            } else if rest.hasPrefix("/*") {
                var depth = 0
                repeat {
                    if rest.hasPrefix("/*") { depth += 1 } else if rest.hasPrefix("*/") { depth -= 1 }
                    rest = rest.dropFirst(rest.hasPrefix("/*") || rest.hasPrefix("*/") ? 2 : 1)
                } while depth > 0 && !rest.isEmpty
            } else if rest.hasPrefix("\"\"\"") {
                rest = string(rest.dropFirst(3), end: "\"\"\"")
                result += "\"\""
            } else if character == "\"" {
                rest = string(rest.dropFirst(), end: "\"")
                result += "\"\""
            } else {
                result.append(character)
                rest.removeFirst()
            }
        }
        return result
    }

    /// What follows a string that has begun; interpolations may hold strings of their own.
    private static func string(_ text: Substring, end: String) -> Substring {
        var rest = text
        while !rest.isEmpty, !rest.hasPrefix(end) {
            if rest.hasPrefix("\\(") {
                rest = interpolation(rest.dropFirst(2))
            } else {
                rest = rest.dropFirst(rest.first == "\\" ? 2 : 1)
            }
        }
        return rest.dropFirst(end.count)
    }

    private static func interpolation(_ text: Substring) -> Substring {
        var rest = text
        var depth = 1
        while depth > 0, let character = rest.first {
            if character == "\"" {
                rest = string(rest.dropFirst(), end: "\"")
                continue
            }
            depth += character == "(" ? 1 : character == ")" ? -1 : 0
            rest.removeFirst()
        }
        return rest
    }
}
