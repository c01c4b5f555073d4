/// A replacement policy by name, with its parameters.
public enum ReplacementPolicy: Hashable, Sendable {
    /// What a hit does to a re-reference interval prediction: clear it, or lower it by one (Jaleel et al., ISCA 2010, §4.1).
    public enum HitRule: Hashable, Sendable { case hitPriority, frequencyPriority }

    /// Least recently used.
    case lru
    /// First in, first out.
    case fifo
    /// Static re-reference interval prediction of `bits` bits.
    case srrip(bits: Int = 2, HitRule = .hitPriority)
    /// SRRIP that inserts with the maximum, so that a line which is never hit is the first to go. ChampSim's `srrip` does so: its fills
    /// leave the prediction of the way as that of the victim was (2ff2501, inc/cache.h: a policy without a fill hook is told of hits alone).
    case distantRRIP(bits: Int = 2, HitRule = .hitPriority)
    /// Bimodal: a line in 32 is inserted like SRRIP's, the others at the distant end.
    case brrip(bits: Int = 2, HitRule = .hitPriority)
    /// Set duelling between the two.
    case drrip(bits: Int = 2, HitRule = .hitPriority)
    /// A binary tree of pointers over a power of two of ways, at most 64.
    case treePLRU
    /// Not recently used: one mark a way, at most 64 ways.
    case nru
    case random(seed: UInt64 = 1)
    /// Farthest next use; needs `Use.nextUse`.
    case belady
    /// Discards what is predicted unneeded, at once (Antoniadis et al., arXiv 2210.02775); at most 64 ways.
    case mark0(seed: UInt64 = 1)
    /// Marking that prefers victims predicted unneeded (same source); at most 64 ways.
    case markAndPredict(seed: UInt64 = 1)
    /// SRRIP that keeps TLB blocks while translation is under pressure.
    case tlbAware(TLBAwareRule)

    /// The largest number of ways that it can order; nil for any.
    public var largestWays: Int? {
        switch self {
        case .treePLRU, .nru, .mark0, .markAndPredict: 64
        default: nil
        }
    }

    /// Whether it needs a number of ways that is a power of two.
    public var needsPowerOfTwoWays: Bool { self == .treePLRU }

    func state(sets: Int, ways: Int) -> Replacement {
        switch self {
        case .lru, .fifo:
            ways <= 16
                ? OrderedWays(sets: sets, ways: ways, refreshes: self == .lru)
                : LeastRecentlyUsed(sets: sets, ways: ways, refreshes: self == .lru)
        case .srrip(let bits, let rule): RRIP(sets: sets, ways: ways, bits: bits, rule, .static)
        case .distantRRIP(let bits, let rule): RRIP(sets: sets, ways: ways, bits: bits, rule, .distant)
        case .brrip(let bits, let rule): RRIP(sets: sets, ways: ways, bits: bits, rule, .bimodal)
        case .drrip(let bits, let rule): RRIP(sets: sets, ways: ways, bits: bits, rule, .duelling)
        case .treePLRU: TreePLRU(sets: sets, ways: ways)
        case .nru: NotRecentlyUsed(sets: sets, ways: ways)
        case .random(let seed): RandomReplacement(sets: sets, ways: ways, seed: seed)
        case .belady: Belady(sets: sets, ways: ways)
        case .mark0(let seed): Mark0(sets: sets, ways: ways, seed: seed)
        case .markAndPredict(let seed): MarkAndPredict(sets: sets, ways: ways, seed: seed)
        case .tlbAware(let rule): TLBAwareRRIP(sets: sets, ways: ways, rule)
        }
    }
}
