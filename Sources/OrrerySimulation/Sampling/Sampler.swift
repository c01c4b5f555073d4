/// Estimates loops that do not repeat exactly; see `Sampling`.
///
/// A loop is cut into batches of iterations, as many of each as keep the number of batches between 24 and 48. What is known of it is kept
/// for each place that leads through it, a loop of one queue's program: passes over the same rank differ. Where the last
/// cuts, the first quarter left out, are a steady sample, windows of it are skipped, at first 256 times as many iterations as were
/// measured. Behind a skip the loop is measured anew: how much that differs widens the bound, and where it agrees the next skip may be
/// 256 times as long again.
final class Sampler {
    /// By how much a skip may be longer than what was measured, or confirmed.
    private static let growth = 256
    /// Errors in the iterations of an enclosing loop that has so many of them average out, and what is left is measured in their spread:
    /// each iteration alone may be off by the root of so many times as much.
    private static let leastTrips = 16

    private let settings: Sampling
    private let streams: FoldStreams
    private let counts: DeterminedCounts
    /// By place: the loops of all queues' programs.
    private var series: [SampleSeries]
    /// By component, the place of its first step.
    private let bases: [Int]
    /// By the place of an outermost loop, its part of its queue's commands; nil before the first use.
    private var fractions: [Int: Double]?
    /// By loop.
    private var runs: [LoopRun]
    /// By loop, the index at which to cut next.
    private let due: FixedArray<Int>
    private(set) var error: SamplingError
    /// Event number at the last exact fold.
    private var lastFold = 0
    /// Whether timing has a part in a counter.
    private let isEstimated: [Bool]

    init(_ kernel: Kernel, _ settings: Sampling, _ streams: FoldStreams) {
        self.settings = settings
        self.streams = streams
        counts = DeterminedCounts(kernel)
        var (bases, places) = ([Int](repeating: 0, count: kernel.components.count), 0)
        for engine in kernel.engines {
            bases[engine.id] = places
            places += engine.steps.count
        }
        self.bases = bases
        series = Array(repeating: SampleSeries(), count: places)
        runs = Array(repeating: LoopRun(), count: kernel.loopCount)
        due = FixedArray(repeating: 0, count: kernel.loopCount)
        error = SamplingError(counters: kernel.ledger.count)
        isEstimated = counts.estimated(kernel.ledger)
    }

    /// A loop as it is being run.
    private struct LoopRun {
        /// The place that leads through it; nil where nobody has been seen in it.
        var place: Int?
        /// Event number at which that place was first seen in this run.
        var entered = 0
        /// Event number and instant at which the loop was first entered.
        var begin = -1
        var beginInstant: Int128 = 0
        /// Deadlines have come in it many times.
        var hasBeat = false
        /// Iterations that were skipped.
        var skipped = 0
    }

    private var rules: SamplingRules { settings.rules }

    /// Whether iteration `index` of a loop is one at which to cut.
    @inline(__always)
    func isDue(_ loop: Int, at index: Int) -> Bool { index >= due[loop] }

    /// The lead is at the beginning of iteration `index` of the loop that its program begins at `begin`. - Returns: whether iterations were
    /// skipped.
    func look(at loop: Int, index: Int, trips: Int, level: Int, lead: Engine, begin: Int, _ kernel: Kernel) -> Bool {
        let place = enter(loop, lead, begin, kernel)
        if trips < SampleSeries.known + 2 || !series[place].isWorthwhile {
            due[loop] = .max
            return false
        }
        series[place].level = level
        let cut = SampleCut(kernel, index: index, error: error)
        series[place].add(cut)
        defer { due[loop] = series[place].due }
        let before = error
        if confirm(place, isLast: false, kernel) {
            // What a skip before these cuts turns out to be off by is none of what happened between them.
            for cut in series[place].cuts { cut.error.add(error, since: before) }
        }
        if rules.contains(.patience), !isPatienceOver(loop, kernel) { return false }
        if series[place].pending != nil { return false }
        do throws(SampleWindow.Rejection) {
            try skip(place, to: cut, trips: trips, lead: lead, kernel)
        } catch {
            series[place].rejection = error
            return false
        }
        for other in runs.indices where other != loop && !lead.isInside(loop: other, above: level) {
            if let place = runs[other].place { series[place].restart() }
            due[other] = 0
        }
        series[place].hasSkipped = true
        series[place].restart(
            spacing: series[place].isKnown ? series[place].spacing : max(1, series[place].spacing / 2))
        return true
    }

