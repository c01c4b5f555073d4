import OrreryText

/// Holds counts within what an integer can carry, so that the analyses need not look for overflow.
struct SizeCheck {
    /// Bits of all tensors and operations of a cascade stay below this.
    static let limit = 1 << 62

    private let scope: Scope
    private let ranks: [Rank]
    private let guards: [Guard]

    init(_ scope: Scope, ranks: [Rank], guards: [Guard]) {
        self.scope = scope
        self.ranks = ranks
        self.guards = guards
    }

    /// Number of elements of a tensor, without those that lie beyond a partial last tile; 0 after reporting that there
    /// are too many.
    func elements(of name: String, shape: Shapes.Shape, extents: [Int], type: ElementType) -> Int {
        guard let box = Self.product(extents), let bits = Self.product([box, type.bits]), bits < Self.limit else {
            let mark = scope.declared[name]?.mark ?? scope.statements.first { $0.output == name }?.mark
            scope.error("tensor '\(name)' has more than 2^62 bits", at: mark ?? SourceMark(file: ""))
            return 0
        }
        var count = 1
        var free = Set(shape.ranks)
        for tile in guards {
            let present = free.intersection(tile.digits.map(\.rank))
            // Generations go one beyond the rank that counts them, and a guard says nothing about them.
            guard !present.isEmpty, shape.generational.map({ !present.contains(shape.ranks[$0]) }) ?? true else {
                continue
            }
            count *= tile.points(over: present)
            free.subtract(present)
        }
        for (place, rank) in shape.ranks.enumerated() where free.contains(rank) { count *= extents[place] }
        return count
    }

    /// Reports what brings a cascade to too many bits or operations.
    func check(_ cascade: Cascade) {
        var bits = 0
        for tensor in cascade.tensors {
            // One that is too large by itself has been reported.
            guard let own = Self.product(tensor.shape + [tensor.type.bits]), own < Self.limit else { continue }
            guard own < Self.limit - bits else {
                scope.error("'\(tensor.name)' brings the cascade to more than 2^62 bits", at: tensor.mark)
                return
            }
            bits += own
        }
        var total = 0
        for einsum in cascade.einsums {
            let each = einsum.pointOperations.map { operation -> Int in
                guard case .user(let name) = operation else { return 2 }
                return cascade.operations.first { $0.name == name }?.cost.flops ?? 1
            }
            let cost = max(1, each.reduce(0, +))
            let box = Self.product(einsum.iterationRanks.map { cascade.extent(of: $0) ?? 1 })
            guard let box, let operations = Self.product([box, cost]), operations < Self.limit - total else {
                scope.error("'\(einsum.name)' brings the cascade to more than 2^62 operations", at: einsum.mark)
                return
            }
            total += operations
        }
    }

    private static func product(_ factors: [Int]) -> Int? {
        var result = 1
        for factor in factors {
            let (product, overflow) = result.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            result = product
        }
        return result
    }
}
