/// How often each command of a queue runs, by the loops and guards of the program alone: a closed count beside what the
/// simulation does step by step.
package struct ProgramCount {
    /// A command with how often each of its variants runs, and each of its waits and posts is made.
    package struct Entry {
        package var command: Command
        /// Among the instructions.
        let place: Int
        package var runs: [Int]
        var waits: [Int]
        var posts: [Int]

        fileprivate init(_ command: Command, at place: Int) {
            self.command = command
            self.place = place
            runs = command.variants.map { _ in 0 }
            waits = command.waits.map { _ in 0 }
            posts = command.posts.map { _ in 0 }
        }
    }

    /// In program order.
    package private(set) var entries: [Entry] = []
    /// By loop id, iterations of the loops of that id.
    private(set) var iterations: [Int: Int] = [:]

    /// All that a queue does.
    /// - Returns: nil where the count is not worth its cost: bounds that depend on an index over very many iterations, or beside
    ///   a command that looks ahead.
    package init?(_ queue: QueueProgram) {
        self.init(queue.instructions, 0..<queue.instructions.count, [], isWhole: true, budget: 1_000_000)
    }

    /// What it does in some iterations of one loop.
    ///
    /// - Parameters:
    ///   - begin: the instruction that begins the loop.
    ///   - iterations: nothing in the loop's body tells them apart but conditions modulo numbers that divide how many they are.
    ///   - outer: index and length of each loop around it, outermost first.
    ///   - trips: length of the loop.
    /// - Returns: nil as for a whole queue, and where what a command that looks ahead sees of the loop lies in two runs of it.
    init?(
        _ instructions: [Instruction], loopAt begin: Int, iterations: Range<Int>, of trips: Int,
        outer: [(index: Int, trips: Int)]
    ) {
        guard case .loopBegin(let loop, _, let mate) = instructions[begin] else { return nil }
        let levels =
            outer.map { Level(trips: $0.trips, indices: $0.index..<$0.index + 1) }
            + [Level(trips: trips, indices: iterations)]
        self.init(instructions, begin + 1..<mate, levels, isWhole: false, budget: 10_000)
        self.iterations[loop, default: 0] += iterations.count
    }

    private init?(
        _ instructions: [Instruction], _ range: Range<Int>, _ levels: [Level], isWhole: Bool, budget: Int
    ) {
        self.instructions = instructions
        self.isWhole = isWhole
        self.budget = budget
        moving = levels.count - 1
        var positions: [Int: Int] = [:]
        for place in range {
            guard case .command(let command) = instructions[place] else { continue }
            positions[place] = entries.count
            entries.append(Entry(command, at: place))
        }
        self.positions = positions
        guard count(range, levels) else { return nil }
    }

    private let instructions: [Instruction]
    /// All iterations of all loops count.
    private let isWhole: Bool
    /// Level of the loop of which some iterations count; -1 where all of all do.
    private let moving: Int
    /// Place of each command in `entries`.
    private let positions: [Int: Int]
    /// Steps that the count may still take.
    private var budget: Int

    /// A loop around the present place, with those of its iterations that count.
    private struct Level {
        var trips: Int
        var indices: Range<Int>

        var isWhole: Bool { indices == 0..<trips }

        /// Number of its iterations in which the conditions hold: those before the last one, and of the last one.
        func matching(_ conditions: [Guard.Condition.Kind]) -> (other: Int, last: Int) {
            func holds(_ index: Int) -> Bool { conditions.allSatisfy { $0.holds(index: index, trips: trips) } }
            var (low, high, step) = (indices.lowerBound, min(indices.upperBound, trips - 1), 1)
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
            let isLastWithin = indices.contains(trips - 1) && holds(trips - 1)
            return (max(0, below(high) - below(low)), isLastWithin ? 1 : 0)
        }
    }

    /// Adds the runs of the commands in `range`, which the loops in `levels` surround.
    private mutating func count(_ range: Range<Int>, _ levels: [Level]) -> Bool {
        var place = range.lowerBound
        while place < range.upperBound {
            budget -= 1
            if budget < 0 { return false }
            switch instructions[place] {
            case .loopEnd: break
            case .loopBegin(let loop, let trips, let mate):
                let body = place + 1..<mate
                let value = trips.level < 0 ? trips.constant : trips.value(at: levels[trips.level].indices.lowerBound)
                let times = levels[max(moving, 0)...].reduce(1) { $0 * $1.indices.count }
                iterations[loop, default: 0] += times * max(value, 0)
                if variesBelow(body, level: levels.count) {
                    for index in 0..<max(value, 0) {
                        if !count(body, levels + [Level(trips: value, indices: index..<index + 1)]) { return false }
                    }
                } else if value > 0, !count(body, levels + [Level(trips: value, indices: 0..<value)]) {
                    return false
                }
                place = mate
            case .command(let command):
                if !count(command, at: place, levels) { return false }
            }
            place += 1
        }
        return true
    }

    /// Whether the bounds of a loop in `range` follow the index of the loop at `level`.
    private func variesBelow(_ range: Range<Int>, level: Int) -> Bool {
        instructions[range].contains {
            if case .loopBegin(_, let trips, _) = $0 { trips.level == level } else { false }
        }
    }

    private mutating func count(_ command: Command, at place: Int, _ levels: [Level]) -> Bool {
        guard let position = positions[place], let seen = seen(by: command, levels) else { return false }
        let conditions = command.guards.conditions
        for variant in command.variants.indices {
            entries[position].runs[variant] += Self.runs(of: command, levels: seen, conditions, variant)
        }
        func times(_ use: TokenUse) -> Int {
            Self.runs(of: command, levels: seen, conditions + use.guards.conditions)
        }
        for (index, use) in command.waits.enumerated() { entries[position].waits[index] += times(use) }
        for (index, use) in command.posts.enumerated() { entries[position].posts[index] += times(use) }
        return command.lookahead == 0 || !isWhole || leaveOut(command, position, levels)
    }

    /// The iterations that a command reads the indices of.
    private func seen(by command: Command, _ levels: [Level]) -> [Level]? {
        if command.lookahead == 0 { return levels }
        guard levels[(moving + 1)...].allSatisfy(\.isWhole) else { return nil }
        if isWhole { return levels }
        // All iterations of the inner loops are read once, from that many iterations of the moving one on, maybe in a later run of it.
        let inner = levels[(moving + 1)...].reduce(1) { $0 * $1.trips }
        let (carry, most) = (command.lookahead / inner, (command.lookahead + inner - 1) / inner)
        let (indices, trips) = (levels[moving].indices, levels[moving].trips)
        var runs = carry / trips
        if indices.upperBound + most > (runs + 1) * trips { return nil }
        let shift = carry - runs * trips
        var levels = levels
        levels[moving].indices = indices.lowerBound + shift..<indices.upperBound + shift
        for outer in (0..<moving).reversed() {
            let (later, index) = (levels[outer].indices.lowerBound + runs).quotientAndRemainder(
                dividingBy: levels[outer].trips)
            levels[outer].indices = index..<index + 1
            runs = later
        }
        // Beyond the last run there is nothing to read.
        if runs > 0 { levels[moving].indices = 0..<0 }
        return levels
    }

    /// Iterations of all loops together in which the conditions hold, and in which it is that variant that runs.
    private static func runs(
        of command: Command, levels: [Level], _ conditions: [Guard.Condition], _ variant: Int? = nil
    ) -> Int {
        levels.indices.reduce(1) { product, level in
            let matches = levels[level].matching(conditions.filter { $0.level == level }.map(\.kind))
            guard let variant, let bit = command.raggedLevels.firstIndex(of: level) else {
                return product * (matches.other + matches.last)
            }
            return product * (variant >> bit & 1 == 1 ? matches.last : matches.other)
        }
    }

    /// A command that looks ahead reads the indices of a later iteration: the first ones of the nest are never read.
    private mutating func leaveOut(_ command: Command, _ position: Int, _ levels: [Level]) -> Bool {
        let total = levels.reduce(1) { $0 * $1.trips }
        for iteration in 0..<min(command.lookahead, total) {
            budget -= 1
            if budget < 0 { return false }
            let indices = Self.indices(of: iteration, levels)
            func holds(_ conditions: [Guard.Condition]) -> Bool {
                conditions.allSatisfy { $0.holds(index: indices[$0.level], trips: levels[$0.level].trips) }
            }
            if !holds(command.guards.conditions) { continue }
            var variant = 0
            for (bit, level) in command.raggedLevels.enumerated() where indices[level] == levels[level].trips - 1 {
                variant |= 1 << bit
            }
            entries[position].runs[variant] -= 1
            for (index, use) in command.waits.enumerated() where holds(use.guards.conditions) {
                entries[position].waits[index] -= 1
            }
            for (index, use) in command.posts.enumerated() where holds(use.guards.conditions) {
                entries[position].posts[index] -= 1
            }
        }
        return true
    }

    /// The indices of an iteration of the whole nest, outermost first.
    private static func indices(of iteration: Int, _ levels: [Level]) -> [Int] {
        var rest = iteration
        return levels.reversed().map { level in
            defer { rest /= level.trips }
            return rest % level.trips
        }.reversed()
    }
}
