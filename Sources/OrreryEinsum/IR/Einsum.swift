import OrreryText

/// The fold that ends an Einsum: an operator, and the ranks that its output lacks.
public struct Reduction: Hashable, Sendable {
    public let operation: ReductionOperator
    /// In the order in which they first appear in the statement.
    public let ranks: [String]
}

/// One extended Einsum: at every point of an iteration space it maps the elements of its inputs to a value, and
/// folds the points that share an output element.
///
/// The form is that of EDGE and TeAAL with iterative (generational) ranks, as FuseMax uses it.
public struct Einsum: Sendable {
    /// Name of the tensor it writes, which no other Einsum of the cascade writes.
    public var name: String { output.tensor }
    public let output: Access
    /// The elements that `map` reads, each once; the tensors that only serve as indices are in `reads`.
    public let inputs: [Access]
    public let map: MapExpression
    /// Nil where every point writes an element of its own.
    public let reduction: Reduction?
    /// The rank variables of the iteration space: those of the output, then those that only inputs have.
    public let iterationRanks: [String]
    /// The ranks along which each generation is computed from the one before.
    public let iterativeRanks: [String]
    /// The statement as the user wrote it.
    public let text: String
    public let mark: SourceMark

    /// Every access it makes to read: its inputs, and the index tensors of gathers.
    public var reads: [Access] {
        inputs + inputs.flatMap(\.lookups)
    }

    /// The elementary operations of one point in the order in which they can be done.
    ///
    /// `exp(QK - RM)` gives `[subtract, exp]`, a summed product `[mac]`, a maximum over a rank `[max]`, and a copy
    /// nothing.
    public var pointOperations: [Operation] {
        var operations = map.operations
        guard let reduction else { return operations }
        if reduction.operation == .sum, case .apply(.multiply, _) = map {
            operations[operations.count - 1] = .multiplyAccumulate
        } else {
            operations.append(reduction.operation.operation)
        }
        return operations
    }
}
