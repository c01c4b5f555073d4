/// One word of an Einsum statement.
struct Token: Equatable {
    enum Kind: Equatable {
        case name(String)
        case number(Double)
        case symbol(Character)
        case end
    }

    let kind: Kind
    /// Where the token begins, in Unicode scalars from the start of the statement.
    let offset: Int
    /// The token as the user wrote it.
    let text: String

    /// How a message names this token.
    var described: String {
        kind == .end ? "the end of the statement" : "'\(text)'"
    }
}

/// A problem inside a statement; `offset` counts Unicode scalars from its start.
struct StatementError: Error, Equatable {
    let message: String
    let offset: Int
    var hint: String?
}

/// Splits a statement into tokens: names, decimal numbers and the symbols `[ ] ( ) , = + - * /`.
struct StatementLexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// All tokens, ended by one of kind `end`.
    static func tokens(of text: String) throws(StatementError) -> [Token] {
        var lexer = StatementLexer(text)
        var tokens: [Token] = []
        repeat {
            tokens.append(try lexer.next())
        } while tokens.last?.kind != .end
        return tokens
    }

    /// The name that a text begins with, whatever follows it; empty where it begins with none.
    static func firstName(of text: String) -> String {
        var lexer = StatementLexer(text)
        lexer.skipSpace()
        guard let first = lexer.scalars.dropFirst(lexer.position).first, beginsName(first) else { return "" }
        return lexer.take { beginsName($0) || isDigit($0) }
    }

    private mutating func skipSpace() {
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
    }

    private mutating func next() throws(StatementError) -> Token {
        skipSpace()
        guard position < scalars.count else { return Token(kind: .end, offset: position, text: "") }
        let start = position
        let scalar = scalars[position]
        if Self.beginsName(scalar) {
            let text = take { Self.beginsName($0) || Self.isDigit($0) }
            return Token(kind: .name(text), offset: start, text: text)
        }
        if Self.isDigit(scalar) {
            return try number(from: start)
        }
        position += 1
        guard let symbol = Self.symbols[scalar] else {
            throw StatementError(message: "'\(scalar)' has no meaning in a statement", offset: start)
        }
        return Token(kind: .symbol(symbol), offset: start, text: String(Character(scalar)))
    }

    private mutating func number(from start: Int) throws(StatementError) -> Token {
        var text = take(Self.isDigit)
        if position + 1 < scalars.count, scalars[position] == ".", Self.isDigit(scalars[position + 1]) {
            position += 1
            text += "." + take(Self.isDigit)
        }
        if position < scalars.count, scalars[position] == "e" || scalars[position] == "E" {
            var digits = position + 1
            if digits < scalars.count, scalars[digits] == "+" || scalars[digits] == "-" { digits += 1 }
            if digits < scalars.count, Self.isDigit(scalars[digits]) {
                text += scalars[position..<digits].map(String.init).joined()
                position = digits
                text += take(Self.isDigit)
            }
        }
        guard let value = Double(text), value.isFinite else {
            throw StatementError(message: "'\(text)' is not a finite number", offset: start)
        }
        return Token(kind: .number(value), offset: start, text: text)
    }

    private mutating func take(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while position < scalars.count, belongs(scalars[position]) { position += 1 }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }

    private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }

    /// The symbols, and the operators' typographic forms.
    private static let symbols: [Unicode.Scalar: Character] = [
        "[": "[", "]": "]", "(": "(", ")": ")", ",": ",", "=": "=", "+": "+", "-": "-", "*": "*", "/": "/",
        "\u{2212}": "-", "\u{00D7}": "*", "\u{00F7}": "/",
    ]
}
