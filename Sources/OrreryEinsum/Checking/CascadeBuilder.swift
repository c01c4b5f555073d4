import OrreryText

extension Cascade {
    /// Checks a declaration and makes the cascade of it.
    ///
    /// - Parameters:
    ///   - declaration: ranks, tensors and statements, with every parameter bound.
    ///   - diagnostics: receives every problem with its place, and warnings about what is never used.
    /// - Returns: nil where there is an error.
    public init?(_ declaration: CascadeDeclaration, diagnostics: Diagnostics) {
        let scope = Scope(declaration, diagnostics: diagnostics)
        if declaration.statements.isEmpty {
            diagnostics.error("the cascade '\(declaration.name)' has no statements")
            return nil
        }
        checkDeclarations(scope)
        let shapes = Shapes(scope)
        let einsums = scope.statements.compactMap {
            StatementBinder(scope: scope, shapes: shapes, statement: $0).bind()
        }
        let values = ValuesCheck(scope, shapes, einsums).values
        var ranges = RangeCheck(scope, shapes, values)
        for einsum in einsums { ranges.check(einsum) }
        OrderCheck(scope, einsums).check()
        let initial = checkInitial(scope, shapes, einsums)
        let types = inferTypes(scope, einsums)
        guard !scope.failed else { return nil }
        let ranks = declaration.ranks.map { Rank(name: $0.name, extent: $0.extent ?? 1) }
        let sizes = SizeCheck(scope, ranks: ranks, guards: ranges.guards)
        let tensors = scope.tensorNames.compactMap { name -> Tensor? in
            guard let shape = shapes[name], let type = types[name] else { return nil }
            let declared = scope.declared[name]
            let isWritten = einsums.contains { $0.name == name }
            let isRead = einsums.contains { $0.reads.contains { $0.tensor == name } }
            let isLeft = declared?.isOutput == true
            let extents = shape.ranks.indices.map { shapes.extent(of: shape, at: $0) }
            return Tensor(
                name: name, ranks: shape.ranks, shape: extents, type: type, density: declared?.density ?? 1,
                isInput: !isWritten && isRead, isOutput: isWritten && (isLeft || !isRead),
                generationalRank: shape.generational.map { shape.ranks[$0] }, initial: initial[name],
                elements: sizes.elements(of: name, shape: shape, extents: extents, type: type),
                values: values[name],
                mark: declared?.mark ?? einsums.first { $0.name == name }?.mark ?? SourceMark(file: ""))
        }
        self.init(
            name: declaration.name, ranks: ranks, tensors: tensors, einsums: einsums, batchRanks: shapes.batchRanks,
            guards: ranges.guards, operations: declaration.operations)
        sizes.check(self)
        guard !scope.failed else { return nil }
        warnUnused(scope)
    }

    private func warnUnused(_ scope: Scope) {
        let used = Set(einsums.flatMap { [$0.name] + $0.reads.map(\.tensor) })
        for tensor in scope.declaration.tensors where !used.contains(tensor.name) {
            scope.diagnostics.warning(
                "tensor '\(tensor.name)' is never used", at: tensor.mark,
                hint: closest(tensor.name, among: used.sorted()).map { "did you mean '\($0)'?" })
        }
        let needed = Set(tensors.flatMap(\.ranks) + einsums.flatMap(\.iterationRanks))
        for rank in scope.declaration.ranks where !needed.contains(rank.name) {
            scope.diagnostics.warning("rank '\(rank.name)' is never used", at: rank.mark)
        }
    }
}

/// Extents and densities within their bounds, and no name with two meanings.
private func checkDeclarations(_ scope: Scope) {
    for rank in scope.declaration.ranks {
        if let extent = rank.extent, !Scope.extentRange.contains(extent) {
            scope.error(
                "the extent of rank '\(rank.name)' is \(extent)", at: rank.mark, hint: "expected 1 to 2^40")
        }
        if scope.declaration.parameters[rank.name] != nil {
            scope.error(
                "'\(rank.name)' is both a rank and a parameter", at: rank.mark,
                hint: "parameters usually stand in upper case, ranks in lower case")
        }
    }
    for tensor in scope.declaration.tensors where !(tensor.density > 0 && tensor.density <= 1) {
        scope.error(
            "the density of tensor '\(tensor.name)' is \(tensor.density)", at: tensor.mark,
            hint: "expected more than 0 and at most 1")
    }
    for tensor in scope.declaration.tensors where tensor.isOutput {
        if scope.writer(of: tensor.name) == nil, !scope.broken.contains(tensor.name) {
            scope.error("output '\(tensor.name)' is never written", at: tensor.mark)
        }
    }
}

/// Values of generation 0 by tensor; each tensor with generations has one, and no other has.
private func checkInitial(_ scope: Scope, _ shapes: Shapes, _ einsums: [Einsum]) -> [String: Double] {
    let iterative = einsums.filter { !$0.iterativeRanks.isEmpty }
    var values: [String: Double] = [:]
    for initial in scope.declaration.initial where !scope.broken.contains(initial.tensor) {
        if iterative.contains(where: { $0.name == initial.tensor }) {
            values[initial.tensor] = initial.value
        } else if scope.tensorNames.contains(initial.tensor) {
            scope.error(
                "'\(initial.tensor)' has an initial value but no iterative rank", at: initial.mark,
                hint: "its statement must write generation r + 1 of some rank r")
        } else {
            scope.error(
                "unknown tensor '\(initial.tensor)'", at: initial.mark,
                hint: suggestion(for: initial.tensor, among: iterative.map(\.name)))
        }
    }
    for einsum in iterative where values[einsum.name] == nil {
        scope.error(
            "'\(einsum.name)' has the iterative rank '\(einsum.iterativeRanks[0])' but no initial value",
            at: einsum.mark,
            hint: "add it under initial:")
    }
    return values
}

/// Types as declared; an intermediate without one has the widest type among its inputs, the first of equals. Inputs
/// that are themselves intermediates of later statements (older generations) have no say.
private func inferTypes(_ scope: Scope, _ einsums: [Einsum]) -> [String: ElementType] {
    var types = scope.declared.compactMapValues(\.type)
    var changed = true
    while changed {
        changed = false
        for einsum in einsums where types[einsum.name] == nil {
            let known = einsum.inputs.compactMap { types[$0.tensor] }
            guard let widest = known.map(\.bits).max() else { continue }
            types[einsum.name] = known.first { $0.bits == widest }
            changed = true
        }
    }
    for tensor in scope.declaration.tensors where types[tensor.name] == nil {
        let isUsed = scope.statements.contains { $0.reads.contains { $0.tensor == tensor.name } }
        guard isUsed || scope.writer(of: tensor.name) != nil else { continue }
        scope.error("tensor '\(tensor.name)' has no type", at: tensor.mark, hint: "for example type: fp16")
    }
    for einsum in einsums where types[einsum.name] == nil && scope.declared[einsum.name] == nil {
        scope.error(
            "the type of '\(einsum.name)' can't be inferred", at: einsum.mark, hint: "declare it under tensors:")
    }
    return types
}
