/// Runs a machine: wakes components in time order, moves tokens, keeps the ledger, and folds what repeats.
///
/// Time steps are instants at which some clock has an edge with something to do. Within a step the components that are due
/// or poked wake in the order of their ids, until none is left; that end of the step is the *cut* at which folding looks.
public final class Kernel {
    public let clocks: ClockSet
    public let ledger: Ledger
    public let tokens: [Program.Token]
    /// Recorded spans, where a timeline was asked for.
    public let timeline: Timeline?
    package let components: [Component]
    let engines: [Engine]
    @exclusivity(unchecked) var folding: Folding?

    /// Number of address sources of all commands.
    let streamCount: Int
    private let loopBase: Int
    let loopCount: Int
    /// The engine whose iterations of a loop make folding look, by loop id.
    let loopLeads: FixedArray<Int32>
    /// Component wake-ups that were simulated.
    @exclusivity(unchecked) public private(set) var events = 0
    /// Number of the time step; it counts simulated steps and does not move in a fold.
    @exclusivity(unchecked) public private(set) var step = 0

    private var hasStarted = false
    private let table: ComponentTable
    private let rings: [EventRing]
    /// Current edge of each clock, and the ticks since that edge.
    private let cycles: FixedArray<Cycle>
    private let residues: FixedArray<Int>
    private let active: FixedArray<UInt64>
    @exclusivity(unchecked) private var activeFrom = 0
    @exclusivity(unchecked) private var activeCount = 0
    let lastActive: FixedArray<Int>
    /// Components whose pending wake-up does not keep the run alive.
    private let inBackground: FixedArray<Bool>
    @exclusivity(unchecked) private var hasBackground = false

    let tokenCount: FixedArray<Int>
    let tokenPosted: FixedArray<Int>
    let tokenTaken: FixedArray<Int>
    /// Time step at which somebody last found too few or too many.
    let tokenBlocked: FixedArray<Int>
    private let takers: [[Engine]]
    private let posters: [[Engine]]

