import OrreryText

/// The elements of a tensor on real numbers, last rank fastest.
public struct TensorValues: Hashable, Sendable {
    public let shape: [Int]
    public var elements: [Double]

    /// - Parameters:
    ///   - shape: extents, slowest first; an empty one is a single number.
    ///   - elements: as many as the product of the extents.
    public init(shape: [Int], elements: [Double]) {
        precondition(shape.reduce(1, *) == elements.count, "a tensor of shape \(shape) has other elements")
        self.shape = shape
        self.elements = elements
    }

    public subscript(indices: Int...) -> Double {
        elements[zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }]
    }
}

/// Why a cascade could not be evaluated on given inputs.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    case missingInput(String)
    case wrongShape(tensor: String, expected: [Int], given: [Int])
    /// An index read from a tensor is no coordinate of the rank it indexes.
    case indexOutOfRange(access: String, value: Double)
    /// More elements or points than the evaluator is made for.
    case tooLarge(String)
    /// The Einsums wait for each other.
    case noOrder(Schedule.Unsatisfiable)

    public var description: String {
        switch self {
        case .missingInput(let name): "no values were given for input '\(name)'"
        case .wrongShape(let tensor, let expected, let given):
            "'\(tensor)' has the shape \(expected), but values of shape \(given) were given"
        case .indexOutOfRange(let access, let value): "\(access) is \(value), which is no coordinate"
        case .tooLarge(let name): "'\(name)' is too large for the reference evaluator"
        case .noOrder(let problem): problem.description
        }
    }
}

extension Cascade {
    /// Runs the cascade on real numbers, statement by statement and point by point: what it *means*, to compare
    /// cascades and to prove them right. Meant for small extents.
    ///
    /// - Parameter inputs: values of every input tensor, in its full shape, batch ranks included; of index tensors that the workload
    ///   gives values, others than these.
    /// - Returns: values of every tensor that is written. Elements that do not exist, beyond a partial last tile, are NaN.
    public func evaluate(_ inputs: [String: TensorValues]) throws(EvaluationError) -> [String: TensorValues] {
        var evaluation = try Evaluation(self, inputs: inputs)
        let steps: [Schedule]
        do {
            steps = try schedule
        } catch {
            throw .noOrder(error)
        }
        for step in steps { try evaluation.run(step) }
        return evaluation.written
    }
}

extension Tensor {
    /// The elements that the workload gives; nil where it gives none.
    public var elementValues: TensorValues? {
        guard let values else { return nil }
        let generator = ValueGenerator(values)
        return TensorValues(
            shape: shape, elements: (0..<shape.reduce(1, *)).map { Double(generator.element(at: $0)) })
    }
}

/// An evaluation under way.
struct Evaluation {
    /// Elements of a tensor, and points of an Einsum, stay below this.
    static let limit = 1 << 26

    let cascade: Cascade
    var tensors: [String: TensorValues] = [:]
    /// Values of the iterative ranks whose loops surround the current step.
    private var settled: [String: Int] = [:]

    init(_ cascade: Cascade, inputs: [String: TensorValues]) throws(EvaluationError) {
        self.cascade = cascade
        for tensor in cascade.tensors {
            guard tensor.shape.reduce(1, { min($0 * $1, Self.limit + 1) }) <= Self.limit else {
                throw .tooLarge(tensor.name)
            }
            if tensor.isInput {
                guard let values = inputs[tensor.name] ?? tensor.elementValues else { throw .missingInput(tensor.name) }
                guard values.shape == tensor.shape else {
                    throw .wrongShape(tensor: tensor.name, expected: tensor.shape, given: values.shape)
                }
                tensors[tensor.name] = values
            } else {
                let count = tensor.shape.reduce(1, *)
                tensors[tensor.name] = TensorValues(
                    shape: tensor.shape, elements: [Double](repeating: tensor.initial ?? .nan, count: count))
            }
        }
    }

