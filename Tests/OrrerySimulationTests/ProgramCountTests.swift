import Testing

@testable import OrrerySimulation

@Suite struct ProgramCountTests {
    /// A small linear congruential generator (Knuth's MMIX).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    /// Runs of each variant, by walking the iterations of the nest: all of them, or those from `part` on, in the order of the nest.
    private func walked(_ command: Command, trips: [Int], _ part: Range<Int>? = nil) -> [Int] {
        var runs = [Int](repeating: 0, count: command.variants.count)
        let total = trips.reduce(1, *)
        for position in part ?? 0..<total {
            let read = position + command.lookahead
            if read >= total { continue }
            var indices = [Int](repeating: 0, count: trips.count)
            var rest = read
            for level in trips.indices.reversed() {
                indices[level] = rest % trips[level]
                rest /= trips[level]
            }
            let holds = command.guards.conditions.allSatisfy { condition in
                let (index, trip) = (indices[condition.level], trips[condition.level])
                switch condition.kind {
                case .first: return index == 0
                case .notFirst: return index != 0
                case .last: return index + 1 == trip
                case .notLast: return index + 1 != trip
                case .divisible(let divisor): return index % divisor == 0
                case .below(let bound): return index < bound
                case .atLeast(let bound): return index >= bound
                }
            }
            if !holds { continue }
            var variant = 0
            for (bit, level) in command.raggedLevels.enumerated() where indices[level] == trips[level] - 1 {
                variant |= 1 << bit
            }
            runs[variant] += 1
        }
        return runs
    }

    @Test func agreesWithAWalk() throws {
        for seed in 0..<2000 { try check(seed: seed) }
    }

    private func check(seed: Int) throws {
        var random = Generator(state: UInt64(seed))
        let depth = Int.random(in: 0...4, using: &random)
        let trips = (0..<depth).map { _ in Int.random(in: 1...5, using: &random) }
        let conditions = (0..<Int.random(in: 0...4, using: &random)).compactMap { _ -> Guard.Condition? in
            if depth == 0 { return nil }
            let number = Int.random(in: 1...4, using: &random)
            let kinds: [Guard.Condition.Kind] = [
                .first, .notFirst, .last, .notLast, .divisible(by: number), .below(number), .atLeast(number),
            ]
            return Guard.Condition(
                kinds[Int.random(in: 0..<kinds.count, using: &random)], level: Int.random(in: 0..<depth, using: &random)
            )
        }
        let ragged = (0..<depth).filter { _ in Bool.random(using: &random) }
        let command = Command(
            variants: Array(repeating: Work(opcode: 0), count: 1 << ragged.count), raggedLevels: ragged,
            guards: Guard(conditions), lookahead: Int.random(in: 0...3, using: &random))
        var code: [Instruction] = []
        for (level, trip) in trips.enumerated() {
            code.append(.loopBegin(loop: level, trips: TripCount(trip), mate: 2 * depth - level))
        }
        code.append(.command(command))
        for level in (0..<depth).reversed() { code.append(.loopEnd(mate: level)) }
        let count = try #require(ProgramCount(QueueProgram(engine: "e", instructions: code)))
        #expect(count.entries[0].runs == walked(command, trips: trips), "seed \(seed)")
    }

