/// Recursive-descent parser of statements.
///
///     statement  = access "=" expression
///     expression = term { ("+" | "-") term }
///     term       = factor { ("*" | "/") factor }
///     factor     = "-" factor | number | access | call | reduction | name | "(" expression ")"
///     access     = name "[" [ expression { "," expression } ] "]"
///     call       = name "(" expression { "," expression } ")"
///     reduction  = ("sum" | "max" | "min" | "product") "[" name { "," name } "]" "(" expression ")"
struct StatementParser {
    /// Deepest nesting of brackets accepted; a guard against running out of stack.
    static let deepest = 64
    /// Most tokens accepted in a statement, for the same reason.
    static let longest = 2048

    private let tokens: [Token]
    private var position = 0
    private var depth = 0

    private init(_ text: String) throws(StatementError) {
        tokens = try StatementLexer.tokens(of: text)
        guard tokens.count <= Self.longest else {
            throw StatementError(
                message: "the statement has more than \(Self.longest) words", offset: tokens[Self.longest].offset)
        }
    }

    /// Parses `output[…] = expression`.
    static func statement(_ text: String) throws(StatementError) -> StatementSyntax {
        var parser = try StatementParser(text)
        let start = parser.current
        guard case .name(let name) = start.kind else {
            throw StatementError(
                message: "a statement begins with the tensor it writes, not \(start.described)", offset: start.offset,
                hint: "for example Z[m, n] = A[m, k] * B[k, n]")
        }
        parser.advance()
        let indices = parser.at("[") ? try parser.indices() : []
        try parser.expect("=", after: "the output '\(name)'")
        let value = try parser.expression()
        try parser.expectEnd()
        return StatementSyntax(
            output: AccessSyntax(tensor: name, indices: indices, offset: start.offset), value: value)
    }

    /// Parses an expression alone, as in the definition of an operation.
    static func expression(_ text: String) throws(StatementError) -> ExpressionSyntax {
        var parser = try StatementParser(text)
        let value = try parser.expression()
        try parser.expectEnd()
        return value
    }

    private mutating func expression() throws(StatementError) -> ExpressionSyntax {
        try descend()
        var left = try term()
        while let (symbol, offset) = take(anyOf: [.add, .subtract]) {
            left = .binary(symbol, left, try term(), offset: offset)
        }
        depth -= 1
        return left
    }

    private mutating func term() throws(StatementError) -> ExpressionSyntax {
        var left = try factor()
        while let (symbol, offset) = take(anyOf: [.multiply, .divide]) {
            left = .binary(symbol, left, try factor(), offset: offset)
        }
        return left
    }

    private mutating func factor() throws(StatementError) -> ExpressionSyntax {
        let token = current
        switch token.kind {
        case .symbol("-"):
            advance()
            try descend()
            let operand = try factor()
            depth -= 1
            return .negation(operand, offset: token.offset)
        case .symbol("("):
            advance()
            let inner = try expression()
            try expect(")", after: "the expression in parentheses")
            return inner
        case .number(let value):
            advance()
            return .number(value, offset: token.offset)
        case .name(let name):
            advance()
            return try named(NameSyntax(name: name, offset: token.offset))
        default:
            throw StatementError(message: "expected a value, found \(token.described)", offset: token.offset)
        }
    }

    private mutating func named(_ name: NameSyntax) throws(StatementError) -> ExpressionSyntax {
        if at("("), name.name != "inf" {
            advance()
            return .call(name, arguments: try list(closing: ")"))
        }
        guard at("[") else { return .name(name) }
        guard ReductionOperator(rawValue: name.name) != nil else {
            return .access(AccessSyntax(tensor: name.name, indices: try indices(), offset: name.offset))
        }
        advance()
        var ranks: [NameSyntax] = []
        repeat {
            guard case .name(let rank) = current.kind else {
                throw StatementError(
                    message: "'\(name.name)[…]' takes the names of ranks, not \(current.described)",
                    offset: current.offset)
            }
            ranks.append(NameSyntax(name: rank, offset: current.offset))
            advance()
        } while skip(",")
        try expect("]", after: "the ranks of '\(name.name)'")
        try expect("(", after: "'\(name.name)[…]'")
        let body = try expression()
        try expect(")", after: "what '\(name.name)' reduces")
        return .reduction(name, ranks: ranks, body)
    }

    private mutating func indices() throws(StatementError) -> [ExpressionSyntax] {
        advance()
        if skip("]") { return [] }
        return try list(closing: "]")
    }

    private mutating func list(closing: Character) throws(StatementError) -> [ExpressionSyntax] {
        var items = [try expression()]
        while skip(",") {
            items.append(try expression())
        }
        try expect(closing, after: "the list")
        return items
    }
}

extension StatementParser {
    private var current: Token { tokens[position] }

    private mutating func advance() {
        if position + 1 < tokens.count { position += 1 }
    }

    private func at(_ symbol: Character) -> Bool {
        current.kind == .symbol(symbol)
    }

    private mutating func skip(_ symbol: Character) -> Bool {
        guard at(symbol) else { return false }
        advance()
        return true
    }

    private mutating func take(
        anyOf operators: [ExpressionSyntax.BinaryOperator]
    ) -> (ExpressionSyntax.BinaryOperator, Int)? {
        guard let found = operators.first(where: { at($0.rawValue) }) else { return nil }
        let offset = current.offset
        advance()
        return (found, offset)
    }

    private mutating func expect(_ symbol: Character, after what: String) throws(StatementError) {
        guard skip(symbol) else {
            throw StatementError(
                message: "expected '\(symbol)' after \(what), found \(current.described)", offset: current.offset)
        }
    }

    private func expectEnd() throws(StatementError) {
        guard current.kind == .end else {
            throw StatementError(
                message: "expected an operator or the end, found \(current.described)", offset: current.offset)
        }
    }

    private mutating func descend() throws(StatementError) {
        depth += 1
        guard depth <= Self.deepest else {
            throw StatementError(
                message: "brackets are nested deeper than \(Self.deepest)", offset: current.offset)
        }
    }
}
