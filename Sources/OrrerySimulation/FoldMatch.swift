/// The proof that the span between two snapshots repeats, and how often it may be repeated.
struct FoldMatch {
    /// Why two snapshots do not make a fold.
    enum Rejection: Error, CustomStringConvertible {
        case notFoldable(String), clockPhase, state(Int, String), indices(String), iterationsDiffer(String), token(
            String)
        case shift(String), row(String), aliasing(String), nothingMoved, tooShort

        var description: String {
            switch self {
            case .notFoldable(let path): "\(path) cannot name its state"
            case .clockPhase: "the clocks are in another phase"
            case .state(_, let path): "the state of \(path) did not recur"
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

    let kernel: Kernel
    let earlier: Snapshot
    let rules: FoldRules
    let isStatic: Bool
    /// Length of one period in ticks.
    let period: Int128
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

    /// Checks what needs no snapshot of the present: how engines moved, and tokens.
    init(since earlier: Snapshot, _ kernel: Kernel, rules: FoldRules, isStatic: Bool) throws(Rejection) {
        self.kernel = kernel
        self.earlier = earlier
        self.rules = rules
        self.isStatic = isStatic
        period = kernel.instant - earlier.instant
        if period <= 0 { throw .nothingMoved }
        if rules.contains(.clockPhases), earlier.phases != kernel.phases { throw .clockPhase }
        try findMotions()
        try checkTokens()
        if periods < 1 { throw .tooShort }
    }

    /// A span that is known to repeat from here, `periods` times.
    ///
    /// - Parameter earlier: what is counted from: the present state less what the span adds.
    init(
        repeating earlier: Snapshot, motions: [Motion], shifts: [Int], periods: Int, _ kernel: Kernel,
        _ rules: FoldRules
    ) {
        self.kernel = kernel
        self.earlier = earlier
        self.rules = rules
        self.motions = motions
        self.shifts = shifts
        self.periods = periods
        isStatic = false
        period = kernel.instant - earlier.instant
        staying = Array(repeating: false, count: kernel.components.count)
        stayingDeadlines = Array(repeating: [], count: kernel.components.count)
        earliestDeadline = Array(repeating: .never, count: kernel.components.count)
    }

    /// Whether everything moves with the span, nothing stays where it is.
    var isWhole: Bool { !staying.contains(true) && stayingDeadlines.allSatisfy(\.isEmpty) }

    /// Checks the rest, and how far the repetitions reach.
    mutating func complete(_ now: Snapshot, _ streams: FoldStreams) throws(Rejection) {
        try compareStates(now)
        try checkAddresses(now, streams)
        if periods < 1 { throw .tooShort }
    }

    mutating func bound(_ limit: Int) { periods = min(periods, limit) }

    // MARK: States and pending events

    private mutating func compareStates(_ now: Snapshot) throws(Rejection) {
        staying = Array(repeating: false, count: kernel.components.count)
        stayingDeadlines = Array(repeating: [], count: kernel.components.count)
        earliestDeadline = Array(repeating: .never, count: kernel.components.count)
        for (id, component) in kernel.components.enumerated() {
            if !component.isFoldable && kernel.lastActive[id] > earlier.step { throw .notFoldable(component.path) }
            let clock = component.clock
            if compareRelative(id, clock, now) {
                limit(before: earliestDeadline[id], clock, now)
            } else if isStatic, kernel.lastActive[id] <= earlier.step, isUnchanged(id, clock, now) {
                staying[id] = true
                limit(before: nextTime(id, clock, now), clock, now)
            } else {
                throw .state(id, component.path)
            }
        }
        if let engine = motions.map(\.engine).first(where: { staying[$0.id] }) { throw .indices(engine.path) }
    }

    private func hasEqualCount(_ id: Int, _ now: Snapshot) -> Bool {
        earlier.range(of: id).count == now.range(of: id).count
    }

    /// Whether the component is in another state than it was, as far as can be seen without the others.
    static func hasChanged(_ id: Int, since earlier: Snapshot, _ kernel: Kernel) -> Bool {
        let component = kernel.components[id]
        component.settle(kernel)
        var visitor = StateVisitor(.record, of: kernel.components)
        component.visit(&visitor)
        let (before, after) = (earlier.cycles[component.clock], kernel.now(component))
        let range = earlier.range(of: id)
        if range.count != visitor.entries.count { return true }
        for (a, b) in zip(earlier.entries[range], visitor.entries) {
            switch a.kind {
            case .plain: if a.value != b.value { return true }
            case .time:
                if remaining(a.value, before) != remaining(b.value, after), a.value != b.value { return true }
            case .deadline, .address, .row: break
            }
        }
        return false
    }

    /// Cycles from `now` to a time; a time that has passed is as good as now.
    static func remaining(_ time: Cycle, _ now: Cycle) -> Cycle { time == .never ? .never : max(0, time - now) }

    /// What a component recorded in both snapshots.
    func pairs(
        of id: Int, _ now: Snapshot
    ) -> Zip2Sequence<ArraySlice<StateVisitor.Entry>, ArraySlice<StateVisitor.Entry>> {
        zip(earlier.entries[earlier.range(of: id)], now.entries[now.range(of: id)])
    }

    /// Whether the component is in an equal state with times relative to now, deadlines that stay excepted.
    private mutating func compareRelative(_ id: Int, _ clock: Int, _ now: Snapshot) -> Bool {
        let (before, after) = (earlier.cycles[clock], now.cycles[clock])
        if !hasEqualCount(id, now), rules.contains(.plainState) { return false }
        var deadlines: Set<Int> = []
        var earliest = Cycle.never
        var position = 0
        for (a, b) in pairs(of: id, now) {
            if a.kind != b.kind { return false }
            switch a.kind {
            case .plain: if a.value != b.value && rules.contains(.plainState) { return false }
            case .time: if Self.remaining(a.value, before) != Self.remaining(b.value, after) { return false }
            case .deadline:
                if Self.remaining(a.value, before) != Self.remaining(b.value, after) {
                    if !isStatic || a.value != b.value || b.value <= after { return false }
                    deadlines.insert(position)
                    earliest = min(earliest, b.value)
                }
                position += 1
            case .address, .row: break
            }
        }
        if rules.contains(.pendingEvents),
            Self.remaining(earlier.wakes[id], before) != Self.remaining(now.wakes[id], after),
            earlier.wakes[id] != now.wakes[id] || now.wakes[id] != earliest
        {
            return false
        }
        stayingDeadlines[id] = deadlines
        earliestDeadline[id] = earliest
        return true
    }

    /// Whether nothing at all changed in a component that has something pending, and none of its times passed.
    private func isUnchanged(_ id: Int, _ clock: Int, _ now: Snapshot) -> Bool {
        let (before, after) = (earlier.cycles[clock], now.cycles[clock])
        guard hasEqualCount(id, now), earlier.wakes[id] == now.wakes[id], now.wakes[id] != .never,
            now.wakes[id] > after
        else { return false }
        return pairs(of: id, now).allSatisfy { a, b in
            if a.kind != .time || b.kind != .time { return a == b }
            return a.value <= before ? b.value <= after : a.value == b.value && b.value > after
        }
    }

    /// The first future time that an unchanged component names: what it books, or what it answers, may differ from then on.
    private func nextTime(_ id: Int, _ clock: Int, _ now: Snapshot) -> Cycle {
        var next = now.wakes[id]
        for entry in now.entries[now.range(of: id)] where entry.kind == .time || entry.kind == .deadline {
            if entry.value > now.cycles[clock] { next = min(next, entry.value) }
        }
        return next
    }

    /// The repetitions end before `time`.
    private mutating func limit(before time: Cycle, _ clock: Int, _ now: Snapshot) {
        if time == .never || !rules.contains(.staticBound) { return }
        let room =
            Int128(time - now.cycles[clock]) * Int128(kernel.clocks.ticks[clock]) - Int128(now.phases[clock]) - 1
        bound(Int(clamping: room / period))
    }

    // MARK: Engines

    private mutating func findMotions() throws(Rejection) {
        for (index, engine) in kernel.engines.enumerated() {
            let (before, after) = (earlier.indices[index], engine.liveIndices)
            guard before.count == after.count, earlier.trips[index] == engine.liveTrips else {
                throw .state(engine.id, engine.path)
            }
            let moved = before.indices.filter { before[$0] != after[$0] }
            guard let level = moved.first else { continue }
            guard moved.count == 1, after[level] > before[level], let begin = engine.loopBegin(level: level) else {
                throw .indices(engine.path)
            }
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

    private mutating func checkTokens() throws(Rejection) {
        for token in kernel.tokens.indices {
            let count = kernel.tokenCount[token]
            let drift = count - earlier.tokenCount[token]
            if drift == 0 { continue }
            if !rules.contains(.drift) { throw .token(kernel.tokens[token].name) }
            let waiting = kernel.engines.filter { $0.isWaiting(for: token) }
            let blocked =
                kernel.tokenBlocked[token] > earlier.step || drift < 0 && !waiting.isEmpty
                || kernel.engines.contains { $0.isBlockedPosting(token, at: kernel.now($0)) }
            if blocked && rules.contains(.driftBlocked) { throw .token(kernel.tokens[token].name) }
            if !rules.contains(.driftBound) { continue }
            let room: Int
            if drift > 0 {
                // Who waits for more than there are sleeps on, as long as a period's posts don't reach what it waits for.
                let limit = waiting.map { $0.awaitedCount - 1 }.min() ?? kernel.tokens[token].capacity
                room =
                    min(limit, kernel.tokens[token].capacity) - count
                    - (kernel.tokenPosted[token] - earlier.tokenPosted[token])
            } else {
                room = count - (kernel.tokenTaken[token] - earlier.tokenTaken[token])
            }
            bound(room < 0 ? 0 : room / abs(drift))
        }
    }
}
