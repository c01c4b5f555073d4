import OrrerySimulation

/// A core that runs a stream of instructions: in order, or out of order within its window.
///
/// **Modelled cycle by cycle.**
/// - Up to `dispatch` instructions a cycle, with `taken_branches` taken branches among them, enter the reorder buffer, in order, while
///   it, the load queue and the store queue have room.
/// - The oldest instructions that have not executed stand in the scheduler, `scheduler` of them at most, each with a physical register
///   for all that it writes, of which there are `registers`; one is free again when a later value of the same register retires. None enters it
///   behind others in a cycle that begins with fewer than `register_margin` free ones. One executes when all
///   registers that it reads have their values, `execute` of them in a cycle, and leaves its result `latency` cycles later. In order,
///   none executes before its elder.
/// - An executed load goes to the memory, `loads` of them in a cycle, in the order in which they execute, unless an older store to the same 8 bytes is in
///   the store queue, whose value it then takes. It is done when the memory answers.
/// - Instructions that are done retire in order, `retire` in a cycle. Stores go to the memory in order when they have retired, `stores` in a cycle.
/// - A branch is predicted when it is fetched; after a wrong prediction nothing is fetched until `mispredict_penalty` cycles after the branch
///   has executed.
///
/// The memory may refuse: what it refuses holds up what is behind it. Any number of loads may be under way, so that it is the load
/// queue and what stands at the port (MSHRs of a cache) that limits how many are.
///
/// **Abstracted.** Instruction fetch is ideal; addresses are known when an instruction is
/// dispatched, so that a load never passes a store that it needs; every instruction but a load takes the same time.
///
/// Elementary operations are counted by kind where the stream says what its instructions compute (``LoopNest``).
///
/// Cycles in which something is dispatched are busy; the others are stalls by what keeps the next instruction out. Those among them in
/// which the oldest instruction is a load that has not come back, or the oldest store one that the memory has, are counted as waiting for
/// memory.
///
/// Source: the structure is that of ChampSim's core (Gober et al., arXiv 2210.14324), event by event instead of cycle by cycle.
public final class Core: Engine {
    public enum Order: String, CaseIterable, Sendable {
        case inOrder = "in-order"
        case outOfOrder = "out-of-order"
    }

    /// How branches are predicted.
    public enum Predictor: String, CaseIterable, Sendable { case perfect, taken, bimodal }

    /// When a load leaves its queue.
    public enum LoadRelease: String, CaseIterable, Sendable { case completion, retirement }

    /// When a store leaves its queue.
    public enum StoreRelease: String, CaseIterable, Sendable { case acceptance, completion }

    public struct Configuration: Hashable, Sendable {
        public var order = Order.outOfOrder
        /// Instructions a cycle.
        public var dispatch: Int
        public var execute: Int
        public var retire: Int
        /// Loads and stores that go to the memory in a cycle.
        public var loads: Int
        public var stores: Int
        /// Entries.
        public var window: Int
        public var scheduler: Int
        public var loadQueue: Int
        public var storeQueue: Int
        /// Physical registers; nil for no limit.
        public var registers: Int?
        /// Free registers without which, in a cycle, no instruction enters the scheduler behind others.
        public var registerMargin = 0
        /// Taken branches that are fetched in a cycle.
        public var takenBranches = 64
        /// Cycles from the execution of an instruction to its result.
        public var latency: Int
        /// Cycles from the execution of a load to its request, and from the memory's answer to its result.
        public var addressLatency = 0
        public var answerLatency = 0
        public var predictor = Predictor.perfect
        public var mispredictPenalty = 0
        public var loadRelease = LoadRelease.retirement
        public var storeRelease = StoreRelease.completion

        public init(
            order: Order = .outOfOrder, dispatch: Int, execute: Int, retire: Int, loads: Int, stores: Int, window: Int,
            scheduler: Int, loadQueue: Int, storeQueue: Int, latency: Int = 1, predictor: Predictor = .perfect,
            mispredictPenalty: Int = 0, loadRelease: LoadRelease = .retirement,
            storeRelease: StoreRelease = .completion
        ) {
            self.order = order
            self.dispatch = dispatch
            self.execute = execute
            self.retire = retire
            self.loads = loads
            self.stores = stores
            self.window = window
            self.scheduler = scheduler
            self.loadQueue = loadQueue
            self.storeQueue = storeQueue
            self.latency = latency
            self.predictor = predictor
            self.mispredictPenalty = mispredictPenalty
            self.loadRelease = loadRelease
            self.storeRelease = storeRelease
        }
    }

