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

    /// A loop as it was entered last.
    private struct Entry {
        /// Where the lead is in it; no trips where it is not.
        var index = 0
        var trips = 0
        var level = 0
        var lead = -1
        /// Where the lead's program begins it.
        var begin = 0
        /// Only after a multiple of so many iterations every address has moved as its servers must see it.
        var granule = 1
        var isFlagged = false
        /// Spans of it are kept that may be met again.
        var hasRecollections = false
        /// It has loops inside.
        var isNest = false
        /// How often a lead has left it.
        var departures = 0
        /// Wake-ups, spared ones included, when its lead entered an iteration last.
        var events = Int.min / 2
    }

    private let rules: FoldRules
    private let isTimed: Bool
    private let loops: [FoldLoop]
    private let entries: FixedArray<Entry>
    /// Two for each loop: that of the strict table, and that of the static one.
    private let glances: FixedArray<FoldGlance>
    /// Loops that were entered in this time step.
    private let flagged: FixedArray<Int>
    @exclusivity(unchecked) private var flaggedCount = 0
    private let streams: FoldStreams
    private let sampler: Sampler?
    private let granules: FoldGranules
    @exclusivity(unchecked) private var passages: FoldPassages?
    @exclusivity(unchecked) private(set) var effort = FoldingEffort()
    /// Number of the event from which on folding can afford to look again.
    @exclusivity(unchecked) private var credit = 0

    /// What looking may cost before the first event, and for each further event: a bound on the loss where nothing folds. The unit
    /// is the cost of recording one value, some 30 instructions; an event takes at least 10 of them, in a machine with large
    /// components 30.
    static let credit = 400_000
    static let share = 1
    /// Passages that are followed one after the other without asking whether to stop.
    private static let mostPassages = 1000
    /// Cost of an event, and of a look before it visits anything.
    private static let eventCost = 20
    private static let lookCost = 8

    init(_ kernel: Kernel, rules: FoldRules, sampling: Sampling? = nil) {
        self.rules = rules
        isTimed = rules.contains(.pendingEvents)
        let streams = FoldStreams(kernel)
        self.streams = streams
        sampler = sampling.map { Sampler(kernel, $0, streams) }
        granules = FoldGranules(kernel, streams, rules)
        passages = FoldPassages(kernel, streams, rules)
        loops = (0..<kernel.loopCount).map { _ in FoldLoop(rules) }
        entries = FixedArray(repeating: Entry(), count: kernel.loopCount)
        glances = FixedArray(repeating: FoldGlance(), count: 2 * kernel.loopCount)
        flagged = FixedArray(repeating: 0, count: kernel.loopCount)
        for engine in kernel.engines {
            for (begin, step) in engine.steps.enumerated() where step.kind == .begin {
                let inside = engine.steps[(begin + 1)..<step.mate]
                if inside.contains(where: { $0.kind == .begin }) { entries[step.loop].isNest = true }
            }
        }
    }

    /// The lead of a loop entered an iteration, or an engine a loop that has no lead.
    func entered(loop: Int, begin: Int, by engine: Engine, _ kernel: Kernel) {
        if kernel.loopLeads[loop] == Self.noLead { kernel.loopLeads[loop] = Int32(truncatingIfNeeded: engine.id) }
        let level = engine.heads[begin].level
        entries[loop].index = engine.indices[level]
        entries[loop].trips = engine.trips[level]
        entries[loop].level = level
        entries[loop].lead = engine.id
        entries[loop].begin = begin
        entries[loop].granule = granules[engine.id, begin]
        if entries[loop].isFlagged { return }
        entries[loop].isFlagged = true
        flagged[flaggedCount] = loop
        flaggedCount += 1
        kernel.isFoldPending = true
    }

    /// The lead left a loop: its part passes to the engine that enters an iteration of it next, with fresh tables. One that
    /// waits inside may wait for long.
    func left(loop: Int, by engine: Engine, _ kernel: Kernel) {
        let ends = !rules.contains(.handOver) && kernel.engines.contains { $0 !== engine && $0.isInside(loop: loop) }
        kernel.loopLeads[loop] = ends ? Self.silenced : Self.noLead
        entries[loop].trips = 0
        entries[loop].departures += 1
        for place in 0..<2 { restart(loop, place) }
        sampler?.left(loop, kernel)
    }

    private func restart(_ loop: Int, _ place: Int) {
        glances[2 * loop + place].restart()
        loops[loop].tables[place]?.snapshot = nil
    }

    /// Looks at the loops that were entered in this time step, and goes on from where a passage ends that is known.
    func serve(_ kernel: Kernel) {
        kernel.isFoldPending = false
        let canLook = kernel.events >= credit
        var look = Look(kernel: kernel)
        for _ in 0..<Self.mostPassages {
            var border = canLook && isBorder(kernel) ? place(&look) : nil
            if let border { passages?.arrive(at: border, kernel) }
            if skip(&look, canLook) {
                look = Look(kernel: kernel)
                if border != nil { border = place(&look) }
            }
            guard let begin = border, follow(from: begin, &look) else { break }
        }
        for position in 0..<flaggedCount { entries[flagged[position]].isFlagged = false }
        flaggedCount = 0
        credit = (effort.spent - Self.credit) / Self.share
        kernel.foldsFromEvent = sampler == nil ? credit : 0
    }

    /// - Returns: whether iterations were skipped.
    private func skip(_ look: inout Look, _ canLook: Bool) -> Bool {
        for position in 0..<flaggedCount {
            let loop = flagged[position]
            if canLook {
                if entries[loop].hasRecollections && recall(loop, &look) || self.look(at: loop, 0, &look)
                    || self.look(at: loop, 1, &look)
                {
                    return true
                }
            }
            if let sampler, sampler.isDue(loop, at: entries[loop].index), sample(loop, with: sampler, look.kernel) {
                return true
            }
        }
        return false
    }

    /// - Returns: true where iterations were skipped.
    private func sample(_ loop: Int, with sampler: Sampler, _ kernel: Kernel) -> Bool {
        let entry = entries[loop]
        guard let lead = kernel.components[entry.lead] as? Engine,
            sampler.look(
                at: loop, index: entry.index, trips: entry.trips, level: entry.level, lead: lead, begin: entry.begin,
                kernel)
        else { return false }
        // A period with a skip in it is no exact one.
        for loop in loops.indices { for place in 0..<2 { restart(loop, place) } }
        passages?.leave()
        return true
    }

    // MARK: Passages

    /// Whether a loop that holds others was entered, the iterations of which are long enough to be worth it. At most half of the
    /// effort goes into this.
    private func isBorder(_ kernel: Kernel) -> Bool {
        guard let passages, 2 * passages.spent <= Self.credit + Self.share * kernel.events else { return false }
        let events = kernel.events + passages.spared
        var isBorder = false
        for position in 0..<flaggedCount {
            let loop = flagged[position]
            if !entries[loop].isNest { continue }
            if events - entries[loop].events >= passages.worth { isBorder = true }
            entries[loop].events = events
        }
        return isBorder
    }

    private func place(_ look: inout Look) -> FoldPlace {
        let kernel = look.kernel
        let flags = (0..<flaggedCount).map { position in
            let loop = flagged[position]
            return FoldPlace.Flag(
                loop: loop, level: entries[loop].level, lead: entries[loop].lead, begin: entries[loop].begin)
        }
        return FoldPlace(
            snapshot(&look), events: kernel.events + (passages?.spared ?? 0), flags: flags,
            departures: loops.indices.map { entries[$0].departures }, kernel)
    }

    /// Goes to the end of a passage that is known to begin here. - Returns: whether there is one.
    private func follow(from border: FoldPlace, _ look: inout Look) -> Bool {
        let kernel = look.kernel
        guard let (passage, end) = passages?.next(from: border, kernel) else { return false }
        let now = border.snapshot
        passage.follow(to: end, from: now, kernel)
        effort.folds += 1
        effort.spent += 2 * end.size
        refund(1, of: passage.events, kernel)
        for loop in loops.indices {
            let counter = kernel.loopCounter(loop)
            loops[loop].skipped += end.counters[counter] - now.counters[counter]
            loops[loop].passed += end.counters[counter] - now.counters[counter]
            let (begun, ended) = (passage.begin, passage.end)
            if begun.departures[loop] != ended.departures[loop] || kernel.loopLeads[loop] != ended.leads[loop] {
                entries[loop].trips = 0
                entries[loop].departures += 1
                for place in 0..<2 { restart(loop, place) }
                sampler?.left(loop, kernel)
            }
            kernel.loopLeads[loop] = ended.leads[loop]
        }
        flag(passage.end.flags, kernel)
        look = Look(kernel: kernel, snapshot: end)
        return true
    }

    /// Makes these loops those that were entered in this time step.
    private func flag(_ flags: [FoldPlace.Flag], _ kernel: Kernel) {
        for position in 0..<flaggedCount { entries[flagged[position]].isFlagged = false }
        flaggedCount = flags.count
        for (position, flag) in flags.enumerated() {
            guard let lead = kernel.components[flag.lead] as? Engine else { continue }
            flagged[position] = flag.loop
            entries[flag.loop].index = lead.indices[flag.level]
            entries[flag.loop].trips = lead.trips[flag.level]
            entries[flag.loop].level = flag.level
            entries[flag.loop].lead = flag.lead
            entries[flag.loop].begin = flag.begin
            entries[flag.loop].granule = granules[flag.lead, flag.begin]
            entries[flag.loop].isFlagged = true
        }
    }

    /// Half-widths of what was sampled; nil for a run that was not to sample.
    var samplingError: SamplingError? { sampler?.error }

    /// What was found out about the present state, once for all loops and tables.
    private struct Look {
        let kernel: Kernel
        var snapshot: Snapshot?
    }

    /// - Parameter place: 0 for the loop's strict table, 1 for its static one.
    /// - Returns: true where a fold happened.
    @inline(__always)
    private func look(at loop: Int, _ place: Int, _ look: inout Look) -> Bool {
        let (index, trips, number) = (entries[loop].index, entries[loop].trips, 2 * loop + place)
        let isDue = glances[number].isDue(index, trips)
        let canRepeat = glances[number].canRepeat(index, trips, granule: entries[loop].granule)
        if !isDue && !canRepeat { return false }
        effort.spent += Self.lookCost
        if !isDue, glances[number].isStrange(look.kernel, isTimed: isTimed, isStatic: place == 1) {
            return false
        }
        return compare(loop, place, canRepeat: canRepeat, isDue: isDue, &look)
    }

    /// Compares with the table's snapshot, and renews it where it is due.
    @inline(never)
    private func compare(_ loop: Int, _ place: Int, canRepeat: Bool, isDue: Bool, _ look: inout Look) -> Bool {
        guard let table = loops[loop].tables[place] else { return false }
        if canRepeat, let earlier = table.snapshot, !hasStranger(2 * loop + place, table, earlier, look.kernel) {
            do throws(FoldMatch.Rejection) {
                let (match, now) = try match(table, since: earlier, &look)
                keep(match, now, loop)
                match.advance(now)
                note(match, now, of: loops[loop])
                glances[2 * loop + place].folded(at: entries[loop].index)
                restart(loop, place)
                return true
            } catch {
                table.note(error)
                loops[loop].rejection = error
            }
        }
        if isDue {
            let now = snapshot(&look)
            table.snapshot = now
            glances[2 * loop + place].renew(now, at: entries[loop].index, look.kernel)
        }
        return false
    }

    /// Keeps a span that repeats for when it is met again.
    private func keep(_ match: FoldMatch, _ now: Snapshot, _ loop: Int) {
        guard rules.contains(.recollection), let recollection = FoldRecollection(match, now, loop: loop, streams)
        else { return }
        loops[loop].keep(recollection)
        entries[loop].hasRecollections = true
    }

    /// Folds where a span begins that is known to repeat.
    @inline(never)
    private func recall(_ loop: Int, _ look: inout Look) -> Bool {
        let kernel = look.kernel
        let (index, trips, lead) = (entries[loop].index, entries[loop].trips, Int(kernel.loopLeads[loop]))
        for recollection in loops[loop].recollections.reversed()
        where recollection.mayBegin(lead: lead, index: index, trips: trips) {
            let stranger = kernel.firstToDiffer(from: recollection.begin, isTimed: isTimed, isStatic: false)
            effort.spent += stranger.map { $0 + 1 } ?? kernel.components.count
            if stranger != nil { continue }
            let now = snapshot(&look)
            guard let match = recollection.match(now, kernel, rules, streams) else { continue }
            match.advance(now)
            note(match, now, of: loops[loop])
            loops[loop].renew(recollection)
            for place in 0..<2 { restart(loop, place) }
            return true
        }
        return false
    }

    /// Whether some component is surely in another state than it was; the next look looks at that one first.
    private func hasStranger(_ number: Int, _ table: FoldTable, _ earlier: Snapshot, _ kernel: Kernel) -> Bool {
        let stranger = kernel.firstToDiffer(from: earlier, isTimed: isTimed, isStatic: table.isStatic)
        let seen = stranger.map { $0 + 1 } ?? kernel.components.count
        effort.signatures += seen
        effort.spent += seen
        if let stranger { glances[number].watch(stranger, earlier, kernel) }
        return stranger != nil
    }

    private func snapshot(_ look: inout Look) -> Snapshot {
        if let known = look.snapshot { return known }
        let snapshot = Snapshot(look.kernel, settles: rules.contains(.settle))
        look.snapshot = snapshot
        effort.captures += 1
        effort.spent += snapshot.size
        return snapshot
    }

    /// The proof that the span since `earlier` repeats; what is cheap to see first.
    private func match(
        _ table: FoldTable, since earlier: Snapshot, _ look: inout Look
    ) throws(FoldMatch.Rejection) -> (FoldMatch, Snapshot) {
        let kernel = look.kernel
        var match = try FoldMatch(since: earlier, kernel, rules: rules, isStatic: table.isStatic)
        if table.suspect >= 0, look.snapshot == nil {
            effort.spent += earlier.range(of: table.suspect).count
            if FoldMatch.hasChanged(table.suspect, since: earlier, kernel) {
                throw .state(table.suspect, kernel.components[table.suspect].path)
            }
        }
        let now = snapshot(&look)
        try match.complete(now, streams)
        return (match, now)
    }

    private func note(_ match: FoldMatch, _ now: Snapshot, of loop: FoldLoop) {
        effort.folds += 1
        sampler?.folded(match.kernel)
        refund(match.periods, of: now.events - match.earlier.events, match.kernel)
        loop.folds += 1
        loop.period = match.period
        for (loop, skipped) in match.skippedIterations(now) { loops[loop].skipped += skipped }
    }

    /// Looking that led to a fold has paid: what the skipped events would have cost is credit again.
    private func refund(_ periods: Int, of events: Int, _ kernel: Kernel) {
        let (saved, overflow) = periods.multipliedReportingOverflow(by: events * Self.eventCost)
        let paid = min(effort.spent, Self.share * kernel.events)
        effort.spent = overflow ? paid : max(paid, effort.spent - saved)
    }

    /// Why a loop did not fold by itself, as far as that was seen; and in what iterations of it were skipped all the same.
    private func why(_ loop: FoldLoop) -> String? {
        let reason = loop.rejection?.description
        if loop.skipped == 0 { return reason }
        let passages = "passages that had been simulated before"
        let folds = "folds of other loops"
        let place = loop.passed == 0 ? folds : loop.passed == loop.skipped ? passages : "\(folds) and \(passages)"
        return "\(loop.skipped) iterations were skipped in \(place)" + (reason.map { "; by itself: \($0)" } ?? "")
    }

    /// Why a loop did not fold that was never compared with an earlier state.
    private func guess(_ loop: Int, _ total: Int) -> String {
        if total < 4 { return "too few iterations" }
        let granule = entries[loop].granule
        if granule == 1 { return "the state did not recur" }
        return "addresses keep their place in the interleave only after \(granule) iterations"
    }

    /// What happened to each loop, by loop id.
    func report(_ kernel: Kernel) -> [FoldReport] {
        loops.enumerated().compactMap { id, loop in
            let total = kernel.iterations(ofLoop: id)
            if total == 0 { return nil }
            let sample = sampler?.report(id, kernel)
            var reason: String?
            if loop.folds == 0, (sample?.skips ?? 0) == 0 {
                reason = why(loop) ?? guess(id, total)
                if let why = sampler?.rejection(id, kernel) { reason? += "; not estimated: \(why)" }
            }
            let period = (sample?.skips ?? 0) > 0 ? sample?.period : loop.folds > 0 ? loop.period : nil
            return FoldReport(
                loop: id, iterations: total, simulated: total - loop.skipped - (sample?.skipped ?? 0),
                folds: loop.folds, periodTicks: period, reason: reason, samples: sample?.skips ?? 0,
                estimated: sample?.skipped ?? 0, halfWidthTicks: sample?.halfWidth ?? 0)
        }
    }
}
