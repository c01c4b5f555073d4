import OrrerySimulation

/// A set-associative cache: look-ups in a pipeline, registers for misses, fills, write-backs, with or without a translation
/// in front of its tags.
///
/// **Modelled cycle by cycle.** A request is cut into the lines that it touches. A look-up takes one of `ports` and its bank for a cycle, in
/// the order of coming (page walks first, prefetches last); its outcome is known `tagLatency` later and the data of a hit
/// `dataLatency` after that. A miss takes an MSHR or joins one, and asks the next level when its outcome is known; a full MSHR table
/// or target list holds up the look-ups behind it. A line that comes is placed `fillLatency` later, `fillPorts` in a cycle, and
/// answers all who wait. What a written line puts out waits in the write buffer; a full one holds up fills and look-ups. A translation is
/// asked when the request comes; requests that wait for one stand aside.
///
/// **Abstracted.** The outcome of a look-up is that of the tags at its begin, not `tagLatency` later. A write is done when its line is
/// there. Data are not kept. There is no coherence between caches beside each other. The optimum (Belady) has no timed
/// cache.
///
/// It does not fold: tags of every line would have to recur.
public final class Cache: Server, Metered {
    public let configuration: CacheConfiguration
    @exclusivity(unchecked) public private(set) var traffic = Traffic()
    let next: Server
    /// The next level where it is a cache.
    let nextCache: Cache?
    @exclusivity(unchecked) private(set) var translation: TLB?
    /// Caches whose next level this is.
    @exclusivity(unchecked) private(set) var above: [Cache] = []

    let tags: TagArray
    /// Sectors of a line that are there, and those that are written.
    let present: FixedArray<UInt8>
    let written: FixedArray<UInt8>
    let lineShift: Int
    let sectorShift: Int
    let isSectored: Bool

    /// What one request still has to do.
    struct Job {
        var requester = 0
        var tag = 0
        var operatorID = 0
        var site = 0
        /// First byte that was not looked up yet, and the end of its piece.
        var cursor = 0
        var end = 0
        /// Pieces that are left after this one.
        var pieces = 0
        var stride = 0
        var bytes = 0
        /// Lines that are under way, and one more while some are left to be looked up.
        var pending = 0
        /// Cycle of its coming, and from which its translation is known.
        var arrival: Cycle = 0
        var translated: Cycle = 0
        /// Cycle in which the outcome of its last look-up is known.
        var known: Cycle = 0
        /// Physical address of the cursor's line where it was translated.
        var physical = -1
        /// Number of the line that was looked up last.
        var lastLine = 0
        /// Lines are left to be looked up.
        var isLooking = true
        var isWrite = false
        var isPhysical = false
        var isUnneeded = false
        /// Its translation came after its own time in the pipeline.
        var isLate = false
        /// It holds a place of the queue.
        var holdsPlace = true
        /// It holds one of the places of those that wait, or have waited, for a translation.
        var isAside = false
        var kind = Request.Kind.data
    }

    let jobs: FixedArray<Job>
    let freeJobs: FreeList
    private let admission: Admission
    private let walkAdmission: Admission
    /// Jobs that wait for their look-up: page walks and what was translated late, and the others.
    let early: NumberQueue
    let waiting: NumberQueue
    let prefetches: NumberQueue
    /// Jobs whose translation was refused.
    let untranslatable: NumberQueue
    /// Jobs that stand aside.
    @exclusivity(unchecked) var untranslated = 0

    /// Hits (jobs) by the cycle of their data.
    let done: TimeQueue
    /// Registers by the cycle in which their line can be placed.
    let arrivals: TimeQueue
    let misses: MissTable
    /// Of each register: when it was taken, who it is charged to, and what its line will be.
    let miss: FixedArray<Miss>
    /// Registers that are to be asked for, by the cycle from which on.
    let fetches: TimeQueue
    let writes: WriteBuffer
    let prefetcher: Prefetcher?

    struct Miss {
        var since: Cycle = 0
        var operatorID = 0
        var command = -1
        var isWritten = false
        var isPrefetch = false
        var kind = Request.Kind.data
        var isKept = true
        var isUnneeded = false
    }

