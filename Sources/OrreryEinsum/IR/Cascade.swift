import OrreryText

/// A rank and its extent: its variable takes the values 0 ..< extent.
public struct Rank: Hashable, Sendable {
    public let name: String
    public let extent: Int
}

/// A tensor of a cascade.
public struct Tensor: Sendable {
    public let name: String
    /// Slowest first, as declared or as inferred from the statement that writes it.
    public let ranks: [String]
    /// Coordinates along each rank; one more than the rank's extent along the generational rank.
    public let shape: [Int]
    public let type: ElementType
    /// Fraction of elements that are not zero, in (0, 1].
    public let density: Double
    /// Read and never written: it comes from outside.
    public let isInput: Bool
    /// Written and either never read or declared `output: true`: it leaves the cascade.
    public let isOutput: Bool
    /// The rank whose coordinate r + 1 an Einsum computes from coordinate r.
    public let generationalRank: String?
    /// Value of generation 0, where there are generations.
    public let initial: Double?
    /// Number of elements; positions beyond a partial last tile don't count.
    public let elements: Int
    /// The elements of an index tensor, where the workload gives them; `evaluate` takes them where no others are given.
    public let values: GeneratedValues?
    public let mark: SourceMark

    /// Bytes of all elements, dense.
    public var bytes: Int { type.bytes(of: elements) }

    /// Bytes of one generation; of everything where there are no generations.
    public var generationBytes: Int {
        guard let rank = generationalRank, let place = ranks.firstIndex(of: rank) else { return bytes }
        return type.bytes(of: elements / shape[place])
    }
}

/// A DAG of Einsums over shared ranks and tensors, with every parameter bound; what mappings map.
public struct Cascade: Sendable {
    public let name: String
    /// In file order.
    public let ranks: [Rank]
    /// Declared tensors in file order, then the intermediates in the order in which they are written.
    public let tensors: [Tensor]
    /// In file order, which is an order in which they can be evaluated one iteration after the other.
    public let einsums: [Einsum]
    /// Leading ranks that statements leave out and every access has.
    public let batchRanks: [String]
    /// Where the last tile of a partitioned rank is partial.
    public let guards: [Guard]
    public let operations: [UserOperation]

    /// The extent of a rank; nil for an unknown one.
    public func extent(of rank: String) -> Int? {
        ranks.first { $0.name == rank }?.extent
    }

    /// The tensor with a name, or nil.
    public func tensor(named name: String) -> Tensor? {
        tensors.first { $0.name == name }
    }

    /// The Einsum that writes a tensor, or nil.
    public func einsum(named name: String) -> Einsum? {
        einsums.first { $0.name == name }
    }
}
