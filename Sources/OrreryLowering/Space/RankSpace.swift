import OrreryEinsum
import OrreryText

/// The ranks of a cascade after a mapping's partitions, with the bounds of short last tiles.
struct RankSpace {
    /// A number written in mixed radix over rank variables that stays below a limit, most significant digit first.
    struct Bound {
        var digits: [(rank: String, coefficient: Int, extent: Int)]
        var limit: Int
    }

    /// Number of values of each rank.
    private(set) var extents: [String: Int] = [:]
    /// Ranks in the order of the cascade, parts in place of what they split.
    private(set) var names: [String] = []
    private(set) var bounds: [Bound] = []
    /// Ranks that stand at one value because they are laid over devices.
    private(set) var fixed: [String: Int] = [:]
    private var parts: [String: [(rank: String, coefficient: Int)]] = [:]

    init(_ cascade: Cascade, _ group: Mapping.Group, _ scope: ParameterScope, _ diagnostics: Diagnostics) {
        for rank in cascade.ranks {
            guard let entry = group.partition.first(where: { $0.name.text == rank.name }) else {
                names.append(rank.name)
                extents[rank.name] = rank.extent
                continue
            }
            split(rank, entry, group.parts(of: rank.name), scope, diagnostics, taken: cascade.ranks.map(\.name))
        }
        for bound in cascade.guards {
            let digits = bound.digits.flatMap { digit in
                (parts[digit.rank] ?? [(digit.rank, 1)]).map {
                    (rank: $0.rank, coefficient: digit.coefficient * $0.coefficient, extent: extents[$0.rank] ?? 1)
                }
            }
            bounds.append(Bound(digits: digits, limit: bound.limit))
        }
    }

    /// The last size is the tile's, the first may be short.
    private mutating func split(
        _ rank: OrreryEinsum.Rank, _ entry: Mapping.Named<[Expression]>, _ names: [String], _ scope: ParameterScope,
        _ diagnostics: Diagnostics, taken: [String]
    ) {
        let path = "partition.\(rank.name)"
        var sizes = entry.value.map { scope.integer($0, path) ?? 1 }
        if entry.value.count > 1, let tile = sizes.last, tile > rank.extent { sizes[sizes.count - 1] = rank.extent }
        var coefficient = 1
        var pieces: [(rank: String, coefficient: Int)] = []
        for (name, size) in zip(names, sizes).reversed() {
            if taken.contains(name) {
                diagnostics.error(
                    "the part '\(name)' has the name of a rank of the cascade", at: entry.name.mark, path: path)
            }
            pieces.insert((name, coefficient), at: 0)
            extents[name] = size
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: size)
            coefficient = overflow ? Int.max : product
        }
        self.names += names
        parts[rank.name] = pieces
        if coefficient == rank.extent { return }
        let below = coefficient / max(sizes[0], 1)
        guard coefficient > rank.extent, (sizes[0] - 1) * below < rank.extent else {
            diagnostics.error(
                "the parts \(sizes.map(String.init).joined(separator: " × ")) of '\(rank.name)' make \(coefficient), not \(rank.extent)",
                at: entry.name.mark, path: path, hint: "the outermost part is ceil(\(rank.extent) / \(below))")
            return
        }
        bounds.append(
            Bound(
                digits: pieces.map { ($0.rank, $0.coefficient, extents[$0.rank] ?? 1) }, limit: rank.extent))
    }

    /// The parts of a rank of the cascade; the rank itself where it is not split.
    func parts(of rank: String) -> [(rank: String, coefficient: Int)] { parts[rank] ?? [(rank, 1)] }

    /// Iterations over a rank; 1 where it stands at a value.
    func extent(_ rank: String) -> Int { fixed[rank] == nil ? extents[rank] ?? 1 : 1 }

    /// Values of a rank on all devices together.
    func wholeExtent(_ rank: String) -> Int { extents[rank] ?? 1 }

    /// The space of the device at `index` along a rank.
    func fixing(_ rank: String, at index: Int, at mark: SourceMark, _ diagnostics: Diagnostics) -> RankSpace {
        var result = self
        result.fixed[rank] = index
        result.bounds = bounds.compactMap { bound in
            guard let place = bound.digits.firstIndex(where: { $0.rank == rank }) else { return bound }
            if bound.digits[..<place].contains(where: { $0.extent > 1 }) {
                diagnostics.error(
                    "the last part of '\(rank)' is short inside another one: split the outermost part", at: mark,
                    path: "split")
                return nil
            }
            if index < bound.digits[place].extent - 1 { return nil }
            var rest = bound
            rest.limit -= index * bound.digits[place].coefficient
            rest.digits.removeSubrange(...place)
            return rest
        }
        return result
    }

    /// The parts of the ranks in `ranks`, in order.
    func expanded(_ ranks: [String]) -> [String] { ranks.flatMap { parts(of: $0).map(\.rank) } }
}
