import OrrerySimulation

/// A set-associative cache: look-ups in a pipeline, registers for misses, fills, write-backs, with or without a translation
/// in front of its tags.
///
/// **Modelled cycle by cycle.** A request is cut into the lines that it touches. A look-up takes one of `ports` and its bank for a cycle, in
/// the order of coming (page walks first, then writes where they have a queue of their own, prefetches last); its outcome is known `tagLatency` later and the data of a hit
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
    /// It takes clean lines too.
    let nextIsExclusive: Bool
    @exclusivity(unchecked) private(set) var translation: TLB? { didSet { translator = translation.map { Peer($0) } } }
    @exclusivity(unchecked) private var translator: Peer<TLB>?
    /// Caches whose next level this is.
    @exclusivity(unchecked) private(set) var above: [Cache] = []

    let tags: TagArray
    let sectors: SectorMap
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
        /// The next of the jobs that are answered with this one, -1 for none.
        var follower = -1
        var kind = Request.Kind.data
        /// The instruction that asks, 0 for none.
        var instruction: Int32 = 0
    }

    let jobs: FixedArray<Job>
    @exclusivity(unchecked) var freeJobs: FreeList
    private let admission: Admission
    private let writeAdmission: Admission
    private let walkAdmission: Admission
    /// Jobs that wait for their look-up: page walks and what was translated late, writes that have a queue of their own, and the others.
    @exclusivity(unchecked) var early: NumberQueue
    @exclusivity(unchecked) var waitingWrites: NumberQueue
    @exclusivity(unchecked) var waiting: NumberQueue
    @exclusivity(unchecked) var prefetches: NumberQueue
    /// Jobs whose translation was refused, in the same two queues.
    @exclusivity(unchecked) var untranslatableWrites: NumberQueue
    @exclusivity(unchecked) var untranslatable: NumberQueue
    /// Jobs that stand aside, and those of them whose next translation was refused.
    @exclusivity(unchecked) var untranslated = 0
    @exclusivity(unchecked) private var refusedAside = 0
    /// Since when jobs wait because too many stand aside.
    @exclusivity(unchecked) private var aloneSince: Cycle = -1
    /// The TLB refused when it was asked last: while it is full it would again.
    @exclusivity(unchecked) private var isRefused = false
    /// Jobs that are answered with others.
    @exclusivity(unchecked) private var followers = 0

    /// Hits (jobs) by the cycle of their data.
    @exclusivity(unchecked) var done: TimeQueue
    /// Registers by the cycle in which their line can be placed.
    @exclusivity(unchecked) var arrivals: TimeQueue
    @exclusivity(unchecked) var misses: MissTable
    /// Of each register: when it was taken, who it is charged to, and what its line will be.
    let miss: FixedArray<Miss>
    /// Registers that are to be asked for, by the cycle from which on.
    @exclusivity(unchecked) var fetches: TimeQueue
    @exclusivity(unchecked) var writes: WriteBuffer
    let prefetcher: Prefetcher?
    let hasPrefetcher: Bool

    struct Miss {
        var since: Cycle = 0
        var operatorID = 0
        var command = -1
        var isWritten = false
        var isPrefetch = false
        var kind = Request.Kind.data
        var isKept = true
        var isUnneeded = false
        var instruction: Int32 = 0
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
    /// The job whose look-up is held up because all registers are taken, -1 for none.
    @exclusivity(unchecked) var registerless = -1
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
        nextIsExclusive = nextCache?.configuration.inclusion == .exclusive
        self.translation = translation
        translator = translation.map { Peer($0) }
        tags = TagArray(sets: configuration.sets, ways: configuration.ways, configuration.replacement)
        let lines = configuration.sets * configuration.ways
        lineShift = configuration.line.trailingZeroBitCount
        sectorShift = configuration.sector.trailingZeroBitCount
        isSectored = configuration.sector < configuration.line
        sectors = SectorMap(lines: lines, isSectored: isSectored)
        let inFlight = configuration.ports * (configuration.hitLatency + configuration.fillLatency + 4)
        let prefetchQueue = configuration.prefetcher?.queue ?? 0
        let writeQueue = configuration.writeQueue ?? 0
        let count =
            2 * configuration.queue + writeQueue + configuration.translations + configuration.mshrs
            * configuration.targets + inFlight + prefetchQueue + 8
            + (configuration.mergesWaiting ? configuration.queue : 0)
        jobs = FixedArray(repeating: Job(), count: count)
        freeJobs = FreeList(capacity: count)
        admission = Admission(capacity: configuration.queue)
        writeAdmission = configuration.writeQueue.map { Admission(capacity: $0) } ?? admission
        walkAdmission = Admission(capacity: configuration.queue)
        early = NumberQueue(
            capacity: configuration.queue + configuration.translations + configuration.queue + writeQueue)
        waitingWrites = NumberQueue(capacity: max(writeQueue + configuration.translations, 1))
        waiting = NumberQueue(capacity: configuration.queue + configuration.translations)
        prefetches = NumberQueue(capacity: max(prefetchQueue, 1))
        untranslatableWrites = NumberQueue(capacity: max(writeQueue + configuration.translations, 1))
        untranslatable = NumberQueue(capacity: configuration.queue + configuration.translations)
        done = TimeQueue(capacity: count)
        arrivals = TimeQueue(capacity: configuration.mshrs)
        misses = MissTable(entries: configuration.mshrs, targets: configuration.targets)
        miss = FixedArray(repeating: Miss(), count: configuration.mshrs)
        fetches = TimeQueue(capacity: configuration.mshrs)
        writes = WriteBuffer(capacity: configuration.writeBuffer + 8)
        hasPrefetcher = configuration.prefetcher != nil
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
        let isPhysical = translator == nil || request.isPhysical
        let isWalk = translator != nil && request.isPhysical
        if !admit(request.requester, isWalk: isWalk, isWrite: request.isWrite) { return false }
        let job = freeJobs.take()
        let now = kernel.edge(self)
        jobs[job] = Job(
            requester: request.requester, tag: request.tag, operatorID: request.operatorID, site: request.command,
            cursor: request.address, end: request.address + request.bytes, pieces: request.count - 1,
            stride: request.stride, bytes: request.bytes, pending: 1, arrival: now, translated: now,
            isWrite: request.isWrite, isPhysical: isPhysical, isUnneeded: request.isUnneeded, kind: request.kind,
            instruction: request.instruction)
        if isPhysical { jobs[job].physical = request.address }
        traffic.count(request, kernel)
        if configuration.mergesWaiting, isWalk ? early.count > 0 : waiting.count | untranslatable.count > 0,
            join(job, isWalk: isWalk)
        {
            count(isWalk ? .walkJoins : .joins, kernel)
            leaveQueue(job, kernel)
            return true
        }
        if isWalk {
            early.append(job)
        } else if isPhysical {
            wait(job)
        } else {
            translator?.with { $0.countAccess() }
            begin(job, kernel)
        }
        look(at: now, kernel)
        advance(now, kernel)
        return true
    }

    /// Takes a place in the queue of requests like this one. (A reference to the queue would be retained: each is named where it is used.)
    @inline(__always)
    private func admit(_ requester: Int, isWalk: Bool, isWrite: Bool) -> Bool {
        if isWalk { return walkAdmission.admit(requester) }
        return isWrite ? writeAdmission.admit(requester) : admission.admit(requester)
    }

    /// Whether the job waits in the queue of writes.
    @inline(__always)
    private func isApart(_ job: Int) -> Bool { configuration.writeQueue != nil && jobs[job].isWrite }

    @inline(__always)
    private func wait(_ job: Int) { if isApart(job) { waitingWrites.append(job) } else { waiting.append(job) } }

    /// Lets a read be answered with one of the same sector that waits for its look-up. - Returns: false where there is none.
    private func join(_ job: Int, isWalk: Bool) -> Bool {
        if followers == configuration.queue || jobs[job].isWrite || !isOneSector(job) { return false }
        let sector = jobs[job].cursor &>> sectorShift
        let leads: (Int) -> Bool = { [self] other in
            jobs[other].cursor &>> sectorShift == sector && jobs[other].isPhysical == jobs[job].isPhysical
                && !jobs[other].isWrite && jobs[other].holdsPlace && isOneSector(other)
        }
        // What is held up at its look-up stands in the pipeline, no longer in the queue.
        let held = isLookBlocked ? configuration.ports * configuration.tagLatency : 0
        let before = early.count + waitingWrites.count
        var leader =
            isWalk
            ? early.first(after: held, where: leads) : waiting.first(after: max(held - before, 0), where: leads)
        if leader == nil, !jobs[job].isPhysical { leader = untranslatable.first(after: 0, where: leads) }
        guard let leader else { return false }
        followers += 1
        jobs[job].follower = jobs[leader].follower
        jobs[leader].follower = job
        return true
    }

    @inline(__always)
    private func isOneSector(_ job: Int) -> Bool {
        jobs[job].pieces == 0 && jobs[job].cursor &>> sectorShift == (jobs[job].end - 1) &>> sectorShift
    }

    /// Asks for the translation of the job's next line, and puts the job where it waits.
    func begin(_ job: Int, _ kernel: Kernel) { if ask(job, kernel) != .taken { refuse(job) } }

    /// Asks for the translation of the job's next line, and puts the job where it waits unless it has to ask again: because too many stand
    /// aside (`kept`), or because the TLB has no room (`closed`).
    @inline(__always)
    private func ask(_ job: Int, _ kernel: Kernel) -> NumberQueue.Offer {
        guard let translator else { return .taken }
        if !jobs[job].isAside, untranslated == configuration.translations {
            if aloneSince < 0 { aloneSince = kernel.edge(self) }
            return .kept
        }
        let cursor = jobs[job].cursor
        let answer = translator.with {
            $0.translate($0.page(of: cursor), requester: id, tag: Self.translationTag - job, kernel)
        }
        switch answer {
        case .ready(let cycle):
            let asked = kernel.edge(self)
            if asked > jobs[job].arrival { count(.translationCycles, by: asked - jobs[job].arrival, kernel) }
            jobs[job].translated = cycle
            jobs[job].physical = physical(cursor)
            jobs[job].isLate = false
            wait(job)
        case .waiting:
            if !jobs[job].isAside {
                jobs[job].isAside = true
                untranslated += 1
            }
            leaveQueue(job, kernel)
        case .refused:
            isRefused = true
            return .closed
        }
        isRefused = false
        return .taken
    }

    /// The physical address of a virtual one whose translation is known.
    @inline(__always)
    private func physical(_ address: Int) -> Int { translator?.with { $0.physical(address) } ?? address }

    private func refuse(_ job: Int) {
        if isApart(job) { untranslatableWrites.append(job) } else { untranslatable.append(job) }
        if jobs[job].isAside { refusedAside += 1 }
    }

    /// Asks again for the translations that were refused, in order, as far as they are taken now.
    func beginRefused(_ kernel: Kernel) {
        if untranslated == configuration.translations, refusedAside == 0 { return }
        bookTranslations(kernel)
        if isRefused, untranslated < configuration.translations, translator?.with({ $0.isFull }) ?? false { return }
        if untranslatableWrites.offer(to: { askAgain($0, kernel) }) {
            _ = untranslatable.offer { askAgain($0, kernel) }
        }
    }

    private func askAgain(_ job: Int, _ kernel: Kernel) -> NumberQueue.Offer {
        let isAside = jobs[job].isAside
        let asked = ask(job, kernel)
        if isAside, asked == .taken { refusedAside -= 1 }
        // While too many stand aside, only who does can go on.
        return asked == .kept && refusedAside == 0 ? .closed : asked
    }

    /// Books the cycles in which requests waited because too many stand aside.
    private func bookTranslations(_ kernel: Kernel) {
        if aloneSince < 0 { return }
        count(.untranslatedFull, by: kernel.edge(self) - aloneSince, kernel)
        aloneSince = -1
    }

    /// Whether translations were refused.
    @inline(__always)
    var hasRefused: Bool { untranslatable.count > 0 || untranslatableWrites.count > 0 }

    /// Gives the job's place in the queue to another: it waits for its translation, or its look-ups are over.
    @inline(__always)
    func leaveQueue(_ job: Int, _ kernel: Kernel) {
        if !jobs[job].holdsPlace { return }
        jobs[job].holdsPlace = false
        if translator != nil, jobs[job].isPhysical {
            walkAdmission.release(kernel)
        } else if jobs[job].isWrite {
            writeAdmission.release(kernel)
        } else {
            admission.release(kernel)
        }
    }

    public override func completed(tag: Int, _ kernel: Kernel) {
        if tag == Self.writeTag { return }
        let now = kernel.edge(self)
        if tag <= Self.translationTag {
            let job = Self.translationTag - tag
            count(.translationCycles, by: now - jobs[job].arrival, kernel)
            jobs[job].translated = now
            jobs[job].isLate = true
            jobs[job].physical = physical(jobs[job].cursor)
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
        if hasRefused { beginRefused(kernel) }
        look(at: now, kernel)
        advance(now, kernel)
    }

    /// One line of a job has its data.
    @inline(__always)
    func finishLine(_ job: Int, _ kernel: Kernel) {
        jobs[job].pending &-= 1
        if jobs[job].pending == 0 { finish(job, kernel) }
    }

    /// All of a job is done.
    private func finish(_ job: Int, _ kernel: Kernel) {
        let (requester, tag, follower) = (jobs[job].requester, jobs[job].tag, jobs[job].follower)
        freeJobs.give(job)
        if requester >= 0 { kernel.complete(requester, tag: tag) }
        if follower >= 0 {
            followers -= 1
            finishLine(follower, kernel)
        }
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

    public override func settle(_ kernel: Kernel) {
        bookStall(until: kernel.now(self), kernel)
        let isAlone = aloneSince >= 0
        bookTranslations(kernel)
        if isAlone { aloneSince = kernel.edge(self) }
    }
}
