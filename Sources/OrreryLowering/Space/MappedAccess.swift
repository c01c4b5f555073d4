import OrreryEinsum

/// A tensor read or written, with its indices over the ranks that the mapping made.
struct MappedAccess: Hashable {
    /// Which generation of an iterative tensor is meant.
    enum Generation: Hashable {
        /// The tensor has none, or the one that this iteration computes.
        case current
        /// The one that the iteration before computed.
        case previous
        /// The one after the last iteration.
        case final
        /// The initial value.
        case initial
    }

    struct Term: Hashable {
        var rank: String
        var coefficient: Int
    }

    var tensor: String
    /// Terms of each index, by dimension of the tensor; the generational dimension has none.
    var indices: [[Term]]
    var generation: Generation
    /// The loop along which generations follow each other.
    var generationRank: String?

    /// Ranks that select the element, generations left out.
    var ranks: Set<String> { Set(indices.flatMap { $0.map(\.rank) }) }

    /// nil where an index cannot be mapped: a gather, or a generation other than the last, this one or the one before.
    init?(_ access: Access, _ tensor: Tensor, _ space: RankSpace) {
        self.tensor = access.tensor
        indices = []
        generation = .current
        generationRank = tensor.generationalRank
        for (place, index) in access.indices.enumerated() {
            guard index.lookups.isEmpty else { return nil }
            if let rank = tensor.generationalRank, tensor.ranks[place] == rank {
                indices.append([])
                if index.successor == rank {
                    generation = .current
                } else if index.variable == rank {
                    generation = .previous
                } else if index.isConstant, index.constant == tensor.shape[place] - 1 {
                    generation = .final
                } else if index.isConstant, index.constant == 0 {
                    generation = .initial
                } else {
                    return nil
                }
                continue
            }
            indices.append(
                index.terms.flatMap { term in
                    space.parts(of: term.rank).map {
                        Term(rank: $0.rank, coefficient: $0.coefficient * term.coefficient)
                    }
                })
        }
    }
}

/// An Einsum placed on a unit: its loops, and what of its iteration space is laid out in rows, columns and steps.
struct MappedEinsum {
    var einsum: Einsum
    var unit: Int
    var output: MappedAccess
    var inputs: [MappedAccess]
    /// Ranks of the iteration space.
    var ranks: [String]
    /// Fused loops around it, outermost first.
    var loops: [String]
    /// Loops of its own inside the fused ones.
    var passes: [String]
    var rows: [String]
    var columns: [String]
    /// The rest, one after the other.
    var steps: [String]

    var name: String { einsum.name }
    var looped: Set<String> { Set(loops).union(passes) }
    var inner: Set<String> { Set(rows).union(columns).union(steps) }
}
