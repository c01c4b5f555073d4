/// Finds stretches of time that repeat, and skips whole repetitions.
///
/// A fold is a proof by translation: between two instants of the true history the machine's state is the same, except that
/// engines advanced whole iterations of one loop each, addresses moved by their own command's stride, and some tokens drifted
/// unobserved. Then the span repeats. This class decides only *when* to look, at the end of a time step in which the lead
/// engine of a loop entered an iteration; every condition lies in `FoldMatch`.
final class Folding {
    /// Nobody leads the loop: who enters it next will.
    static let noLead: Int32 = -1
    /// Nobody is to lead it.
    static let silenced: Int32 = -2

    private let rules: FoldRules
    private let loops: [FoldLoop]
    private var flagged: [Int] = []
    private let streams: FoldStreams
    /// Snapshots taken, signatures computed, and what both cost in visited values.
    private(set) var captures = 0
    private(set) var signatures = 0
    private(set) var spent = 0
    private(set) var folds = 0

    /// What looking may cost before the first event, and for each further event, in visited values: a bound on the loss where
    /// nothing folds. An event costs as much as some 20 values, and so does a look before it visits anything.
    static let credit = 400_000
    static let share = 1
    private static let eventCost = 20

    init(_ kernel: Kernel, rules: FoldRules) {
        self.rules = rules
        streams = FoldStreams(kernel)
        loops = (0..<kernel.loopCount).map { _ in FoldLoop(rules) }
    }

    /// The lead of a loop entered an iteration, or an engine a loop that has no lead.
    func entered(loop: Int, begin: Int, by engine: Engine, _ kernel: Kernel) {
        if kernel.loopLeads[loop] == Self.noLead {
            kernel.loopLeads[loop] = Int32(truncatingIfNeeded: engine.id)
            loops[loop].follow(engine, begin: begin)
        }
        if !flagged.contains(loop) { flagged.append(loop) }
        kernel.isFoldPending = true
    }

    /// The lead left a loop: its part passes to the engine that enters an iteration of it next, with fresh tables. One that
    /// waits inside may wait for long.
    func left(loop: Int, by engine: Engine, _ kernel: Kernel) {
        let ends = !rules.contains(.handOver) && kernel.engines.contains { $0 !== engine && $0.isInside(loop: loop) }
        kernel.loopLeads[loop] = ends ? Self.silenced : Self.noLead
        loops[loop].follow(nil, begin: 0)
    }

    /// Looks at the loops that were entered in this time step.
    func serve(_ kernel: Kernel) {
        kernel.isFoldPending = false
        var look = Look(kernel)
        defer {
            flagged.removeAll(keepingCapacity: true)
            kernel.foldsFromEvent = (spent - Self.credit) / Self.share
        }
        for id in flagged {
            let loop = loops[id]
            guard let lead = loop.lead, let (index, trips) = lead.position(inLoopAt: loop.begin) else { continue }
            for table in loop.tables where self.look(at: table, of: loop, index, trips, &look) { return }
        }
    }

    /// What was found out about the present state, once for all loops and tables.
    private struct Look {
        let kernel: Kernel
        var signature: Signature?
        var snapshot: Snapshot?

        init(_ kernel: Kernel) { self.kernel = kernel }
    }

    private func signature(_ look: inout Look) -> Signature {
        if let known = look.signature { return known }
        let signature = look.kernel.signature()
        look.signature = signature
        signatures += 1
        spent += look.kernel.components.count + Self.eventCost
        return signature
    }

    private func snapshot(_ look: inout Look) -> Snapshot {
        if let known = look.snapshot { return known }
        let snapshot = Snapshot(look.kernel, settles: rules.contains(.settle))
        look.snapshot = snapshot
        captures += 1
        spent += snapshot.size
        return snapshot
    }

    /// - Returns: true where a fold happened.
    private func look(at table: FoldTable, of loop: FoldLoop, _ index: Int, _ trips: Int, _ look: inout Look) -> Bool {
        let (canRepeat, isDue) = (table.canRepeat(index, trips), table.isDue(index, trips))
        if !canRepeat && !isDue { return false }
        let both = signature(&look)
        let isTimed = rules.contains(.pendingEvents)
        let signature = table.isStatic || !isTimed ? both.withoutTimes : both.withTimes
        if canRepeat, signature == table.signature, let earlier = table.snapshot,
            !table.isStatic || !isTimed || look.kernel.hasMovedOrStayed(since: earlier)
        {
            do throws(FoldMatch.Rejection) {
                let (match, now) = try match(table, since: earlier, &look)
                match.advance(now)
                note(match, now, of: loop)
                table.restart()
                return true
            } catch {
                table.note(error)
                loop.rejection = error
            }
        }
        if isDue { table.renew(snapshot(&look), signature: signature, at: index) }
        return false
    }

    /// The proof that the span since `earlier` repeats; what is cheap to see first.
    private func match(
        _ table: FoldTable, since earlier: Snapshot, _ look: inout Look
    ) throws(FoldMatch.Rejection) -> (FoldMatch, Snapshot) {
        let kernel = look.kernel
        var match = try FoldMatch(since: earlier, kernel, rules: rules, isStatic: table.isStatic)
        if table.suspect >= 0, look.snapshot == nil {
            spent += earlier.range(of: table.suspect).count
            if FoldMatch.hasChanged(table.suspect, since: earlier, kernel) {
                throw .state(table.suspect, kernel.components[table.suspect].path)
            }
        }
        let now = snapshot(&look)
        try match.complete(now, streams)
        return (match, now)
    }

    private func note(_ match: FoldMatch, _ now: Snapshot, of loop: FoldLoop) {
        folds += 1
        refund(match.periods, of: now.events - match.earlier.events, match.kernel)
        loop.folds += 1
        loop.period = match.period
        for (loop, skipped) in match.skippedIterations(now) { loops[loop].skipped += skipped }
    }

    /// Looking that led to a fold has paid: what the skipped events would have cost is credit again.
    private func refund(_ periods: Int, of events: Int, _ kernel: Kernel) {
        let (saved, overflow) = periods.multipliedReportingOverflow(by: events * Self.eventCost)
        let paid = min(spent, Self.share * kernel.events)
        spent = overflow ? paid : max(paid, spent - saved)
    }

    /// What happened to each loop, by loop id.
    func report(_ kernel: Kernel) -> [FoldReport] {
        loops.enumerated().compactMap { id, loop in
            let total = kernel.iterations(ofLoop: id)
            if total == 0 { return nil }
            let reason: String? =
                loop.folds > 0
                ? nil : loop.rejection?.description ?? (total < 4 ? "too few iterations" : "the state did not recur")
            return FoldReport(
                loop: id, iterations: total, simulated: total - loop.skipped, folds: loop.folds,
                periodTicks: loop.folds > 0 ? loop.period : nil, reason: reason)
        }
    }
}
