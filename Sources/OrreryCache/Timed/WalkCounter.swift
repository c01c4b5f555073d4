/// What a `PageWalker` counts, by name in its ledger block.
enum WalkCounter: Int, CaseIterable {
    case walks, backgroundWalks, hostWalks
    case beginsAtRoot, beginsAt2, beginsAt3, beginsAt4, beginsAt5
    case readsFromCaches, readsFromMemory, hostReads
    case walkCycles, requestCycles, readCycles, faults, refusals
    case nestedTLBHits, nestedTLBMisses
    case blockHits, nestedBlockHits, insertionsOnMiss, insertionsOnEviction, nestedInsertions
    case rejections, bypasses, backgroundDropped, insertionsDropped
    case pomHits, pomMisses

    var name: String {
        switch self {
        case .walks: "walks"
        case .backgroundWalks: "background walks"
        case .hostWalks: "host walks"
        case .beginsAtRoot: "walks from the root"
        case .beginsAt2: "walks from a cached level 2"
        case .beginsAt3: "walks from a cached level 3"
        case .beginsAt4: "walks from a cached level 4"
        case .beginsAt5: "walks from a cached level 5"
        case .readsFromCaches: "entries read from caches"
        case .readsFromMemory: "entries read from memory"
        case .hostReads: "entries of the host read"
        case .walkCycles: "cycles of walks"
        case .requestCycles: "cycles of requests"
        case .readCycles: "cycles of reads"
        case .faults: "first touches"
        case .refusals: "stall: refused by memory"
        case .nestedTLBHits: "nested TLB hits"
        case .nestedTLBMisses: "nested TLB misses"
        case .blockHits: "TLB block hits"
        case .nestedBlockHits: "nested TLB block hits"
        case .insertionsOnMiss: "TLB blocks on a miss"
        case .insertionsOnEviction: "TLB blocks on an eviction"
        case .nestedInsertions: "nested TLB blocks"
        case .rejections: "predicted cheap"
        case .bypasses: "predictor not asked"
        case .backgroundDropped: "background walks dropped"
        case .insertionsDropped: "TLB blocks dropped"
        case .pomHits: "POM-TLB hits"
        case .pomMisses: "POM-TLB misses"
        }
    }

    static func begun(_ level: Int) -> WalkCounter { [.beginsAt2, .beginsAt3, .beginsAt4, .beginsAt5][level - 2] }
}
