/// A statement as written, before its names are known to be ranks, tensors or parameters.
struct StatementSyntax: Equatable {
    let output: AccessSyntax
    let value: ExpressionSyntax
}

/// `name[index, …]` as written.
struct AccessSyntax: Equatable {
    let tensor: String
    let indices: [ExpressionSyntax]
    let offset: Int
}

/// A name with its place.
struct NameSyntax: Equatable {
    let name: String
    let offset: Int
}

/// An expression as written; used for values and for indices alike.
indirect enum ExpressionSyntax: Equatable {
    case number(Double, offset: Int)
    case name(NameSyntax)
    case access(AccessSyntax)
    case call(NameSyntax, arguments: [ExpressionSyntax])
    /// `max[m0](…)`: a reduce operator, the ranks it folds, and what it folds.
    case reduction(NameSyntax, ranks: [NameSyntax], ExpressionSyntax)
    case binary(BinaryOperator, ExpressionSyntax, ExpressionSyntax, offset: Int)
    case negation(ExpressionSyntax, offset: Int)

    enum BinaryOperator: Character {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
    }

    /// Where the expression's own token stands: a name, a number, or the operator between two operands.
    var offset: Int {
        switch self {
        case .number(_, let offset), .binary(_, _, _, let offset), .negation(_, let offset): offset
        case .name(let name), .call(let name, _), .reduction(let name, _, _): name.offset
        case .access(let access): access.offset
        }
    }

    /// Where the expression begins; parentheses don't count.
    var start: Int {
        if case .binary(_, let left, _, _) = self { left.start } else { offset }
    }

    /// Every access inside, in reading order; accesses inside an index included.
    var accesses: [AccessSyntax] {
        switch self {
        case .number, .name: []
        case .access(let access): [access] + access.indices.flatMap(\.accesses)
        case .call(_, let arguments): arguments.flatMap(\.accesses)
        case .reduction(_, _, let body): body.accesses
        case .binary(_, let left, let right, _): left.accesses + right.accesses
        case .negation(let operand, _): operand.accesses
        }
    }

    /// Every bare name inside, in reading order; names inside accesses included.
    var names: [NameSyntax] {
        switch self {
        case .number: []
        case .name(let name): [name]
        case .access(let access): access.indices.flatMap(\.names)
        case .call(_, let arguments): arguments.flatMap(\.names)
        case .reduction(_, let ranks, let body): ranks + body.names
        case .binary(_, let left, let right, _): left.names + right.names
        case .negation(let operand, _): operand.names
        }
    }
}