    /// What keeps the next instruction out.
    enum Cause: Int, CaseIterable {
        case port, window, loadQueue, storeQueue, branch, drain

        var name: String {
            switch self {
            case .port: "port memory"
            case .window: "reorder buffer"
            case .loadQueue: "load queue"
            case .storeQueue: "store queue"
            case .branch: "branch"
            case .drain: "end of stream"
            }
        }
    }

    public let configuration: Configuration
    let memory: Server

    // The parts of the core lie side by side in one object: a wake-up touches them all, and calls between objects would cost as
    // much as the work.

    // MARK: Stream
    var generator: InstructionGenerator? { didSet { stream = generator.map { Peer($0) } } }
    @exclusivity(unchecked) var stream: Peer<InstructionGenerator>?
    /// The file of a recorded stream.
    var trace: String?
    @exclusivity(unchecked) var chunkPosition = 0
    @exclusivity(unchecked) var chunkLength = 0
    /// Instructions to retire, of which `warmUp` first ones are not measured.
    @exclusivity(unchecked) var total = 0
    @exclusivity(unchecked) var warmUp = 0
    @exclusivity(unchecked) var hasEnded = false
    @exclusivity(unchecked) var isRunning = false
    /// What was to be measured has retired; the rest is dropped.
    @exclusivity(unchecked) var isStopped = false
    @exclusivity(unchecked) var operatorID = 0
    @exclusivity(unchecked) var command = 0

    // MARK: Window
    let entries: FixedArray<CoreEntry>
    let entryMask: Int
    /// Next of those that wait for the same instruction, by waiter: entry × 8 + source.
    let nextWaiter: FixedArray<Int32>
    /// Entries whose results are known and whose waiters have not been told.
    let worklist: FixedArray<Int>
    @exclusivity(unchecked) var worklistCount = 0
    /// Number of the instruction that last wrote a register.
    let writers = FixedArray<Int>(repeating: -1, count: 256)
    /// Numbers of the oldest instruction, of the oldest that is not in the scheduler yet, of the next to execute in order, of the next to
    /// be dispatched.
    @exclusivity(unchecked) var head = 0
    @exclusivity(unchecked) var unscheduled = 0
    @exclusivity(unchecked) var inOrder = 0
    @exclusivity(unchecked) var tail = 0
    @exclusivity(unchecked) var lastExecution: Cycle = 0
    @exclusivity(unchecked) var registersInUse = 0
    let isMapped = FixedArray<Bool>(repeating: false, count: 256)
    @exclusivity(unchecked) var waitingInScheduler = 0
    @exclusivity(unchecked) var branch = -1
    @exclusivity(unchecked) var fetchFrom: Cycle = 0
    let predictor: FixedArray<UInt8>

    // MARK: Calendar, by cycle modulo its length, which is longer than anything lies ahead
    let calendarMask: Int
    let executions: FixedArray<UInt16>
    let firstLoad: FixedArray<Int32>
    let lastLoad: FixedArray<Int32>
    /// Bits of the slots with anything in them: most cycles of a core that waits for memory have nothing.
    let calendarBits: FixedArray<UInt64>
    /// Up to when the calendar has been worked off, and what is still in it.
    @exclusivity(unchecked) var processed: Cycle = 0
    @exclusivity(unchecked) var executionsAhead = 0
    @exclusivity(unchecked) var loadsAhead = 0

    // MARK: Loads and stores
    let loads: FixedArray<CoreLoad>
    let freeLoads: FixedArray<Int32>
    @exclusivity(unchecked) var freeLoadCount: Int
    /// Loads that have executed and wait for the memory, a ring.
    let ready: FixedArray<Int32>
    let readyMask: Int
    @exclusivity(unchecked) var readyHead = 0
    @exclusivity(unchecked) var readyTail = 0
    let stores: FixedArray<CoreStore>
    let storeMask: Int
    /// Numbers of the oldest store, the next to be sent, the next to retire, and the next to be dispatched.
    @exclusivity(unchecked) var storeHead = 0
    @exclusivity(unchecked) var storeSend = 0
    @exclusivity(unchecked) var storeRetired = 0
    @exclusivity(unchecked) var storeTail = 0
    /// How many stores in the queue have an address with these bits: where none has, no load needs to look.
    let storeFilter = FixedArray<UInt16>(repeating: 0, count: 1024)
    @exclusivity(unchecked) var underWay = 0
    @exclusivity(unchecked) var loadIsRefused = false
    @exclusivity(unchecked) var storeIsRefused = false
    @exclusivity(unchecked) var wakeAt: Cycle = .never
    /// Since when it waits for answers of the memory; `.never` while it does not.
    @exclusivity(unchecked) var waitsSince: Cycle = .never

