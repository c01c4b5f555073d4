import OrreryText

/// Turns the right-hand side of a statement, or the definition of an operation, from syntax into a map expression.
struct ValueBinder {
    /// Resolves accesses; nil inside the definition of an operation, which may not read tensors.
    var indices: IndexBinder?
    var parameters: [String: CascadeDeclaration.Constant] = [:]
    /// Operands by position, inside the definition of an operation.
    var arguments: [String] = []
    var operations: [UserOperation] = []
    /// Reports a problem: message, offset in the text, hint.
    let report: (String, Int, String?) -> Void
    /// The distinct accesses met so far; `MapExpression.input` counts them.
    private(set) var inputs: [Access] = []

    init(report: @escaping (String, Int, String?) -> Void) {
        self.report = report
    }

    /// The map expression, or nil after reporting why there is none.
    mutating func bind(_ syntax: ExpressionSyntax) -> MapExpression? {
        switch syntax {
        case .number(let value, _): return .constant(value)
        case .name(let name): return bind(name: name)
        case .access(let access): return bind(access: access)
        case .call(let name, let arguments): return bind(call: name, arguments)
        case .reduction(let name, _, _):
            report(
                "'\(name.name)[…]' must be the outermost operation", name.offset, "write it as a statement of its own")
            return nil
        case .binary(let symbol, let left, let right, _):
            let a = bind(left)
            guard let b = bind(right), let a else { return nil }
            return Self.apply(symbol.operation, [a, b])
        case .negation(let operand, _):
            return bind(operand).map { value in
                if case .constant(let number) = value { return .constant(-number) }
                return .apply(.subtract, [.constant(0), value])
            }
        }
    }

    private func bind(name: NameSyntax) -> MapExpression? {
        if let position = arguments.firstIndex(of: name.name) { return .argument(position) }
        if let parameter = parameters[name.name] { return .constant(parameter.value) }
        if name.name == "inf" { return .constant(.infinity) }
        guard let scope = indices?.scope else {
            report("unknown operand '\(name.name)'", name.offset, suggestion(for: name.name, among: arguments))
            return nil
        }
        if scope.tensorNames.contains(name.name) {
            report("tensor '\(name.name)' is read without its indices", name.offset, "write \(name.name)[…]")
        } else if scope.extents[name.name] != nil {
            report("rank '\(name.name)' can't serve as a value", name.offset, "read it from a tensor")
        } else {
            let words = parameters.keys.sorted() + scope.tensorNames
            report("unknown parameter '\(name.name)'", name.offset, suggestion(for: name.name, among: words))
        }
        return nil
    }

    private mutating func bind(access: AccessSyntax) -> MapExpression? {
        guard let indices else {
            report("the definition of an operation can't read a tensor", access.offset, nil)
            return nil
        }
        guard let bound = indices.bind(access) else { return nil }
        if let position = inputs.firstIndex(of: bound) { return .input(position) }
        inputs.append(bound)
        return .input(inputs.count - 1)
    }

    private mutating func bind(call name: NameSyntax, _ syntax: [ExpressionSyntax]) -> MapExpression? {
        guard let operation = operation(named: name, operands: syntax.count) else { return nil }
        let operands = syntax.map { bind($0) }
        let known = operands.compactMap { $0 }
        guard known.count == operands.count, let first = known.first else { return nil }
        guard operation == .max || operation == .min else { return Self.apply(operation, known) }
        return known.dropFirst().reduce(first) { Self.apply(operation, [$0, $1]) }
    }

    /// The operation that a call means, or nil after reporting that it takes other operands or does not exist.
    private func operation(named name: NameSyntax, operands: Int) -> Operation? {
        func wrongCount(_ expected: String) -> Operation? {
            report("'\(name.name)' takes \(expected), not \(operands)", name.offset, nil)
            return nil
        }
        if let user = operations.first(where: { $0.name == name.name }) {
            let count = user.arguments.count
            return count == operands ? .user(name.name) : wrongCount(counted(count, "operand", "operands"))
        }
        if let known = Operation.callable.first(where: { $0.name == name.name }) {
            if known.arity == 2 { return operands >= 2 ? known : wrongCount("two operands or more") }
            return operands == 1 ? known : wrongCount("1 operand")
        }
        if ReductionOperator(rawValue: name.name) != nil {
            report("'\(name.name)' needs the ranks it reduces", name.offset, "write \(name.name)[rank](…)")
        } else if indices?.scope.tensorNames.contains(name.name) == true {
            report("the indices of tensor '\(name.name)' stand in [ ]", name.offset, nil)
        } else {
            let words = Operation.callable.map(\.name) + operations.map(\.name)
            report("unknown operation '\(name.name)'", name.offset, suggestion(for: name.name, among: words))
        }
        return nil
    }

    /// The operation on its operands; done at once where all are numbers, so that no one counts it.
    private static func apply(_ operation: Operation, _ operands: [MapExpression]) -> MapExpression {
        let numbers = operands.compactMap { operand -> Double? in
            if case .constant(let value) = operand { value } else { nil }
        }
        guard numbers.count == operands.count, let value = operation.value(of: numbers) else {
            return .apply(operation, operands)
        }
        return .constant(value)
    }
}

extension ExpressionSyntax.BinaryOperator {
    fileprivate var operation: Operation {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        }
    }
}

extension UserOperation {
    /// Most operations that one application may stand for.
    static let costLimit = 1 << 30

    /// Reads a definition; nil after reporting why it is none.
    ///
    /// - Parameters:
    ///   - expression: what it computes from `arguments`, in the syntax of statements.
    ///   - cost: the built-in operations of one application, at most 2^30; nil counts those of the expression.
    ///   - earlier: operations that the expression may use.
    ///   - mark: the place of the expression's first character.
    public init?(
        name: String, arguments: [String], expression: String, cost: OperationCounts? = nil,
        earlier: [UserOperation] = [], mark: SourceMark, diagnostics: Diagnostics
    ) {
        var binder = ValueBinder { message, offset, hint in
            diagnostics.error(message, at: mark.advanced(by: offset), hint: hint)
        }
        binder.arguments = arguments
        binder.operations = earlier
        do {
            guard let body = binder.bind(try StatementParser.expression(expression)) else { return nil }
            let counted = body.operations.reduce(into: OperationCounts()) { $0[$1] += 1 }
            // Each earlier operation costs at most this much and an expression is short, so nothing overflows here.
            let whole = (cost ?? counted).expanded(earlier)
            guard whole.flops <= Self.costLimit else {
                diagnostics.error("one application of '\(name)' takes more than 2^30 operations", at: mark)
                return nil
            }
            self.init(name: name, arguments: arguments, body: body, cost: whole)
        } catch {
            diagnostics.error(error.message, at: mark.advanced(by: error.offset), hint: error.hint)
            return nil
        }
    }
}
