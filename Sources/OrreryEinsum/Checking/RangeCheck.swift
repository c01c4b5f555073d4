import OrreryText

/// Holds every index of every access within the tensor it indexes, and collects the guards of partial tiles.
struct RangeCheck {
    let scope: Scope
    let shapes: Shapes
    /// Elements of index tensors, as far as they are known.
    let values: [String: GeneratedValues]
    private(set) var guards: [Guard] = []

    init(_ scope: Scope, _ shapes: Shapes, _ values: [String: GeneratedValues]) {
        self.scope = scope
        self.shapes = shapes
        self.values = values
    }

    mutating func check(_ einsum: Einsum) {
        for access in [einsum.output] + einsum.reads {
            guard let shape = shapes[access.tensor] else { continue }
            for (place, index) in access.indices.enumerated()
            where index.lookups.allSatisfy({ values[$0.access.tensor] != nil }) {
                let involved = index.ranks.union([shape.ranks[place]])
                guard scope.unsized.isDisjoint(with: involved) else { continue }
                let mark = mark(of: place, shape: shape, access: access, einsum: einsum)
                if let variable = index.variable, variable != shape.ranks[place] {
                    // One exchange of two ranks is two mismatches; the first tells enough.
                    guard checkName(variable, place: place, shape: shape, access: access, at: mark) else { break }
                } else {
                    checkRange(index, place: place, shape: shape, access: access, at: mark)
                }
            }
        }
    }

    /// Where the index of an access was written.
    private func mark(of place: Int, shape: Shapes.Shape, access: Access, einsum: Einsum) -> SourceMark {
        guard let syntax = scope.written[einsum.name]?[access], syntax.indices.indices.contains(place - shape.implicit)
        else { return einsum.mark }
        return einsum.mark.advanced(by: syntax.indices[place - shape.implicit].start)
    }

    /// Whether a bare rank variable goes with a rank of its own name or, failing that, of its own extent.
    private func checkName(
        _ variable: String, place: Int, shape: Shapes.Shape, access: Access, at mark: SourceMark
    ) -> Bool {
        let rank = shape.ranks[place]
        let extent = shapes.extent(of: shape, at: place)
        let hint =
            "the ranks of '\(access.tensor)' are [\(shape.ranks.dropFirst(shape.implicit).joined(separator: ", "))]"
        if shape.ranks.contains(variable) {
            scope.error(
                "'\(variable)' indexes rank '\(rank)' of '\(access.tensor)', which has a rank '\(variable)' of its own",
                at: mark, hint: hint)
            return false
        }
        if let size = scope.extents[variable], size != extent {
            scope.error(
                "rank '\(variable)' (extent \(size)) does not match rank '\(rank)' (extent \(extent)) of '\(access.tensor)'",
                at: mark, hint: hint)
            return false
        }
        return true
    }

    private mutating func checkRange(
        _ index: IndexExpression, place: Int, shape: Shapes.Shape, access: Access, at mark: SourceMark
    ) {
        let extent = shapes.extent(of: shape, at: place)
        let rank = shape.ranks[place]
        guard let range = range(of: index) else {
            scope.error("the index \(index) of '\(access.tensor)' is too large", at: mark)
            return
        }
        guard range.lowerBound >= 0 else {
            scope.error(
                "the index \(index) of '\(access.tensor)' falls to \(range.lowerBound)", at: mark,
                hint: "coordinates start at 0")
            return
        }
        guard range.upperBound >= extent else { return }
        if shape.generational != place, let tile = Guard(index: index, limit: extent, extent: { scope.extents[$0] }),
            tile.digits.count > 1, tile.leavesNoTileEmpty
        {
            add(tile, at: mark)
            return
        }
        scope.error(
            "the index \(index) of '\(access.tensor)' reaches \(range.upperBound)", at: mark,
            hint: "rank '\(rank)' ends at \(extent - 1)")
    }

    private mutating func add(_ tile: Guard, at mark: SourceMark) {
        guard !guards.contains(tile) else { return }
        let ranks = Set(tile.digits.map(\.rank))
        if let other = guards.first(where: { !ranks.isDisjoint(with: $0.digits.map(\.rank)) }) {
            let shared = ranks.intersection(other.digits.map(\.rank)).sorted().joined(separator: ", ")
            scope.error(
                "[\(shared)] can't partition two ranks of different extents (\(other.limit) and \(tile.limit))",
                at: mark,
                hint: "give each partition ranks of its own")
            return
        }
        guards.append(tile)
    }

    /// Least and greatest value of an index, or nil where they exceed 2^62.
    private func range(of index: IndexExpression) -> ClosedRange<Int>? {
        var low = index.constant
        var high = index.constant
        func add(_ coefficient: Int, _ values: ClosedRange<Int>) -> Bool {
            let (first, overflow) = coefficient.multipliedReportingOverflow(by: values.lowerBound)
            let (last, another) = coefficient.multipliedReportingOverflow(by: values.upperBound)
            guard !overflow, !another, first.magnitude < 1 << 60, last.magnitude < 1 << 60, low > -(1 << 61),
                high < 1 << 61
            else { return false }
            (low, high) = (low + min(first, last), high + max(first, last))
            return true
        }
        for term in index.terms where !add(term.coefficient, 0...((scope.extents[term.rank] ?? 1) - 1)) { return nil }
        for lookup in index.lookups {
            guard let range = range(of: lookup.access.tensor), add(lookup.coefficient, range) else { return nil }
        }
        return low...high
    }

    /// Least and greatest element of an index tensor with values.
    private func range(of tensor: String) -> ClosedRange<Int>? {
        guard let values = values[tensor], let shape = shapes[tensor] else { return nil }
        return values.range(of: shape.ranks.indices.reduce(1) { $0 * shapes.extent(of: shape, at: $1) })
    }
}