    // MARK: Counters
    @exclusivity(unchecked) var width = 1
    @exclusivity(unchecked) var bytesBase = 0
    @exclusivity(unchecked) var counterBase = 0

    public init(path: String, clock: Int = 0, memory: Server, _ configuration: Configuration) {
        self.configuration = configuration
        self.memory = memory
        let size = Self.powerOfTwo(configuration.window)
        entries = FixedArray(repeating: CoreEntry(), count: size)
        entryMask = size - 1
        nextWaiter = FixedArray(repeating: -1, count: size * 8)
        worklist = FixedArray(repeating: 0, count: size)
        predictor = FixedArray(repeating: 1, count: configuration.predictor == .bimodal ? 16384 : 0)
        let ahead = Self.powerOfTwo(
            configuration.window * (configuration.latency + 2) + configuration.addressLatency
                + configuration.answerLatency + 64)
        calendarMask = ahead - 1
        executions = FixedArray(repeating: 0, count: ahead)
        firstLoad = FixedArray(repeating: -1, count: ahead)
        lastLoad = FixedArray(repeating: -1, count: ahead)
        calendarBits = FixedArray(repeating: 0, count: ahead / 64)
        loads = FixedArray(repeating: CoreLoad(), count: configuration.loadQueue)
        freeLoads = FixedArray((0..<configuration.loadQueue).reversed().map { Int32($0) })
        freeLoadCount = configuration.loadQueue
        let waiting = Self.powerOfTwo(configuration.loadQueue)
        ready = FixedArray(repeating: -1, count: waiting)
        readyMask = waiting - 1
        let writes = Self.powerOfTwo(configuration.storeQueue)
        stores = FixedArray(repeating: CoreStore(), count: writes)
        storeMask = writes - 1
        super.init(path: path, clock: clock, ports: [memory])
    }

    private static func powerOfTwo(_ least: Int) -> Int {
        var size = 1
        while size < least { size *= 2 }
        return size
    }

    /// Instructions, and what they do: loads, stores, elementary operations where the stream says which.
    static let actions = ["instruction", "load", "store"] + ScalarOperation.allCases.map(\.rawValue)
    public override var actionNames: [String] { Self.actions }
    public override var stallCauses: [String] { Cause.allCases.map(\.name) }
    public override var standstill: String {
        guard let registers = configuration.registers, head == unscheduled, unscheduled < tail else {
            return super.standstill
        }
        let inUse = "those that its stream names keep \(registersInUse) of \(registers)"
        return "a register: \(inUse); give it more (registers)"
    }
    public override var takesStreams: Bool { true }
    /// The place in a stream is no state that could be compared.
    public override var isFoldable: Bool { false }

    public override func attachUnit(to ledger: Ledger) {
        width = max(ledger.operators.count, 1)
        bytesBase = ledger.registerActions(["memory read", "memory written"], of: "\(path):bytes")
        counterBase = ledger.registerCounters(
            [
                "reads done", "read latency cycles", "forwarded loads", "branches", "mispredicted branches",
                Self.waitingCycles,
            ], of: path)
    }

    static let waitingCycles = "cycles waiting for memory"

    // MARK: Commands

