/// Finds stretches of time that repeat, and skips whole repetitions.
///
/// A fold is a proof by translation: between two instants of the true history the machine's state is the same, except that
/// engines advanced whole iterations of one loop each, addresses moved by their own command's stride, and some tokens drifted
/// unobserved. Then the span repeats. This class decides only *when* to look, at the end of a time step in which the lead
/// engine of a loop entered an iteration; every condition lies in `FoldMatch`.
final class Folding {
    /// A snapshot of one loop, renewed at growing distances (Brent's cycle detection).
    private struct Table {
        var snapshot: Snapshot?
        var signature = 0
        var leadIndex = 0
        var count = 0
        var next = 1

        mutating func restart() { self = Table() }
    }

    private struct Loop {
        /// Engine id of the lead; -1 for none, -2 for silenced until it is entered anew.
        var lead = -1
        var strict = Table()
        var relaxed = Table()
        var isFlagged = false
        var trips = 0
        var simulated = 0
        var folds = 0
        var period: Int128 = 0
        var rejection: FoldMatch.Rejection?
    }

    private let rules: FoldRules
    private var loops: [Loop]
    private var flagged: [Int] = []
    private let streams: FoldStreams
    private(set) var captures = 0
    private(set) var folds = 0

    /// Fruitless doublings before looking gets rarer; bounds the cost where nothing folds.
    private static let patience = 10

    init(_ kernel: Kernel, rules: FoldRules) {
        self.rules = rules
        streams = FoldStreams(kernel)
        let ids = kernel.engines.flatMap { $0.steps.map(\.loop) }
        loops = Array(repeating: Loop(), count: (ids.max() ?? -1) + 1)
    }

    var isPending: Bool { !flagged.isEmpty }

    /// An engine entered an iteration.
    func entered(loop: Int, by engine: Engine) {
        loops[loop].simulated += 1
        if loops[loop].lead == -2 { return }
        if loops[loop].lead < 0 {
            loops[loop].lead = engine.id
            loops[loop].strict.restart()
            loops[loop].relaxed.restart()
        }
        if loops[loop].lead == engine.id, !loops[loop].isFlagged {
            loops[loop].isFlagged = true
            flagged.append(loop)
        }
    }

    /// An engine left a loop: the lead passes to another that is still inside, with fresh tables.
    func left(loop: Int, by engine: Engine, _ kernel: Kernel) {
        guard loops[loop].lead == engine.id else { return }
        loops[loop].strict.restart()
        loops[loop].relaxed.restart()
        let heir = kernel.engines.first { $0 !== engine && $0.isInside(loop: loop) }
        loops[loop].lead = rules.contains(.handOver) ? heir?.id ?? -1 : (heir == nil ? -1 : -2)
    }

    /// Looks at the loops that were entered in this time step.
    func serve(_ kernel: Kernel) {
        let ids = flagged
        flagged.removeAll(keepingCapacity: true)
        for id in ids { loops[id].isFlagged = false }
        for id in ids {
            guard loops[id].lead >= 0, let lead = kernel.components[loops[id].lead] as? Engine,
                let (index, trips) = lead.position(inLoop: id)
            else { continue }
            if rules.contains(.strictTable), look(id, \.strict, isStatic: false, index, trips, kernel) { return }
            if rules.contains(.staticTable), look(id, \.relaxed, isStatic: true, index, trips, kernel) { return }
        }
    }

    /// - Returns: true where a fold happened.
    private func look(
        _ id: Int, _ path: WritableKeyPath<Loop, Table>, isStatic: Bool, _ index: Int, _ trips: Int, _ kernel: Kernel
    ) -> Bool {
        loops[id][keyPath: path].count += 1
        let count = loops[id][keyPath: path].count
        let doublings = count.bitWidth - count.leadingZeroBitCount
        if doublings > Self.patience, count & (1 << (doublings - Self.patience) - 1) != 0 { return false }
        let hasSnapshot = loops[id][keyPath: path].snapshot != nil
        let from = loops[id][keyPath: path].leadIndex
        let canRepeat = hasSnapshot && index > from && index + (index - from) <= trips - 1
        let renews = (count >= loops[id][keyPath: path].next || !hasSnapshot) && index <= trips - 3
        if !canRepeat && !renews { return false }
        let signature = kernel.signature(withTimes: !isStatic)
        if canRepeat, signature == loops[id][keyPath: path].signature, let earlier = loops[id][keyPath: path].snapshot {
            captures += 1
            let now = kernel.snapshot(settling: rules.contains(.settle))
            switch FoldMatch.make(earlier, now, kernel, streams, rules: rules, isStatic: isStatic) {
            case .success(let match):
                match.advance(kernel)
                folds += 1
                loops[id].folds += 1
                loops[id].period = match.period
                loops[id][keyPath: path].restart()
                return true
            case .failure(let rejection):
                loops[id].rejection = rejection
            }
        }
        if renews {
            while loops[id][keyPath: path].next <= count { loops[id][keyPath: path].next *= 2 }
            captures += 1
            loops[id][keyPath: path].snapshot = kernel.snapshot(settling: rules.contains(.settle))
            loops[id][keyPath: path].signature = signature
            loops[id][keyPath: path].leadIndex = index
        }
        return false
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
                loop: id, iterations: total, simulated: loop.simulated, folds: loop.folds,
                periodTicks: loop.folds > 0 ? loop.period : nil, reason: reason)
        }
    }
}

/// What folding did with one loop, over all engines that run it.
public struct FoldReport: Hashable, Sendable {
    /// Id of the loop in the program.
    public var loop: Int
    /// Iterations in all, and those that were simulated.
    public var iterations: Int
    public var simulated: Int
    /// Folds that were triggered by this loop; its iterations may also have been skipped by folds of an enclosing loop.
    public var folds: Int
    /// Period of the last fold in ticks of the run.
    public var periodTicks: Int128?
    /// Why this loop triggered no fold.
    public var reason: String?
}