    /// - Returns: the place that leads through the loop now.
    private func enter(_ loop: Int, _ lead: Engine, _ begin: Int, _ kernel: Kernel) -> Int {
        let place = bases[lead.id] + begin
        if runs[loop].place == place { return place }
        left(loop, kernel)
        if runs[loop].begin < 0 {
            runs[loop].begin = kernel.events
            runs[loop].beginInstant = kernel.instant
        }
        runs[loop].place = place
        runs[loop].entered = kernel.events
        return place
    }

    /// The lead left the loop.
    func left(_ loop: Int, _ kernel: Kernel) {
        due[loop] = 0
        guard let place = runs[loop].place else { return }
        runs[loop].place = nil
        confirm(place, isLast: true, kernel)
        addRemainder(place)
        if !series[place].hasSkipped, series[place].trust == nil { learn(place, kernel) }
        // What takes fewer wake-ups than a skip must save is not worth measuring. The next run is likely to take as many.
        series[place].isWorthwhile =
            series[place].hasSkipped || kernel.events - runs[loop].entered >= settings.worth
        series[place].hasSkipped = false
        series[place].runs += 1
        series[place].restart(spacing: series[place].firstSpacing)
    }

    /// Exact folding skipped something: it is getting on.
    func folded(_ kernel: Kernel) { lastFold = kernel.events }

    /// Whether exact folding has had its time: a while without a fold, or a long one. Where deadlines (refresh) come all the time a
    /// state recurs only where their phase does, which has nothing to do with the loop: a shorter while.
    private func isPatienceOver(_ loop: Int, _ kernel: Kernel) -> Bool {
        let begin = runs[loop].begin
        let waited = kernel.events - max(begin, lastFold)
        if waited >= settings.patience || kernel.events - begin >= Sampling.longest * settings.patience {
            return true
        }
        if waited < settings.patience / Sampling.haste { return false }
        if !runs[loop].hasBeat, let deadline = kernel.farthestDeadline() {
            let passed = kernel.instant - runs[loop].beginInstant
            runs[loop].hasBeat = Double(passed) > Double(Sampling.beats) * deadline.ticks
        }
        return runs[loop].hasBeat
    }

    // MARK: Skipping

