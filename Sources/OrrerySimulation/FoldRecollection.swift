/// A span that was proven to repeat, kept for when the machine comes to where it began once more: in another iteration of an
/// outer loop the span need not be simulated again to be known.
///
/// The state must be that of the span's begin, moved: each engine may be in other iterations of the loops around it as long as
/// nothing in their bodies tells those apart, and every address is moved by what its own command's indices say. Then what follows
/// is the span, moved, and it repeats as it did.
final class FoldRecollection {
    /// Where the span began.
    let begin: Snapshot
    /// How far a component that leads the loop had come, and goes in a period.
    let lead: Int
    let leadIndex: Int
    let leadStep: Int
    let period: Int128
    private let motions: [FoldMatch.Motion]
    private let shifts: [Int]
    private let change: Snapshot.Change

    /// - Returns: nil for spans that are not kept: tokens drift, something stays where it was, rows or tags are compared, a timeline
    ///   is recorded, or the lead moves along another loop.
    init?(_ match: FoldMatch, _ now: Snapshot, loop: Int, _ streams: FoldStreams) {
        let kernel = match.kernel
        guard match.isWhole, streams.comparing.isEmpty, kernel.timeline == nil,
            match.earlier.tokenCount == now.tokenCount, kernel.components.allSatisfy(\.isFoldable),
            !now.entries.contains(where: { $0.kind == .row })
        else { return nil }
        let lead = Int(kernel.loopLeads[loop])
        guard let motion = match.motions.first(where: { $0.engine.id == lead }),
            motion.engine.steps[motion.begin].loop == loop
        else { return nil }
        self.lead = lead
        leadIndex = motion.from
        leadStep = motion.delta
        begin = match.earlier
        period = match.period
        motions = match.motions
        shifts = match.shifts
        change = Snapshot.Change(from: match.earlier, to: now)
    }

    /// Whether the lead stands where the span may begin, with a whole period before it.
    func mayBegin(lead: Int, index: Int, trips: Int) -> Bool {
        lead == self.lead && (index - leadIndex) % leadStep == 0 && index + leadStep <= trips - 1
    }

    /// The fold of what is left, where the present state is that of the span's begin, moved; nil where it is not.
    func match(_ now: Snapshot, _ kernel: Kernel, _ rules: FoldRules, _ streams: FoldStreams) -> FoldMatch? {
        guard FoldRecurrence(of: begin, at: now, ways(kernel), kernel, rules, streams) != nil else { return nil }
        var periods = Int.max
        var present: [FoldMatch.Motion] = []
        for motion in motions {
            guard let place = kernel.engines.firstIndex(where: { $0 === motion.engine }) else { return nil }
            // When an engine entered the iterations of its outermost loop is noted as it happens, and is no state.
            if motion.level == 0 { return nil }
            let index = now.indices[place][motion.level]
            let here = FoldMatch.Motion(
                engine: motion.engine, level: motion.level, begin: motion.begin, from: index - motion.delta, to: index)
            guard let region = UniformRegion(here, rules: rules), region.lower <= index else { return nil }
            periods = min(periods, (region.upper - index) / motion.delta)
            present.append(here)
        }
        if periods < 1 { return nil }
        return FoldMatch(
            repeating: now.before(change, period: period), motions: present, shifts: shifts, periods: periods, kernel,
            rules)
    }

    /// How far each engine goes in a period.
    private func ways(_ kernel: Kernel) -> [FoldWay] {
        kernel.engines.enumerated().map { place, engine in
            guard let motion = motions.first(where: { $0.engine === engine }) else {
                return FoldWay(kept: begin.indices[place].count, step: 0)
            }
            return FoldWay(kept: motion.level + 1, step: motion.delta)
        }
    }
}
