import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Makes the nest of loops that a core runs of an Einsum.
struct NestBuilder {
    let cascade: Cascade
    let group: Mapping.Group
    let space: RankSpace
    let unit: Hardware.Unit
    /// Bytes of the core's vector registers; nil where it has none.
    let vector: Quantity?
    /// Addresses of the tensors.
    let starts: [String: Int]
    let diagnostics: Diagnostics

    /// - Parameter outer: ranks whose loops the program runs around the nest.
    /// - Returns: nil after reporting why a core can't run the Einsum so.
    func nest(of einsum: Einsum, inside outer: [String]) -> LoopNest? {
        let problems = Diagnostics()
        defer { problems.all.forEach(diagnostics.report) }
        guard let (loops, isUnrolled) = loops(of: einsum, inside: outer, problems) else { return nil }
        let names = loops.map(\.name)
        var loads = Loads(self, names, problems)
        let inputs = einsum.inputs.map { loads.add($0) }
        guard let result = loads.operand(einsum.output) else { return nil }
        if problems.hasErrors { return nil }
        var steps = StepBuilder(inputs: inputs, definitions: cascade.operations)
        let stored = steps.add(einsum)
        let nest = LoopNest(
            loops: loops, fixed: outer.count, isUnrolled: isUnrolled,
            width: isUnrolled ? width(loads.operands.filter { $0.values == nil } + [result]) : 1,
            bounds: bounds(names, einsum, problems), loads: loads.operands, steps: steps.steps, stored: stored,
            result: result)
        if problems.hasErrors { return nil }
        if let problem = nest.problem {
            problems.error("'\(einsum.name)' can't run on '\(unit.path)': \(problem)", at: einsum.mark)
            return nil
        }
        return nest
    }

    /// Elements of the widest operand that fill a vector register.
    private func width(_ operands: [LoopNest.Operand]) -> Int {
        guard let bytes = vector?.value.integer else { return 1 }
        return max(1, bytes / (operands.map(\.elementBytes).max() ?? 1))
    }

    // MARK: Loops

    /// Those that the mapping names, in its order, then the others: generations, what the result has, what is reduced; at last what is
    /// laid over registers. A rank of one value makes no loop.
    private func loops(
        of einsum: Einsum, inside outer: [String], _ problems: Diagnostics
    ) -> ([LoopNest.Loop], isUnrolled: Bool)? {
        let reduced = Set(space.expanded(einsum.reduction?.ranks ?? []))
        let generations = space.expanded(einsum.iterativeRanks)
        let all = space.expanded(einsum.iterationRanks)
        let columns =
            (group.spatial.first { $0.name.text == einsum.name }
            ?? group.spatial.first { $0.name.text == unit.path })?.value.columns.filter { all.contains($0.text) } ?? []
        let named = outer + group.loops.map(\.text).filter { all.contains($0) && !outer.contains($0) }
        if columns.count > 1 {
            problems.error(
                "one rank of '\(einsum.name)' can be laid over registers", at: columns[1].mark, path: "spatial")
            return nil
        }
        if let column = columns.first, named.contains(column.text) {
            problems.error("'\(column.text)' is already one of the loops", at: column.mark, path: "spatial")
            return nil
        }
        if let column = columns.first, reduced.contains(column.text) {
            problems.error(
                "'\(einsum.name)' reduces over '\(column.text)', which can't be laid over registers", at: column.mark,
                path: "spatial", hint: "name a rank that the result has, or leave it out for '\(einsum.name)'")
            return nil
        }
        let last = columns.map(\.text)
        var order = named
        for rank in generations + all where !order.contains(rank) && !last.contains(rank) { order.append(rank) }
        let loops = (order + last).map { LoopNest.Loop($0, trips: space.extent($0), isReduced: reduced.contains($0)) }
        let isUnrolled = last.contains { space.extent($0) > 1 }
        return (loops.filter { $0.trips > 1 }, isUnrolled)
    }

    private func bounds(_ names: [String], _ einsum: Einsum, _ problems: Diagnostics) -> [LoopNest.Bound] {
        var result: [LoopNest.Bound] = []
        var taken: Set<String> = []
        for bound in space.bounds {
            let digits = bound.digits.filter { names.contains($0.rank) }
            let most = digits.reduce(0) { $0 + $1.coefficient * (space.extent($1.rank) - 1) }
            if most < bound.limit { continue }
            if let twice = digits.first(where: { taken.contains($0.rank) }) {
                problems.error(
                    "the last tile over '\(twice.rank)' is short in two ways", at: einsum.mark,
                    hint: "partition it into parts that divide it")
            }
            taken.formUnion(digits.map(\.rank))
            let coefficients = names.map { name in digits.first { $0.rank == name }?.coefficient ?? 0 }
            result.append(LoopNest.Bound(coefficients, below: bound.limit))
        }
        return result
    }