    private func skip(
        _ place: Int, to cut: SampleCut, trips: Int, lead: Engine, _ kernel: Kernel
    ) throws(SampleWindow.Rejection) {
        let (window, first) = try window(place, to: cut, lead, kernel)
        let time = series[place].batches(from: first) { Double($0.instant) }
        let known = series[place].known(from: first)
        if time.count >= SampleSeries.fewest {
            if rules.contains(.trend), time.hasTrend { throw .trend }
            if rules.contains(.autocorrelation), time.correlation > 0.6 { throw .correlated }
        } else if let known {
            // A short sample that varies more than any before is none.
            let tick = Double(kernel.clocks.ticks.max() ?? 1)
            if time.deviation > 3 * known.time.deviation + tick { throw .tolerance }
        }
        let deadline = kernel.farthestDeadline()
        if rules.contains(.deadlines), let deadline,
            deadline.ticks > Double(window.ticks) / Double(time.count)
        {
            series[place].widen()
            throw .deadline(deadline.path)
        }
        let copies = copies(of: window, place, trips: trips)
        if copies < 1 || copies * (window.to.events - window.from.events) < settings.worth { throw .notWorth }
        let skip = SampleSkip(window, copies: copies, worth: settings.worth, streams, counts, rules)
        if skip.copies < 1 { throw .notWorth }
        let length = Double(skip.copies * window.iterations)
        let resolution = Double(skip.copies * (kernel.clocks.ticks.max() ?? 1))
        let correlates = rules.contains(.autocorrelation)
        let inherits = rules.contains(.inheritedError)
        // Nobody knows where between two deadlines the machine is after the skip: one more or less of them meets what is left of the run.
        var own = HalfWidth()
        let spread = time.halfWidth(over: length, correlates: correlates, knowing: known?.time ?? BatchSpread())
        own.add(independent: spread + (deadline?.lasting ?? 0))
        own.add(drift: resolution + window.rounding * Double(skip.ticks))
        for engine in window.loose(from: lead) {
            // In ticks: by how much the engine may be ahead or behind of where the skip puts it.
            let progress = series[place].batches(from: first) { Double($0.counters[engine.commandCounter]) }
            let pace = time.mean / max(progress.mean, .leastNormalMagnitude)
            let before = known?.counters[engine.commandCounter] ?? BatchSpread()
            own.add(drift: pace * progress.halfWidth(over: length, correlates: correlates, knowing: before))
        }
        let inherited =
            inherits
            ? self.inherited(window.to.error.ticks.since(window.from.error.ticks), skip.copies, time) : HalfWidth()
        // What the measurement behind the skip may add to its width, or what those behind earlier skips did.
        let behind =
            isTrusted(skip.copies * window.iterations, each: time.mean, place)
            ? (series[place].trust.map { abs($0.ticks.mean) + $0.ticks.halfWidth } ?? 0) * length : own.value
        var width = own
        width.add(inherited)
        let aim = settings.tolerance * share(ofLoopAt: series[place].level, lead, kernel) * Double(skip.ticks)
        if rules.contains(.tolerance), width.value + behind > aim { throw .tolerance }
        addRemainder(place)
        note(skip, place, own: own.value, width, time, first, kernel)
        skip.make()
    }

    /// The longest window that ends at `cut`, and the number of the cut that it begins with.
    private func window(
        _ place: Int, to cut: SampleCut, _ lead: Engine, _ kernel: Kernel
    ) throws(SampleWindow.Rejection) -> (SampleWindow, Int) {
        let lead = (lead, series[place].level)
        let cuts = series[place].cuts
        var rejection = SampleWindow.Rejection.tooShort
        let (first, last) = (series[place].start(rules), cuts.count - 1 - least(place))
        if last < first { throw rejection }
        for index in first...last {
            do throws(SampleWindow.Rejection) {
                return (try SampleWindow(from: cuts[index], to: cut, lead: lead, kernel, streams, rules: rules), index)
            } catch {
                rejection = error
            }
        }
        throw rejection
    }

    /// Batches of a sample of a loop: fewer where each is long, or is known to be like others.
    private func least(_ place: Int) -> Int {
        if series[place].isKnown { return SampleSeries.known }
        let cuts = series[place].cuts
        guard let first = cuts.first, let last = cuts.last, cuts.count > 1 else { return SampleSeries.least }
        let each = (last.events - first.events) / (cuts.count - 1)
        return each >= SampleSeries.veryLong
            ? SampleSeries.known : each >= SampleSeries.long ? SampleSeries.fewest : SampleSeries.least
    }

    /// How many copies may be skipped: no further than measurements reach, and with room to measure again.
    private func copies(of window: SampleWindow, _ place: Int, trips: Int) -> Int {
        if !rules.contains(.reach) { return window.limit }
        let each = Double(window.ticks) / Double(window.iterations)
        if isTrusted(window.limit * window.iterations, each: each, place) { return window.limit }
        let reach = Self.growth * max(series[place].trust?.iterations ?? 0, window.iterations) / window.iterations
        let most = min(window.limit, (trips - window.to.index - room(place)) / window.iterations)
        return min(most, reach)
    }