    /// - Parameters:
    ///   - components: in wake order; engines and servers. Their ids are set here.
    ///   - program: its queues name engines by path.
    ///   - folds: false runs every cycle.
    /// - Throws: `ProgramError` where the program does not fit the machine.
    init(
        clocks: ClockSet, components: [Component], program: Program, folds: Bool, timeline: Timeline? = nil,
        rules: FoldRules = .all
    ) throws {
        try ProgramCheck(program).throwIfInvalid()
        self.clocks = clocks
        self.components = components
        self.timeline = timeline
        tokens = program.tokens
        ledger = Ledger(operators: program.operators)
        table = ComponentTable(components)
        rings = clocks.clocks.map { _ in EventRing(capacity: components.count) }
        cycles = FixedArray(repeating: 0, count: clocks.clocks.count)
        residues = FixedArray(repeating: 0, count: clocks.clocks.count)
        active = FixedArray(repeating: 0, count: components.count / 64 + 1)
        lastActive = FixedArray(repeating: -1, count: components.count)
        inBackground = FixedArray(repeating: false, count: components.count)
        engines = components.compactMap { $0 as? Engine }
        let byPath = Dictionary(engines.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var base = 0
        var takers: [[Engine]] = Array(repeating: [], count: tokens.count)
        var posters = takers
        for (id, component) in components.enumerated() { component.id = id }
        for queue in program.queues {
            guard let engine = byPath[queue.engine] else { throw ProgramError.unknownEngine(queue.engine) }
            base = engine.load(queue, streamBase: base)
            for token in Set(engine.steps.flatMap { $0.waits.map(\.token) }) { takers[token].append(engine) }
            for token in Set(engine.steps.flatMap { $0.posts.map(\.token) }) { posters[token].append(engine) }
        }
        self.takers = takers
        self.posters = posters
        tokenCount = FixedArray(repeating: 0, count: tokens.count)
        tokenPosted = FixedArray(repeating: 0, count: tokens.count)
        tokenTaken = FixedArray(repeating: 0, count: tokens.count)
        tokenBlocked = FixedArray(repeating: -1, count: tokens.count)
        for (index, token) in tokens.enumerated() { tokenCount[index] = token.initial }
        streamCount = base
        loopCount = (engines.flatMap { $0.steps.map(\.loop) }.max() ?? -1) + 1
        loopLeads = FixedArray(repeating: folds ? Folding.noLead : Folding.silenced, count: loopCount)
        for component in components { component.attach(to: ledger) }
        for engine in engines { engine.attachStalls(to: ledger, tokens: tokens) }
        loopBase = ledger.registerCounters((0..<loopCount).map { "loop \($0)" }, of: "program:loops")
        ledger.seal()
        if folds { folding = Folding(self, rules: rules) }
    }

    @inline(__always)
    func enteredIteration(ofLoop loop: Int, by engine: Engine) {
        ledger.add(1, to: loopBase + loop)
        let lead = loopLeads[loop]
        if lead == Folding.noLead || lead == engine.id { folding?.entered(loop: loop, by: engine, self) }
    }

    @inline(__always)
    func leftLoop(_ loop: Int, by engine: Engine) {
        if loopLeads[loop] == engine.id { folding?.left(loop: loop, by: engine, self) }
    }

    /// Counter of the iterations of a loop.
    func loopCounter(_ loop: Int) -> Int { loopBase + loop }

    /// Iterations of a loop over all engines, skipped ones included.
    func iterations(ofLoop loop: Int) -> Int { ledger[loopBase + loop] }

    /// What folding did with each loop; empty where the run did not fold.
    public var foldReports: [FoldReport] { folding?.report(self) ?? [] }

    // MARK: Time

    /// The current cycle of the component's clock.
    @inline(__always)
    public func now(_ component: Component) -> Cycle { cycles[component.clock] }

    @inline(__always)
    public func now(clock: Int) -> Cycle { cycles[clock] }

    /// The first edge of the component's clock that does not lie before this instant: what is offered to it in the middle of
    /// a cycle is seen at the next one.
    @inline(__always)
    public func edge(_ component: Component) -> Cycle {
        residues[component.clock] == 0 ? cycles[component.clock] : cycles[component.clock] + 1
    }

    /// Index of the clock of the component with this id.
    @inline(__always)
    public func clock(of component: Int) -> Int { table.clock(component) }

    /// Ticks since the current edge of each clock: the clocks' phase at this instant.
    var phases: [Int] { residues.elements }

    /// Ticks from the start to now, exact.
    public var instant: Int128 {
        Int128(cycles[0]) * Int128(clocks.ticks[0]) + Int128(residues[0])
    }

    /// Sets the component's one wake-up, in place of an earlier one; `.never` clears it. A cycle that is not in the future means
    /// the present step, or the component's next edge where its clock has none now.
    /// - Parameter inBackground: the wake-up is for what goes on by itself, such as refresh: when nothing else is pending in the
    ///   whole machine, the run is over.
    public func wake(_ component: Int, at cycle: Cycle, inBackground isBackground: Bool = false) {
        let clock = table.clock(component)
        if hasBackground || isBackground {
            hasBackground = true
            inBackground[component] = isBackground
        }
        let now = cycles[clock]
        if residues[clock] != 0, rings[clock].time(of: component) == now + 1 {
            // It may have been poked in the middle of this cycle; an idle wake-up does no harm, a lost poke does.
            return
        }
        if cycle > now {
            rings[clock].schedule(component, at: cycle)
        } else if residues[clock] == 0 {
            activate(component)
        } else {
            rings[clock].schedule(component, at: now + 1)
        }
    }

    /// Wakes the component in this step, or at its next edge; its own wake-up time stays until then.
    public func poke(_ component: Int) {
        let clock = table.clock(component)
        if residues[clock] == 0 {
            activate(component)
        } else {
            if hasBackground { inBackground[component] = false }
            if rings[clock].time(of: component) > cycles[clock] + 1 {
                rings[clock].schedule(component, at: cycles[clock] + 1)
            }
        }
    }

    @inline(__always)
    private func activate(_ component: Int) {
        let word = component >> 6
        let bit: UInt64 = 1 << UInt64(component & 63)
        if active[word] & bit == 0 {
            active[word] |= bit
            activeCount &+= 1
            if word < activeFrom { activeFrom = word }
        }
    }

    /// Tells the requester that its request is done. Called by a server at the completion's cycle.
    public func complete(_ requester: Int, tag: Int) {
        lastActive[requester] = step
        table.completed(requester, tag: tag, self)
    }

    /// Marks that a component's state changed outside its own wake-up (a request was submitted).
    @inline(__always)
    public func touch(_ component: Int) { lastActive[component] = step }

    // MARK: Running

    /// Runs to the end: from the beginning, or on from an interruption or a restored state.
    /// - Parameter shouldStop: asked now and then; true ends the run with `.interrupted`.
    public func run(shouldStop: () -> Bool = { false }) -> Outcome {
        if !hasStarted { start() }
        return resume(shouldStop: shouldStop)
    }

    /// The first time step.
    package func start() {
        hasStarted = true
        for component in components { component.start(self) }
        finishStep()
    }

    /// Goes on from a cut.
    /// - Parameter limit: the time step after which to pause, with `.interrupted`.
    package func resume(upToStep limit: Int = .max, shouldStop: () -> Bool = { false }) -> Outcome {
        while true {
            if step >= limit || (step & 0xFFF == 0xFFF && shouldStop()) { return .interrupted }
            guard advanceToNextInstant() else { break }
            step &+= 1
            finishStep()
        }
        for component in components { component.settle(self) }
        let stuck = engines.filter { !$0.isDone }
        return stuck.isEmpty ? .completed : .deadlock(Deadlock(stuck, kernel: self))
    }

    @inline(__always)
    private func finishStep() {
        drainActive()
        if let folding, folding.isPending { folding.serve(self) }
    }

    /// Wakes what is active, lowest id first, until nothing is.
    @inline(__always)
    private func drainActive() {
        while activeCount > 0 {
            let bits = active[activeFrom]
            if bits == 0 {
                activeFrom &+= 1
                continue
            }
            let component = activeFrom << 6 | bits.trailingZeroBitCount
            active[activeFrom] = bits & (bits &- 1)
            activeCount &-= 1
            events &+= 1
            lastActive[component] = step
            rings[table.clock(component)].schedule(component, at: .never)
            table.wake(component, self)
        }
        activeFrom = 0
    }

    /// Moves time to the earliest wake-up of any clock. - Returns: false where nothing is left that keeps the run alive.
    private func advanceToNextInstant() -> Bool {
        if rings.count == 1 {
            guard let cycle = rings[0].earliest() else { return false }
            if hasBackground, !isAlive(rings[0].earliestComponent()) { return false }
            cycles[0] = cycle
            collect(0)
            return true
        }
        var least: Int128?
        var first = 0
        for clock in 0..<rings.count {
            guard let cycle = rings[clock].earliest() else { continue }
            let distance = Int128(cycle - cycles[clock]) * Int128(clocks.ticks[clock]) - Int128(residues[clock])
            if least.map({ distance < $0 }) ?? true { (least, first) = (distance, clock) }
        }
        guard let distance = least else { return false }
        if hasBackground, !isAlive(rings[first].earliestComponent()) { return false }
        move(by: distance)
        for clock in 0..<rings.count where residues[clock] == 0 { collect(clock) }
        return true
    }

    /// Whether anything but background work is pending. - Parameter next: one of the components that wake next.
    private func isAlive(_ next: Int) -> Bool {
        if !inBackground[next] { return true }
        return components.indices.contains { wakeTime($0) != .never && !inBackground[$0] }
    }

    private func collect(_ clock: Int) {
        let ring = rings[clock]
        ring.advance(to: cycles[clock])
        while let component = ring.popDue() { activate(component) }
    }

    private func move(by ticks: Int128) {
        for clock in 0..<rings.count {
            let (edges, residue) = (ticks + Int128(residues[clock])).quotientAndRemainder(
                dividingBy: Int128(clocks.ticks[clock]))
            cycles[clock] += Int(edges)
            residues[clock] = Int(residue)
        }
    }

    /// Moves time by `ticks`, and all wake-ups with it but those of the components in `staying`; none comes later than its
    /// component's entry in `deadlines`.
    func translate(by ticks: Int128, staying: [Bool], deadlines: [Cycle]) {
        let before = cycles.elements
        move(by: ticks)
        for clock in 0..<rings.count {
            let edges = cycles[clock] - before[clock]
            rings[clock].translate(to: cycles[clock], count: components.count) { component, time in
                min(staying[component] ? time : time + edges, deadlines[component])
            }
        }
    }

    /// Puts the clocks and all wake-ups at those of a snapshot.
    func setTime(_ snapshot: Snapshot) {
        for clock in 0..<rings.count {
            cycles[clock] = snapshot.cycles[clock]
            residues[clock] = snapshot.phases[clock]
            rings[clock].reset(to: snapshot.cycles[clock], count: components.count)
        }
        for word in 0..<active.count { active[word] = 0 }
        activeCount = 0
        step = snapshot.step
        hasStarted = true
        for (component, time) in snapshot.wakes.enumerated() {
            rings[table.clock(component)].schedule(component, at: time)
            inBackground[component] = snapshot.inBackground[component]
            if inBackground[component] { hasBackground = true }
        }
    }

    @inline(__always)
    func signature(of component: Int) -> (queue: Int, component: Int) { table.signature(component) }

    @inline(__always)
    func clock(_ component: Int) -> Int { table.clock(component) }

    var backgroundWakes: [Bool] { inBackground.elements }

    func wakeTime(_ component: Int) -> Cycle { rings[table.clock(component)].time(of: component) }

    // MARK: Tokens

    func posterPaths(_ token: Int) -> [String] { posters[token].map(\.path) }
    func takerPaths(_ token: Int) -> [String] { takers[token].map(\.path) }

    /// Takes tokens, or returns false and remembers that somebody was blocked.
    func take(_ token: Int, _ count: Int, by engine: Engine) -> Bool {
        if tokenCount[token] < count {
            tokenBlocked[token] = step
            return false
        }
        tokenCount[token] -= count
        tokenTaken[token] += count
        for poster in posters[token] where poster.isBlockedPosting(token, at: now(poster)) { poke(poster.id) }
        return true
    }

    /// Posts tokens, or returns false where they would exceed the capacity.
    func post(_ token: Int, _ count: Int, by engine: Engine) -> Bool {
        if tokenCount[token] + count > tokens[token].capacity {
            tokenBlocked[token] = step
            return false
        }
        tokenCount[token] += count
        tokenPosted[token] += count
        for taker in takers[token] where taker.isWaiting(for: token) && taker.awaitedCount <= tokenCount[token] {
            poke(taker.id)
        }
        return true
    }
}

/// How a run ended.
public enum Outcome {
    case completed
    /// Work is left and nothing can move.
    case deadlock(Deadlock)
    case interrupted
}
