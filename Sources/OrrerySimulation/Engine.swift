/// An in-order unit with a queue: it walks its program's loop nest, takes tokens, issues commands, posts tokens.
///
/// Cycle by cycle: waits are taken in order, each when it is available; a command occupies the unit as its class says; posts
/// follow in order when the command is done. Walking loops and skipping guarded commands takes no time. Every cycle until the
/// queue's end is booked as busy or as one named stall.
open class Engine: Component {
    enum State: Int {
        case ready, occupied, working, waiting, posting, refused, done
    }

    /// Names of the actions that the class counts, in the order of `Work.actions`.
    open var actionNames: [String] { [] }
    /// Names of the class's own stall causes, in the order of `Issue.refused`.
    open var stallCauses: [String] { [] }

    /// What it waits for within a command, for messages about a machine that cannot go on.
    open var standstill: String { "an answer that does not come" }

    /// Begins a command at the current cycle. `address(_:)` answers during this call; a request for the command's address
    /// source k carries the id `command + k`.
    open func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        .occupied(until: kernel.now(self), result: kernel.now(self))
    }

    /// Whether the unit runs streams of accesses (`Work.accesses`).
    open var takesStreams: Bool { false }

    /// What keeps the unit from running a command with this work, nil where nothing does: asked of programs that were
    /// not made by the class's own code generator. Ports, actions and sizes are checked for every class.
    open func problem(with work: Work) -> String? { nil }

    /// The unit's own state, beside that of its queue; see `Component.visit`.
    open func visitUnit(_ state: inout StateVisitor) {}

    /// The unit's own pending wake-up; the queue wakes at the earlier of both.
    open func wakeUnit(_ kernel: Kernel) {}
    open var nextUnitWake: Cycle { .never }

    /// Registers the unit's further counters.
    open func attachUnit(to ledger: Ledger) {}

    /// The unit's own counter of the bytes that it moves through a port for an operator; nil where it has none.
    open func byteCounter(port: Int, isWrite: Bool, _ operatorID: Int) -> Int? { nil }

    // MARK: Queue
    //
    // Exclusivity checks of these properties cost a third of the time of a wake-up; no access to one of them lasts while the
    // engine calls out.

    /// Servers that the unit's streams go to, by port.
    public let ports: [Server]
    /// The program's streams of accesses.
    public private(set) final var accessStreams: [AccessStream] = []
    /// The program as it was given; what is walked are `steps`.
    private(set) final var instructions: [Instruction] = []
    @exclusivity(unchecked) final var steps: [Step] = []
    @exclusivity(unchecked) final var heads = FixedArray<StepHead>(repeating: StepHead(), count: 0)
    @exclusivity(unchecked) final var uses = FixedArray<StepUse>(repeating: StepUse(), count: 0)
    /// Global id of the first address source of each instruction.
    @exclusivity(unchecked) final var streamBase: [Int] = []
    /// Instructions that begin a loop, by loop id.
    final var loopBegins: [Int: [Int]] = [:]
    @exclusivity(unchecked) final var pc = 0
    @exclusivity(unchecked) final var indices = FixedArray<Int>(repeating: 0, count: 0)
    @exclusivity(unchecked) final var trips = FixedArray<Int>(repeating: 0, count: 0)
    /// The indices that a command which looks ahead reads; see `locate`.
    @exclusivity(unchecked) final var ahead = FixedArray<Int>(repeating: 0, count: 0)
    @exclusivity(unchecked) final var state = State.done
    /// The command at `pc` has been issued, and is posting.
    @exclusivity(unchecked) final var hasIssued = false
    /// Waits taken or, after the issue, posts made.
    @exclusivity(unchecked) final var cursor = 0
    /// When the present command began; for the timeline.
    @exclusivity(unchecked) final var began: Cycle = 0
    @exclusivity(unchecked) final var occupiedUntil: Cycle = 0
    /// The token that the queue is blocked on.
    @exclusivity(unchecked) final var waitingToken = -1
    @exclusivity(unchecked) final var refusal = 0
    @exclusivity(unchecked) final var busyUntil: Cycle = .never
    @exclusivity(unchecked) final var stalledFor = 0
    /// Up to when the accounts are booked.
    @exclusivity(unchecked) final var since: Cycle = 0
    @exclusivity(unchecked) final var currentOperator = 0
    @exclusivity(unchecked) final var delayedPosts: [DelayedPost] = []
    final var finishedAt: Cycle = -1
    @exclusivity(unchecked) final var outermost = LoopRecord()
    /// The queue is in an outermost loop in which no command has run yet.
    @exclusivity(unchecked) final var awaitsFirstCommand = false
    final var outermostLoops: [LoopRecord] = []

    @exclusivity(unchecked) final var busyBase = 0
    @exclusivity(unchecked) final var actionBase = 0
    @exclusivity(unchecked) final var stallBase = 0
    @exclusivity(unchecked) final var causeOfToken: [Int] = []
    @exclusivity(unchecked) final var commandCounter = 0
    @exclusivity(unchecked) final var width = 1
    final var stallCount = 0
    /// Counters of how often each variant of each command ran; -1 where nobody asks.
    @exclusivity(unchecked) final var runBase = -1
    /// Which variant of the present command was begun last.
    @exclusivity(unchecked) final var variant = 0

    /// A post that waits for its result, or for room.
    struct DelayedPost {
        var at: Cycle
        var token: Int
        var count: Int
    }

    public init(path: String, clock: Int = 0, ports: [Server] = []) {
        self.ports = ports
        super.init(path: path, clock: clock)
    }

    /// - Returns: the first stream id after those of this queue.
    func load(_ program: QueueProgram, streamBase base: Int, accesses: [AccessStream] = []) -> Int {
        accessStreams = accesses
        instructions = program.instructions
        steps = Step.compile(program.instructions)
        heads = FixedArray(StepHead.heads(of: steps))
        uses = FixedArray(StepUse.uses(of: steps))
        var next = base
        for (pc, step) in steps.enumerated() {
            streamBase.append(next)
            next += step.addresses.count
            if step.kind == .begin { loopBegins[step.loop, default: []].append(pc) }
        }
        let depth = (steps.map(\.depth).max() ?? 0) + 1
        indices = FixedArray(repeating: 0, count: depth)
        trips = FixedArray(repeating: 0, count: depth)
        ahead = FixedArray(repeating: 0, count: depth)
        state = .ready
        return next
    }

    var isDone: Bool { state == .done }

    // MARK: Component

    public final override func attach(to ledger: Ledger) {
        width = max(ledger.operators.count, 1)
        busyBase = ledger.registerActions(["busy"], of: path)
        actionBase = ledger.registerActions(actionNames, of: path)
        commandCounter = ledger.registerCounters(["commands"], of: path)
        attachUnit(to: ledger)
    }

    public override func start(_ kernel: Kernel) {
        if state != .done { kernel.poke(id) }
    }

    public final override func wake(_ kernel: Kernel) {
        wakeUnit(kernel)
        if !delayedPosts.isEmpty { deliverDue(kernel) }
        if state != .done, state != .working, !(state == .occupied && kernel.now(self) < occupiedUntil) { walk(kernel) }
        let now = kernel.now(self)
        var next = nextUnitWake
        if state == .occupied { next = min(next, occupiedUntil) }
        if !delayedPosts.isEmpty, delayedPosts[0].at > now { next = min(next, delayedPosts[0].at) }
        kernel.wake(id, at: next)
    }

    public override func settle(_ kernel: Kernel) { book(kernel) }

    final override var queueSignature: Int { pc << 3 | state.rawValue }

    public final override func visit(_ state: inout StateVisitor) {
        state.plain(&pc)
        var code = self.state.rawValue
        state.plain(&code)
        self.state = State(rawValue: code) ?? .done
        state.plain(&hasIssued)
        state.plain(&cursor)
        state.plain(&waitingToken)
        state.plain(&refusal)
        // Whose cycles they are matters where the queue has a command.
        if self.state != .working, self.state != .occupied { currentOperator = 0 }
        state.plain(&currentOperator)
        state.plain(&stalledFor)
        state.time(&occupiedUntil)
        state.time(&busyUntil)
        let posts = state.count(delayedPosts.count)
        if state.isRestoring { delayedPosts = Array(repeating: DelayedPost(at: 0, token: 0, count: 0), count: posts) }
        for index in delayedPosts.indices {
            state.time(&delayedPosts[index].at)
            state.plain(&delayedPosts[index].token)
            state.plain(&delayedPosts[index].count)
        }
        visitUnit(&state)
    }
}
