import OrrerySimulation

/// A level of TLB: look-ups, registers for misses, fills.
///
/// **Modelled cycle by cycle.** A look-up takes one of `ports` for a cycle; a hit is known `latency` later. A miss takes a register, or joins
/// that of its page, and asks the next level `latency` later. A full register table holds up the look-ups behind it; `queue` of
/// them wait, further ones are refused. An answer from below is entered and passed on `fillLatency` later.
///
/// **Abstracted.** Page sizes need no probing: the entry of the right size is looked for. Translations of neighbours are not
/// coalesced. Access and dirty bits are not kept.
public final class TLB: Translator {
    public struct Configuration: Hashable, Sendable {
        public var parts: [TLBArray.Part]
        public var replacement: ReplacementPolicy
        public var latency: Int
        public var fillLatency: Int
        public var ports: Int
        public var queue: Int
        public var mshrs: Int
        /// Look-ups that one register serves.
        public var targets: Int
        /// Whether what leaves the level above fills this one, in place of its own misses.
        public var filling: TLBHierarchy.Filling
        /// Address space of the core that it belongs to.
        public var space: Int

        public init(
            parts: [TLBArray.Part], replacement: ReplacementPolicy = .lru, latency: Int, fillLatency: Int = 0,
            ports: Int = 1, queue: Int = 16, mshrs: Int = 8, targets: Int = 16,
            filling: TLBHierarchy.Filling = .both, space: Int = 0
        ) {
            self.parts = parts
            self.replacement = replacement
            self.latency = latency
            self.fillLatency = fillLatency
            self.ports = ports
            self.queue = queue
            self.mshrs = mshrs
            self.targets = targets
            self.filling = filling
            self.space = space
        }
    }

    public let configuration: Configuration
    let array: TLBArray
    let next: Translator
    private let tableBehind: PageTable
    private let walkerBehind: PageWalker
    @exclusivity(unchecked) private var traffic = Traffic()
    private let admission: Admission

    /// An asker: who, with what, for which page.
    private struct Asker {
        var requester = 0
        var tag = 0
        var page = Page(key: 0)
    }

    private let askers: FixedArray<Asker>
    @exclusivity(unchecked) private var freeAskers: FreeList
    @exclusivity(unchecked) private var waiting: NumberQueue
    @exclusivity(unchecked) private var done: TimeQueue
    @exclusivity(unchecked) private var arrivals: TimeQueue
    @exclusivity(unchecked) private var asks: TimeQueue
    @exclusivity(unchecked) private var misses: MissTable
    private let since: FixedArray<Cycle>
    @exclusivity(unchecked) private var portCycle: Cycle = -1
    @exclusivity(unchecked) private var portsUsed = 0
    @exclusivity(unchecked) private var lookCycle = Cycle.never
    @exclusivity(unchecked) private var isBlocked = false
    /// The look-up that is held up waits for a register, not for room at one.
    @exclusivity(unchecked) private var isRegisterless = false
    @exclusivity(unchecked) private var isRefused = false
    @exclusivity(unchecked) private var nextWake = Cycle.never
    @exclusivity(unchecked) private var counterBase = 0
    /// Cycle of the last conflict that was counted.
    @exclusivity(unchecked) private var lookedAt: Cycle = -1
    @exclusivity(unchecked) private var stalledSince: Cycle = -1

    /// Names of its counters.
    enum Counter: Int, CaseIterable {
        case hits, misses, merges, evictions, missCycles, mshrFull, portConflicts, invalidated

        var name: String {
            switch self {
            case .hits: "hits"
            case .misses: "misses"
            case .merges: "misses merged"
            case .evictions: "evictions"
            case .missCycles: "cycles of misses"
            case .mshrFull: "stall: MSHRs full"
            case .portConflicts: "stall: ports"
            case .invalidated: "invalidated"
            }
        }
    }

