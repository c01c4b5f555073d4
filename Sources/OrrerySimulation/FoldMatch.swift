/// The proof that the span between two snapshots repeats, and how often it may be repeated.
struct FoldMatch {
    /// Why two snapshots do not make a fold.
    enum Rejection: Error, CustomStringConvertible {
        case notFoldable(String), clockPhase, state(String), indices(String), iterationsDiffer(String), token(String)
        case shift(String), row(String), aliasing(String), nothingMoved, tooShort

        var description: String {
            switch self {
            case .notFoldable(let path): "\(path) cannot name its state"
            case .clockPhase: "the clocks are in another phase"
            case .state(let path): "the state of \(path) did not recur"
            case .indices(let path): "\(path) moved along more than one loop"
            case .iterationsDiffer(let path):
                "iterations of \(path) differ (first, last, short tile, varying bound or ring)"
            case .token(let name): "somebody waited for '\(name)' while its count drifted"
            case .shift(let path): "addresses move by less than the interleave of \(path)"
            case .row(let path): "open rows or queued addresses of \(path) do not move with their commands"
            case .aliasing(let path): "streams that move differently meet in \(path)"
            case .nothingMoved: "no engine moved"
            case .tooShort: "fewer than one whole period is left"
            }
        }
    }

    /// One engine that moved along one loop.
    struct Motion {
        var engine: Engine
        var level: Int
        /// Index of the loop's begin among the engine's steps.
        var begin: Int
        var from: Int
        var to: Int
        var delta: Int { to - from }
    }

    let earlier: Snapshot
    let now: Snapshot
    let rules: FoldRules
    private(set) var motions: [Motion] = []
    /// Components that stay as they are, with their pending event.
    private(set) var staying: [Bool] = []
    /// Which deadlines of each other component stay, counted from 0, and the earliest of them.
    private(set) var stayingDeadlines: [Set<Int>] = []
    private(set) var earliestDeadline: [Cycle] = []
    /// Address shift of each command for one period.
    var shifts: [Int] = []
    /// The most repetitions that all conditions allow.
    private(set) var periods = Int.max

    /// Length of one period in ticks.
    var period: Int128 { now.instant - earlier.instant }

    static func make(
        _ earlier: Snapshot, _ now: Snapshot, _ kernel: Kernel, _ streams: FoldStreams, rules: FoldRules, isStatic: Bool
    ) -> Result<FoldMatch, Rejection> {
        var match = FoldMatch(earlier: earlier, now: now, rules: rules)
        if match.period <= 0 { return .failure(.nothingMoved) }
        do throws(Rejection) {
            try match.compareStates(kernel, isStatic: isStatic)
            try match.findMotions(kernel)
            try match.checkTokens(kernel)
            try match.checkAddresses(kernel, streams)
        } catch {
            return .failure(error)
        }
        return match.periods < 1 ? .failure(.tooShort) : .success(match)
    }

    private init(earlier: Snapshot, now: Snapshot, rules: FoldRules) {
        self.earlier = earlier
        self.now = now
        self.rules = rules
    }

    mutating func bound(_ limit: Int) { periods = min(periods, limit) }

    // MARK: States and pending events

    private mutating func compareStates(_ kernel: Kernel, isStatic: Bool) throws(Rejection) {
        if rules.contains(.clockPhases), earlier.phases != now.phases { throw .clockPhase }
        staying = Array(repeating: false, count: kernel.components.count)
        stayingDeadlines = Array(repeating: [], count: kernel.components.count)
        earliestDeadline = Array(repeating: .never, count: kernel.components.count)
        for (id, component) in kernel.components.enumerated() {
            if !component.isFoldable && kernel.lastActive[id] > earlier.step { throw .notFoldable(component.path) }
            let clock = component.clock
            if compareRelative(id, clock, isStatic: isStatic) {
                limit(before: earliestDeadline[id], clock, kernel)
            } else if isStatic, kernel.lastActive[id] <= earlier.step, isUnchanged(id, clock) {
                staying[id] = true
                limit(before: nextTime(id, clock), clock, kernel)
            } else {
                throw .state(component.path)
            }
        }
    }

    private func hasEqualCount(_ id: Int) -> Bool { earlier.range(of: id).count == now.range(of: id).count }

    /// What a component recorded in both snapshots.
    func pairs(of id: Int) -> Zip2Sequence<ArraySlice<StateVisitor.Entry>, ArraySlice<StateVisitor.Entry>> {
        zip(earlier.entries[earlier.range(of: id)], now.entries[now.range(of: id)])
    }