    /// Some iterations of one loop of a nest, of a command that looks ahead by whole iterations of it, and how often it posts.
    @Test func partsOfALoopAgreeWithAWalk() throws {
        var counted = 0
        for seed in 0..<2000 {
            var random = Generator(state: UInt64(seed))
            let trips = (0..<3).map { _ in Int.random(in: 1...6, using: &random) }
            let moving = Int.random(in: 0...2, using: &random)
            let inner = trips[(moving + 1)...].reduce(1, *)
            func guards() -> Guard {
                let number = Int.random(in: 1...4, using: &random)
                let kinds: [Guard.Condition.Kind] = [
                    .first, .notFirst, .last, .notLast, .divisible(by: number), .below(number), .atLeast(number),
                ]
                return Guard(
                    (0..<Int.random(in: 0...2, using: &random)).map { _ in
                        .init(
                            kinds.randomElement(using: &random) ?? .first, level: Int.random(in: 0...2, using: &random))
                    })
            }
            let command = Command(
                variants: Array(repeating: Work(opcode: 0), count: 2),
                raggedLevels: [Int.random(in: 0...2, using: &random)], posts: [TokenUse(0, where: guards())],
                guards: guards(), lookahead: inner * Int.random(in: 0...2, using: &random))
            let code: [Instruction] =
                trips.enumerated().map { .loopBegin(loop: $0, trips: TripCount($1), mate: 6 - $0) }
                + [.command(command), .loopEnd(mate: 2), .loopEnd(mate: 1), .loopEnd(mate: 0)]
            let outer = trips[..<moving].map { (index: Int.random(in: 0..<$0, using: &random), trips: $0) }
            let lower = Int.random(in: 0..<trips[moving], using: &random)
            let part = lower..<Int.random(in: lower + 1...trips[moving], using: &random)
            let count = ProgramCount(code, loopAt: moving, iterations: part, of: trips[moving], outer: outer)
            guard let count else {
                #expect(part.upperBound + command.lookahead / inner > trips[moving], "seed \(seed)")
                continue
            }
            counted += 1
            let start = outer.reduce(0) { $0 * $1.trips + $1.index } * trips[moving]
            let walk = (start + part.lowerBound) * inner..<(start + part.upperBound) * inner
            #expect(count.entries[0].runs == walked(command, trips: trips, walk), "seed \(seed)")
            var poster = command
            poster.guards.conditions += command.posts[0].guards.conditions
            #expect(count.entries[0].posts == [walked(poster, trips: trips, walk).reduce(0, +)], "seed \(seed)")
        }
        #expect(counted > 900)
    }

    /// Where a command looks ahead into the next iteration of the loop, but nothing tells iterations apart.
    @Test func whatLooksAheadRunsAsOftenInEachIteration() throws {
        let command = Command(
            variants: [Work(opcode: 0)], posts: [TokenUse(0, count: 2, where: Guard([.init(.last, level: 1)]))],
            guards: Guard([.init(.notFirst, level: 1)]), lookahead: 3)
        let code: [Instruction] = [
            .loopBegin(loop: 0, trips: TripCount(100), mate: 4), .loopBegin(loop: 1, trips: TripCount(5), mate: 3),
            .command(command), .loopEnd(mate: 1), .loopEnd(mate: 0),
        ]
        let count = try #require(ProgramCount(code, loopAt: 0, iterations: 10..<17, of: 100, outer: []))
        #expect(count.entries[0].runs == [28] && count.entries[0].posts == [7])
        // The last one sees the next iteration of what is around it.
        #expect(ProgramCount(code, loopAt: 0, iterations: 90..<100, of: 100, outer: []) == nil)
    }

    @Test func boundsThatFollowAnIndexAreSummed() throws {
        let command = Command(variants: [Work(opcode: 0)])
        let code: [Instruction] = [
            .loopBegin(loop: 0, trips: TripCount(10), mate: 4),
            .loopBegin(loop: 1, trips: TripCount(1, plus: 1, timesIndexOf: 0, limit: 6), mate: 3),
            .command(command), .loopEnd(mate: 1), .loopEnd(mate: 0),
        ]
        let count = try #require(ProgramCount(QueueProgram(engine: "e", instructions: code)))
        // 1 + 2 + 3 + 4 + 5, then 6 five times.
        #expect(count.entries[0].runs == [45])
    }

    @Test func longNestsAreCountedAtOnce() throws {
        let code: [Instruction] = [
            .loopBegin(loop: 0, trips: TripCount(1 << 30), mate: 2),
            .command(
                Command(variants: [Work(opcode: 0)], guards: Guard([.init(.divisible(by: 3), level: 0)]), lookahead: 2)),
            .loopEnd(mate: 0),
        ]
        let count = try #require(ProgramCount(QueueProgram(engine: "e", instructions: code)))
        #expect(count.entries[0].runs == [((1 << 30) + 2) / 3 - 1])
    }
}
