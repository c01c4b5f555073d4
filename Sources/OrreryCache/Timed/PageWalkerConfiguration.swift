import OrrerySimulation

/// What a `PageWalker` is made of.
public struct PageWalkerConfiguration: Hashable, Sendable {
    /// TLB blocks in a cache (Victima).
    public struct Blocks: Hashable, Sendable {
        public var predictor: CostPredictor
        /// A page that leaves the last TLB is walked for in the background, and gets a block too where that is costly.
        public var onEviction: Bool
        /// Background walks that wait; further ones are dropped.
        public var backgroundQueue: Int
        /// Cycles from a request to its block's translation; nil for the cache's hit latency.
        public var latency: Int?
        /// Misses in a thousand instructions: of the cache, above which the predictor is not asked, and of the last TLB, above
        /// which the cache's policy favours TLB blocks.
        public var threshold: Int
        /// Accesses to data between two looks at these rates, and the instructions that are taken for one.
        public var window: Int
        public var instructionsPerAccess: Int

        public init(
            predictor: CostPredictor = .paper, onEviction: Bool = true, backgroundQueue: Int = 16, latency: Int? = nil,
            threshold: Int = 5, window: Int = 4096, instructionsPerAccess: Int = 4
        ) {
            self.predictor = predictor
            self.onEviction = onEviction
            self.backgroundQueue = backgroundQueue
            self.latency = latency
            self.threshold = threshold
            self.window = window
            self.instructionsPerAccess = instructionsPerAccess
        }
    }

    /// A hypervisor's page table under the guest's.
    public struct Host: Hashable, Sendable {
        public var levels: Int
        public var sizes: PageTable.Sizes
        public var frames: FramePolicy
        public var nestedTLB: TLBArray.Part?
        public var nestedLatency: Int

        public init(
            levels: Int = 4, sizes: PageTable.Sizes = .uniform(.small), frames: FramePolicy = .identity,
            nestedTLB: TLBArray.Part? = nil, nestedLatency: Int = 1
        ) {
            self.levels = levels
            self.sizes = sizes
            self.frames = frames
            self.nestedTLB = nestedTLB
            self.nestedLatency = nestedLatency
        }
    }

    public var levels: Int
    public var sizes: PageTable.Sizes
    public var frames: FramePolicy
    public var layout: PageTable.Layout
    /// Page-structure caches of levels 2 to 5.
    public var caches: [WalkCaches.Level?]
    /// Cycles of a look-up in them, before the first read.
    public var cacheLatency: Int
    /// Cycles from an entry's coming to the next read, or to the answer.
    public var stepLatency: Int
    /// Walks at a time.
    public var walkers: Int
    /// Requests that wait for a walker; further ones are refused.
    public var queue: Int
    /// Cycles that the first touch of a page or table takes more.
    public var faultLatency: Int
    /// A hit in the cache of directory entries does not spare the read of that entry (ChampSim).
    public var readsTwiceOnDirectoryHit: Bool
    public var blocks: Blocks?
    public var host: Host?
    public var pom: POMTLB.Configuration?

    public init(
        levels: Int = 4, sizes: PageTable.Sizes = .uniform(.small), frames: FramePolicy = .identity,
        layout: PageTable.Layout = .radix, caches: [WalkCaches.Level?] = [], cacheLatency: Int = 0,
        stepLatency: Int = 0, walkers: Int = 1, queue: Int = 16, faultLatency: Int = 0,
        readsTwiceOnDirectoryHit: Bool = false, blocks: Blocks? = nil, host: Host? = nil,
        pom: POMTLB.Configuration? = nil
    ) {
        self.levels = levels
        self.sizes = sizes
        self.frames = frames
        self.layout = layout
        self.caches = caches
        self.cacheLatency = cacheLatency
        self.stepLatency = stepLatency
        self.walkers = walkers
        self.queue = queue
        self.faultLatency = faultLatency
        self.readsTwiceOnDirectoryHit = readsTwiceOnDirectoryHit
        self.blocks = blocks
        self.host = host
        self.pom = pom
    }
}
