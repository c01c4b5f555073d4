/// One step of a compiled expression: a stack machine, so that neither evaluating nor freeing a long sum recurses.
struct Instruction: Hashable, Sendable {
    enum Operation: Hashable, Sendable {
        case push(Quantity)
        case pushTruth(Bool)
        /// Index into the expression's names.
        case load(Int)
        case negate
        case not
        case binary(BinaryOperator)
        case compare(Comparison)
        case call(Function, arguments: Int)
        /// Takes a truth off the stack.
        case jumpIfFalse(to: Int)
        case jump(to: Int)
    }

    var operation: Operation
    /// Code points before the part of the text that it came from.
    var offset: Int
}

enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case power = "^"
}

enum Comparison: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds(_ a: Rational, _ b: Rational) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}

enum ExpressionValue {
    case quantity(Quantity)
    case truth(Bool)
}
