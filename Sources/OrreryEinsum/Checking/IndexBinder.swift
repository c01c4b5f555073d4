import OrreryText

/// Turns the accesses of one statement from syntax into index expressions over known ranks.
struct IndexBinder {
    let scope: Scope
    let shapes: Shapes
    /// The place of the statement's first character.
    let mark: SourceMark
    /// The tensor that the statement writes.
    let output: String

    /// The access with implicit ranks filled in, or nil after reporting why it is none.
    func bind(_ syntax: AccessSyntax) -> Access? {
        guard let shape = shapes[syntax.tensor] else {
            if !scope.broken.contains(syntax.tensor), scope.writer(of: syntax.tensor) == nil {
                error(
                    "unknown tensor '\(syntax.tensor)'", at: syntax.offset,
                    hint: suggestion(for: syntax.tensor, among: scope.tensorNames))
            }
            return nil
        }
        let expected = shape.ranks.count - shape.implicit
        guard syntax.indices.count == expected else {
            let ranks = shape.ranks.dropFirst(shape.implicit).joined(separator: ", ")
            error(
                "'\(syntax.tensor)' takes \(counted(expected, "index", "indices")) [\(ranks)], not \(syntax.indices.count)",
                at: syntax.offset)
            return nil
        }
        let bound = syntax.indices.map(bind(index:))
        let known = bound.compactMap { $0 }
        guard known.count == bound.count else { return nil }
        let access = Access(
            tensor: syntax.tensor, indices: shape.ranks.prefix(shape.implicit).map(IndexExpression.variable) + known)
        scope.written[output, default: [:]][access] = syntax
        return access
    }

    /// The affine form of an index, or nil after reporting why it is none.
    func bind(index syntax: ExpressionSyntax) -> IndexExpression? {
        switch syntax {
        case .number(let value, let offset):
            guard let whole = Int(exactly: value), whole.magnitude <= 1 << 40 else {
                error("an index is a whole number of at most 2^40", at: offset)
                return nil
            }
            return IndexExpression(constant: whole)
        case .name(let name): return bind(name: name)
        case .access(let access):
            guard let bound = bind(access) else { return nil }
            if let type = scope.declared[access.tensor]?.type, !type.isInteger {
                error(
                    "'\(access.tensor)' of type \(type) can't serve as an index", at: access.offset,
                    hint: "its type must be one of the integers")
                return nil
            }
            return IndexExpression(lookups: [.init(access: bound, coefficient: 1)])
        case .negation(let operand, let offset):
            return bind(index: operand).flatMap { combine(IndexExpression(), $0, factor: -1, at: offset) }
        case .binary(let symbol, let left, let right, let offset):
            return bind(binary: symbol, left, right, at: offset)
        case .call(let name, _), .reduction(let name, _, _):
            error("'\(name.name)' can't stand in an index", at: name.offset, hint: "an index is affine in the ranks")
            return nil
        }
    }

    private func bind(name: NameSyntax) -> IndexExpression? {
        if scope.extents[name.name] != nil { return .variable(name.name) }
        if let value = scope.integer(named: name.name) { return IndexExpression(constant: value) }
        if scope.declaration.parameters[name.name] != nil {
            error("parameter '\(name.name)' is no whole number, as an index must be", at: name.offset)
            return nil
        }
        let words = scope.declaration.ranks.map(\.name) + scope.declaration.parameters.keys.sorted()
        error(
            "unknown rank '\(name.name)'", at: name.offset, hint: suggestion(for: name.name, among: words))
        return nil
    }

    private func bind(
        binary symbol: ExpressionSyntax.BinaryOperator, _ left: ExpressionSyntax, _ right: ExpressionSyntax,
        at offset: Int
    ) -> IndexExpression? {
        guard let a = bind(index: left), let b = bind(index: right) else { return nil }
        switch symbol {
        case .add: return combine(a, b, factor: 1, at: offset)
        case .subtract: return combine(a, b, factor: -1, at: offset)
        case .multiply:
            if b.isConstant { return combine(IndexExpression(), a, factor: b.constant, at: offset) }
            if a.isConstant { return combine(IndexExpression(), b, factor: a.constant, at: offset) }
            error("an index multiplies a rank by a number, not by a rank", at: offset)
            return nil
        case .divide:
            guard a.isConstant, b.isConstant, b.constant != 0, a.constant % b.constant == 0 else {
                error(
                    "an index divides whole numbers without a rest, nothing else", at: offset,
                    hint: "split the rank into two and read index r1 * R0 + r0")
                return nil
            }
            return IndexExpression(constant: a.constant / b.constant)
        }
    }

    /// `a + factor * b`
    private func combine(
        _ a: IndexExpression, _ b: IndexExpression, factor: Int, at offset: Int
    ) -> IndexExpression? {
        var overflow = false
        func sum(_ x: Int, _ y: Int) -> Int {
            let product = y.multipliedReportingOverflow(by: factor)
            let sum = x.addingReportingOverflow(product.partialValue)
            // Far below the limit of the type, so that ranges computed from it can't overflow either.
            overflow = overflow || product.overflow || sum.overflow || sum.partialValue.magnitude > 1 << 40
            return sum.partialValue
        }
        var result = IndexExpression()
        result.constant = sum(a.constant, b.constant)
        for rank in (a.terms + b.terms).map(\.rank) where !result.terms.contains(where: { $0.rank == rank }) {
            func coefficient(_ index: IndexExpression) -> Int {
                index.terms.first { $0.rank == rank }?.coefficient ?? 0
            }
            result.terms.append(.init(rank: rank, coefficient: sum(coefficient(a), coefficient(b))))
        }
        result.terms.removeAll { $0.coefficient == 0 }
        result.lookups = a.lookups + b.lookups.map { .init(access: $0.access, coefficient: sum(0, $0.coefficient)) }
        guard !overflow else {
            error("the index is too large", at: offset)
            return nil
        }
        return result
    }

    private func error(_ message: String, at offset: Int, hint: String? = nil) {
        scope.error(message, at: mark.advanced(by: offset), hint: hint)
    }
}

/// `1 index`, `2 indices`
func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
}
