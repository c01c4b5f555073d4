/// A cut of the true history, with what is to be known of it besides the state.
final class FoldPlace {
    /// A loop whose lead entered an iteration in this time step.
    struct Flag {
        var loop: Int
        var level: Int
        var lead: Int
        /// Where the lead's program begins it.
        var begin: Int
    }

    let snapshot: Snapshot
    /// Wake-ups so far, those included that passages spared.
    let events: Int
    let flags: [Flag]
    /// Lead of each loop, and how often one has left it.
    let leads: [Int32]
    let departures: [Int]
    /// By engine, the instructions that begin the loops around it.
    let loops: [[Int]]
    /// How the engines have gone through their outermost loops.
    let outermost: [Engine.LoopRecord]
    private let passed: [Int]
    /// Which engines are in an outermost loop in which no command has run.
    let awaits: [Bool]
    private let measured: [Int128?]

    init(_ snapshot: Snapshot, events: Int, flags: [Flag], departures: [Int], _ kernel: Kernel) {
        self.snapshot = snapshot
        self.events = events
        self.flags = flags
        self.departures = departures
        leads = kernel.loopLeads.elements
        loops = kernel.engines.map(\.liveBegins)
        outermost = kernel.engines.map(\.outermost)
        passed = kernel.engines.map(\.outermostLoops.count)
        awaits = kernel.engines.map(\.awaitsFirstCommand)
        measured = [kernel.measurement.begin?.instant, kernel.measurement.end?.instant]
    }

    /// Whether the records of the run, which are no state, say the same of both cuts but for times.
    func isLike(_ other: FoldPlace) -> Bool {
        awaits == other.awaits && measured == other.measured && passed == other.passed
            && loops.map(\.first) == other.loops.map(\.first)
    }
}

/// What lies between two cuts of the true history: where the machine comes to the first one again, moved, it comes to the second
/// one again, moved alike.
///
/// It may hold anything: loops that begin and end, folds, other passages. Only what was sampled is in none.
final class FoldPassage {
    let begin: FoldPlace
    let end: FoldPlace
    /// By engine, how far it goes.
    private let ways: [FoldWay]
    /// Components that did anything, and tokens on which somebody was blocked.
    private let active: [Int]
    private let blocked: [Int]

    /// - Returns: nil for a passage that is not kept, as an outermost loop begins or ends in it, or what is measured.
    init?(from begin: FoldPlace, to end: FoldPlace, _ kernel: Kernel) {
        guard begin.snapshot.instant < end.snapshot.instant, begin.isLike(end) else { return nil }
        self.begin = begin
        self.end = end
        let (before, after) = (begin.snapshot, end.snapshot)
        ways = kernel.engines.indices.map { place in
            FoldWay(from: begin.loops[place], before.indices[place], to: end.loops[place], after.indices[place])
        }
        active = kernel.components.indices.filter { kernel.lastActive[$0] > before.step }
        blocked = kernel.tokens.indices.filter { kernel.tokenBlocked[$0] > before.step }
    }

    /// Wake-ups that simulating it took.
    var events: Int { end.events - begin.events }

    /// The state to which it leads from the present one; nil where that is not the one with which it began, moved.
    func end(
        from place: FoldPlace, _ kernel: Kernel, _ rules: FoldRules, _ streams: FoldStreams
    ) -> Snapshot? {
        let now = place.snapshot
        guard place.awaits == begin.awaits,
            let recurrence = FoldRecurrence(of: begin.snapshot, at: now, ways, kernel, rules, streams),
            // When the second iteration of an outermost loop begins is noted: it is the next one.
            zip(ways, now.indices).allSatisfy({ $0.kept != 1 || $0.step < 2 || $1[0] > 0 })
        else { return nil }
        return Snapshot(end.snapshot, from: begin.snapshot, at: now, moves: recurrence.moves, kernel)
    }

    /// Puts the machine into the state to which the passage leads from `now`.
    func follow(to end: Snapshot, from now: Snapshot, _ kernel: Kernel) {
        kernel.restore(end)
        for component in active { kernel.lastActive[component] = end.step }
        for token in blocked { kernel.tokenBlocked[token] = end.step }
        for (place, engine) in kernel.engines.enumerated() where ways[place].kept == 1 && ways[place].step > 0 {
            let entered = self.end.outermost[place].last
            engine.outermost.last = entered + end.cycles[engine.clock] - self.end.snapshot.cycles[engine.clock]
            if now.indices[place][0] == 0 { engine.outermost.second = engine.outermost.last }
        }
    }
}
