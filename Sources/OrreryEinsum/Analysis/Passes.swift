/// How often a cascade has to go over the fibres of a rank.
///
/// A cascade makes k passes over a rank if, under any mapping, elements of a fibre must be touched again after all
/// elements of the fibre have been touched, k - 1 times over. More than one pass means that the whole fibre stays on
/// chip or is read again. The definition is that of the FuseMax paper; the bound holds for the cascade as written, and
/// rewriting it (deferred division, a running maximum) makes another cascade with another bound.
///
/// Generations do not make passes: reading generation r while r + 1 is written is a scan within the same pass. Ranks
/// over which an Einsum iterates in tiles count by their outermost part: m1 of `m1 * M0 + m0` stands for m.
public struct PassAnalysis: Sendable {
    /// A tensor whose elements along the rank are read again in a later pass than the one that reads or writes them
    /// first: it stays on chip a fibre at a time, or is spilled and read again.
    public struct Held: Hashable, Sendable {
        public let tensor: String
        /// The pass that makes it available, 1 for inputs.
        public let from: Int
        /// The last pass that reads it.
        public let until: Int
        /// Bytes of one fibre along the rank, all parts of a partitioned rank included.
        public let fibreBytes: Int
    }

    /// What a tensor offers along the rank.
    private enum Level {
        /// Element by element during this pass.
        case stream(Int)
        /// At the end of this pass; 0 is before the first.
        case done(Int)
    }

    /// Passes over the rank; 0 where nothing that carries the rank is read.
    public private(set) var passes = 0
    public private(set) var held: [Held] = []

    private let cascade: Cascade
    private let source: String?
    /// Rank variables that stand for the rank.
    private let variables: Set<String>
    private var levels: [String: Level] = [:]
    /// Tensors that are computed from inputs that carry the rank.
    private var derived: Set<String> = []

    /// - Parameters:
    ///   - rank: of the cascade; a partitioned rank and its outermost part mean the same.
    ///   - source: count only passes over this tensor and what is computed from it; nil counts over all inputs.
    public init(of cascade: Cascade, over rank: String, from source: String? = nil) {
        self.cascade = cascade
        self.source = source
        let partition = Partition(of: rank, in: cascade)
        variables = partition.outermost
        var last: [String: Int] = [:]
        var first: [String: Int] = [:]
        for einsum in cascade.einsums {
            let reads = einsum.reads.compactMap { access in level(of: access).map { (access, $0) } }
            guard !reads.isEmpty else { continue }
            let iterates = !variables.isDisjoint(with: einsum.iterationRanks)
            let need = reads.map { self.need($0.1, iterates: iterates) }.max() ?? 0
            if reads.contains(where: { carries($0.0) || derived.contains($0.0.tensor) }) {
                derived.insert(einsum.name)
                if iterates { passes = max(passes, need) }
            }
            for (access, level) in reads {
                guard case .stream(let pass) = level else { continue }
                first[access.tensor] = first[access.tensor] ?? pass
                last[access.tensor] = max(last[access.tensor] ?? 0, need)
            }
            if einsum.name != source {
                let keeps = !variables.isDisjoint(with: einsum.output.ranks)
                levels[einsum.name] = iterates && keeps ? .stream(need) : .done(need)
            }
        }
        held = cascade.tensors.compactMap { tensor in
            guard let from = first[tensor.name], let until = last[tensor.name], until > from else { return nil }
            let whole = zip(tensor.ranks, tensor.shape).reduce(1) { partition.all.contains($1.0) ? $0 * $1.1 : $0 }
            let fibres = max(1, tensor.shape.reduce(1, *) / whole)
            return Held(
                tensor: tensor.name, from: from, until: until,
                fibreBytes: tensor.type.bytes(of: (tensor.elements + fibres - 1) / fibres))
        }
    }

    private func need(_ level: Level, iterates: Bool) -> Int {
        switch level {
        case .stream(let pass): pass
        case .done(let pass): iterates ? pass + 1 : pass
        }
    }

    /// What an access finds, or nil where it does not count: an older generation, or another source.
    private func level(of access: Access) -> Level? {
        let writer = cascade.einsum(named: access.tensor)
        if access.tensor == source { return carries(access) ? .stream(1) : .done(0) }
        guard let writer else {
            guard source == nil else { return nil }
            return carries(access) ? .stream(1) : .done(0)
        }
        guard let level = levels[access.tensor] else { return nil }
        guard case .stream(let pass) = level else { return level }
        let place = writer.output.indices.firstIndex { !variables.isDisjoint(with: $0.ranks) }
        guard let place else { return level }
        let index = access.indices[place]
        let along = index.terms.first { variables.contains($0.rank) }
        if let along, along.coefficient > 0, index.lookups.isEmpty { return level }
        // A single element of the fibre, or the fibre in another order: the first element is there when the pass
        // begins, any other only when it has ended.
        return index.isConstant && index.constant == 0 ? .done(pass - 1) : .done(pass)
    }

    /// Whether the element that an access names moves along the rank.
    private func carries(_ access: Access) -> Bool {
        !variables.isDisjoint(with: access.ranks)
    }
}

/// The rank variables that together run along one rank.
private struct Partition {
    /// The rank, and the outermost variable wherever it is indexed in parts.
    private(set) var outermost: Set<String>
    /// The inner parts too.
    private(set) var all: Set<String>

    init(of rank: String, in cascade: Cascade) {
        outermost = [rank]
        all = [rank]
        var splits: [(whole: String, parts: [String])] = []
        for access in cascade.einsums.flatMap({ [$0.output] + $0.reads }) {
            guard let tensor = cascade.tensor(named: access.tensor) else { continue }
            for (whole, index) in zip(tensor.ranks, access.indices) where index.terms.count > 1 {
                guard let radix = Guard(index: index, limit: 1, extent: cascade.extent(of:)) else { continue }
                splits.append((whole, radix.digits.map(\.rank)))
            }
        }
        var changed = true
        while changed {
            changed = false
            for split in splits where outermost.contains(split.whole) != outermost.contains(split.parts[0]) {
                outermost.formUnion([split.whole, split.parts[0]])
                changed = true
            }
        }
        for split in splits where outermost.contains(split.whole) { all.formUnion(split.parts + [split.whole]) }
    }
}

extension Cascade {
    /// Passes over a rank, over all inputs or over one tensor and what is computed from it.
    public func passes(over rank: String, from source: String? = nil) -> Int {
        PassAnalysis(of: self, over: rank, from: source).passes
    }
}
