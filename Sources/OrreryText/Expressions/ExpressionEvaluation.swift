/// Runs compiled code. Errors carry the offset of the instruction that failed.
func evaluateCode(
    _ code: [Instruction], names: [String], known: () -> [String], _ lookup: (String) -> Quantity?
) throws(ExpressionError) -> ExpressionValue {
    var stack = ExpressionStack()
    var next = 0
    while next < code.count {
        let instruction = code[next]
        next += 1
        do throws(ExpressionError) {
            switch instruction.operation {
            case .push(let quantity): stack.values.append(.quantity(quantity))
            case .pushTruth(let truth): stack.values.append(.truth(truth))
            case .load(let index):
                guard let value = lookup(names[index]) else {
                    let name = names[index]
                    throw ExpressionError(
                        "unknown name \(quotedForMessage(name))", hint: suggestion(for: name, among: known()))
                }
                stack.values.append(.quantity(value))
            case .negate:
                let operand = try stack.quantity()
                stack.values.append(.quantity(Quantity(operand.value.negated, operand.dimension)))
            case .not: stack.values.append(.truth(try !stack.truth()))
            case .binary(let symbol):
                let right = try stack.quantity()
                let left = try stack.quantity()
                stack.values.append(.quantity(try apply(symbol, left, right)))
            case .compare(let comparison):
                let right = try stack.quantity()
                let left = try stack.quantity()
                try requireSameDimension(left, right, in: "'\(comparison.rawValue)'")
                stack.values.append(.truth(comparison.holds(left.value, right.value)))
            case .call(let function, let count):
                let arguments = try stack.quantities(count)
                stack.values.append(.quantity(try function.apply(arguments[...])))
            case .jumpIfFalse(let target): if try !stack.truth() { next = target }
            case .jump(let target): next = target
            }
        } catch {
            var placed = error
            placed.offset = instruction.offset
            throw placed
        }
    }
    guard let result = stack.values.last else { throw ExpressionStack.broken }
    return result
}

/// The stack of an evaluation. The parser has checked what each instruction finds on it.
private struct ExpressionStack {
    var values: [ExpressionValue] = []

    static var broken: ExpressionError { ExpressionError("the expression cannot be evaluated") }

    mutating func quantity() throws(ExpressionError) -> Quantity {
        guard case .quantity(let quantity) = values.popLast() else { throw Self.broken }
        return quantity
    }

    mutating func truth() throws(ExpressionError) -> Bool {
        guard case .truth(let truth) = values.popLast() else { throw Self.broken }
        return truth
    }

    mutating func quantities(_ count: Int) throws(ExpressionError) -> [Quantity] {
        var result: [Quantity] = []
        for _ in 0..<count { result.append(try quantity()) }
        return result.reversed()
    }
}

private func apply(_ symbol: BinaryOperator, _ a: Quantity, _ b: Quantity) throws(ExpressionError) -> Quantity {
    let value: Rational?
    let dimension: Dimension?
    switch symbol {
    case .add, .subtract:
        try requireSameDimension(a, b, in: "'\(symbol.rawValue)'")
        value = symbol == .add ? a.value.adding(b.value) : a.value.subtracting(b.value)
        dimension = a.dimension
    case .multiply:
        value = a.value.multiplied(by: b.value)
        dimension = a.dimension.multiplied(by: b.dimension)
    case .divide:
        if b.value.isZero { throw ExpressionError("division by zero") }
        value = a.value.divided(by: b.value)
        dimension = a.dimension.divided(by: b.dimension)
    case .remainder:
        if b.value.isZero { throw ExpressionError("division by zero") }
        try requireSameDimension(a, b, in: "'%'")
        value = a.value.remainder(dividingBy: b.value)
        dimension = a.dimension
    case .power:
        guard b.dimension.isDimensionless, let exponent = b.value.integer else {
            throw ExpressionError("an exponent must be a whole number, not \(b)")
        }
        if a.value.isZero, exponent < 0 { throw ExpressionError("division by zero") }
        value = a.value.power(exponent)
        dimension = a.dimension.power(exponent)
    }
    guard let value, let dimension else {
        throw ExpressionError("the result of '\(symbol.rawValue)' is too large or too fine to be exact")
    }
    return Quantity(value, dimension)
}
