/// The range of iterations of one loop around the present one over which nothing in its body tells iterations apart: no
/// condition changes, every inner loop has the same length, no look-ahead reaches past the end.
struct UniformRegion {
    private(set) var lower = 0
    private(set) var upper: Int
    private let present: Int
    private let delta: Int
    private let trips: Int
    private let rules: FoldRules
    private let followsRings: Bool
    private let inner: [Extent]

    /// The iterations of a loop that matter.
    struct Extent {
        /// The loop's level, and its first and last instruction.
        var level: Int
        var begin: Int
        var end: Int
        var indices: ClosedRange<Int>

        init(_ engine: Engine, begin: Int, _ indices: ClosedRange<Int>) {
            level = engine.steps[begin].level
            self.begin = begin
            end = engine.steps[begin].mate
            self.indices = indices
        }
    }

    /// - Parameters:
    ///   - followsRings: whoever asks knows where in its ring each address lies, unless its command looks ahead.
    ///   - inner: what is known of the loops inside: elsewhere in their levels all iterations count.
    /// - Returns: nil where steps of this size can never repeat (a ring or a condition modulo m that it does not divide).
    init?(_ motion: FoldMatch.Motion, rules: FoldRules, followsRings: Bool = false, inner: [Extent] = []) {
        self.inner = inner
        let engine = motion.engine
        trips = engine.trips[motion.level]
        upper = trips - 1
        present = motion.to
        delta = motion.delta
        self.rules = rules
        self.followsRings = followsRings
        for pc in (motion.begin + 1)..<engine.steps[motion.begin].mate {
            let step = engine.steps[pc]
            switch step.kind {
            case .begin:
                if rules.contains(.dependentBounds), step.trips.level == motion.level { narrow(to: step.trips) }
            case .end: continue
            case .command: if !narrow(by: step, at: pc, level: motion.level) { return nil }
            }
        }
    }

    private func carry(of step: Step, at pc: Int, into level: Int) -> ClosedRange<Int> {
        if inner.isEmpty { return step.carry(intoLevel: level) }
        return step.carry(intoLevel: level) { inside in
            inner.first { $0.level == inside && $0.begin < pc && pc < $0.end }?.indices
        }
    }

    /// Iterations on the two sides of `border` differ.
    private mutating func cut(_ border: Int) {
        if border <= 0 || border >= trips { return }
        if present >= border { lower = max(lower, border) } else { upper = min(upper, border - 1) }
    }

    private mutating func narrow(by step: Step, at pc: Int, level: Int) -> Bool {
        let carry = rules.contains(.lookahead) ? carry(of: step, at: pc, into: level) : 0...0
        if carry.upperBound > 0 { cut(0, seen: carry) }
        let conditions = step.guards.conditions + (step.waits + step.posts).flatMap(\.guards.conditions)
        for condition in conditions where condition.level == level {
            switch condition.kind {
            case .first, .notFirst: if rules.contains(.firstIteration) { cut(1, seen: carry) }
            case .last, .notLast: if rules.contains(.lastIteration) { cut(trips - 1, seen: carry) }
            case .below(let bound), .atLeast(let bound): cut(bound, seen: carry)
            case .divisible(let divisor): if rules.contains(.modulo), delta % divisor != 0 { return false }
            }
        }
        if step.raggedLevels.contains(level), rules.contains(.lastIteration) { cut(trips - 1, seen: carry) }
        for address in step.addresses
        where address.ringLevel == level && address.ringStride != 0 && rules.contains(.modulo)
            && delta % address.ringLength != 0 && !(followsRings && carry == 0...0)
        {
            return false
        }
        return true
    }

    /// A border in the index as a command sees it, `carry` iterations further on and starting again from 0 at the end.
    private mutating func cut(_ border: Int, seen carry: ClosedRange<Int>) {
        if border < 0 || border >= trips { return }
        for shift in carry {
            let seen = (border - shift) % trips
            cut(seen < 0 ? seen + trips : seen)
        }
    }

    /// Iterations in which the inner loop's length is that of the present one; the length is monotone, so bisect.
    private mutating func narrow(to bound: TripCount) {
        if bound.coefficient == 0 { return }
        let length = bound.value(at: present)
        var (low, high) = (0, present)
        while low < high {
            let middle = (low + high) / 2
            if bound.value(at: middle) == length { high = middle } else { low = middle + 1 }
        }
        lower = max(lower, low)
        (low, high) = (present, trips - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if bound.value(at: middle) == length { low = middle } else { high = middle - 1 }
        }
        upper = min(upper, low)
    }
}
