import OrrerySimulation

/// Walks page tables for the TLB before it: page-structure caches, several walks at a time, reads through a data cache;
/// nested walks, TLB blocks (Victima) and a TLB in memory (POM-TLB) where they are configured.
///
/// **Modelled cycle by cycle.** A request takes one of `walkers`; at most `queue` wait. After a look-up of the page-structure caches
/// (`cacheLatency`) the entries are read one after another through the port `memory`, each a request that waits and hits or misses like others, with
/// `stepLatency` after each. A nested walk translates the address of every guest entry, and of the page, by the nested TLB or by a walk of
/// the host's table. With TLB blocks the cache at port `blocks` is looked up when a request comes; a block spares the walk. When a walk
/// ends whose page is predicted costly, the line with the leaf entry becomes a block; a page that leaves the last TLB is walked for in the
/// background where that is predicted costly. A POM-TLB is read through `memory` before a walk, once for each page size that there may be: the
/// entry of the page's own size answers when it comes, and the walk begins when none of them has it.
///
/// **Abstracted.** Page faults but for a fixed time at the first touch; access and dirty bits; writes of POM-TLB entries; whether a read of an entry
/// went to memory is what the tags say when it is sent.
public final class PageWalker: Translator {
    public let configuration: PageWalkerConfiguration
    private let pageTable: PageTable
    let host: PageTable?
    let caches: WalkCaches
    let nestedTLB: TLBArray?
    let pom: POMTLB?
    /// Page sizes that the POM-TLB is read for.
    let pomSizes: [PageSize]
    let blocks: Cache?
    @exclusivity(unchecked) private(set) var memory: Server? { didSet { reads = memory.map { Peer($0) } } }
    @exclusivity(unchecked) private var reads: Peer<Server>?
    @exclusivity(unchecked) private(set) var memoryCache: Cache?
    @exclusivity(unchecked) private(set) var tlbs: [TLB] = []
    @exclusivity(unchecked) private var traffic = Traffic()

    /// What a walk does next.
    ///
    /// `probe` reads the POM-TLB; `enter` answers without a walk, `answer` after one; `drain` has answered and keeps its walker until the
    /// last read of the POM-TLB is back.
    enum Stage { case probe, read, hostRead, enter, answer, drain }

    struct Walk {
        var page = Page(key: 0)
        var requester = -1
        var tag = 0
        var since: Cycle = 0
        var stage = Stage.read
        /// Level of the guest's (or only) table that is read now, and of the host's.
        var level = 0
        var hostLevel = 0
        /// Where the next read goes, and since when it, or the first of the POM-TLB's, is under way.
        var address = 0
        var readSince: Cycle = 0
        /// Guest-physical address that the host's table is walked for.
        var target = 0
        /// The translation of `target` is that of the page itself.
        var isLast = false
        /// Lines of the POM-TLB that were asked for, those of them under way, and whether the page's entry was in one.
        var asked = 0
        var probes = 0
        var isInPOM = false
        var wentToMemory = false
        var hostWentToMemory = false
    }

    let walks: FixedArray<Walk>
    @exclusivity(unchecked) var free: FreeList
    @exclusivity(unchecked) private var events: TimeQueue
    @exclusivity(unchecked) private var refused: NumberQueue
    private let admission: Admission
    @exclusivity(unchecked) private var waiting: NumberQueue
    private let requests: FixedArray<Walk>
    @exclusivity(unchecked) private var freeRequests: FreeList
    @exclusivity(unchecked) var background: NumberQueue
    @exclusivity(unchecked) var history = WalkHistory()
    @exclusivity(unchecked) var hostHistory = WalkHistory()
    @exclusivity(unchecked) private var nextWake = Cycle.never
    @exclusivity(unchecked) private var counterBase = 0
    @exclusivity(unchecked) var accesses = 0
    @exclusivity(unchecked) var requestsOfWindow = 0
    @exclusivity(unchecked) var missesBefore = 0
    @exclusivity(unchecked) var isBypassing = false