    // MARK: Operands

    /// The elements that a body loads, each once.
    private struct Loads {
        private let builder: NestBuilder
        private let names: [String]
        private let problems: Diagnostics
        private(set) var operands: [LoopNest.Operand] = []
        private var known: [OrreryEinsum.Access: Int] = [:]

        init(_ builder: NestBuilder, _ names: [String], _ problems: Diagnostics) {
            self.builder = builder
            self.names = names
            self.problems = problems
        }

        /// The number of a load; those that its address is made of stand before it.
        mutating func add(_ access: OrreryEinsum.Access, indexing other: OrreryEinsum.Access? = nil) -> Int {
            if let number = known[access] {
                if let other { give(values: access, to: number, indexing: other) }
                return number
            }
            guard let operand = operand(access) else { return 0 }
            operands.append(operand)
            known[access] = operands.count - 1
            if let other { give(values: access, to: operands.count - 1, indexing: other) }
            return operands.count - 1
        }

        /// The elements of an index tensor must be known.
        private mutating func give(
            values access: OrreryEinsum.Access, to number: Int, indexing other: OrreryEinsum.Access
        ) {
            guard let tensor = builder.cascade.tensor(named: access.tensor) else { return }
            operands[number].values = tensor.values
            if tensor.values != nil { return }
            problems.error(
                tensor.isInput
                    ? "'\(access.tensor)' indexes '\(other.tensor)', and nothing says what its elements are"
                    : "'\(access.tensor)' indexes '\(other.tensor)' and is computed, so that its elements are not known",
                at: tensor.mark,
                hint: tensor.isInput
                    ? "add values: {pattern: uniform, seed: 1} to '\(access.tensor)'"
                    : "index with a tensor that has values:")
        }

        mutating func operand(_ access: OrreryEinsum.Access) -> LoopNest.Operand? {
            guard let tensor = builder.cascade.tensor(named: access.tensor) else { return nil }
            var index = LoopNest.Index(Array(repeating: 0, count: names.count))
            var stride = 1
            for (place, expression) in access.indices.enumerated().reversed() {
                index.constant += expression.constant * stride
                for term in expression.terms {
                    for part in builder.space.parts(of: term.rank) {
                        guard let loop = names.firstIndex(of: part.rank) else { continue }
                        index.coefficients[loop] += term.coefficient * part.coefficient * stride
                    }
                }
                for lookup in expression.lookups {
                    let load = add(lookup.access, indexing: access)
                    index.lookups.append(.init(load, coefficient: lookup.coefficient * stride))
                }
                stride *= tensor.shape[place]
            }
            return LoopNest.Operand(
                tensor.name, at: builder.starts[tensor.name] ?? 0, elementBytes: tensor.type.bits / 8, index)
        }
    }
}

/// The arithmetic of a body.
private struct StepBuilder {
    /// The load of each input of the Einsum.
    let inputs: [Int]
    let definitions: [UserOperation]
    private(set) var steps: [LoopNest.Step] = []

    /// - Returns: what is stored.
    mutating func add(_ einsum: Einsum) -> LoopNest.Source? {
        guard let reduction = einsum.reduction else { return value(einsum.map) }
        if reduction.operation == .sum, case .apply(.multiply, let factors) = einsum.map {
            let sources = factors.compactMap { value($0) }
            steps.append(.init(.multiplyAccumulate, sources + [.sum]))
        } else {
            let source = value(einsum.map)
            steps.append(.init(Self.kind(reduction.operation.operation), [source].compactMap { $0 } + [.sum]))
        }
        return .sum
    }

    /// What an expression leaves; nil for a constant.
    private mutating func value(_ expression: MapExpression) -> LoopNest.Source? {
        switch expression {
        case .input(let input): return .load(inputs[input])
        case .constant, .argument: return nil
        case .apply(let operation, let operands):
            var sources = operands.compactMap { value($0) }
            guard case .user(let name) = operation else {
                steps.append(.init(Self.kind(operation), sources))
                return .step(steps.count - 1)
            }
            // An operation that the workload defines is a chain of what it costs.
            let cost = definitions.first { $0.name == name }?.cost.expanded(definitions) ?? OperationCounts()
            for (kind, count) in cost.byKind {
                steps.append(.init(Self.kind(kind), sources, count: count))
                sources = [.step(steps.count - 1)]
            }
            return sources.first
        }
    }

    private static func kind(_ operation: OrreryEinsum.Operation) -> ScalarOperation {
        switch operation {
        case .multiplyAccumulate: .multiplyAccumulate
        case .multiply: .multiply
        case .add, .subtract, .user: .add
        case .divide: .divide
        case .max: .max
        case .min: .min
        case .exp: .exp
        case .log: .log
        case .sqrt: .squareRoot
        case .reciprocal: .reciprocal
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        }
    }
}
