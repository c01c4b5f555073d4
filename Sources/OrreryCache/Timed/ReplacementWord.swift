/// Replacement policies of components that run in time, as machine files name them.
enum ReplacementWord: String, CaseIterable, Hashable, Sendable {
    case lru, fifo
    case srrip
    case srripFrequency = "srrip-fp"
    case srripDistant = "srrip-distant"
    case brrip, drrip
    case treePLRU = "tree-plru"
    case nru, random, mark0
    case markAndPredict = "mark-predict"
    case tlbAware = "tlb-aware"
    case tlbAwareArtifact = "tlb-aware-artifact"

    var policy: ReplacementPolicy {
        switch self {
        case .lru: .lru
        case .fifo: .fifo
        case .srrip: .srrip()
        case .srripFrequency: .srrip(.frequencyPriority)
        case .srripDistant: .distantRRIP()
        case .brrip: .brrip()
        case .drrip: .drrip()
        case .treePLRU: .treePLRU
        case .nru: .nru
        case .random: .random()
        case .mark0: .mark0()
        case .markAndPredict: .markAndPredict()
        case .tlbAware: .tlbAware(.paper)
        case .tlbAwareArtifact: .tlbAware(.artifact)
        }
    }
}