    /// Values of the tensors that Einsums write.
    var written: [String: TensorValues] {
        tensors.filter { name, _ in cascade.einsums.contains { $0.name == name } }
    }

    mutating func run(_ step: Schedule) throws(EvaluationError) {
        switch step {
        case .einsum(let position): try run(cascade.einsums[position])
        case .loop(let rank, let body):
            for value in 0..<(cascade.extent(of: rank) ?? 0) {
                settled[rank] = value
                for inner in body { try run(inner) }
            }
            settled[rank] = nil
        }
    }

    /// Visits every output element in order, iterative ranks included, and folds what is reduced into it.
    private mutating func run(_ einsum: Einsum) throws(EvaluationError) {
        guard cascade.points(of: einsum) <= Self.limit else { throw .tooLarge(einsum.name) }
        let free = einsum.iterationRanks.filter { settled[$0] == nil }
        let reduced = free.filter { einsum.reduction?.ranks.contains($0) ?? false }
        // Iterative ranks go outermost: a generation is complete before the next reads it.
        let kept =
            free.filter { einsum.iterativeRanks.contains($0) }
            + free.filter { !reduced.contains($0) && !einsum.iterativeRanks.contains($0) }
        let guards = cascade.guards.filter { !Set($0.digits.map(\.rank)).isDisjoint(with: einsum.iterationRanks) }
        let definitions = Dictionary(
            cascade.operations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var outer = Odometer(ranks: kept, cascade: cascade, settled: settled)
        repeat {
            var inner = Odometer(ranks: reduced, cascade: cascade, settled: outer.values)
            var result: Double?
            repeat {
                let point = inner.values
                guard guards.allSatisfy({ $0.admits { point[$0] } }) else { continue }
                var elements: [Double] = []
                for input in einsum.inputs { elements.append(try read(input, at: point)) }
                let value = einsum.map.value(inputs: elements, definitions: definitions)
                if let reduction = einsum.reduction {
                    result = reduction.operation.combine(result ?? reduction.operation.identity, value)
                } else {
                    result = value
                }
            } while inner.advance()
            if let result {
                let place = try offset(of: einsum.output, at: outer.values)
                tensors[einsum.name]?.elements[place] = result
            }
        } while outer.advance()
    }

    private func read(_ access: Access, at point: [String: Int]) throws(EvaluationError) -> Double {
        tensors[access.tensor]?.elements[try offset(of: access, at: point)] ?? .nan
    }

    private func offset(of access: Access, at point: [String: Int]) throws(EvaluationError) -> Int {
        guard let shape = tensors[access.tensor]?.shape else { return 0 }
        var offset = 0
        for (index, extent) in zip(access.indices, shape) {
            var coordinate = index.constant
            for term in index.terms { coordinate += term.coefficient * (point[term.rank] ?? 0) }
            for lookup in index.lookups {
                let value = try read(lookup.access, at: point)
                guard let whole = Int(exactly: value), whole.magnitude <= Self.limit else {
                    throw .indexOutOfRange(access: lookup.access.description, value: value)
                }
                coordinate += lookup.coefficient * whole
            }
            guard (0..<extent).contains(coordinate) else {
                throw .indexOutOfRange(access: access.description, value: Double(coordinate))
            }
            offset = offset * extent + coordinate
        }
        return offset
    }
}

/// Counts through the values of some ranks, the last one fastest.
private struct Odometer {
    private(set) var values: [String: Int]
    private let ranks: [(name: String, extent: Int)]

    init(ranks names: [String], cascade: Cascade, settled: [String: Int]) {
        ranks = names.map { ($0, cascade.extent(of: $0) ?? 1) }
        values = settled.merging(names.map { ($0, 0) }) { $1 }
    }

    /// The next point; false, back at the first, after the last.
    mutating func advance() -> Bool {
        for rank in ranks.reversed() {
            let next = (values[rank.name] ?? 0) + 1
            if next < rank.extent {
                values[rank.name] = next
                return true
            }
            values[rank.name] = 0
        }
        return false
    }
}
