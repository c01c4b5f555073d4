/// Compiles an expression to instructions, by recursive descent with bounded nesting.
struct ExpressionParser {
    /// What a part of an expression gives.
    enum Kind {
        case value
        case condition
    }

    private(set) var code: [Instruction] = []
    private(set) var names: [String] = []
    private var nameIndices: [String: Int] = [:]
    private var lexer: ExpressionLexer
    private var token: ExpressionToken
    private var depth = 0
    private static let depthLimit = 64

    init(_ text: String) throws(ExpressionError) {
        guard text.utf8.count <= Expression.lengthLimit else {
            throw ExpressionError("the expression is longer than \(Expression.lengthLimit) bytes")
        }
        lexer = ExpressionLexer(text)
        token = try lexer.next()
    }

    mutating func parse() throws(ExpressionError) -> Kind {
        if token.kind == .end { throw ExpressionError("there is no value") }
        let kind = try disjunction()
        guard token.kind == .end else { throw unexpected("expected an operator or the end") }
        return kind
    }

    private mutating func disjunction() throws(ExpressionError) -> Kind {
        try shortCircuit("or") { (self: inout Self) throws(ExpressionError) in try self.conjunction() }
    }

    private mutating func conjunction() throws(ExpressionError) -> Kind {
        try shortCircuit("and") { (self: inout Self) throws(ExpressionError) in try self.negation() }
    }

    /// `a and b` evaluates b only if a holds, `a or b` only if it does not.
    private mutating func shortCircuit(
        _ word: String, operand: (inout Self) throws(ExpressionError) -> Kind
    ) throws(ExpressionError) -> Kind {
        let start = token.offset
        let kind = try operand(&self)
        while token.kind == .symbol(word) {
            try require(.condition, kind, at: start, of: "'\(word)'")
            let offset = try advance()
            if word == "or" { emit(.not, offset) }
            let skip = emit(.jumpIfFalse(to: 0), offset)
            let right = token.offset
            try require(.condition, try operand(&self), at: right, of: "'\(word)'")
            let leave = emit(.jump(to: 0), offset)
            code[skip].operation = .jumpIfFalse(to: code.count)
            emit(.pushTruth(word == "or"), offset)
            code[leave].operation = .jump(to: code.count)
        }
        return kind
    }

    private mutating func negation() throws(ExpressionError) -> Kind {
        guard token.kind == .symbol("not") else { return try comparison() }
        let offset = try advance()
        let start = token.offset
        let kind = try nested { (self: inout Self) throws(ExpressionError) in try self.negation() }
        try require(.condition, kind, at: start, of: "'not'")
        emit(.not, offset)
        return .condition
    }

    private mutating func comparison() throws(ExpressionError) -> Kind {
        let start = token.offset
        let kind = try sum()
        guard let comparison = symbol.flatMap(Comparison.init(rawValue:)) else { return kind }
        try require(.value, kind, at: start, of: "'\(comparison.rawValue)'")
        let offset = try advance()
        let right = token.offset
        try require(.value, try sum(), at: right, of: "'\(comparison.rawValue)'")
        emit(.compare(comparison), offset)
        if symbol.flatMap(Comparison.init(rawValue:)) != nil {
            throw ExpressionError("comparisons do not chain", hint: "join two with 'and'", offset: token.offset)
        }
        return .condition
    }

    private mutating func sum() throws(ExpressionError) -> Kind {
        try leftToRight(["+", "-"]) { (self: inout Self) throws(ExpressionError) in try self.product() }
    }

    private mutating func product() throws(ExpressionError) -> Kind {
        try leftToRight(["*", "/", "%"]) { (self: inout Self) throws(ExpressionError) in try self.signed() }
    }

    private mutating func leftToRight(
        _ symbols: [String], operand: (inout Self) throws(ExpressionError) -> Kind
    ) throws(ExpressionError) -> Kind {
        let start = token.offset
        let kind = try operand(&self)
        while let symbol, symbols.contains(symbol), let binary = BinaryOperator(rawValue: symbol) {
            try require(.value, kind, at: start, of: "'\(symbol)'")
            let offset = try advance()
            let right = token.offset
            try require(.value, try operand(&self), at: right, of: "'\(symbol)'")
            emit(.binary(binary), offset)
        }
        return kind
    }

    private mutating func signed() throws(ExpressionError) -> Kind {
        guard let symbol, symbol == "-" || symbol == "+" else { return try power() }
        let offset = try advance()
        let start = token.offset
        let kind = try nested { (self: inout Self) throws(ExpressionError) in try self.signed() }
        try require(.value, kind, at: start, of: "'\(symbol)'")
        if symbol == "-" { emit(.negate, offset) }
        return .value
    }

