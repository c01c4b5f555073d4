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
    private(set) var staying: [Bool] = []
    private(set) var shifts: [Int] = []
    private(set) var periods = Int.max

    /// Length of one period in ticks.
    var period: Int128 { now.instant - earlier.instant }

    static func make(
        _ earlier: Snapshot, _ now: Snapshot, _ kernel: Kernel, _ streams: FoldStreams, rules: FoldRules, isStatic: Bool
    ) -> Result<FoldMatch, Rejection> {
        var match = FoldMatch(earlier: earlier, now: now, rules: rules)
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

    private mutating func bound(_ limit: Int) { periods = min(periods, limit) }

    // MARK: States and pending events

    private mutating func compareStates(_ kernel: Kernel, isStatic: Bool) throws(Rejection) {
        if rules.contains(.clockPhases), earlier.phases != now.phases { throw .clockPhase }
        staying = Array(repeating: false, count: kernel.components.count)
        for (id, component) in kernel.components.enumerated() {
            if !component.isFoldable && kernel.lastActive[id] > earlier.step { throw .notFoldable(component.path) }
            let (before, after) = (earlier.cycles[component.clock], now.cycles[component.clock])
            if equal(id, timesFrom: before, after) { continue }
            let stays =
                isStatic && kernel.lastActive[id] <= earlier.step && earlier.wakes[id] == now.wakes[id]
                && now.wakes[id] != .never && now.wakes[id] > after && absoluteEqual(id, before, after)
            if !stays { throw .state(component.path) }
            staying[id] = true
            let room =
                Int128(now.wakes[id] - after) * Int128(kernel.clocks.ticks[component.clock])
                - Int128(now.phases[component.clock]) - 1
            if rules.contains(.staticBound) { bound(Int(clamping: room / period)) }
        }
    }

    /// Equal, with times relative to now.
    private func equal(_ id: Int, timesFrom before: Cycle, _ after: Cycle) -> Bool {
        func remaining(_ time: Cycle, _ now: Cycle) -> Cycle { time == .never ? .never : max(0, time - now) }
        if rules.contains(.pendingEvents), remaining(earlier.wakes[id], before) != remaining(now.wakes[id], after) {
            return false
        }
        let (first, second) = (earlier.states[id], now.states[id])
        if first.count != second.count { return !rules.contains(.plainState) }
        for index in first.indices {
            let (a, b) = (first[index], second[index])
            if a.kind != b.kind { return false }
            switch a.kind {
            case .plain: if a.value != b.value && rules.contains(.plainState) { return false }
            case .time: if remaining(a.value, before) != remaining(b.value, after) { return false }
            case .address, .row: break
            }
        }
        return true
    }

    /// Nothing at all changed, times included, but for times that are past.
    private func absoluteEqual(_ id: Int, _ before: Cycle, _ after: Cycle) -> Bool {
        let (first, second) = (earlier.states[id], now.states[id])
        guard first.count == second.count else { return false }
        return zip(first, second).allSatisfy { a, b in
            a == b || (a.kind == .time && b.kind == .time && a.value <= before && b.value <= after)
        }
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
        if motions.isEmpty || period <= 0 { throw .nothingMoved }
    }

    // MARK: Tokens

    private mutating func checkTokens(_ kernel: Kernel) throws(Rejection) {
        for token in kernel.tokens.indices {
            let drift = now.tokenCount[token] - earlier.tokenCount[token]
            if drift == 0 { continue }
            if !rules.contains(.drift) { throw .token(kernel.tokens[token].name) }
            let blocked =
                kernel.tokenBlocked[token] > earlier.step
                || kernel.engines.contains { $0.isWaiting(for: token) || $0.isBlockedPosting(token) }
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

    // MARK: Addresses

    private mutating func checkAddresses(_ kernel: Kernel, _ streams: FoldStreams) throws(Rejection) {
        shifts = Array(repeating: 0, count: kernel.streamCount)
        for motion in motions {
            for pc in (motion.begin + 1)..<motion.engine.steps[motion.begin].mate {
                let step = motion.engine.steps[pc]
                for (source, address) in step.addresses.enumerated() where motion.level < address.strides.count {
                    let shift = motion.delta * address.strides[motion.level]
                    if shift == 0 { continue }
                    let id = motion.engine.streamBase[pc] + source
                    shifts[id] = shift
                    try checkAdmissible(shift, streams.reaches[id], kernel)
                }
            }
        }
        for (server, addressing) in streams.comparing.sorted(by: { $0.key < $1.key }) {
            let boxes = try movingState(of: server, kernel) + movingStreams(to: server, streams)
            if !rules.contains(.aliasing) { continue }
            bound(FoldBox.repetitions(boxes, unit: addressing.unit, limit: periods))
            if periods < 1 { throw .aliasing(kernel.components[server].path) }
        }
    }

    private func checkAdmissible(_ shift: Int, _ reaches: [FoldStreams.Reach], _ kernel: Kernel) throws(Rejection) {
        if !rules.contains(.admissible) { return }
        for reach in reaches {
            switch reach.addressing {
            case .blind: continue
            case .interleaved(let period), .compared(let period, _):
                if shift % period != 0 { throw .shift(kernel.components[reach.server].path) }
            }
        }
    }

    /// Checks that what a server has stored moved with its commands; the boxes of what it has stored.
    private func movingState(of server: Int, _ kernel: Kernel) throws(Rejection) -> [FoldBox] {
        let component = kernel.components[server]
        var boxes: [FoldBox] = []
        for (a, b) in zip(earlier.states[server], now.states[server]) where a.kind == .address || a.kind == .row {
            if a.kind == .row, rules.contains(.untouched), b.touched <= earlier.step { continue }
            if !rules.contains(.commandIDs) { continue }
            let shift = b.command >= 0 ? shifts[b.command] : 0
            if a.command != b.command { throw .row(component.path) }
            if a.kind == .row && (a.value < 0 || b.value < 0) {
                if a.value != b.value { throw .row(component.path) }
                continue
            }
            if b.value - a.value != shift { throw .row(component.path) }
            boxes.append(FoldBox(lower: min(a.value, b.value), upper: max(a.value, b.value), shift: shift))
        }
        return boxes
    }

    /// The addresses that each command in a moving loop touches from the start of the period on.
    private func movingStreams(to server: Int, _ streams: FoldStreams) -> [FoldBox] {
        var boxes: [FoldBox] = []
        for motion in motions {
            for pc in (motion.begin + 1)..<motion.engine.steps[motion.begin].mate {
                let step = motion.engine.steps[pc]
                for (source, address) in step.addresses.enumerated() {
                    let id = motion.engine.streamBase[pc] + source
                    guard let reach = streams.reaches[id].first(where: { $0.server == server }) else { continue }
                    var box = motion.engine.addressRange(address, step, motion)
                    box.upper += reach.extent - 1
                    box.shift = shifts[id]
                    boxes.append(box)
                }
            }
        }
        return boxes
    }

    // MARK: Advance

    /// Skips the repetitions.
    func advance(_ kernel: Kernel) {
        let n = periods
        kernel.ledger.repeatPeriods(since: earlier.counters, n)
        for motion in motions { motion.engine.indices[motion.level] += n * motion.delta }
        for (id, component) in kernel.components.enumerated() where !staying[id] {
            let clock = component.clock
            let move = FoldMove(
                from: now.cycles[clock], cycles: n * (now.cycles[clock] - earlier.cycles[clock]), periods: n,
                periodStart: earlier.step, shifts: shifts)
            var visitor = StateVisitor(.advance(move))
            component.visit(&visitor)
        }
        for token in kernel.tokens.indices {
            kernel.tokenCount[token] += n * (now.tokenCount[token] - earlier.tokenCount[token])
            kernel.tokenPosted[token] += n * (now.tokenPosted[token] - earlier.tokenPosted[token])
            kernel.tokenTaken[token] += n * (now.tokenTaken[token] - earlier.tokenTaken[token])
        }
        kernel.timeline?.fold(from: now.instant, period: period, count: n)
        kernel.translate(by: Int128(n) * period, staying: staying)
        for engine in kernel.engines { engine.restartAccounts(kernel) }
    }
}

/// A range of addresses that moves by `shift` a period.
struct FoldBox {
    var lower: Int
    var upper: Int
    var shift: Int

    /// The most repetitions, `limit` at most, over which boxes with different shifts stay in different units.
    static func repetitions(_ boxes: [FoldBox], unit: Int, limit: Int) -> Int {
        func units(_ box: FoldBox, _ n: Int) -> ClosedRange<Int> {
            let (travel, overflow) = box.shift.multipliedReportingOverflow(by: n)
            if overflow { return Int.min...Int.max }
            let lower = box.lower.addingReportingOverflow(min(0, travel))
            let upper = box.upper.addingReportingOverflow(max(0, travel))
            if lower.overflow || upper.overflow { return Int.min...Int.max }
            return floorDivide(lower.partialValue, unit)...floorDivide(upper.partialValue, unit)
        }
        func clash(_ n: Int) -> Bool {
            for (index, box) in boxes.enumerated() {
                for other in boxes[(index + 1)...]
                where other.shift != box.shift && units(box, n).overlaps(units(other, n)) {
                    return true
                }
            }
            return false
        }
        if !clash(limit) { return limit }
        var (free, taken) = (0, limit)
        while free < taken - 1 {
            let middle = free + (taken - free) / 2
            if clash(middle) { taken = middle } else { free = middle }
        }
        return free
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
