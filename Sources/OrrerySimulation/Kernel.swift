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
    var folding: Folding?
    /// Folding has something to look at, at the end of this step.
    @exclusivity(unchecked) var isFoldPending = false
    /// Number of the event from which on folding can afford to look again.
    @exclusivity(unchecked) var foldsFromEvent = 0

    /// What is measured, where that is not the whole run.
    public internal(set) var measurement = Measurement()
    /// The first component that could not go on, and why.
    public private(set) var failure: ComponentFailure?
    /// Who asked, in this step, for the measurement to begin or end.
    @exclusivity(unchecked) var isMarkPending = false

    /// Number of address sources of all commands.
    let streamCount: Int
    let loopBase: Int
    package let loopCount: Int
    /// The engine whose iterations of a loop make folding look, by loop id.
    let loopLeads: FixedArray<Int32>
    /// Component wake-ups that were simulated.
    @exclusivity(unchecked) public internal(set) var events = 0
    /// Number of the time step; it counts simulated steps and does not move in a fold.
    @exclusivity(unchecked) public internal(set) var step = 0
    /// The same for components: a read of the stored number from another module is checked for exclusive access (1 % of a run on DRAM).
    package var stepNumber: Int { step }

    var hasStarted = false
    let table: ComponentTable
    let rings: [EventRing]
    /// Where each clock stands.
    @usableFromInline let domains: FixedArray<ClockDomain>
    /// A cycle of some clock is so many ticks that sums of two need more than 64 bits.
    let hasLongTicks: Bool
    static let longTicks = 1 << 60
    let active: FixedArray<UInt64>
    @exclusivity(unchecked) var activeFrom = 0
    @exclusivity(unchecked) var activeCount = 0
    let lastActive: FixedArray<Int>
    /// Components whose pending wake-up does not keep the run alive.
    let inBackground: FixedArray<Bool>
    @exclusivity(unchecked) var hasBackground = false
    /// A component that was found to keep the run alive.
    @exclusivity(unchecked) var lastForeground = 0

    let tokenCount: FixedArray<Int>
    let tokenPosted: FixedArray<Int>
    let tokenTaken: FixedArray<Int>
    /// Time step at which somebody last found too few or too many.
    let tokenBlocked: FixedArray<Int>
    /// Whether anybody who is blocked on a token has not been woken since.
    let hasBlockedTaker: FixedArray<Bool>
    let hasBlockedPoster: FixedArray<Bool>
    let takers: [[Engine]]
    let posters: [[Engine]]

    /// - Parameters:
    ///   - components: in wake order; engines and servers. Their ids are set here.
    ///   - program: its queues name engines by path.
    ///   - folds: false runs every cycle.
    ///   - sampling: how to estimate what does not repeat exactly, where the run folds; nil never does.
    /// - Throws: `ProgramError` where the program does not fit the machine.
    package init(
        clocks: ClockSet, components: [Component], program: Program, folds: Bool, timeline: Timeline? = nil,
        rules: FoldRules = .all, sampling: Sampling? = nil
    ) throws {
        try ProgramCheck(program).throwIfInvalid()
        self.clocks = clocks
        self.components = components
        self.timeline = timeline
        tokens = program.tokens
        ledger = Ledger(operators: program.operators)
        table = ComponentTable(components)
        rings = clocks.clocks.map { _ in EventRing(capacity: components.count) }
        domains = FixedArray(clocks.ticks.map { ClockDomain(ticks: $0) })
        hasLongTicks = clocks.ticks.contains { $0 > Self.longTicks }
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
            base = engine.load(queue, streamBase: base, accesses: program.accesses)
            for token in Set(engine.steps.flatMap { $0.waits.map(\.token) }) { takers[token].append(engine) }
            for token in Set(engine.steps.flatMap { $0.posts.map(\.token) }) { posters[token].append(engine) }
        }
        self.takers = takers
        self.posters = posters
        tokenCount = FixedArray(repeating: 0, count: tokens.count)
        tokenPosted = FixedArray(repeating: 0, count: tokens.count)
        tokenTaken = FixedArray(repeating: 0, count: tokens.count)
        tokenBlocked = FixedArray(repeating: -1, count: tokens.count)
        hasBlockedTaker = FixedArray(repeating: false, count: tokens.count)
        hasBlockedPoster = FixedArray(repeating: false, count: tokens.count)
        for (index, token) in tokens.enumerated() { tokenCount[index] = token.initial }
        streamCount = base
        loopCount = (engines.flatMap { $0.steps.map(\.loop) }.max() ?? -1) + 1
        loopLeads = FixedArray(repeating: folds ? Folding.noLead : Folding.silenced, count: loopCount)
        for component in components { component.attach(to: ledger) }
        for engine in engines { engine.attachStalls(to: ledger, tokens: tokens) }
        loopBase = ledger.registerCounters((0..<loopCount).map { "loop \($0)" }, of: "program:loops")
        if folds, sampling != nil { for engine in engines { engine.attachRuns(to: ledger) } }
        ledger.seal()
        if folds { folding = Folding(self, rules: rules, sampling: sampling) }
    }

    deinit { for component in components { component.detach() } }

    /// - Parameter begin: the instruction of the engine's queue that begins the loop.
    @inline(__always)
    func enteredIteration(ofLoop loop: Int, begin: Int, by engine: Engine) {
        ledger.add(1, to: loopBase + loop)
        let lead = loopLeads[loop]
        if lead == Folding.noLead || lead == engine.id, events >= foldsFromEvent {
            folding?.entered(loop: loop, begin: begin, by: engine, self)
        }
    }

    @inline(__always)
    func leftLoop(_ loop: Int, by engine: Engine) {
        if loopLeads[loop] == engine.id { folding?.left(loop: loop, by: engine, self) }
    }

    /// Counter of the iterations of a loop.
    func loopCounter(_ loop: Int) -> Int { loopBase + loop }

    /// Iterations of a loop over all engines, skipped ones included.
    package func iterations(ofLoop loop: Int) -> Int { ledger[loopBase + loop] }

    /// What folding did with each loop; empty where the run did not fold.
    public var foldReports: [FoldReport] { folding?.report(self) ?? [] }

    /// Half-widths of the 99 % intervals of what was estimated, of the time in ticks and of each counter; nil for a run that was
    /// not to sample.
    public var samplingError: (ticks: Double, counters: [Double])? {
        folding?.samplingError.map { ($0.ticks.value, $0.counters.map(\.value)) }
    }

    /// Folds of the run so far, and what looking for them took.
    package var foldingEffort: FoldingEffort { folding?.effort ?? FoldingEffort() }

    // MARK: Time

    /// The current cycle of the component's clock.
    @inlinable @inline(__always)
    public func now(_ component: Component) -> Cycle { domains[component.clock].cycle }

    @inlinable @inline(__always)
    public func now(clock: Int) -> Cycle { domains[clock].cycle }

    /// The first edge of the component's clock that does not lie before this instant: what is offered to it in the middle of
    /// a cycle is seen at the next one.
    @inlinable @inline(__always)
    public func edge(_ component: Component) -> Cycle {
        let domain = domains[component.clock]
        return domain.residue == 0 ? domain.cycle : domain.cycle + 1
    }

    /// Index of the clock of the component with this id.
    @inline(__always)
    public func clock(of component: Int) -> Int { table.clock(component) }

    /// Ticks since the current edge of each clock: the clocks' phase at this instant.
    var phases: [Int] { domains.elements.map(\.residue) }

    /// The current edge of each clock.
    var cycles: [Cycle] { domains.elements.map(\.cycle) }

    /// Ticks from the start to now, exact.
    public var instant: Int128 {
        Int128(domains[0].cycle) * Int128(clocks.ticks[0]) + Int128(domains[0].residue)
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
        let now = domains[clock].cycle
        let isBetween = domains[clock].residue != 0
        if cycle <= now, !isBetween { return activate(component) }
        // It may have been poked in the middle of this cycle; an idle wake-up does no harm, a lost poke does.
        if isBetween, rings[clock].time(of: component) == now + 1 { return }
        rings[clock].schedule(component, at: max(cycle, now + 1))
    }

    /// Ends the run with an error, soon: the component cannot do what it was told.
    public func fail(_ component: Component, _ message: String) {
        if failure == nil { failure = ComponentFailure(component: component.path, message: message) }
    }

    /// Wakes the component in this step, or at its next edge; its own wake-up time stays until then.
    public func poke(_ component: Int) {
        let clock = table.clock(component)
        if domains[clock].residue == 0 {
            activate(component)
        } else {
            if hasBackground { inBackground[component] = false }
            let next = domains[clock].cycle + 1
            if rings[clock].time(of: component) > next {
                rings[clock].schedule(component, at: next)
            }
        }
    }

    @inline(__always)
    func activate(_ component: Int) {
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
}
