/// Bounds an iteration space whose ranks partition a longer one with a partial last tile.
///
/// `K[e, m1 * 256 + m0]` over M = 1000 has m1 in 0 ..< 4 and m0 in 0 ..< 256, but only 1000 of the 1024 points
/// exist. The guard is `m1 * 256 + m0 < 1000`, and it holds in every Einsum that iterates over m1 or m0: a point
/// exists where the smallest values of the ranks it lacks satisfy the guard.
public struct Guard: Hashable, Sendable {
    /// One digit of the mixed-radix number that the index is.
    public struct Digit: Hashable, Sendable {
        public let rank: String
        public let coefficient: Int
        public let extent: Int
    }

    /// Most significant first; each coefficient is the product of the extents below it.
    public let digits: [Digit]
    /// The index stays below this.
    public let limit: Int

    /// The guard of an affine index whose variables count in mixed radix, or nil where they don't.
    ///
    /// - Parameters:
    ///   - index: without lookups and with constant 0.
    ///   - limit: extent of the partitioned rank.
    ///   - extent: extent of a rank variable.
    init?(index: IndexExpression, limit: Int, extent: (String) -> Int?) {
        guard index.lookups.isEmpty, index.constant == 0, !index.terms.isEmpty else { return nil }
        var digits: [Digit] = []
        var weight = 1
        // Where a part has extent 1, the next one has the same coefficient.
        let terms = index.terms.map { (term: $0, size: extent($0.rank)) }.sorted {
            ($0.term.coefficient, $0.size ?? 0) < ($1.term.coefficient, $1.size ?? 0)
        }
        for (term, size) in terms {
            guard let size, term.coefficient == weight else { return nil }
            digits.insert(Digit(rank: term.rank, coefficient: weight, extent: size), at: 0)
            let (product, overflow) = weight.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            weight = product
        }
        self.digits = digits
        self.limit = limit
    }

    /// Points of the whole box, guarded or not.
    var box: Int { digits.reduce(1) { $0 * $1.extent } }

    /// Whether every value of the outermost digit has a point: only the last tile is partial.
    var leavesNoTileEmpty: Bool {
        guard let outer = digits.first else { return true }
        return (outer.extent - 1) * outer.coefficient < limit
    }

    /// Number of points over those of the digits whose rank is in `ranks`; the others stand at 0.
    func points(over ranks: Set<String>) -> Int {
        var highest = limit - 1
        var count = 0
        for place in digits.indices where ranks.contains(digits[place].rank) {
            guard highest >= 0 else { break }
            let digit = digits[place]
            let below = digits[(place + 1)...].reduce(1) { ranks.contains($1.rank) ? $0 * $1.extent : $0 }
            let full = Swift.min(digit.extent, highest / digit.coefficient)
            count += full * below
            guard full < digit.extent else { return count }
            highest -= full * digit.coefficient
        }
        return highest >= 0 ? count + 1 : count
    }

    /// Whether the point exists at which each rank has the given value, ranks without one standing at 0.
    func admits(_ value: (String) -> Int?) -> Bool {
        digits.reduce(0) { $0 + $1.coefficient * (value($1.rank) ?? 0) } < limit
    }
}