    /// - Parameters:
    ///   - memory: what the reads go through; nil where it is connected later.
    ///   - blocks: the cache that holds TLB blocks; needed where the configuration has them.
    public init(
        path: String, clock: Int = 0, _ configuration: PageWalkerConfiguration, memory: Server?, blocks: Cache? = nil
    ) {
        self.configuration = configuration
        self.blocks = blocks
        self.memory = memory
        reads = memory.map { Peer($0) }
        memoryCache = memory as? Cache
        pageTable = PageTable(
            levels: configuration.levels, sizes: configuration.sizes, frames: configuration.frames,
            layout: configuration.layout)
        host = configuration.host.map { PageTable(levels: $0.levels, sizes: $0.sizes, frames: $0.frames) }
        nestedTLB = configuration.host?.nestedTLB.map { TLBArray([$0]) }
        caches = WalkCaches(configuration.caches)
        pom = configuration.pom.map { POMTLB($0) }
        switch configuration.sizes {
        case .uniform(let size): pomSizes = [size]
        case .mixed: pomSizes = [.small, .large]
        }
        walks = FixedArray(repeating: Walk(), count: configuration.walkers)
        free = FreeList(capacity: configuration.walkers)
        events = TimeQueue(capacity: configuration.walkers)
        refused = NumberQueue(capacity: 2 * configuration.walkers)
        admission = Admission(capacity: configuration.queue)
        waiting = NumberQueue(capacity: configuration.queue)
        let behind = configuration.queue + (configuration.blocks?.backgroundQueue ?? 0)
        requests = FixedArray(repeating: Walk(), count: behind)
        freeRequests = FreeList(capacity: behind)
        background = NumberQueue(capacity: max(configuration.blocks?.backgroundQueue ?? 0, 1))
        super.init(path: path, clock: clock)
    }

    public override func connect(port: String, to server: Server) throws(ConfigurationError) {
        memory = server
        memoryCache = server as? Cache
    }

    public override func detach() {
        memory = nil
        memoryCache = nil
        tlbs = []
    }

    public override var behind: [Server] { [memory, blocks].compactMap { $0 } }

    func attach(_ tlb: TLB) { tlbs.append(tlb) }

    override var table: PageTable { pageTable }
    override var walker: PageWalker { self }

