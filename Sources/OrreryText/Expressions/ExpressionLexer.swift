/// A word of an expression.
struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        case quantity(Quantity)
        case name(String)
        /// An operator, a parenthesis, a comma, or a word that is one: `and`, `or`, `not`.
        case symbol(String)
        case end
    }

    var kind: Kind
    /// Code points before it.
    var offset: Int

    /// For messages.
    var text: String {
        switch kind {
        case .quantity: "number"
        case .name(let name): quotedForMessage(name)
        case .symbol(let symbol): "'\(symbol)'"
        case .end: "the end"
        }
    }
}

/// Cuts an expression into words.
struct ExpressionLexer {
    private let bytes: [UInt8]
    private var index = 0
    /// Code points before `index`.
    private var offset = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func next() throws(ExpressionError) -> ExpressionToken {
        while let byte = bytes.at(index), byte == UInt8(ascii: " ") || (9...13).contains(byte) {
            advance(to: index + 1)
        }
        let start = offset
        guard let byte = bytes.at(index) else { return ExpressionToken(kind: .end, offset: start) }
        if isDigit(byte) || byte == UInt8(ascii: ".") { return try number() }
        if isLetter(byte) || byte == UInt8(ascii: "_") { return try word() }
        let two = bytes[index...].prefix(2)
        for symbols in [Self.longSymbols, Self.symbols] {
            let length = symbols == Self.longSymbols ? 2 : 1
            let text = String(decoding: two.prefix(length), as: UTF8.self)
            if symbols.contains(text) {
                advance(to: index + length)
                return ExpressionToken(kind: .symbol(text), offset: start)
            }
        }
        let hint =
            Self.misunderstood[String(decoding: two, as: UTF8.self)] ?? Self.misunderstood[String(UnicodeScalar(byte))]
        throw ExpressionError("unexpected '\(UnicodeScalar(byte))'", hint: hint, offset: start)
    }

    private static let longSymbols: Set<String> = ["==", "!=", "<=", ">=", "**"]
    private static let symbols: Set<String> = ["+", "-", "*", "/", "%", "^", "(", ")", ",", "<", ">"]
    private static let wordSymbols: Set<String> = ["and", "or", "not"]
    private static let misunderstood = [
        "=": "write '==' to compare", "&&": "write 'and'", "||": "write 'or'", "!": "write 'not'",
    ]

    private mutating func number() throws(ExpressionError) -> ExpressionToken {
        let start = offset
        let value: Rational
        switch scanNumber(bytes, from: index) {
        case .number(let number, let end):
            value = number
            advance(to: end)
        case .tooLarge: throw ExpressionError("the number is too large or too fine", offset: start)
        case .none: throw ExpressionError("unexpected '.'", offset: start)
        }
        var unitStart = index
        while bytes.at(unitStart) == UInt8(ascii: " ") { unitStart += 1 }
        if bytes.at(unitStart) == UInt8(ascii: "%") {
            guard isPercent(at: unitStart) else {
                return ExpressionToken(kind: .quantity(Quantity(value)), offset: start)
            }
        } else if Self.wordSymbols.contains(name(at: unitStart)) {
            return ExpressionToken(kind: .quantity(Quantity(value)), offset: start)
        }
        switch scanUnit(bytes, from: unitStart, inExpression: true) {
        case .unit(let unit, let end):
            let quantity = try Quantity(value, in: unit, offset: start)
            advance(to: end)
            return ExpressionToken(kind: .quantity(quantity), offset: start)
        case .none: return ExpressionToken(kind: .quantity(Quantity(value)), offset: start)
        case .unknown(let symbol, _, _):
            advance(to: unitStart)
            throw ExpressionError("unknown unit \(quotedForMessage(symbol))", hint: unitHint(symbol), offset: offset)
        }
    }

    /// `3 % 2` is a remainder: a value follows. Anything else behind a `%` makes it a percentage.
    private func isPercent(at index: Int) -> Bool {
        var next = index + 1
        while bytes.at(next) == UInt8(ascii: " ") { next += 1 }
        guard let byte = bytes.at(next) else { return true }
        if Self.wordSymbols.contains(name(at: next)) { return true }
        return
            !(isDigit(byte) || isLetter(byte)
            || [UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "(")].contains(byte))
    }

    private func name(at start: Int) -> String {
        var end = start
        while let byte = bytes.at(end), continuesName(byte) { end += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// A name, a path (`a.b`, `a[3].b`) or a word operator.
    private mutating func word() throws(ExpressionError) -> ExpressionToken {
        let start = offset
        var end = index
        while let byte = bytes.at(end) {
            if continuesName(byte) {
                end += 1
            } else if byte == UInt8(ascii: "["), let close = bytes[end...].firstIndex(of: UInt8(ascii: "]")),
                close > end + 1, bytes[(end + 1)..<close].allSatisfy(isDigit)
            {
                end = close + 1
            } else {
                break
            }
        }
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        guard !text.hasSuffix("."), !text.contains("..") else {
            throw ExpressionError("\(quotedForMessage(text)) is no name", offset: start)
        }
        advance(to: end)
        let kind: ExpressionToken.Kind = Self.wordSymbols.contains(text) ? .symbol(text) : .name(text)
        return ExpressionToken(kind: kind, offset: start)
    }

    private mutating func advance(to end: Int) {
        offset += characters(bytes[index..<end])
        index = end
    }
}