    @exclusivity(unchecked) var portCycle: Cycle = -1
    @exclusivity(unchecked) var portsUsed = 0
    @exclusivity(unchecked) var fillCycle: Cycle = -1
    @exclusivity(unchecked) var fillsUsed = 0
    let bankCycles: FixedArray<Cycle>
    @exclusivity(unchecked) var conflictCycle: Cycle = -1
    @exclusivity(unchecked) var stalledSince: Cycle = -1
    @exclusivity(unchecked) var stall = CacheCounter.mshrFull
    @exclusivity(unchecked) var nextWake = Cycle.never
    /// When a look-up can be tried next; `.never` where there is none, or something else must happen first.
    @exclusivity(unchecked) var lookCycle = Cycle.never
    @exclusivity(unchecked) var isLookBlocked = false
    @exclusivity(unchecked) var isFillBlocked = false
    @exclusivity(unchecked) var isFetchRefused = false
    @exclusivity(unchecked) var isWriteRefused = false
    @exclusivity(unchecked) var counterBase = 0
    /// Misses so far that went on to the next level, of any kind but prefetches: what Victima's rate is made of.
    @exclusivity(unchecked) var demandMisses = 0

    static let writeTag = -1
    static let translationTag = -2

    public init(
        path: String, clock: Int = 0, _ configuration: CacheConfiguration, next: Server, translation: TLB? = nil
    ) throws(ConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        self.next = next
        nextCache = next as? Cache
        self.translation = translation
        tags = TagArray(sets: configuration.sets, ways: configuration.ways, configuration.replacement)
        let lines = configuration.sets * configuration.ways
        present = FixedArray(repeating: 0, count: lines)
        written = FixedArray(repeating: 0, count: lines)
        lineShift = configuration.line.trailingZeroBitCount
        sectorShift = configuration.sector.trailingZeroBitCount
        isSectored = configuration.sector < configuration.line
        let inFlight = configuration.ports * (configuration.hitLatency + configuration.fillLatency + 4)
        let prefetchQueue = configuration.prefetcher?.queue ?? 0
        let count =
            2 * configuration.queue + configuration.translations + configuration.mshrs * configuration.targets
            + inFlight + prefetchQueue + 8
        jobs = FixedArray(repeating: Job(), count: count)
        freeJobs = FreeList(capacity: count)
        admission = Admission(capacity: configuration.queue)
        walkAdmission = Admission(capacity: configuration.queue)
        early = NumberQueue(capacity: configuration.queue + configuration.translations + configuration.queue)
        waiting = NumberQueue(capacity: configuration.queue + configuration.translations)
        prefetches = NumberQueue(capacity: max(prefetchQueue, 1))
        untranslatable = NumberQueue(capacity: configuration.queue + configuration.translations)
        done = TimeQueue(capacity: count)
        arrivals = TimeQueue(capacity: configuration.mshrs)
        misses = MissTable(entries: configuration.mshrs, targets: configuration.targets)
        miss = FixedArray(repeating: Miss(), count: configuration.mshrs)
        fetches = TimeQueue(capacity: configuration.mshrs)
        writes = WriteBuffer(capacity: configuration.writeBuffer + 8)
        prefetcher = configuration.prefetcher.map { Prefetcher($0, line: configuration.line) }
        bankCycles = FixedArray(repeating: -1, count: max(configuration.banks, 1))
        super.init(path: path, clock: clock)
        nextCache?.above.append(self)
    }

    public override func connect(port: String, to server: Server) throws(ConfigurationError) {
        guard let tlb = server as? TLB else {
            throw ConfigurationError(parameter: "connect", "port 'translation' of a cache needs a tlb")
        }
        if tlb.clock != clock {
            throw ConfigurationError(
                parameter: "connect", "a cache and the tlb at its port 'translation' need one clock")
        }
        translation = tlb
    }

    public override func detach() {
        translation = nil
        above = []
    }

    public override var behind: [Server] { translation.map { [next, $0] } ?? [next] }

    /// A line a port and cycle.
    public var peak: Rate { Rate(bytes: configuration.line * configuration.ports) }

    public override var isFoldable: Bool { false }

    public override var addressing: Addressing {
        .compared(period: configuration.sets * configuration.line, unit: configuration.line)
    }

    static let actions = ["lookup", "read", "write", "fill"]

