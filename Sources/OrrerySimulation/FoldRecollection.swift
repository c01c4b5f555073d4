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
        guard now.phases == begin.phases, now.tokenCount == begin.tokenCount, hasEqualState(now, kernel) else {
            return nil
        }
        var moves: [Int] = Array(repeating: 0, count: kernel.streamCount)
        for (place, engine) in kernel.engines.enumerated() {
            guard move(engine, from: begin.indices[place], to: now.indices[place], rules, &moves),
                begin.trips[place] == now.trips[place]
            else { return nil }
        }
        guard areAdmissible(moves, streams, rules), haveMoved(by: moves, now, kernel) else { return nil }
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

    private func hasEqualState(_ now: Snapshot, _ kernel: Kernel) -> Bool {
        if begin.entries.count != now.entries.count { return false }
        for (id, component) in kernel.components.enumerated() {
            let (before, after) = (begin.cycles[component.clock], now.cycles[component.clock])
            let (a, b) = (begin.range(of: id), now.range(of: id))
            guard a == b, FoldMatch.remaining(begin.wakes[id], before) == FoldMatch.remaining(now.wakes[id], after)
            else { return false }
            for place in a {
                let (x, y) = (begin.entries[place], now.entries[place])
                if x.kind != y.kind { return false }
                switch x.kind {
                case .plain: if x.value != y.value { return false }
                case .time, .deadline:
                    if FoldMatch.remaining(x.value, before) != FoldMatch.remaining(y.value, after) { return false }
                case .address, .row: break
                }
            }
        }
        return true
    }

    /// Notes by how much the addresses of an engine's commands moved; false where its iterations differ in anything else.
    private func move(
        _ engine: Engine, from: [Int], to: [Int], _ rules: FoldRules, _ moves: inout [Int]
    ) -> Bool {
        guard from.count == to.count else { return false }
        let levels = from.indices.filter { from[$0] != to[$0] }
        guard let outermost = levels.first else { return true }
        for level in levels {
            guard let begin = engine.loopBegin(level: level) else { return false }
            let motion = FoldMatch.Motion(engine: engine, level: level, begin: begin, from: from[level], to: to[level])
            guard let region = UniformRegion(motion, rules: rules, followsRings: true), region.lower <= from[level],
                from[level] + ownStep(engine, level) <= region.upper, region.lower <= to[level],
                to[level] <= region.upper
            else { return false }
        }
        guard let begin = engine.loopBegin(level: outermost) else { return false }
        for pc in (begin + 1)..<engine.steps[begin].mate {
            let step = engine.steps[pc]
            for (source, address) in step.addresses.enumerated() {
                var shift = 0
                for level in levels where level < step.depth {
                    if level < address.strides.count { shift += (to[level] - from[level]) * address.strides[level] }
                    if level == address.ringLevel {
                        shift +=
                            (to[level] % address.ringLength - from[level] % address.ringLength) * address.ringStride
                    }
                }
                moves[engine.streamBase[pc] + source] = shift
            }
        }
        return true
    }

    /// How far the engine goes along a level within the span.
    private func ownStep(_ engine: Engine, _ level: Int) -> Int {
        motions.first { $0.engine === engine && $0.level == level }?.delta ?? 0
    }

    private func areAdmissible(_ moves: [Int], _ streams: FoldStreams, _ rules: FoldRules) -> Bool {
        if !rules.contains(.admissible) { return true }
        for (id, shift) in moves.enumerated() where shift != 0 {
            for reach in streams.reaches[id] {
                if case .interleaved(let interleave) = reach.addressing, shift % interleave != 0 { return false }
            }
        }
        return true
    }

    private func haveMoved(by moves: [Int], _ now: Snapshot, _ kernel: Kernel) -> Bool {
        zip(begin.entries, now.entries).allSatisfy { a, b in
            if a.kind != .address { return true }
            return a.command == b.command && b.value - a.value == (b.command >= 0 ? moves[b.command] : 0)
        }
    }
}
