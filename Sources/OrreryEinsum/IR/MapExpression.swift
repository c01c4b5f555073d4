/// What an Einsum computes at each point from the elements it reads, before any reduction.
public indirect enum MapExpression: Hashable, Sendable {
    /// The element read by the Einsum's input with this position.
    case input(Int)
    case constant(Double)
    /// An operand of a user-defined operation; occurs only in definitions.
    case argument(Int)
    case apply(Operation, [MapExpression])

    /// The elementary operations of one point in the order in which they can be done: operands before operators,
    /// left to right.
    public var operations: [Operation] {
        guard case .apply(let operation, let operands) = self else { return [] }
        return operands.flatMap(\.operations) + [operation]
    }

    /// The value at one point.
    ///
    /// - Parameters:
    ///   - inputs: the element of each input.
    ///   - arguments: operands, inside a user-defined operation.
    ///   - definitions: the user-defined operations by name.
    func value(
        inputs: [Double], arguments: [Double] = [], definitions: [String: UserOperation]
    ) -> Double {
        switch self {
        case .input(let position): return inputs[position]
        case .constant(let value): return value
        case .argument(let position): return arguments[position]
        case .apply(let operation, let operands):
            let values = operands.map {
                $0.value(inputs: inputs, arguments: arguments, definitions: definitions)
            }
            if case .user(let name) = operation {
                return definitions[name]?.body.value(inputs: [], arguments: values, definitions: definitions) ?? .nan
            }
            return operation.value(of: values) ?? .nan
        }
    }
}

/// An operation that a workload defines: `gelu: {arguments: [x], expression: "…", cost: {mac: 6}}`.
public struct UserOperation: Hashable, Sendable {
    public let name: String
    public let arguments: [String]
    /// What it computes, so that the reference evaluator can run it.
    public let body: MapExpression
    /// The built-in operations that one application stands for: what `cost:` says, else those of the body.
    public let cost: OperationCounts
}
