/// How often a cascade has to go over the fibres of a rank.
///
/// A cascade makes k passes over a rank if, under any mapping, elements of a fibre must be touched again after all
/// elements of the fibre have been touched, k - 1 times over. More than one pass means that the whole fibre stays on
/// chip or is read again. The definition is that of the FuseMax paper; the bound holds for the cascade as written, and
/// rewriting it (deferred division, a running maximum) makes another cascade with another bound.
///
/// Generations do not make passes: reading generation r while r + 1 is written is a scan within the same pass.
///
/// A rank that Einsums iterate over in parts, as m in `m1 * M0 + m0`, counts passes over its elements: Einsums over m1
/// alone work on what was reduced from whole tiles, which is held between passes. Asked about m1 instead, the analysis
/// counts how often the tiles' results are gone over.
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
    /// Tensors whose fibres are read again in a later pass, in the cascade's order.
    public private(set) var held: [Held] = []

    private let cascade: Cascade
    private let source: String?
    private let span: RankSpan
    private var levels: [String: Level] = [:]
    /// Tensors that are computed from inputs that carry the rank.
    private var derived: Set<String> = []

    /// - Parameters:
    ///   - rank: of the cascade: the rank of a tensor, or a rank variable.
    ///   - source: count only passes over this tensor and what is computed from it; nil counts over all inputs.
    public init(of cascade: Cascade, over rank: String, from source: String? = nil) {
        self.cascade = cascade
        self.source = source
        span = RankSpan(of: rank, in: cascade)
        var last: [String: Int] = [:]
        var first: [String: Int] = [:]
        for einsum in cascade.einsums {
            let reads = einsum.reads.compactMap { access in level(of: access).map { (access, $0) } }
            guard !reads.isEmpty else { continue }
            let needed = need(of: einsum, reads.map(\.1))
            if reads.contains(where: { carries($0.0) || derived.contains($0.0.tensor) }) {
                derived.insert(einsum.name)
                if span.isCovered(by: einsum) { passes = max(passes, needed.pass) }
            }
            for (access, level) in reads {
                guard case .stream(let pass) = level else { continue }
                first[access.tensor] = first[access.tensor] ?? pass
                last[access.tensor] = max(last[access.tensor] ?? 0, needed.pass)
            }
            if einsum.name != source {
                let keeps = !span.variables.isDisjoint(with: einsum.output.ranks)
                levels[einsum.name] = needed.inStream && keeps ? .stream(needed.pass) : .done(needed.pass)
            }
        }
        held = cascade.tensors.compactMap { tensor in
            guard let from = first[tensor.name], let until = last[tensor.name], until > from else { return nil }
            let whole = zip(tensor.ranks, tensor.shape).reduce(1) { span.all.contains($1.0) ? $0 * $1.1 : $0 }
            let fibres = max(1, tensor.shape.reduce(1, *) / whole)
            return Held(
                tensor: tensor.name, from: from, until: until,
                fibreBytes: tensor.type.bytes(of: (tensor.elements + fibres - 1) / fibres))
        }
    }

    /// The pass in which an Einsum can run, and whether it runs as the pass goes on rather than at its end.
    private func need(of einsum: Einsum, _ levels: [Level]) -> (pass: Int, inStream: Bool) {
        var streamed = 0
        var complete = 0
        for level in levels {
            switch level {
            case .stream(let pass): streamed = max(streamed, pass)
            case .done(let pass): complete = max(complete, pass)
            }
        }
        if span.isCovered(by: einsum) { return (max(streamed, complete + 1), true) }
        // Over whole tiles only: along with the pass that makes them or, once that is over, from what is held.
        return (max(streamed, complete), streamed > complete)
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
        let place = writer.output.indices.firstIndex { !span.variables.isDisjoint(with: $0.ranks) }
        guard let place else { return level }
        let index = access.indices[place]
        let along = index.terms.first { span.variables.contains($0.rank) }
        if let along, along.coefficient > 0, index.lookups.isEmpty { return level }
        // A single element of the fibre, or the fibre in another order: the first element is there when the pass
        // begins, any other only when it has ended.
        return index.isConstant && index.constant == 0 ? .done(pass - 1) : .done(pass)
    }

    /// Whether the element that an access names moves along the rank.
    private func carries(_ access: Access) -> Bool {
        !span.variables.isDisjoint(with: access.ranks)
    }
}

/// The rank variables that run along one rank.
private struct RankSpan {
    /// The rank itself, and the outermost variable wherever it is indexed in parts.
    private(set) var variables: Set<String>
    /// The rank and all parts.
    private(set) var all: Set<String>
    /// Each set of variables that together name every element.
    private var covers: [Set<String>]

    init(of rank: String, in cascade: Cascade) {
        variables = [rank]
        all = [rank]
        covers = [[rank]]
        for access in cascade.einsums.flatMap({ [$0.output] + $0.reads }) {
            guard let tensor = cascade.tensor(named: access.tensor) else { continue }
            for (whole, index) in zip(tensor.ranks, access.indices) where whole == rank && index.terms.count > 1 {
                guard let radix = Guard(index: index, limit: 1, extent: cascade.extent(of:)) else { continue }
                let parts = radix.digits.map(\.rank)
                variables.insert(parts[0])
                all.formUnion(parts)
                covers.append(Set(parts))
            }
        }
    }

    /// Whether an Einsum goes over single elements of the rank.
    func isCovered(by einsum: Einsum) -> Bool {
        covers.contains { $0.isSubset(of: einsum.iterationRanks) }
    }
}

extension Cascade {
    /// Passes over a rank, over all inputs or over one tensor and what is computed from it.
    public func passes(over rank: String, from source: String? = nil) -> Int {
        PassAnalysis(of: self, over: rank, from: source).passes
    }
}