    /// Iterations that a measurement behind a skip takes.
    private func room(_ place: Int) -> Int { ((least(place) * 4 + 2) / 3 + 1) * series[place].spacing }

    /// Whether a skip of so many iterations needs no confirmation of its own: it has been shown well enough that what lies behind is
    /// like what was measured.
    /// - Parameter each: ticks of an iteration.
    private func isTrusted(_ iterations: Int, each: Double, _ place: Int) -> Bool {
        guard let trust = series[place].trust,
            abs(trust.ticks.mean) + trust.ticks.halfWidth <= settings.tolerance / 4 * each
        else { return false }
        // A first run ends with a skip that is no longer than one that was confirmed.
        if series[place].runs == 0 { return iterations <= trust.iterations }
        return iterations <= Self.growth * trust.iterations
            && series[place].skips % SampleSeries.audit != 0
    }

    /// How many times the tolerance a skip may be off by: errors in the iterations of the loops around average out, and a small part of the
    /// program may be off by more.
    private func share(ofLoopAt level: Int, _ lead: Engine, _ kernel: Kernel) -> Double {
        let root = Double(Self.leastTrips).squareRoot()
        let around = (0..<level).reduce(1.0) {
            $1 < lead.trips.count && lead.trips[$1] >= Self.leastTrips ? $0 * root : $0
        }
        let known = fractions ?? Self.fractions(kernel, bases)
        fractions = known
        let parts = lead.loopBegin(level: 0).map { 1 / (known[bases[lead.id] + $0] ?? 1) } ?? 1
        return parts >= Double(Self.leastTrips) ? around * parts.squareRoot() : around
    }

    /// By the place of an outermost loop, its part of the commands of its queue, where that follows from the program in a few steps.
    private static func fractions(_ kernel: Kernel, _ bases: [Int]) -> [Int: Double] {
        var fractions: [Int: Double] = [:]
        for engine in kernel.engines {
            guard let count = ProgramCount(QueueProgram(engine: engine.path, instructions: engine.instructions))
            else { continue }
            let all = count.entries.reduce(0) { $0 + $1.runs.reduce(0, +) }
            for (begin, step) in engine.steps.enumerated() where step.kind == .begin && step.level == 0 && all > 0 {
                let own = count.entries.reduce(0) {
                    begin < $1.place && $1.place < step.mate ? $0 + $1.runs.reduce(0, +) : $0
                }
                if own > 0 { fractions[bases[engine.id] + begin] = Double(own) / Double(all) }
            }
        }
        return fractions
    }

    /// What skips within a window add to a skip of it: all that is off the same way in each copy. What is not has made the window's batches
    /// differ, and is part of their spread where that is known well enough.
    private func inherited(_ error: HalfWidth, _ copies: Int, _ time: BatchMeans) -> HalfWidth {
        (time.count >= SampleSeries.fewest ? error.systematic : error).times(Double(copies))
    }

    private func note(
        _ skip: SampleSkip, _ place: Int, own: Double, _ width: HalfWidth, _ time: BatchMeans, _ first: Int,
        _ kernel: Kernel
    ) {
        let window = skip.window
        let length = Double(skip.copies * window.iterations)
        error.ticks.add(width)
        var record =
            series[place].known(from: first)
            ?? series[place].newRecord(from: first, counters: error.counters.count)
        record.time.add(time)
        var means = [Double](repeating: 0, count: error.counters.count)
        var widths = means
        for counter in error.counters.indices {
            means[counter] =
                Double(window.to.counters[counter] - window.from.counters[counter]) / Double(window.iterations)
            error.counters[counter].add(
                inherited(
                    window.to.error.counters[counter].since(window.from.error.counters[counter]), skip.copies, time))
            if means[counter] != 0, isEstimated[counter] {
                let sample = series[place].batches(from: first) { Double($0.counters[counter]) }
                widths[counter] = sample.halfWidth(
                    over: length, correlates: rules.contains(.autocorrelation), knowing: record.counters[counter])
                error.counters[counter].add(independent: widths[counter])
                record.counters[counter].add(sample)
            }
        }
        series[place].record = record
        series[place].halfWidth.add(width)
        if let trust = series[place].trust, isTrusted(skip.copies * window.iterations, each: time.mean, place) {
            add(trust, over: length, to: place)
        } else if rules.contains(.reach) {
            series[place].pending = SampleSeries.Pending(
                iterations: skip.copies * window.iterations, ticks: time.mean, counters: means, halfWidth: own,
                counterWidths: widths)
        }
        series[place].skips += 1
        series[place].period = window.ticks
        for loop in runs.indices { runs[loop].skipped += skip.added[kernel.loopCounter(loop)] }
    }

