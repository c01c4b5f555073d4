import OrrerySimulation

/// What a `Cache` counts, by name in its ledger block.
///
/// `joins` and `walk_joins` are reads of others and of page walks that joined a waiting one, and so were not looked up.
enum CacheCounter: Int, CaseIterable {
    case readHits, readMisses, readMerges
    case writeHits, writeMisses, writeMerges
    case translationHits, translationMisses, translationMerges
    case prefetchHits, prefetchMisses, prefetchMerges
    case writeBackHits, writeBackMisses, writeBackMerges
    case evictions, writeBacks, backInvalidations
    case prefetchesIssued, prefetchesUseful, prefetchesDropped
    case joins, walkJoins, missCycles, translationCycles
    case mshrFull, targetsFull, writeBufferFull, portConflicts, bankConflicts, fillConflicts, untranslatedFull
    case blocksInserted, blocksEvicted, blocksInvalidated

    var name: String {
        switch self {
        case .readHits: "read hits"
        case .readMisses: "read misses"
        case .readMerges: "read misses merged"
        case .writeHits: "write hits"
        case .writeMisses: "write misses"
        case .writeMerges: "write misses merged"
        case .translationHits: "translation hits"
        case .translationMisses: "translation misses"
        case .translationMerges: "translation misses merged"
        case .prefetchHits: "prefetch hits"
        case .prefetchMisses: "prefetch misses"
        case .prefetchMerges: "prefetch misses merged"
        case .writeBackHits: "write-back hits"
        case .writeBackMisses: "write-back misses"
        case .writeBackMerges: "write-back misses merged"
        case .evictions: "evictions"
        case .writeBacks: "write-backs"
        case .backInvalidations: "back-invalidations"
        case .prefetchesIssued: "prefetches issued"
        case .prefetchesUseful: "prefetches useful"
        case .prefetchesDropped: "prefetches dropped"
        case .joins: "joins"
        case .walkJoins: "walk_joins"
        case .missCycles: "cycles of misses"
        case .translationCycles: "cycles of translations"
        case .mshrFull: "stall: MSHRs full"
        case .targetsFull: "stall: MSHR targets full"
        case .writeBufferFull: "stall: write buffer full"
        case .portConflicts: "stall: ports"
        case .bankConflicts: "stall: banks"
        case .fillConflicts: "stall: fill ports"
        case .untranslatedFull: "stall: translations"
        case .blocksInserted: "TLB blocks inserted"
        case .blocksEvicted: "TLB blocks evicted"
        case .blocksInvalidated: "TLB blocks invalidated"
        }
    }

    /// The counter of hits of a request; misses and merges follow it.
    @inline(__always)
    static func hits(_ kind: Request.Kind, isWrite: Bool) -> Int {
        switch kind {
        case .data: isWrite ? writeHits.rawValue : readHits.rawValue
        case .translation: translationHits.rawValue
        case .prefetch: prefetchHits.rawValue
        case .eviction: writeBackHits.rawValue
        }
    }
}
