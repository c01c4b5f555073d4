import OrreryText

/// Turns one statement into an Einsum: binds its accesses, finds its iteration space and its reduction.
struct StatementBinder {
    let scope: Scope
    let shapes: Shapes
    let statement: Scope.Parsed

    /// The Einsum, or nil after reporting every problem of the statement.
    func bind() -> Einsum? {
        let indices = IndexBinder(scope: scope, shapes: shapes, mark: statement.mark, output: statement.output)
        let output = indices.bind(statement.syntax.output).flatMap(checkOutput)
        var values = ValueBinder { scope.error($0, at: statement.mark.advanced(by: $1), hint: $2) }
        values.indices = indices
        values.parameters = scope.declaration.parameters
        values.operations = scope.declaration.operations
        var body = statement.syntax.value
        var written: (name: NameSyntax, ranks: [NameSyntax])?
        if case .reduction(let name, let ranks, let inner) = body {
            written = (name, ranks)
            body = inner
        }
        guard let map = values.bind(body), let output else { return nil }
        return finish(output: output, map: map, inputs: values.inputs, written: written)
    }

    private func finish(
        output: Access, map: MapExpression, inputs: [Access], written: (name: NameSyntax, ranks: [NameSyntax])?
    ) -> Einsum? {
        let kept = orderedRanks(of: [output])
        let missing = orderedRanks(of: inputs).filter { !kept.contains($0) }
        guard checkBatch(missing) else { return nil }
        if let written {
            guard check(written.ranks, operation: written.name.name, kept: kept, missing: missing) else { return nil }
        }
        let operation = written.flatMap { ReductionOperator(rawValue: $0.name.name) } ?? .sum
        return Einsum(
            output: output, inputs: inputs, map: map,
            reduction: missing.isEmpty ? nil : Reduction(operation: operation, ranks: missing),
            iterationRanks: kept + missing, iterativeRanks: output.indices.compactMap(\.successor),
            text: statement.text, mark: statement.mark)
    }

    /// The output as it is, or nil after reporting an index that can't be written to.
    private func checkOutput(_ output: Access) -> Access? {
        guard let shape = shapes[output.tensor] else { return nil }
        var seen: Set<String> = []
        for (place, index) in output.indices.enumerated() {
            let rank = shape.ranks[place]
            if !index.lookups.isEmpty {
                error("an output can't be indexed through another tensor", place, shape, "gather from it instead")
            } else if index.isConstant {
                error(
                    "an output needs a rank here, not a number", place, shape, "every element is written by one Einsum")
            } else if let iterative = index.successor, iterative != rank {
                error("generations of rank '\(rank)' can't be counted by '\(iterative)'", place, shape, nil)
            } else if index.successor != nil, place != shape.generational {
                error("'\(output.tensor)' can't have two ranks that count generations", place, shape, nil)
            } else if index.successor == nil, index.variable == nil, scope.unsized.isDisjoint(with: index.ranks),
                Guard(index: index, limit: 1, extent: { scope.extents[$0] }) == nil
            {
                error(
                    "the output index \(index) writes some elements twice or never", place, shape,
                    "write r, r + 1, or a partitioned r1 * R0 + r0 with R0 the extent of r0")
            } else if !seen.isDisjoint(with: index.ranks) {
                error("a rank can't index the output twice", place, shape, nil)
            } else {
                seen.formUnion(index.ranks)
                continue
            }
            return nil
        }
        return output
    }

    private func error(_ message: String, _ place: Int, _ shape: Shapes.Shape, _ hint: String?) {
        let written = place - shape.implicit
        let offset = written < 0 ? 0 : statement.syntax.output.indices[written].start
        scope.error(message, at: statement.mark.advanced(by: offset), hint: hint)
    }

    /// Whether no implicit batch rank would be reduced without anyone having written so.
    private func checkBatch(_ missing: [String]) -> Bool {
        let lost = shapes.batchRanks.filter(missing.contains)
        guard !lost.isEmpty else { return true }
        scope.error(
            "'\(statement.output)' lacks the ranks [\(lost.joined(separator: ", "))] that its inputs have implicitly",
            at: statement.mark, hint: "write these ranks out in every statement to reduce over them")
        return false
    }

    private func check(_ ranks: [NameSyntax], operation: String, kept: [String], missing: [String]) -> Bool {
        var sound = true
        func error(_ message: String, _ offset: Int, hint: String? = nil) {
            scope.error(message, at: statement.mark.advanced(by: offset), hint: hint)
            sound = false
        }
        for rank in ranks {
            if scope.extents[rank.name] == nil {
                let words = scope.declaration.ranks.map(\.name)
                error("unknown rank '\(rank.name)'", rank.offset, hint: suggestion(for: rank.name, among: words))
            } else if kept.contains(rank.name) {
                error("'\(operation)' reduces over '\(rank.name)', which the output has", rank.offset)
            } else if !missing.contains(rank.name) {
                error("'\(operation)' reduces over '\(rank.name)', which no input has", rank.offset)
            }
        }
        for rank in missing where !ranks.contains(where: { $0.name == rank }) {
            error(
                "rank '\(rank)' is neither in the output nor reduced", statement.syntax.value.offset,
                hint: "write \(operation)[\((ranks.map(\.name) + [rank]).joined(separator: ", "))](…)")
        }
        return sound
    }

    /// Rank variables in the order of their first appearance.
    private func orderedRanks(of accesses: [Access]) -> [String] {
        var found: [String] = []
        func visit(_ access: Access) {
            for index in access.indices {
                for term in index.terms where !found.contains(term.rank) { found.append(term.rank) }
                for lookup in index.lookups { visit(lookup.access) }
            }
        }
        accesses.forEach(visit)
        return found
    }
}