    /// - Parameter next: the next TLB, or a walker.
    public init(path: String, clock: Int = 0, _ configuration: Configuration, next: Translator) {
        self.configuration = configuration
        self.next = next
        tableBehind = next.table
        walkerBehind = next.walker
        array = TLBArray(configuration.parts, configuration.replacement)
        admission = Admission(capacity: configuration.queue)
        let count =
            configuration.queue + configuration.mshrs * configuration.targets
            + configuration.ports * (configuration.latency + 4) + 8
        askers = FixedArray(repeating: Asker(), count: count)
        freeAskers = FreeList(capacity: count)
        waiting = NumberQueue(capacity: configuration.queue)
        done = TimeQueue(capacity: count)
        arrivals = TimeQueue(capacity: configuration.mshrs)
        asks = TimeQueue(capacity: configuration.mshrs)
        misses = MissTable(entries: configuration.mshrs, targets: configuration.targets)
        since = FixedArray(repeating: 0, count: configuration.mshrs)
        super.init(path: path, clock: clock)
        walkerBehind.attach(self)
    }

    override var table: PageTable { tableBehind }
    override var walker: PageWalker { walkerBehind }

    public override var behind: [Server] { [next] }

    public override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: ["lookup", "fill"])
        counterBase = ledger.registerCounters(Counter.allCases.map(\.name), of: path)
    }

    @inline(__always)
    private func count(_ counter: Counter, by amount: Int = 1, _ kernel: Kernel) {
        kernel.ledger.add(amount, to: counterBase + counter.rawValue)
    }

    /// A counter's value.
    func counted(_ counter: Counter, in ledger: Ledger) -> Int { ledger[counterBase + counter.rawValue] }

    // MARK: For the cache whose requests it translates

    @inline(__always)
    func page(of address: Int) -> Page { tableBehind.page(of: address, space: configuration.space) }

    @inline(__always)
    func physical(_ address: Int) -> Int { walkerBehind.physical(address, space: configuration.space) }

    /// One more access to data, for rates.
    @inline(__always)
    func countAccess() { walkerBehind.countAccess() }

    // MARK: Look-ups

    /// As many look-ups wait as may.
    @inline(__always)
    var isFull: Bool { admission.held >= admission.capacity }

    override func translate(_ page: Page, requester: Int, tag: Int, _ kernel: Kernel) -> Answer {
        let now = kernel.edge(self)
        if portCycle != now { (portCycle, portsUsed) = (now, 0) }
        if waiting.count == 0, portsUsed < configuration.ports {
            if array.use(page) {
                portsUsed += 1
                count(.hits, kernel)
                traffic.count(1, action: 0, operatorID: 0, kernel)
                return .ready(at: now + configuration.latency)
            }
        }
        if !admission.admit(requester) { return .refused }
        let asker = freeAskers.take()
        askers[asker] = Asker(requester: requester, tag: tag, page: page)
        waiting.append(asker)
        look(at: now, kernel)
        advance(now, kernel)
        return .waiting
    }

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        switch translate(page(of: request.address), requester: request.requester, tag: request.tag, kernel) {
        case .ready(let cycle):
            let asker = freeAskers.take()
            askers[asker] = Asker(requester: request.requester, tag: request.tag)
            done.add(asker, at: cycle)
            advance(kernel.edge(self), kernel)
            return true
        case .waiting: return true
        case .refused: return false
        }
    }

    @inline(__always)
    private func look(at now: Cycle, _ kernel: Kernel) {
        if waiting.count == 0 { lookCycle = .never } else { lookNext(at: now, kernel) }
    }

    private func lookNext(at now: Cycle, _ kernel: Kernel) {
        if portCycle != now { (portCycle, portsUsed) = (now, 0) }
        lookCycle = .never
        while waiting.count > 0 {
            if portsUsed == configuration.ports {
                if lookedAt != now { count(.portConflicts, kernel) }
                lookedAt = now
                lookCycle = now + 1
                return
            }
            // An entry that is not there comes with a register that falls free, or from the level above.
            if isBlocked, isRegisterless, misses.isFull, configuration.filling == .both { return }
            let asker = waiting.first
            if !lookUp(asker, at: now, kernel) {
                if stalledSince < 0 { stalledSince = now }
                isBlocked = true
                return
            }
            if stalledSince >= 0 {
                count(.mshrFull, by: now - stalledSince, kernel)
                stalledSince = -1
            }
            isBlocked = false
            portsUsed += 1
            traffic.count(1, action: 0, operatorID: 0, kernel)
            waiting.removeFirst()
            admission.release(kernel)
        }
    }

    /// - Returns: false where registers are full.
    private func lookUp(_ asker: Int, at now: Cycle, _ kernel: Kernel) -> Bool {
        let page = askers[asker].page
        if array.use(page) {
            count(.hits, kernel)
            done.add(asker, at: now + configuration.latency)
            return true
        }
        var register = misses.find(page.key)
        if register >= 0 {
            isRegisterless = false
            if !misses.hasRoom(register) { return false }
            count(.merges, kernel)
        } else {
            isRegisterless = misses.isFull
            if isRegisterless { return false }
            count(.misses, kernel)
            register = misses.allocate(page.key)
            since[register] = now + configuration.latency
            asks.add(register, at: now + configuration.latency)
        }
        misses.wait(asker, for: register)
        return true
    }

    public override func completed(tag: Int, _ kernel: Kernel) {
        let now = kernel.edge(self)
        arrivals.add(tag, at: now + configuration.fillLatency)
        if configuration.fillLatency == 0, kernel.now(self) == now { fill(at: now, kernel) }
        advance(now, kernel)
    }

    public override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        nextWake = .never
        isRefused = false
        while done.due <= now {
            let asker = done.first
            done.removeFirst()
            answer(asker, kernel)
        }
        fill(at: now, kernel)
        look(at: now, kernel)
        advance(now, kernel)
    }

    private func answer(_ asker: Int, _ kernel: Kernel) {
        let (requester, tag) = (askers[asker].requester, askers[asker].tag)
        freeAskers.give(asker)
        kernel.complete(requester, tag: tag)
    }

    /// Enters the translations that have come, and answers who waits for them.
    @inline(__always)
    private func fill(at now: Cycle, _ kernel: Kernel) {
        if arrivals.due <= now { fillNext(at: now, kernel) } else if isBlocked { look(at: now, kernel) }
    }

    private func fillNext(at now: Cycle, _ kernel: Kernel) {
        while arrivals.due <= now {
            let register = arrivals.first
            arrivals.removeFirst()
            let page = Page(key: misses.key(register))
            count(.missCycles, by: now - since[register], kernel)
            if configuration.filling == .both { enter(page, kernel) }
            while let asker = misses.takeWaiter(register) { answer(asker, kernel) }
            misses.release(register)
        }
        if isBlocked { look(at: now, kernel) }
    }

    private func enter(_ page: Page, _ kernel: Kernel) {
        traffic.count(1, action: 1, operatorID: 0, kernel)
        guard let evicted = array.fill(page) else { return }
        count(.evictions, kernel)
        next.left(evicted, kernel)
    }

    override func left(_ page: Page, _ kernel: Kernel) { if configuration.filling == .victim { enter(page, kernel) } }

    /// Asks the next level, and for the wake-up of what comes next.
    private func advance(_ now: Cycle, _ kernel: Kernel) {
        if kernel.now(self) == now {
            while !isRefused, asks.due <= now {
                let register = asks.first
                switch next.translate(Page(key: misses.key(register)), requester: id, tag: register, kernel) {
                case .refused: isRefused = true
                case .waiting: asks.removeFirst()
                case .ready(let cycle):
                    asks.removeFirst()
                    arrivals.add(register, at: cycle + configuration.fillLatency)
                }
            }
        }
        var next = min(done.due, min(arrivals.due, lookCycle))
        if !isRefused { next = min(next, asks.due) }
        if next >= nextWake { return }
        nextWake = max(next, now)
        kernel.wake(id, at: nextWake)
    }

    /// Takes one page out. - Returns: whether it was there.
    @discardableResult
    public func invalidate(_ page: Page, _ kernel: Kernel) -> Bool {
        let wasThere = array.invalidate(page)
        if wasThere { count(.invalidated, kernel) }
        return wasThere
    }

    /// Takes all pages of an address space out. - Returns: their number.
    @discardableResult
    public func invalidate(space: Int, _ kernel: Kernel) -> Int {
        let taken = array.invalidate(space: space)
        count(.invalidated, by: taken, kernel)
        return taken
    }

    public override func settle(_ kernel: Kernel) {
        if stalledSince < 0 { return }
        count(.mshrFull, by: kernel.now(self) - stalledSince, kernel)
        stalledSince = kernel.now(self)
    }
}