    private mutating func power() throws(ExpressionError) -> Kind {
        let start = token.offset
        let kind = try primary()
        guard let symbol, symbol == "^" || symbol == "**" else { return kind }
        try require(.value, kind, at: start, of: "'^'")
        let offset = try advance()
        let right = token.offset
        let exponent = try nested { (self: inout Self) throws(ExpressionError) in try self.signed() }
        try require(.value, exponent, at: right, of: "'^'")
        emit(.binary(.power), offset)
        return .value
    }

    private mutating func primary() throws(ExpressionError) -> Kind {
        let offset = token.offset
        switch token.kind {
        case .quantity(let quantity):
            try advance()
            emit(.push(quantity), offset)
            return .value
        case .name(let name):
            try advance()
            if token.kind == .symbol("(") { return try call(name, offset) }
            if name == "true" || name == "false" {
                emit(.pushTruth(name == "true"), offset)
                return .condition
            }
            emit(.load(index(of: name)), offset)
            return .value
        case .symbol("("):
            try advance()
            let kind = try nested { (self: inout Self) throws(ExpressionError) in try self.disjunction() }
            try expect(")")
            return kind
        default: throw unexpected("expected a value")
        }
    }

    private mutating func call(_ name: String, _ offset: Int) throws(ExpressionError) -> Kind {
        guard let function = Function(rawValue: name) else {
            throw ExpressionError(
                "unknown function \(quotedForMessage(name))",
                hint: suggestion(for: name, among: Function.allCases.map(\.rawValue)), offset: offset)
        }
        try advance()
        if function == .select { return try select(offset) }
        var count = 0
        repeat {
            if count > 0 { try expect(",") }
            let start = token.offset
            let kind = try nested { (self: inout Self) throws(ExpressionError) in try self.disjunction() }
            try require(.value, kind, at: start, of: function.rawValue)
            count += 1
        } while token.kind == .symbol(",")
        try expect(")")
        guard function.argumentCounts.contains(count) else {
            throw ExpressionError("wrong number of arguments", hint: "expected \(function.signature)", offset: offset)
        }
        emit(.call(function, arguments: count), offset)
        return .value
    }

    /// `select(condition, a, b)` evaluates only the one it gives.
    private mutating func select(_ offset: Int) throws(ExpressionError) -> Kind {
        func part(_ parser: inout Self) throws(ExpressionError) -> Kind {
            try parser.nested { (parser: inout Self) throws(ExpressionError) in try parser.disjunction() }
        }
        let start = token.offset
        try require(.condition, try part(&self), at: start, of: "select")
        let skip = emit(.jumpIfFalse(to: 0), offset)
        try expect(",")
        let first = try part(&self)
        let leave = emit(.jump(to: 0), offset)
        code[skip].operation = .jumpIfFalse(to: code.count)
        try expect(",")
        let second = token.offset
        try require(first, try part(&self), at: second, of: "select")
        code[leave].operation = .jump(to: code.count)
        try expect(")")
        return first
    }
}

extension ExpressionParser {
    private var symbol: String? {
        guard case .symbol(let symbol) = token.kind else { return nil }
        return symbol
    }

    /// Passes the current token and gives its offset.
    @discardableResult
    private mutating func advance() throws(ExpressionError) -> Int {
        let offset = token.offset
        token = try lexer.next()
        return offset
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        guard token.kind == .symbol(symbol) else { throw unexpected("expected '\(symbol)'") }
        try advance()
    }

    private mutating func nested(
        _ part: (inout Self) throws(ExpressionError) -> Kind
    ) throws(ExpressionError) -> Kind {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw ExpressionError("the expression is nested more than \(Self.depthLimit) deep", offset: token.offset)
        }
        return try part(&self)
    }

    private func unexpected(_ hint: String) -> ExpressionError {
        let found = token.kind == .end ? "the expression ends too early" : "unexpected \(token.text)"
        return ExpressionError(found, hint: hint, offset: token.offset)
    }

    private func require(_ expected: Kind, _ found: Kind, at offset: Int, of user: String) throws(ExpressionError) {
        guard found != expected else { return }
        throw ExpressionError(
            expected == .condition
                ? "\(user) takes a condition, such as M >= P, not a value" : "\(user) takes a value, not a condition",
            offset: offset)
    }

    @discardableResult
    private mutating func emit(_ operation: Instruction.Operation, _ offset: Int) -> Int {
        code.append(Instruction(operation: operation, offset: offset))
        return code.count - 1
    }

    private mutating func index(of name: String) -> Int {
        if let index = nameIndices[name] { return index }
        nameIndices[name] = names.count
        names.append(name)
        return names.count - 1
    }
}
