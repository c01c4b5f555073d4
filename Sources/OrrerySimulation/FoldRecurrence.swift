/// How far an engine goes from one cut to a later one.
struct FoldWay {
    /// Loops around it, outermost first, that it does not leave.
    var kept: Int
    /// Iterations by which it advances in the innermost of these. It may go through any number of loops inside that one.
    var step: Int
    /// What it has seen of the last of these iterations: loops that it is in at the later cut, with its indices.
    var reached: [(begin: Int, index: Int)] = []

    init(kept: Int, step: Int) {
        self.kept = kept
        self.step = step
    }

    /// - Parameters:
    ///   - loops: the instructions that begin the loops around the engine at the first cut, outermost first, and its indices
    ///     in them;
    ///   - later: the same at the second cut.
    init(from loops: [Int], _ indices: [Int], to later: [Int], _ laterIndices: [Int]) {
        kept = 0
        step = 0
        // A loop is entered once in an iteration of that around it: where all outer indices are the same, so is the loop.
        while step == 0, kept < min(loops.count, later.count), loops[kept] == later[kept] {
            step = laterIndices[kept] - indices[kept]
            kept += 1
        }
        for level in kept..<max(kept, later.count) {
            reached.append((later[level], laterIndices[level]))
            // Of the loops inside it has seen other iterations before.
            if laterIndices[level] > 0 { break }
        }
    }

    /// Iterations of the loop at `level` that it sees, in either of two places.
    func iterations(_ level: Int, _ from: Int, _ to: Int) -> ClosedRange<Int> {
        min(from, to)...(max(from, to) + (level == kept - 1 ? step : 0))
    }
}

/// The state of an earlier cut come back, moved: what follows is what followed then, moved, as far as that went.
///
/// Each engine may be in other iterations of the loops that it did not leave then, as long as nothing in their bodies tells
/// apart those that it went through and those that it will go through; loops that it left and entered anew are entered anew at
/// 0, so there it must be where it was. Every address is moved by what its own command's indices say, by an admissible amount.
struct FoldRecurrence {
    /// By how much the addresses of each command are moved.
    private(set) var moves: [Int]

    /// - Parameter ways: how far each engine went from the earlier cut.
    /// - Returns: nil where the present state is another.
    init?(
        of begin: Snapshot, at now: Snapshot, _ ways: [FoldWay], _ kernel: Kernel, _ rules: FoldRules,
        _ streams: FoldStreams
    ) {
        guard now.phases == begin.phases, now.tokenCount == begin.tokenCount,
            now.inBackground == begin.inBackground, begin.trips == now.trips, Self.hasEqualStates(begin, now, kernel)
        else { return nil }
        moves = Array(repeating: 0, count: kernel.streamCount)
        for (place, engine) in kernel.engines.enumerated() {
            guard move(engine, ways[place], from: begin.indices[place], to: now.indices[place], rules) else {
                return nil
            }
        }
        guard areAdmissible(streams, rules), haveMoved(from: begin, to: now) else { return nil }
    }

    private static func hasEqualStates(_ begin: Snapshot, _ now: Snapshot, _ kernel: Kernel) -> Bool {
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
                case .address: if x.command != y.command { return false }
                case .row: return false
                }
            }
        }
        return true
    }

    /// Notes by how much the addresses of an engine's commands are moved; false where its iterations differ in anything else.
    private mutating func move(
        _ engine: Engine, _ way: FoldWay, from: [Int], to: [Int], _ rules: FoldRules
    ) -> Bool {
        let levels = from.indices.filter { from[$0] != to[$0] }
        guard let outermost = levels.first, let last = levels.last else { return true }
        if last >= way.kept, rules.contains(.keptLoops) { return false }
        let begins = engine.liveBegins
        for level in levels {
            let inner = ((level + 1)..<max(level + 1, way.kept)).map { level in
                UniformRegion.Extent(engine, begin: begins[level], way.iterations(level, from[level], to[level]))
            }
            let step = level == way.kept - 1 ? way.step : 0
            var motion = FoldMatch.Motion(
                engine: engine, level: level, begin: begins[level], from: from[level], to: to[level])
            if !isUniform(motion, through: max(0, step - 1), inner, followsRings: step == 0, rules) { return false }
            if step == 0 { continue }
            // It has only begun the last iteration.
            motion.from += step
            motion.to += step
            let reached = way.reached.map { UniformRegion.Extent(engine, begin: $0.begin, 0...$0.index) }
            if !isUniform(motion, through: 0, reached, followsRings: false, rules) { return false }
        }
        for pc in (begins[outermost] + 1)..<engine.steps[begins[outermost]].mate {
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

    /// Whether nothing tells apart the iterations from which and to which an engine is moved, nor any of the next `count`.
    private func isUniform(
        _ motion: FoldMatch.Motion, through count: Int, _ inner: [UniformRegion.Extent], followsRings: Bool,
        _ rules: FoldRules
    ) -> Bool {
        // Where the index stands still it is known where in its ring each address lies.
        guard let region = UniformRegion(motion, rules: rules, followsRings: followsRings, inner: inner) else {
            return false
        }
        return region.lower <= min(motion.from, motion.to) && max(motion.from, motion.to) + count <= region.upper
    }

    private func areAdmissible(_ streams: FoldStreams, _ rules: FoldRules) -> Bool {
        if !rules.contains(.admissible) { return true }
        for (id, shift) in moves.enumerated() where shift != 0 {
            for reach in streams.reaches[id] {
                if case .interleaved(let interleave) = reach.addressing, shift % interleave != 0 { return false }
            }
        }
        return true
    }

    private func haveMoved(from begin: Snapshot, to now: Snapshot) -> Bool {
        zip(begin.entries, now.entries).allSatisfy { a, b in
            a.kind != .address || b.value - a.value == (b.command >= 0 ? moves[b.command] : 0)
        }
    }
}