    /// Whether the component is in an equal state with times relative to now, deadlines that stay excepted.
    private mutating func compareRelative(_ id: Int, _ clock: Int, isStatic: Bool) -> Bool {
        let (before, after) = (earlier.cycles[clock], now.cycles[clock])
        func remaining(_ time: Cycle, _ now: Cycle) -> Cycle { time == .never ? .never : max(0, time - now) }
        if !hasEqualCount(id), rules.contains(.plainState) { return false }
        var deadlines: Set<Int> = []
        var earliest = Cycle.never
        var position = 0
        for (a, b) in pairs(of: id) {
            if a.kind != b.kind { return false }
            switch a.kind {
            case .plain: if a.value != b.value && rules.contains(.plainState) { return false }
            case .time: if remaining(a.value, before) != remaining(b.value, after) { return false }
            case .deadline:
                if remaining(a.value, before) != remaining(b.value, after) {
                    if !isStatic || a.value != b.value || b.value <= after { return false }
                    deadlines.insert(position)
                    earliest = min(earliest, b.value)
                }
                position += 1
            case .address, .row: break
            }
        }
        if rules.contains(.pendingEvents),
            remaining(earlier.wakes[id], before) != remaining(now.wakes[id], after),
            earlier.wakes[id] != now.wakes[id] || now.wakes[id] != earliest
        {
            return false
        }
        stayingDeadlines[id] = deadlines
        earliestDeadline[id] = earliest
        return true
    }

    /// Whether nothing at all changed in a component that has something pending, and none of its times passed.
    private func isUnchanged(_ id: Int, _ clock: Int) -> Bool {
        let (before, after) = (earlier.cycles[clock], now.cycles[clock])
        guard hasEqualCount(id), earlier.wakes[id] == now.wakes[id], now.wakes[id] != .never,
            now.wakes[id] > after
        else { return false }
        return pairs(of: id).allSatisfy { a, b in
            if a.kind != .time || b.kind != .time { return a == b }
            return a.value <= before ? b.value <= after : a.value == b.value && b.value > after
        }
    }

    /// The first future time that an unchanged component names: what it books, or what it answers, may differ from then on.
    private func nextTime(_ id: Int, _ clock: Int) -> Cycle {
        var next = now.wakes[id]
        for entry in now.entries[now.range(of: id)] where entry.kind == .time || entry.kind == .deadline {
            if entry.value > now.cycles[clock] { next = min(next, entry.value) }
        }
        return next
    }

    /// The repetitions end before `time`.
    private mutating func limit(before time: Cycle, _ clock: Int, _ kernel: Kernel) {
        if time == .never || !rules.contains(.staticBound) { return }
        let room =
            Int128(time - now.cycles[clock]) * Int128(kernel.clocks.ticks[clock]) - Int128(now.phases[clock]) - 1
        bound(Int(clamping: room / period))
    }

    // MARK: Engines

    private mutating func findMotions(_ kernel: Kernel) throws(Rejection) {
        for (index, engine) in kernel.engines.enumerated() {
            let (before, after) = (earlier.indices[index], now.indices[index])
            guard before.count == after.count, earlier.trips[index] == now.trips[index] else {
                throw .state(engine.path)
            }
            let moved = before.indices.filter { before[$0] != after[$0] }
            guard let level = moved.first else { continue }
            guard moved.count == 1, after[level] > before[level], !staying[engine.id],
                let begin = engine.loopBegin(level: level)
            else { throw .indices(engine.path) }
            let motion = Motion(engine: engine, level: level, begin: begin, from: before[level], to: after[level])
            guard let region = UniformRegion(motion, rules: rules), region.lower <= motion.from,
                motion.to <= region.upper
            else { throw .iterationsDiffer(engine.path) }
            bound((region.upper - motion.to) / motion.delta)
            motions.append(motion)
        }
        if motions.isEmpty { throw .nothingMoved }
    }

    // MARK: Tokens

    private mutating func checkTokens(_ kernel: Kernel) throws(Rejection) {
        for token in kernel.tokens.indices {
            let drift = now.tokenCount[token] - earlier.tokenCount[token]
            if drift == 0 { continue }
            if !rules.contains(.drift) { throw .token(kernel.tokens[token].name) }
            let blocked =
                kernel.tokenBlocked[token] > earlier.step
                || kernel.engines.contains {
                    $0.isWaiting(for: token) || $0.isBlockedPosting(token, at: now.cycles[$0.clock])
                }
            if blocked && rules.contains(.driftBlocked) { throw .token(kernel.tokens[token].name) }
            if !rules.contains(.driftBound) { continue }
            let room: Int
            if drift > 0 {
                room =
                    kernel.tokens[token].capacity - now.tokenCount[token]
                    - (now.tokenPosted[token] - earlier.tokenPosted[token])
            } else {
                room = now.tokenCount[token] - (now.tokenTaken[token] - earlier.tokenTaken[token])
            }
            bound(room < 0 ? 0 : room / abs(drift))
        }
    }
}
