import OrrerySimulation

/// How often each command of a queue runs, by the loops and guards of the program alone: a closed count beside what the
/// simulation did step by step.
struct ProgramCount {
    /// A command with how often each of its variants runs.
    struct Entry {
        var command: Command
        var runs: [Int]
    }

    /// In program order.
    private(set) var entries: [Entry] = []

    /// - Returns: nil where the count is not worth its cost: bounds that depend on an index over very many iterations, or beside
    ///   a command that looks ahead.
    init?(_ queue: QueueProgram) {
        var runs: [Int: [Int]] = [:]
        var budget = Self.budget
        let whole = 0..<queue.instructions.count
        guard Self.count(queue.instructions, whole, [], times: 1, &runs, &budget) else { return nil }
        for (index, instruction) in queue.instructions.enumerated() {
            guard case .command(let command) = instruction else { continue }
            entries.append(Entry(command: command, runs: runs[index] ?? command.variants.map { _ in 0 }))
        }
    }

    /// Steps that a count may take.
    private static let budget = 1_000_000

    /// A loop around the present place: all its iterations at once, or one of them.
    private struct Level {
        var trips: Int
        var index: Int?

        /// Number of its iterations in which the conditions hold: those before the last one, and of the last one.
        func matching(_ conditions: [Guard.Condition.Kind]) -> (other: Int, last: Int) {
            func holds(_ index: Int) -> Bool { conditions.allSatisfy { $0.holds(index: index, trips: trips) } }
            if let index { return holds(index) ? (index == trips - 1 ? (0, 1) : (1, 0)) : (0, 0) }
            var (low, high, step) = (0, trips - 1, 1)
            for condition in conditions {
                switch condition {
                case .first: high = min(high, 1)
                case .notFirst: low = max(low, 1)
                case .last: high = 0
                case .notLast: break
                case .divisible(let divisor): step *= divisor / greatestCommonDivisor(step, divisor)
                case .below(let bound): high = min(high, bound)
                case .atLeast(let bound): low = max(low, bound)
                }
            }
            let below = { (end: Int) in (end + step - 1) / step }
            return (max(0, below(high) - below(low)), holds(trips - 1) ? 1 : 0)
        }
    }

    /// Adds the runs of the commands in `range`, which the loops in `levels` surround.
    private static func count(
        _ code: [Instruction], _ range: Range<Int>, _ levels: [Level], times: Int, _ runs: inout [Int: [Int]],
        _ budget: inout Int
    ) -> Bool {
        var place = range.lowerBound
        while place < range.upperBound {
            budget -= 1
            if budget < 0 { return false }
            switch code[place] {
            case .loopEnd: break
            case .loopBegin(_, let trips, let mate):
                let body = place + 1..<mate
                let value = trips.level < 0 ? trips.constant : trips.value(at: levels[trips.level].index ?? 0)
                if variesBelow(code[body], level: levels.count) {
                    for index in 0..<max(value, 0) {
                        let inner = levels + [Level(trips: value, index: index)]
                        if !count(code, body, inner, times: times, &runs, &budget) { return false }
                    }
                } else if value > 0 {
                    let inner = levels + [Level(trips: value, index: nil)]
                    if !count(code, body, inner, times: times, &runs, &budget) { return false }
                }
                place = mate
            case .command(let command):
                guard let more = variants(command, levels, &budget) else { return false }
                let before = runs[place] ?? more.map { _ in 0 }
                runs[place] = zip(before, more).map { $0 + $1 * times }
            }
            place += 1
        }
        return true
    }

    /// Whether the bounds of a loop in `code` follow the index of the loop at `level`.
    private static func variesBelow(_ code: ArraySlice<Instruction>, level: Int) -> Bool {
        code.contains { if case .loopBegin(_, let trips, _) = $0 { trips.level == level } else { false } }
    }

    /// Runs of a command by variant, over all iterations of the loops around it.
    private static func variants(_ command: Command, _ levels: [Level], _ budget: inout Int) -> [Int]? {
        var result = [Int](repeating: 0, count: command.variants.count)
        let conditions = levels.indices.map { level in
            command.guards.conditions.filter { $0.level == level }.map(\.kind)
        }
        let matches = levels.indices.map { levels[$0].matching(conditions[$0]) }
        for variant in result.indices {
            result[variant] = levels.indices.reduce(1) { product, level in
                guard let bit = command.raggedLevels.firstIndex(of: level) else {
                    return product * (matches[level].other + matches[level].last)
                }
                return product * (variant >> bit & 1 == 1 ? matches[level].last : matches[level].other)
            }
        }
        if command.lookahead == 0 { return result }
        // It reads the indices of a later iteration: the first ones of the nest are never read.
        guard levels.allSatisfy({ $0.index == nil }) else { return nil }
        let total = levels.reduce(1) { $0 * $1.trips }
        for position in 0..<min(command.lookahead, total) {
            budget -= 1
            if budget < 0 { return nil }
            if let variant = variant(of: command, at: position, levels, conditions) { result[variant] -= 1 }
        }
        return result
    }

    /// The variant that runs in iteration `position` of the whole nest; nil where the guards don't hold.
    private static func variant(
        of command: Command, at position: Int, _ levels: [Level], _ conditions: [[Guard.Condition.Kind]]
    ) -> Int? {
        var rest = position
        var variant = 0
        for level in levels.indices.reversed() {
            let (trips, index) = (levels[level].trips, rest % levels[level].trips)
            rest /= trips
            guard conditions[level].allSatisfy({ $0.holds(index: index, trips: trips) }) else { return nil }
            if let bit = command.raggedLevels.firstIndex(of: level), index == trips - 1 { variant |= 1 << bit }
        }
        return variant
    }
}
