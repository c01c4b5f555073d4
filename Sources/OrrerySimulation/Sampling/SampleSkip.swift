/// Skips copies of a window: the machine as it is now goes on later, with all queues so many iterations further.
struct SampleSkip {
    let window: SampleWindow
    let copies: Int
    /// How long it lasts: whole joint phases of the clocks, so that each stays where it is in its cycle.
    let ticks: Int128
    /// What it adds to each counter.
    let added: [Int]
    private let shifts: [Int]

    /// - Parameters:
    ///   - copies: at most.
    ///   - worth: wake-ups above which more copies are better than addresses that move with their commands.
    init(
        _ window: SampleWindow, copies most: Int, worth: Int, _ streams: FoldStreams, _ counts: DeterminedCounts,
        _ rules: SamplingRules
    ) {
        let kernel = window.kernel
        let phase = Int128(kernel.clocks.jointPhase)
        let admissible = window.admissible(most, streams).flatMap {
            (most - $0) * (window.to.events - window.from.events) < worth ? $0 : nil
        }
        let copies = admissible ?? most
        let ticks = (Int128(copies) * window.ticks + phase - 1) / phase * phase
        var added = zip(window.from.counters, window.to.counters).map { copies * ($1 - $0) }
        for (counter, amount) in window.counts.counters { added[counter] = copies * amount }
        if rules.contains(.determined) { counts.settle(&added) }
        if rules.contains(.timeShares) {
            for engine in kernel.engines where !engine.isDone {
                engine.divide(Int(ticks / Int128(kernel.clocks.ticks[engine.clock])), in: &added)
            }
        }
        self.window = window
        self.copies = copies
        self.ticks = ticks
        self.added = added
        shifts = admissible == nil ? Array(repeating: 0, count: window.shifts.count) : window.shifts
    }

    /// Makes it. The counters must be settled up to now.
    func make() {
        let (kernel, from, to) = (window.kernel, window.from, window.to)
        let counters = zip(to.counters, added).map { $0 + $1 }
        func cycles(_ clock: Int) -> Int { Int(ticks / Int128(kernel.clocks.ticks[clock])) }
        for motion in window.motions {
            motion.engine.indices[motion.level] += copies * motion.delta
            if motion.level == 0 { motion.engine.outermost.last += cycles(motion.engine.clock) }
        }
        for (id, component) in kernel.components.enumerated() where !window.staying[id] {
            let move = FoldMove(
                from: kernel.now(component), cycles: cycles(component.clock), periods: copies, periodStart: from.step,
                shifts: shifts)
            var visitor = StateVisitor(.advance(move))
            component.visit(&visitor)
            (component as? Engine)?.began += move.cycles
        }
        for token in kernel.tokens.indices {
            kernel.tokenCount[token] += copies * (window.counts.posted[token] - window.counts.taken[token])
            kernel.tokenPosted[token] += copies * window.counts.posted[token]
            kernel.tokenTaken[token] += copies * window.counts.taken[token]
        }
        kernel.timeline?.fold(from: to.instant, period: window.ticks, count: copies, isSampled: true)
        kernel.translate(
            by: ticks, staying: window.staying, deadlines: kernel.components.map { _ in Cycle.never })
        kernel.restartAccounts(with: counters)
    }
}