    public override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        let now = kernel.now(self)
        guard let index = work.accesses else { return .occupied(until: now, result: now) }
        do throws(TraceError) {
            generator = try InstructionGenerator.make(
                accessStreams[index], at: (0..<accessStreams[index].outerLoops).map { address($0) })
        } catch {
            kernel.fail(self, error.description)
            return .working
        }
        trace = accessStreams[index].tracePath
        (chunkPosition, chunkLength) = (0, 0)
        (total, warmUp) = (head + accessStreams[index].total, accessStreams[index].warmUp)
        if warmUp > 0 { warmUp += head }
        (self.operatorID, self.command) = (operatorID, command)
        (hasEnded, isRunning, isStopped, fetchFrom, processed) = (false, true, false, now, now)
        kernel.poke(id)
        return .working
    }

    public override func completed(tag: Int, _ kernel: Kernel) { answered(tag: tag, kernel) }

    public override var nextUnitWake: Cycle { wakeAt }

    public override func wakeUnit(_ kernel: Kernel) {
        guard isRunning else { return }
        let now = kernel.now(self)
        if waitsSince < now { kernel.ledger.add(now &- waitsSince, to: counterBase &+ 5) }
        waitsSince = .never
        if !isStopped {
            advanceCalendar(to: now)
            if head < tail, entries[head & entryMask].completeAt <= now { retire(at: now, kernel) }
        }
        if isStopped { return drain(at: now, kernel) }
        (storeIsRefused, loadIsRefused) = (false, false)
        if storeSend < storeRetired { sendStores(at: now, kernel) }
        if readyHead < readyTail { sendLoads(at: now, kernel) }
        let before = tail
        let cause = dispatch(at: now, kernel)
        schedule(at: now)
        let isBusy = tail > before
        expect(
            busyUntil: isBusy ? now &+ 1 : now,
            thenStalledFor: (loadIsRefused || storeIsRefused ? .port : cause ?? .window).rawValue, kernel)
        if let cause, !loadIsRefused, !storeIsRefused, waitsForMemory(cause) { waitsSince = isBusy ? now &+ 1 : now }
        wakeAt = nextWake(after: now, isDispatching: cause == nil)
        if hasEnded, head == tail, storeHead == storeTail, underWay == 0 { end(at: now, kernel) }
    }

    private func waitsForMemory(_ cause: Cause) -> Bool {
        if head < tail, entries[head & entryMask].loadsLeft > 0 { return true }
        return (cause == .storeQueue || cause == .drain) && storeHead < storeSend
    }

    private func end(at now: Cycle, _ kernel: Kernel) {
        isRunning = false
        wakeAt = .never
        finish(result: now, kernel)
    }

    /// Nothing that was not sent yet is sent; what is under way comes back.
    private func drain(at now: Cycle, _ kernel: Kernel) {
        expect(busyUntil: now, thenStalledFor: Cause.drain.rawValue, kernel)
        wakeAt = .never
        if underWay > 0 { return }
        reset()
        end(at: now, kernel)
    }

    /// An empty core at the present place of the stream.
    private func reset() {
        (head, unscheduled, inOrder) = (tail, tail, tail)
        (storeHead, storeSend, storeRetired) = (storeTail, storeTail, storeTail)
        for index in 0..<storeFilter.count { storeFilter[index] = 0 }
        for index in 0..<freeLoads.count { freeLoads[index] = Int32(index) }
        freeLoadCount = freeLoads.count
        (readyHead, readyTail) = (0, 0)
        for slot in 0...calendarMask { (executions[slot], firstLoad[slot], lastLoad[slot]) = (0, -1, -1) }
        for word in 0..<calendarBits.count { calendarBits[word] = 0 }
        (executionsAhead, loadsAhead, waitingInScheduler, branch) = (0, 0, 0, -1)
        for register in 0..<writers.count { (writers[register], isMapped[register]) = (-1, false) }
        registersInUse = 0
    }

    /// The next cycle in which something can happen that nobody will tell.
    private func nextWake(after now: Cycle, isDispatching: Bool) -> Cycle {
        if isDispatching { return now &+ 1 }
        var next = Cycle.never
        if head < tail {
            let done = entries[head & entryMask].completeAt
            next = max(done, now &+ 1)
        }
        if !storeIsRefused, storeSend < storeRetired { return now &+ 1 }
        if !loadIsRefused, readyHead < readyTail { return now &+ 1 }
        if branch < 0, fetchFrom > now, !hasEnded { next = min(next, fetchFrom) }
        let schedulerIsFull = unscheduled < tail && waitingInScheduler >= configuration.scheduler
        if loadsAhead > 0 || (schedulerIsFull && executionsAhead > 0) {
            var cycle = nextInCalendar(after: now)
            while cycle < next, !schedulerIsFull, firstLoad[cycle & calendarMask] < 0 {
                cycle = nextInCalendar(after: cycle)
            }
            next = min(next, cycle)
        }
        return next
    }
}
