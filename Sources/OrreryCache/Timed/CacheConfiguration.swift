import OrrerySimulation

/// Size, timing and policies of a `Cache`.
public struct CacheConfiguration: Hashable, Sendable {
    /// Whether a lower cache holds what the caches above it hold.
    public enum Inclusion: String, Hashable, Sendable, CaseIterable {
        /// Neither held to be inclusive nor exclusive.
        case nine
        /// A line that leaves also leaves the caches above.
        case inclusive
        /// A line that a cache above reads moves there; what that cache puts out, written or not, comes back.
        case exclusive
    }

    /// Which misses place a line.
    public enum Allocation: String, Hashable, Sendable, CaseIterable { case all, reads, writes }

    public enum WritePolicy: String, Hashable, Sendable, CaseIterable { case back, through }

    /// Where the set is looked up from, with a translation in front of the tags.
    public enum Indexing: String, Hashable, Sendable, CaseIterable {
        /// Look-up and translation go side by side.
        case virtual
        /// The look-up waits for the translation.
        case physical
    }

    public var capacity: Int
    public var ways: Int
    public var line: Int
    /// Bytes that are fetched and written back alone; `line` or a part of it, at most 8 in a line.
    public var sector: Int
    /// Cycles from the begin of a look-up to its outcome: a miss goes on from there.
    public var tagLatency: Int
    /// Cycles from the outcome of a look-up to the data of a hit.
    public var dataLatency: Int
    /// Cycles from the coming of a line to its place and its answer.
    public var fillLatency: Int
    /// Look-ups that begin in a cycle.
    public var ports: Int
    /// Banks, line by line, each with one look-up in a cycle; 0 for no conflicts.
    public var banks: Int
    /// Lines that can be placed in a cycle.
    public var fillPorts: Int
    /// Requests that wait for their look-up; as many of page walks beside them where there is a translation.
    public var queue: Int
    /// Places of a queue of writes alone, which go before the reads that wait; nil where both wait in one queue.
    public var writeQueue: Int?
    /// Whether a read joins one of the same sector that still waits for its look-up.
    public var mergesWaiting: Bool
    public var mshrs: Int
    /// Requests that one register serves.
    public var targets: Int
    /// Written lines that wait for the next level.
    public var writeBuffer: Int
    public var replacement: ReplacementPolicy
    public var writePolicy: WritePolicy
    public var allocation: Allocation
    public var inclusion: Inclusion
    public var indexing: Indexing
    /// Requests that wait for a translation.
    public var translations: Int
    /// Whether a hit by a write counts as a use for the replacement policy.
    public var writesRefresh: Bool
    public var prefetcher: PrefetcherConfiguration?

    public init(
        capacity: Int, ways: Int, line: Int = 64, sector: Int? = nil, tagLatency: Int, dataLatency: Int,
        fillLatency: Int = 0, ports: Int = 1, banks: Int = 0, fillPorts: Int = 1, queue: Int = 16,
        writeQueue: Int? = nil, mergesWaiting: Bool = false, mshrs: Int = 16, targets: Int = 16, writeBuffer: Int = 16,
        replacement: ReplacementPolicy = .lru,
        writePolicy: WritePolicy = .back, allocation: Allocation = .all, inclusion: Inclusion = .nine,
        indexing: Indexing = .virtual, translations: Int = 16, writesRefresh: Bool = true,
        prefetcher: PrefetcherConfiguration? = nil
    ) {
        self.capacity = capacity
        self.ways = ways
        self.line = line
        self.sector = sector ?? line
        self.tagLatency = tagLatency
        self.dataLatency = dataLatency
        self.fillLatency = fillLatency
        self.ports = ports
        self.banks = banks
        self.fillPorts = fillPorts
        self.queue = queue
        self.writeQueue = writeQueue
        self.mergesWaiting = mergesWaiting
        self.mshrs = mshrs
        self.targets = targets
        self.writeBuffer = writeBuffer
        self.replacement = replacement
        self.writePolicy = writePolicy
        self.allocation = allocation
        self.inclusion = inclusion
        self.indexing = indexing
        self.translations = translations
        self.writesRefresh = writesRefresh
        self.prefetcher = prefetcher
    }

    /// Cycles from the begin of a look-up to the data of a hit.
    public var hitLatency: Int { tagLatency + dataLatency }

    public var sets: Int { capacity / (line * ways) }

    func validate() throws(ConfigurationError) {
        func check(_ holds: Bool, _ parameter: String, _ message: String) throws(ConfigurationError) {
            if !holds { throw ConfigurationError(parameter: parameter, message) }
        }
        try check(line & (line - 1) == 0, "line", "\(line) B is no power of two")
        try check(
            sector & (sector - 1) == 0 && sector <= line && line / sector <= 8, "sector",
            "\(sector) B is no power of two between line / 8 and line")
        try check(
            capacity % (line * ways) == 0, "capacity", "\(capacity) B is no multiple of \(ways) ways of \(line) B")
        try check(replacement != .belady, "replacement", "the optimum needs the future: it has no timed cache")
        if let most = replacement.largestWays {
            try check(ways <= most, "ways", "this replacement policy orders at most \(most)")
        }
        if replacement.needsPowerOfTwoWays {
            try check(ways & (ways - 1) == 0, "ways", "a tree needs a power of two")
        }
        if writePolicy == .through {
            try check(inclusion != .exclusive, "write", "an exclusive cache keeps what it is given: it writes back")
        }
        if let prefetcher { try prefetcher.validate(line: line) }
    }
}
