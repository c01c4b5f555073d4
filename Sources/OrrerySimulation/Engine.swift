/// What an engine answers when it is given a command.
public enum Issue {
    /// The unit is occupied until `until`; what it announces is delivered at `result`, at the same time or later (a
    /// pipelined result).
    case occupied(until: Cycle, result: Cycle)
    /// The unit works on it and calls `Engine.finish` when it is done.
    case working
    /// The command runs on in the background; the unit can issue the next one at `next` and calls `Engine.deliver` when
    /// this one is done.
    case accepted(next: Cycle)
    /// There is no room: stalled for the class's cause with this index, tried again at the next poke.
    case refused(cause: Int)
}

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

    /// Begins a command at the current cycle. `address(_:)` answers during this call; a request for the command's address
    /// source k carries the id `command + k`.
    open func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        .occupied(until: kernel.now(self), result: kernel.now(self))
    }

    /// The unit's own state, beside that of its queue; see `Component.visit`.
    open func visitUnit(_ state: inout StateVisitor) {}

    /// The unit's own pending wake-up; the queue wakes at the earlier of both.
    open func wakeUnit(_ kernel: Kernel) {}
    open var nextUnitWake: Cycle { .never }

    // MARK: Queue

    var steps: [Step] = []
    /// Global id of the first address source of each instruction.
    var streamBase: [Int] = []
    /// Instructions that begin a loop, by loop id.
    var loopBegins: [Int: [Int]] = [:]
    /// Servers that the unit's streams go to, by port.
    public let ports: [Server]
    var pc = 0
    var indices = FixedArray<Int>(repeating: 0, count: 0)
    var trips = FixedArray<Int>(repeating: 0, count: 0)
    var ahead = FixedArray<Int>(repeating: 0, count: 0)
    var state = State.done
    /// The command at `pc` has been issued, and is posting.
    var hasIssued = false
    /// Waits taken or, after the issue, posts made.
    var cursor = 0
    /// When the present command began; for the timeline.
    var began: Cycle = 0
    var occupiedUntil: Cycle = 0
    /// The token that the queue is blocked on.
    var waitingToken = -1
    var refusal = 0
    var busyUntil: Cycle = .never
    var stalledFor = 0
    var since: Cycle = 0
    var currentOperator = 0
    var delayedPosts: [DelayedPost] = []
    var finishedAt: Cycle = -1

    var busyBase = 0
    var actionBase = 0
    var stallBase = 0
    var causeOfToken: [Int] = []
    var commandCounter = 0
    var width = 1

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
    func load(_ program: QueueProgram, streamBase base: Int) -> Int {
        steps = Step.compile(program.instructions)
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

    public final override func attach(to ledger: Ledger) {
        width = max(ledger.operators.count, 1)
        busyBase = ledger.registerActions(["busy"], of: path)
        actionBase = ledger.registerActions(actionNames, of: path)
        commandCounter = ledger.registerCounters(["commands"], of: path)
        attachUnit(to: ledger)
    }

    /// Registers the unit's further counters.
    open func attachUnit(to ledger: Ledger) {}

    /// Registers the stalls: the class's causes, then each token that the queue waits for or posts.
    func attachStalls(to ledger: Ledger, tokens: [Program.Token]) {
        var names = stallCauses
        causeOfToken = Array(repeating: -1, count: tokens.count)
        for step in steps {
            for use in step.waits + step.posts where causeOfToken[use.token] < 0 {
                causeOfToken[use.token] = names.count
                names.append(tokens[use.token].name)
            }
        }
        stallBase = ledger.registerCounters(names, of: "\(path):stalls")
    }

    public override func start(_ kernel: Kernel) {
        if state != .done { kernel.poke(id) }
    }

    // MARK: Accounts

    /// Books the span since the last booking under what the unit did in it.
    private func book(_ kernel: Kernel) {
        let now = kernel.now(self)
        let span = now - since
        since = now
        if span == 0 { return }
        switch state {
        case .ready, .occupied: kernel.ledger.add(span, to: busyBase + currentOperator)
        case .working:
            let busy = min(max(busyUntil - (now - span), 0), span)
            kernel.ledger.add(busy, to: busyBase + currentOperator)
            kernel.ledger.add(span - busy, to: stallBase + stalledFor)
        case .waiting, .posting: kernel.ledger.add(span, to: stallBase + causeOfToken[waitingToken])
        case .refused: kernel.ledger.add(span, to: stallBase + refusal)
        case .done: break
        }
    }

    private func enter(_ next: State, _ kernel: Kernel) {
        book(kernel)
        state = next
    }

    public override func settle(_ kernel: Kernel) { book(kernel) }

    /// While a `.working` command goes on: its cycles up to `until` are busy, later ones are the stall `cause`.
    public final func expect(busyUntil until: Cycle, thenStalledFor cause: Int, _ kernel: Kernel) {
        book(kernel)
        busyUntil = until
        stalledFor = cause
    }

    /// Counts actions of the class.
    public final func count(_ actions: [Work.ActionCount], operatorID: Int, _ kernel: Kernel) {
        for entry in actions { kernel.ledger.add(entry.count, to: actionBase + entry.action * width + operatorID) }
    }

    /// The address of the present command's source `source`. Valid during `begin`.
    public final func address(_ source: Int) -> Int {
        let step = steps[pc]
        let address = step.addresses[source]
        var value = address.base
        for level in 0..<min(address.strides.count, step.depth) { value += address.strides[level] * index(level, step) }
        if address.ringLevel >= 0 {
            value += address.ringStride * (index(address.ringLevel, step) % address.ringLength)
        }
        return value
    }

    @inline(__always)
    private func index(_ level: Int, _ step: Step) -> Int { step.lookahead > 0 ? ahead[level] : indices[level] }

    // MARK: State

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

    // MARK: Completion

    /// The command that `begin` answered `.working` for is done at the current cycle; a pipelined result follows at `result`.
    /// Where `result` is `.never` nobody knows yet when: the class calls `deliver` with the command's `currentPosts`.
    public final func finish(result: Cycle, _ kernel: Kernel) {
        precondition(state == .working, "only a working unit finishes")
        occupiedUntil = kernel.now(self)
        kernel.timeline?.span(self, currentOperator, from: began, to: occupiedUntil)
        enter(.occupied, kernel)
        issued(result: result, kernel)
        kernel.poke(id)
    }

    /// A command that runs in the background is done: what `currentPosts` said at its begin is posted now.
    public final func deliver(_ posts: [TokenUse], _ kernel: Kernel) {
        for use in posts { delay(use, until: kernel.now(self)) }
        kernel.poke(id)
    }

    /// The posts of the present command whose guards hold: what a background command keeps for its end. Valid during `begin`.
    public final func currentPosts() -> [TokenUse] {
        let step = steps[pc]
        locate(step)
        return step.posts.filter { holds($0.guards, step) }
    }

    private func issued(result: Cycle, _ kernel: Kernel) {
        hasIssued = true
        cursor = 0
        if result > occupiedUntil {
            if result != .never { for use in currentPosts() { delay(use, until: result) } }
            cursor = steps[pc].posts.count
        }
    }

    private func delay(_ use: TokenUse, until cycle: Cycle) {
        let position = delayedPosts.lastIndex { $0.at <= cycle }.map { $0 + 1 } ?? 0
        delayedPosts.insert(DelayedPost(at: cycle, token: use.token, count: use.count), at: position)
    }

    private func deliverDue(_ kernel: Kernel) {
        let now = kernel.now(self)
        while let post = delayedPosts.first, post.at <= now, kernel.post(post.token, post.count, by: self) {
            delayedPosts.removeFirst()
        }
    }

    func isWaiting(for token: Int) -> Bool { state == .waiting && waitingToken == token }

    /// How many tokens the queue waits for; only while it waits.
    var awaitedCount: Int { steps[pc].waits[cursor].count }

    /// Blocked, or about to be: a post that is due has not been made.
    func isBlockedPosting(_ token: Int, at now: Cycle) -> Bool {
        if state == .posting && waitingToken == token { return true }
        return delayedPosts.first.map { $0.token == token && $0.at <= now } ?? false
    }

    // MARK: Walking

    public final override func wake(_ kernel: Kernel) {
        wakeUnit(kernel)
        if !delayedPosts.isEmpty { deliverDue(kernel) }
        if state != .done, state != .working, !(state == .occupied && kernel.now(self) < occupiedUntil) { walk(kernel) }
        schedule(kernel)
    }

    private func schedule(_ kernel: Kernel) {
        let now = kernel.now(self)
        var next = nextUnitWake
        if state == .occupied { next = min(next, occupiedUntil) }
        if let post = delayedPosts.first, post.at > now { next = min(next, post.at) }
        kernel.wake(id, at: next)
    }

    /// Runs until something takes time or blocks.
    private func walk(_ kernel: Kernel) {
        enter(.ready, kernel)
        waitingToken = -1
        refusal = 0
        if hasIssued, !post(kernel) { return }
        while pc < steps.count {
            let step = steps[pc]
            switch step.kind {
            case .begin:
                let trip = step.trips.level < 0 ? step.trips.constant : step.trips.value(at: indices[step.trips.level])
                if trip <= 0 {
                    pc = step.mate + 1
                    continue
                }
                indices[step.level] = 0
                trips[step.level] = trip
                kernel.enteredIteration(ofLoop: step.loop, by: self)
                pc += 1
            case .end:
                indices[step.level] += 1
                if indices[step.level] < trips[step.level] {
                    kernel.enteredIteration(ofLoop: steps[step.mate].loop, by: self)
                    pc = step.mate + 1
                } else {
                    let loop = steps[step.mate].loop
                    pc += 1
                    kernel.leftLoop(loop, by: self)
                }
            case .command:
                if !execute(step, kernel) { return }
            }
        }
        finishedAt = kernel.now(self)
        enter(.done, kernel)
    }

    /// - Returns: false where the unit now waits or is occupied.
    private func execute(_ step: Step, _ kernel: Kernel) -> Bool {
        if !locate(step) || !holds(step.guards, step) {
            pc += 1
            return true
        }
        while cursor < step.waits.count {
            let use = step.waits[cursor]
            if holds(use.guards, step), !kernel.take(use.token, use.count, by: self) {
                waitingToken = use.token
                enter(.waiting, kernel)
                return false
            }
            cursor += 1
        }
        currentOperator = step.operatorID
        began = kernel.now(self)
        switch begin(work(step), operatorID: step.operatorID, command: streamBase[pc], kernel) {
        case .refused(let cause):
            refusal = cause
            enter(.refused, kernel)
            return false
        case .working:
            kernel.ledger.add(1, to: commandCounter)
            enter(.working, kernel)
            return false
        case .occupied(let until, let result):
            kernel.ledger.add(1, to: commandCounter)
            occupiedUntil = until
            issued(result: result, kernel)
            kernel.timeline?.span(self, step.operatorID, from: began, to: until)
        case .accepted(let next):
            kernel.ledger.add(1, to: commandCounter)
            occupiedUntil = next
            hasIssued = true
            cursor = step.posts.count
        }
        if occupiedUntil <= began { return post(kernel) }
        enter(.occupied, kernel)
        return false
    }

    /// Makes the posts of the command at `pc` and moves on. - Returns: false where a full token blocks.
    private func post(_ kernel: Kernel) -> Bool {
        let step = steps[pc]
        locate(step)
        while cursor < step.posts.count {
            let use = step.posts[cursor]
            if holds(use.guards, step), !kernel.post(use.token, use.count, by: self) {
                waitingToken = use.token
                enter(.posting, kernel)
                return false
            }
            cursor += 1
        }
        hasIssued = false
        cursor = 0
        pc += 1
        return true
    }

    /// Makes `ahead` the indices that the command reads: those of the iteration `lookahead` later in its nest.
    /// - Returns: false where there is no such iteration.
    @discardableResult
    private func locate(_ step: Step) -> Bool {
        if step.lookahead == 0 { return true }
        var carry = step.lookahead
        var level = step.depth - 1
        while level >= 0 {
            let sum = indices[level] + carry
            ahead[level] = sum % trips[level]
            carry = sum / trips[level]
            level -= 1
        }
        return carry == 0
    }

    private func holds(_ guards: Guard, _ step: Step) -> Bool {
        for condition in guards.conditions
        where !condition.holds(index: index(condition.level, step), trips: trips[condition.level]) {
            return false
        }
        return true
    }

    /// The work and the operator of the command that the unit is at.
    public final var currentWork: Work {
        let step = steps[pc]
        locate(step)
        return work(step)
    }
    public final var currentOperatorID: Int { steps[pc].operatorID }

    private func work(_ step: Step) -> Work {
        var variant = 0
        for (bit, level) in step.raggedLevels.enumerated() where index(level, step) == trips[level] - 1 {
            variant |= 1 << bit
        }
        return step.variants[variant]
    }
}
