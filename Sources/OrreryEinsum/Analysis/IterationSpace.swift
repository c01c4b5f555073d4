extension Cascade {
    /// Number of points of the box of some ranks that exist: the product of extents, less what lies beyond a
    /// partial last tile.
    public func points(over names: some Sequence<String>) -> Int {
        var free = Set(names)
        var count = 1
        for guardian in guards {
            let present = free.intersection(guardian.digits.map(\.rank))
            guard !present.isEmpty else { continue }
            count *= guardian.points(over: present)
            free.subtract(present)
        }
        return free.reduce(count) { $0 * (extent(of: $1) ?? 1) }
    }

    /// Number of points that an Einsum visits.
    public func points(of einsum: Einsum) -> Int {
        points(over: einsum.iterationRanks)
    }

    /// Elementary operations that one Einsum does over its whole iteration space.
    public func operations(of einsum: Einsum) -> OperationCounts {
        let points = points(of: einsum)
        return einsum.pointOperations.reduce(into: OperationCounts()) { $0[$1] += points }
    }

    /// Elementary operations of all Einsums.
    public var operationCounts: OperationCounts {
        einsums.reduce(into: OperationCounts()) { $0 += operations(of: $1) }
    }
}