    /// What is simulated after a first skip is another run of the same than the truth: both vary. Counted for loops around all others.
    private func addRemainder(_ place: Int) {
        let found = series[place]
        let start = found.start(rules)
        guard found.level == 0, error.ticks.value > 0, found.cuts.count - 1 - start >= SampleSeries.known,
            let first = found.cuts.first, let last = found.cuts.last
        else { return }
        let length = Double(last.index - first.index)
        func width(_ amount: (SampleCut) -> Double) -> Double {
            2.0.squareRoot() * found.batches(from: start, amount).variation(over: length)
        }
        error.ticks.add(independent: width { Double($0.instant) })
        for counter in error.counters.indices
        where isEstimated[counter] && first.counters[counter] != last.counters[counter] {
            error.counters[counter].add(independent: width { Double($0.counters[counter]) })
        }
    }

    // MARK: Confirming

    /// A skip that is not confirmed is off by what confirmed ones were, and nobody knows better which way.
    private func add(_ trust: SampleSeries.Trust, over length: Double, to place: Int) {
        func add(_ difference: SampleSeries.Difference, to width: inout HalfWidth) {
            width.add(bias: difference.mean * length)
            width.add(drift: difference.halfWidth * length)
        }
        add(trust.ticks, to: &error.ticks)
        add(trust.ticks, to: &series[place].halfWidth)
        for counter in trust.counters.indices { add(trust.counters[counter], to: &error.counters[counter]) }
    }

    /// Compares what was measured behind a skip with what was measured before it, and adds the difference to the bound.
    /// - Parameter isLast: nothing more will be measured.
    /// - Returns: whether it did.
    @discardableResult
    private func confirm(_ place: Int, isLast: Bool, _ kernel: Kernel) -> Bool {
        guard let pending = series[place].pending else { return false }
        let first = series[place].start(rules)
        let count = series[place].cuts.count - 1 - first
        if count < least(place) && !isLast { return false }
        series[place].pending = nil
        let length = Double(pending.iterations)
        guard count >= SampleSeries.known, let last = series[place].cuts.last else {
            error.ticks.add(independent: pending.halfWidth)
            series[place].halfWidth.add(independent: pending.halfWidth)
            return true
        }
        let after = series[place].batches(from: first) { Double($0.instant) }
        let start = series[place].cuts[first]
        func difference(_ after: Double, _ before: Double, _ one: Double, _ other: Double) -> SampleSeries.Difference {
            SampleSeries.Difference(mean: after - before, halfWidth: (one * one + other * other).squareRoot() / length)
        }
        var found = SampleSeries.Trust(
            iterations: pending.iterations,
            ticks: difference(
                after.mean, pending.ticks, pending.halfWidth, after.halfWidth(over: length, correlates: true)),
            counters: pending.counters.map { _ in SampleSeries.Difference() })
        for counter in found.counters.indices where isEstimated[counter] {
            let mean = Double(last.counters[counter] - start.counters[counter]) / Double(last.index - start.index)
            let width = pending.counterWidths[counter]
            found.counters[counter] = difference(mean, pending.counters[counter], width, width)
        }
        add(found, to: place, length)
        if abs(found.ticks.mean) > max(found.ticks.halfWidth, settings.tolerance / 2 * after.mean) {
            series[place].trust = nil
        } else if series[place].trust != nil {
            series[place].trust?.add(found)
        } else {
            series[place].trust = found
        }
        return true
    }