    public override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: Self.actions)
        counterBase = ledger.registerCounters(CacheCounter.allCases.map(\.name), of: path)
    }

    @inline(__always)
    func count(_ counter: CacheCounter, by amount: Int = 1, _ kernel: Kernel) {
        kernel.ledger.add(amount, to: counterBase + counter.rawValue)
    }

    /// A counter's value.
    func counted(_ counter: CacheCounter, in ledger: Ledger) -> Int { ledger[counterBase + counter.rawValue] }

    // MARK: Requests

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        precondition(request.bytes > 0 && request.count > 0 && request.address >= 0, "an empty request, or before 0")
        let isPhysical = translation == nil || request.isPhysical
        let isWalk = translation != nil && request.isPhysical
        if !(isWalk ? walkAdmission : admission).admit(request.requester) { return false }
        let job = freeJobs.take()
        let now = kernel.edge(self)
        jobs[job] = Job(
            requester: request.requester, tag: request.tag, operatorID: request.operatorID, site: request.command,
            cursor: request.address, end: request.address + request.bytes, pieces: request.count - 1,
            stride: request.stride, bytes: request.bytes, pending: 1, arrival: now, translated: now,
            isWrite: request.isWrite, isPhysical: isPhysical, isUnneeded: request.isUnneeded, kind: request.kind)
        if isPhysical { jobs[job].physical = request.address }
        traffic.count(request, kernel)
        if isWalk {
            early.append(job)
        } else if isPhysical {
            waiting.append(job)
        } else {
            translation?.countAccess()
            begin(job, kernel)
        }
        look(at: now, kernel)
        advance(now, kernel)
        return true
    }

    /// Asks for the translation of the job's next line, and puts the job where it waits.
    func begin(_ job: Int, _ kernel: Kernel) {
        guard let translation else { return }
        if !jobs[job].isAside, untranslated == configuration.translations {
            count(.untranslatedFull, kernel)
            untranslatable.append(job)
            return
        }
        let page = translation.page(of: jobs[job].cursor)
        switch translation.translate(page, requester: id, tag: Self.translationTag - job, kernel) {
        case .ready(let cycle):
            jobs[job].translated = cycle
            jobs[job].physical = translation.physical(jobs[job].cursor)
            jobs[job].isLate = false
            waiting.append(job)
        case .waiting:
            if !jobs[job].isAside {
                jobs[job].isAside = true
                untranslated += 1
            }
            leaveQueue(job, kernel)
        case .refused: untranslatable.append(job)
        }
    }

    /// Asks again for the translations that were refused.
    func beginRefused(_ kernel: Kernel) {
        for _ in 0..<untranslatable.count {
            let job = untranslatable.first
            untranslatable.removeFirst()
            begin(job, kernel)
        }
    }

    /// Gives the job's place in the queue to another: it waits for its translation, or its look-ups are over.
    @inline(__always)
    func leaveQueue(_ job: Int, _ kernel: Kernel) {
        if !jobs[job].holdsPlace { return }
        jobs[job].holdsPlace = false
        if translation != nil && jobs[job].isPhysical {
            walkAdmission.release(kernel)
        } else {
            admission.release(kernel)
        }
    }

    public override func completed(tag: Int, _ kernel: Kernel) {
        if tag == Self.writeTag { return }
        let now = kernel.edge(self)
        if tag <= Self.translationTag {
            let job = Self.translationTag - tag
            jobs[job].translated = now
            jobs[job].isLate = true
            jobs[job].physical = translation?.physical(jobs[job].cursor) ?? jobs[job].cursor
            early.append(job)
            look(at: now, kernel)
        } else {
            arrivals.add(tag, at: now + configuration.fillLatency)
            if configuration.fillLatency == 0, kernel.now(self) == now { fill(at: now, kernel) }
        }
        advance(now, kernel)
    }

    public override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        nextWake = .never
        (isFetchRefused, isWriteRefused) = (false, false)
        while done.due <= now {
            let job = done.first
            done.removeFirst()
            finishLine(job, kernel)
        }
        fill(at: now, kernel)
        if untranslatable.count > 0 { beginRefused(kernel) }
        look(at: now, kernel)
        advance(now, kernel)
    }

    /// One line of a job has its data.
    @inline(__always)
    func finishLine(_ job: Int, _ kernel: Kernel) {
        jobs[job].pending -= 1
        if jobs[job].pending > 0 { return }
        let (requester, tag) = (jobs[job].requester, jobs[job].tag)
        freeJobs.give(job)
        if requester >= 0 { kernel.complete(requester, tag: tag) }
    }

    /// Sends what can be sent, and asks for the wake-up of what comes next.
    @inline(__always)
    func advance(_ now: Cycle, _ kernel: Kernel) {
        if kernel.now(self) == now { send(at: now, kernel) }
        var next = min(done.due, lookCycle)
        if !isFillBlocked {
            next = min(next, fillsUsed == configuration.fillPorts ? max(arrivals.due, fillCycle + 1) : arrivals.due)
        }
        if !isFetchRefused { next = min(next, fetches.due) }
        if !isWriteRefused, writes.count > 0 { next = min(next, now) }
        if next >= nextWake { return }
        nextWake = max(next, now)
        kernel.wake(id, at: nextWake)
    }

    public override func settle(_ kernel: Kernel) { bookStall(until: kernel.now(self), kernel) }
}