    public override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: ["walk", "read"])
        counterBase = ledger.registerCounters(WalkCounter.allCases.map(\.name), of: path)
    }

    @inline(__always)
    func count(_ counter: WalkCounter, by amount: Int = 1, _ kernel: Kernel) {
        kernel.ledger.add(amount, to: counterBase + counter.rawValue)
    }

    /// A counter's value.
    func counted(_ counter: WalkCounter, in ledger: Ledger) -> Int { ledger[counterBase + counter.rawValue] }

    /// Physical address behind a virtual one; the host's where there is one.
    @inline(__always)
    func physical(_ address: Int, space: Int) -> Int {
        let own = pageTable.physical(address, space: space)
        return host?.physical(own) ?? own
    }

    // MARK: Requests

    override func translate(_ page: Page, requester: Int, tag: Int, _ kernel: Kernel) -> Answer {
        if !admission.admit(requester) { return .refused }
        let now = kernel.edge(self)
        requestsOfWindow &+= 1
        let request = freeRequests.take()
        requests[request] = Walk(page: page, requester: requester, tag: tag, since: now)
        waiting.append(request)
        start(at: now, kernel)
        advance(now, kernel)
        return .waiting
    }

    override func left(_ page: Page, _ kernel: Kernel) { leftLastTLB(page, kernel) }

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        let page = pageTable.page(of: request.address)
        return translate(page, requester: request.requester, tag: request.tag, kernel) != .refused
    }

    /// Lets a page be walked for in the background; dropped where too many wait.
    func walkInBackground(_ page: Page, _ kernel: Kernel) {
        if background.isFull || freeRequests.isEmpty {
            count(.backgroundDropped, kernel)
            return
        }
        let now = kernel.edge(self)
        let request = freeRequests.take()
        requests[request] = Walk(page: page, since: now)
        background.append(request)
        start(at: now, kernel)
        advance(now, kernel)
    }

    /// Gives free walkers to who waits, requests before background walks.
    func start(at now: Cycle, _ kernel: Kernel) {
        while !free.isEmpty {
            let isDemand = waiting.count > 0
            if !isDemand && background.count == 0 { return }
            let request = isDemand ? waiting.first : background.first
            if isDemand { waiting.removeFirst() } else { background.removeFirst() }
            let walk = free.take()
            walks[walk] = requests[request]
            freeRequests.give(request)
            if isDemand { admission.release(kernel) }
            begin(walk, at: now, kernel)
        }
    }

    private func begin(_ walk: Int, at now: Cycle, _ kernel: Kernel) {
        let page = walks[walk].page
        let isDemand = walks[walk].requester >= 0
        if isDemand, let blocks, configuration.blocks != nil, blocks.useBlock(page, isNested: false, kernel) {
            count(.blockHits, kernel)
            schedule(walk, .enter, at: now + (configuration.blocks?.latency ?? blocks.configuration.hitLatency))
        } else if isDemand, pom != nil {
            schedule(walk, .probe, at: now)
        } else {
            beginWalk(walk, at: now, kernel)
        }
    }

    /// Looks the page-structure caches up, and goes to the first read.
    func beginWalk(_ walk: Int, at now: Cycle, _ kernel: Kernel) {
        let page = walks[walk].page
        let leaf = page.size.leafLevel
        count(walks[walk].requester >= 0 ? .walks : .backgroundWalks, kernel)
        traffic.count(1, action: 0, operatorID: 0, kernel)
        walks[walk].level = configuration.levels
        let known = caches.use(page.address, leaf: leaf, space: page.space)
        if let known {
            count(WalkCounter.begun(known), kernel)
            let again = configuration.readsTwiceOnDirectoryHit || configuration.layout == .champsim
            walks[walk].level = again ? known : known - 1
        } else {
            count(.beginsAtRoot, kernel)
        }
        var entry = pageTable.entry(page.address, level: walks[walk].level, space: page.space)
        if configuration.layout == .champsim, let known {
            entry =
                caches.lead(page.address, level: known, space: page.space)
                | pageTable.offset(page.address, level: known - 1)
        }
        go(walk, to: entry, isLast: false, at: now + configuration.cacheLatency, kernel)
    }

    /// Reads an entry at a (guest-)physical address, with its translation before it where there is a host.
    private func go(_ walk: Int, to address: Int, isLast: Bool, at time: Cycle, _ kernel: Kernel) {
        walks[walk].isLast = isLast
        if host != nil {
            walks[walk].target = address
            translateGuest(walk, at: time, kernel)
        } else if isLast {
            schedule(walk, .answer, at: time)
        } else {
            walks[walk].address = address
            schedule(walk, .read, at: time)
        }
    }

    /// The host's translation of the walk's target is known at a cycle: on with what it was for.
    func guestTranslated(_ walk: Int, at time: Cycle) {
        if walks[walk].isLast {
            schedule(walk, .answer, at: time)
        } else {
            walks[walk].address = host?.physical(walks[walk].target) ?? walks[walk].target
            schedule(walk, .read, at: time)
        }
    }

    func schedule(_ walk: Int, _ stage: Stage, at time: Cycle) {
        walks[walk].stage = stage
        events.add(walk, at: time)
    }

    // MARK: Time

    public override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        nextWake = .never
        for _ in 0..<refused.count {
            let walk = refused.first
            refused.removeFirst()
            go(on: walk, at: now, kernel)
        }
        while events.due <= now {
            let walk = events.first
            events.removeFirst()
            go(on: walk, at: now, kernel)
        }
        start(at: now, kernel)
        advance(now, kernel)
    }

    private func go(on walk: Int, at now: Cycle, _ kernel: Kernel) {
        switch walks[walk].stage {
        case .probe: probe(walk, at: now, kernel)
        case .read, .hostRead: send(walk, kernel)
        case .enter, .answer: finish(walk, kernel)
        case .drain: break
        }
    }

    /// Remembers that memory takes the walk's read later.
    func wait(_ walk: Int, _ kernel: Kernel) {
        count(.refusals, kernel)
        refused.append(walk)
    }

    private func advance(_ now: Cycle, _ kernel: Kernel) {
        if events.due >= nextWake { return }
        nextWake = max(events.due, now)
        kernel.wake(id, at: nextWake)
    }

    private func send(_ walk: Int, _ kernel: Kernel) {
        let address = walks[walk].address
        if read(address, tag: walk, kernel) {
            walks[walk].readSince = kernel.now(self)
            let isMiss = !(memoryCache?.reaches(address) ?? false)
            count(isMiss ? .readsFromMemory : .readsFromCaches, kernel)
            if walks[walk].stage == .hostRead {
                count(.hostReads, kernel)
                walks[walk].hostWentToMemory = walks[walk].hostWentToMemory || isMiss
            }
            walks[walk].wentToMemory = walks[walk].wentToMemory || isMiss
        } else {
            wait(walk, kernel)
        }
    }

    /// Sends one read; counted where it was taken.
    func read(_ address: Int, tag: Int, _ kernel: Kernel) -> Bool {
        var request = Request(
            address: address, bytes: PageTable.entryBytes, isWrite: false, operatorID: 0, command: -1, requester: id,
            tag: tag)
        request.kind = .translation
        request.isPhysical = true
        guard let reads, reads.with({ $0.submit(request, kernel) }) else { return false }
        traffic.count(request, kernel)
        traffic.count(1, action: 1, operatorID: 0, kernel)
        return true
    }

    public override func completed(tag: Int, _ kernel: Kernel) {
        let now = kernel.edge(self)
        if tag >= configuration.walkers {
            probed(tag - configuration.walkers, at: now, kernel)
        } else if walks[tag].stage == .hostRead {
            countRead(tag, at: now, kernel)
            hostEntryCame(tag, at: now + (configuration.stepLatency), kernel)
        } else {
            countRead(tag, at: now, kernel)
            entryCame(tag, at: now, kernel)
        }
        advance(now, kernel)
    }

    /// Counts how long a walk that somebody waits for has waited for what it read.
    func countRead(_ walk: Int, at now: Cycle, _ kernel: Kernel) {
        if walks[walk].requester >= 0 { count(.readCycles, by: now - walks[walk].readSince, kernel) }
    }

    /// An entry of the guest's (or only) table has come.
    private func entryCame(_ walk: Int, at now: Cycle, _ kernel: Kernel) {
        let page = walks[walk].page
        let level = walks[walk].level
        let before = pageTable.footprint
        if level == page.size.leafLevel {
            let physical = pageTable.frame(of: page)
            go(walk, to: physical, isLast: true, at: now + step(since: before, kernel), kernel)
            return
        }
        let next = pageTable.entry(page.address, level: level - 1, space: page.space)
        caches.fill(
            page.address, level: level, space: page.space,
            lead: configuration.layout == .champsim ? next & ~(PageSize.small.bytes - 1) : nil)
        walks[walk].level = level - 1
        go(walk, to: next, isLast: false, at: now + step(since: before, kernel), kernel)
    }

    /// Cycles after an entry's coming, with those of a first touch.
    private func step(since before: (pages: Int, tables: Int), _ kernel: Kernel) -> Int {
        let after = pageTable.footprint
        if configuration.faultLatency == 0 || after == before { return configuration.stepLatency }
        count(.faults, kernel)
        return configuration.stepLatency + configuration.faultLatency
    }

    private func finish(_ walk: Int, _ kernel: Kernel) {
        let done = walks[walk]
        if done.stage == .answer { walked(done, kernel) }
        if done.probes > 0 { walks[walk].stage = .drain } else { free.give(walk) }
        if done.requester >= 0 {
            count(.requestCycles, by: kernel.now(self) - done.since, kernel)
            if done.stage == .answer { count(.walkCycles, by: kernel.now(self) - done.since, kernel) }
            kernel.complete(done.requester, tag: done.tag)
        }
    }
}
