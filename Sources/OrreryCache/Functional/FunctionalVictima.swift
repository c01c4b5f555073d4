/// Translation and data caches together, one access at a time and without time, with or without Victima
/// (`reference/cache` §6.4).
///
/// Per access: first and second TLB, then a TLB block in the L2 cache (Victima), then a walk whose reads go to the L2 cache, then the
/// data through the L1 and L2 caches.
public final class FunctionalVictima {
    public struct Configuration: Hashable, Sendable {
        public var firstTLB = TLBArray.Part(entries: 64, ways: 4)
        public var secondTLB = TLBArray.Part(entries: 1536, ways: 12)
        /// Page-structure caches of levels 2, 3 and 4.
        public var walkCaches: [WalkCaches.Level?] = [
            .init(entries: 32, ways: 4), .init(entries: 16, ways: 4), .init(entries: 16, ways: 4),
        ]
        public var l1Bytes = 32 << 10
        public var l1Ways = 8
        public var l2Bytes = 2 << 20
        public var l2Ways = 16
        public var policy = ReplacementPolicy.srrip(.frequencyPriority)
        /// Who gets a TLB block; nil without Victima.
        public var predictor: CostPredictor?
        /// Misses of the L2 cache per thousand instructions above which the predictor is not asked, and of the second TLB above
        /// which TLB blocks are favoured.
        public var threshold = 5
        /// Accesses between two looks at these rates.
        public var window = 4096
        public var instructionsPerAccess = 4

        public init() {}
    }

    public struct Counts: Hashable, Sendable {
        public var l1Hits = 0
        public var l1Misses = 0
        public var l2Hits = 0
        public var l2Misses = 0
        public var firstTLBHits = 0
        public var secondTLBHits = 0
        public var secondTLBMisses = 0
        public var blockHits = 0
        public var demandWalks = 0
        public var backgroundWalks = 0
        public var reads = 0
        public var readHits = 0
        public var readMisses = 0
        public var insertionsOnMiss = 0
        public var insertionsOnEviction = 0
        public var rejections = 0
        public var bypasses = 0
        public var blockEvictions = 0

        public init() {}
    }

    public let configuration: Configuration
    public let table: PageTable
    @exclusivity(unchecked) public private(set) var counts = Counts()
    private let tlbs: TLBHierarchy
    private let caches: WalkCaches
    private let l1: TagArray
    private let l2: TagArray
    private let blocks: TranslationBlocks
    @exclusivity(unchecked) private var history = WalkHistory()
    @exclusivity(unchecked) private var accesses = 0
    @exclusivity(unchecked) private var missesOfWindow = (tlb: 0, l2: 0)
    @exclusivity(unchecked) private var isBypassing = false

    public init(_ configuration: Configuration, table: PageTable = PageTable()) {
        self.configuration = configuration
        self.table = table
        tlbs = TLBHierarchy(
            first: TLBArray([configuration.firstTLB]), second: TLBArray([configuration.secondTLB]), filling: .both)
        caches = WalkCaches(configuration.walkCaches)
        l1 = TagArray(sets: configuration.l1Bytes / 64 / configuration.l1Ways, ways: configuration.l1Ways, .lru)
        l2 = TagArray(
            sets: configuration.l2Bytes / 64 / configuration.l2Ways, ways: configuration.l2Ways, configuration.policy)
        blocks = TranslationBlocks(in: l2)
    }

    /// TLB blocks in the L2 cache.
    public var residentBlocks: Int { blocks.count }

    /// Victims that the TLB-aware policy passed over.
    public var secondChances: Int { (l2.replacement as? TLBAwareRRIP)?.secondChances ?? 0 }

    /// Reads (or writes; the counts don't differ) one address.
    public func access(_ address: Int) {
        translate(table.page(of: address))
        data(table.physical(address))
        accesses &+= 1
        if accesses % configuration.window == 0 { lookAtRates() }
    }

    private func translate(_ page: Page) {
        switch tlbs.use(page) {
        case .first: counts.firstTLBHits &+= 1
        case .second: counts.secondTLBHits &+= 1
        case .nowhere:
            counts.secondTLBMisses &+= 1
            missesOfWindow.tlb &+= 1
            if configuration.predictor != nil, blocks.use(page) {
                counts.blockHits &+= 1
            } else {
                counts.demandWalks &+= 1
                walk(page)
                if isWorthABlock(page) {
                    insert(page)
                    counts.insertionsOnMiss &+= 1
                }
            }
            if let evicted = tlbs.fill(page), configuration.predictor != nil { leftSecondTLB(evicted) }
        }
    }

    private func leftSecondTLB(_ page: Page) {
        guard isWorthABlock(page), !blocks.holds(page) else { return }
        counts.backgroundWalks &+= 1
        walk(page)
        insert(page)
        counts.insertionsOnEviction &+= 1
    }

    private func isWorthABlock(_ page: Page) -> Bool {
        guard let predictor = configuration.predictor else { return false }
        if predictor == .always { return true }
        if isBypassing {
            counts.bypasses &+= 1
            return true
        }
        let isCostly = predictor.isCostly(history.counters(of: page))
        if !isCostly { counts.rejections &+= 1 }
        return isCostly
    }

    private func insert(_ page: Page) {
        let line = table.entry(page.address, level: page.size.leafLevel, space: page.space) >> 6
        left(blocks.convert(page, line: line))
    }

    private func walk(_ page: Page) {
        let leaf = page.size.leafLevel
        let first = caches.use(page.address, leaf: leaf, space: page.space).map { $0 - 1 } ?? table.levels
        var wentToMemory = false
        for level in stride(from: first, through: leaf, by: -1) {
            counts.reads &+= 1
            if level > leaf { caches.fillMissing(page.address, level: level, space: page.space) }
            let line = table.entry(page.address, level: level, space: page.space) >> 6
            if readL2(line) {
                counts.readHits &+= 1
            } else {
                counts.readMisses &+= 1
                wentToMemory = true
            }
        }
        if configuration.predictor != nil { history.walked(page, wentToMemory: wentToMemory) }
    }

    private func data(_ address: Int) {
        let use = Use(key: address >> 6)
        if l1.use(use) >= 0 {
            counts.l1Hits &+= 1
            return
        }
        counts.l1Misses &+= 1
        l1.fill(use)
        if readL2(use.key) { counts.l2Hits &+= 1 } else { counts.l2Misses &+= 1 }
    }

    private func readL2(_ line: Int) -> Bool {
        let use = Use(key: line)
        if l2.use(use) >= 0 { return true }
        missesOfWindow.l2 &+= 1
        left(l2.fill(use))
        return false
    }

    private func left(_ eviction: TagArray.Eviction) {
        if eviction.isLine, eviction.marks.contains(.translations) { counts.blockEvictions &+= 1 }
    }

    private func lookAtRates() {
        let limit = configuration.threshold * configuration.window * configuration.instructionsPerAccess
        isBypassing = missesOfWindow.l2 * 1000 > limit
        if let aware = l2.replacement as? TLBAwareRRIP { aware.isUnderPressure = missesOfWindow.tlb * 1000 > limit }
        missesOfWindow = (0, 0)
    }
}