    /// Adds by how much a skip turned out to be off. Of the many skips of an inner loop noise has either sign; what is more is a drift.
    private func add(_ found: SampleSeries.Trust, to place: Int, _ length: Double) {
        func add(_ difference: SampleSeries.Difference, to width: inout HalfWidth) {
            if series[place].level > 0, abs(difference.mean) <= difference.halfWidth {
                width.add(bias: difference.mean * length)
            } else {
                width.add(drift: abs(difference.mean) * length)
            }
        }
        add(found.ticks, to: &error.ticks)
        add(found.ticks, to: &series[place].halfWidth)
        for counter in found.counters.indices { add(found.counters[counter], to: &error.counters[counter]) }
    }

    /// A loop was run to its end without a skip, as it is short or had to be watched for long: what has been measured tells how a
    /// skip from its first half on would have been off, so that a later run need not wait as long.
    private func learn(_ place: Int, _ kernel: Kernel) {
        let found = series[place]
        let first = found.start(rules)
        guard found.cuts.count - 1 - first >= SampleSeries.least, let last = found.cuts.last else {
            return
        }
        let time = found.batches(from: first) { Double($0.instant) }
        if time.hasTrend || time.correlation > 0.6 { return }
        if let deadline = kernel.farthestDeadline(),
            deadline.ticks > time.mean * Double(found.length(from: first))
        {
            return
        }
        let (start, middle) = (found.cuts[first], found.cuts[(first + found.cuts.count - 1) / 2])
        let half = Double(last.index - middle.index)
        /// By how much an iteration of the second half differs from one of the first.
        func difference(_ amount: (SampleCut) -> Double) -> SampleSeries.Difference {
            let before = (amount(middle) - amount(start)) / Double(middle.index - start.index)
            return SampleSeries.Difference(
                mean: (amount(last) - amount(middle)) / half - before,
                halfWidth: found.batches(from: first, amount).halfWidth(over: half, correlates: true) / half)
        }
        let ticks = difference { Double($0.instant) }
        if abs(ticks.mean) > max(ticks.halfWidth, settings.tolerance / 2 * time.mean) { return }
        var record = found.newRecord(from: first, counters: error.counters.count)
        record.time.add(time)
        for counter in error.counters.indices
        where isEstimated[counter] && last.counters[counter] != start.counters[counter] {
            record.counters[counter].add(found.batches(from: first) { Double($0.counters[counter]) })
        }
        series[place].record = record
        series[place].trust = SampleSeries.Trust(
            iterations: last.index - middle.index, ticks: ticks,
            counters: error.counters.indices.map { counter in
                isEstimated[counter] ? difference { Double($0.counters[counter]) } : SampleSeries.Difference()
            })
    }

    // MARK: Reporting

    /// What was done with a loop; nil where nothing.
    func report(_ loop: Int, _ kernel: Kernel) -> (skips: Int, skipped: Int, halfWidth: Double, period: Int128)? {
        if runs[loop].skipped == 0 { return nil }
        var halfWidth = HalfWidth()
        let found = places(of: loop, kernel).map { series[$0] }
        for series in found { halfWidth.add(series.halfWidth) }
        return (
            found.reduce(0) { $0 + $1.skips }, runs[loop].skipped, halfWidth.value,
            found.max { $0.skips < $1.skips }?.period ?? 0
        )
    }

    /// Why a loop was not estimated.
    func rejection(_ loop: Int, _ kernel: Kernel) -> String? {
        places(of: loop, kernel).compactMap { series[$0].rejection?.description }.first
    }

    private func places(of loop: Int, _ kernel: Kernel) -> [Int] {
        kernel.engines.flatMap { engine in
            engine.steps.indices.filter { engine.steps[$0].kind == .begin && engine.steps[$0].loop == loop }.map {
                bases[engine.id] + $0
            }
        }
    }
}
