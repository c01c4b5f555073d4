import OrrerySimulation

/// Makes random queues around one random nest of loops that the engines share, each in its own variant.
struct RandomPrograms {
    var random: SplitMix
    private(set) var tokens: [Program.Token] = []
    private let scale: RandomScale
    private let servers: Int
    private let engines: Int
    /// Statements by engine, level, and before or after the inner loop.
    private var items: [[[[Code]]]] = []

    /// One nest: trips by level, bounds that depend on an outer index, and which loops each engine has.
    private struct Nest {
        var firstLoop: Int
        var trips: [[Int]]
        var dependence: [(level: Int, coefficient: Int, limit: Int)?]
        var has: [[Bool]]
        var isSeparate: Bool

        /// Loops of an engine outside `level`.
        func depth(_ engine: Int, outside level: Int) -> Int { has[engine][..<level].count { $0 } }
    }

    init(_ random: inout SplitMix, _ scale: RandomScale, servers: Int) {
        self.random = random
        self.scale = scale
        self.servers = servers
        engines = random.pick(scale.engines)
    }

    mutating func queues() -> [[Code]] {
        var queues: [[Code]] = Array(repeating: [], count: engines)
        let phases = scale.depth > 2 && random.chance(25) ? 2 : 1
        for phase in 0..<phases {
            let nest = makeNest(firstLoop: phase * 10)
            items = Array(
                repeating: Array(repeating: [[], []], count: nest.has[0].count), count: engines)
            for _ in 0..<(engines < 2 ? 0 : random.pick(scale.tokens)) { addToken(nest) }
            for engine in 0..<engines {
                for level in nest.has[0].indices {
                    for place in 0..<2 { addStatements(nest, engine, level, place) }
                }
                if random.chance(10) { queues[engine].append(compute(random.below(50))) }
                queues[engine] += emit(nest, engine, 0)
                if random.chance(10) { queues[engine].append(compute(random.below(50))) }
            }
        }
        return queues
    }

    // MARK: Loops

    private mutating func makeNest(firstLoop: Int) -> Nest {
        let depth = random.pick(1...scale.depth)
        let long = random.below(depth)
        let isTiny = scale.iterations < 100
        var trips = (0..<depth).map { _ in
            random.chance(4) ? 0 : random.pick(1...(isTiny || random.chance(50) ? 4 : 12))
        }
        let others = trips.enumerated().reduce(1) { $1.offset == long ? $0 : $0 * max(1, $1.element) }
        trips[long] = max(2, min(scale.iterations / 2, scale.iterations / others)) - random.below(3)
        var dependence: [(level: Int, coefficient: Int, limit: Int)?] = Array(repeating: nil, count: depth)
        for level in 1..<max(depth, 1) where random.chance(12) {
            let outer = random.below(level)
            let coefficient = random.below(4) - 1
            let isWide = trips[outer] * max(1, coefficient) > 60
            let limit = isWide || random.chance(60) ? random.pick(1...20) : Int.max
            dependence[level] = (outer, coefficient, limit)
        }
        let has = (0..<engines).map { _ in (0..<depth).map { _ in random.chance(80) } }
        var own = Array(repeating: trips, count: engines)
        for engine in 0..<engines where random.chance(15) {
            let level = random.below(depth)
            let trip = own[engine][level]
            own[engine][level] = random.element(of: [trip + 1, max(0, trip - 1), trip / 2, min(trip * 2, 3000), 0])
        }
        return Nest(
            firstLoop: firstLoop, trips: own, dependence: dependence, has: has, isSeparate: random.chance(8))
    }

    private func emit(_ nest: Nest, _ engine: Int, _ level: Int) -> [Code] {
        if level == nest.has[engine].count { return [] }
        let inner = emit(nest, engine, level + 1)
        if !nest.has[engine][level] { return inner }
        var trips = TripCount(nest.trips[engine][level])
        if let dependence = nest.dependence[level], nest.has[engine][dependence.level] {
            trips = TripCount(
                nest.trips[engine][level], plus: dependence.coefficient,
                timesIndexOf: nest.depth(engine, outside: dependence.level), limit: dependence.limit)
        }
        let id = nest.firstLoop + level + (nest.isSeparate ? 20 * (engine + 1) : 0)
        return [.loop(id: id, trips, items[engine][level][0] + inner + items[engine][level][1])]
    }

    // MARK: Tokens

    private mutating func addToken(_ nest: Nest) {
        var poster = random.below(engines)
        var taker = random.below(engines - 1)
        if taker >= poster { taker += 1 }
        if poster > taker, random.chance(80) { swap(&poster, &taker) }
        let levels = nest.has[0].indices.filter { level in
            nest.has[poster][level] && nest.has[taker][level]
                && (nest.has[poster][..<level] == nest.has[taker][..<level])
        }
        if levels.isEmpty { return }
        let level = random.element(of: levels)
        let count = random.chance(15) ? random.pick(1...3) : 1
        let initial = poster > taker ? random.pick(1...4) : random.chance(15) ? random.below(3) : 0
        let capacity = max(random.chance(6) ? random.pick(200...1000) : random.pick(1...6), count + initial)
        let token = tokens.count
        tokens.append(Program.Token(name: "t\(token)", initial: initial, capacity: capacity))
        let places = (random.below(2), random.below(2))
        if servers > 0, random.chance(30) {
            items[poster][level][places.0].append(
                randomRequest(depth: nest.depth(poster, outside: level) + 1, .posting).posts(token, count))
        } else {
            let latency = random.chance(20) ? random.pick(1...30) : 0
            items[poster][level][places.0].append(compute(random.below(3), latency: latency).posts(token, count))
        }
        items[taker][level][places.1].append(wait(token, count))
        if random.chance(30), capacity < 20 {
            let credits = tokens.count
            tokens.append(Program.Token(name: "t\(credits)", initial: capacity, capacity: 1_000_000))
            let last = items[poster][level][places.0].count - 1
            items[poster][level][places.0].insert(wait(credits, count), at: last)
            items[taker][level][places.1].append(post(credits, count))
        }
    }

    // MARK: Statements

    private mutating func addStatements(_ nest: Nest, _ engine: Int, _ level: Int, _ place: Int) {
        for _ in 0..<random.below(scale.statements) {
            var code = randomStatement(depth: nest.depth(engine, outside: level) + (nest.has[engine][level] ? 1 : 0))
            if nest.has[engine][level] {
                code = decorate(code, nest, engine, level)
                items[engine][level][place].insert(code, at: random.below(items[engine][level][place].count + 1))
            }
        }
    }

    private mutating func randomStatement(depth: Int) -> Code {
        let kind = random.below(10)
        if kind < 5 || servers == 0 {
            let cycles = random.chance(10) ? 0 : random.pick(1...(random.chance(10) ? 60 : 9))
            return compute(cycles, latency: random.chance(8) ? random.pick(1...9) : 0)
        }
        if kind == 9 { return fence(random.below(4)) }
        return randomRequest(depth: depth, random.chance(30) ? .blocking : .background)
    }

    private mutating func randomRequest(depth: Int, _ mode: RequestMode) -> Code {
        let isFalling = random.chance(8)
        let strides = (0..<depth).map { _ in
            let stride = random.chance(30) ? 0 : random.chance(70) ? 4 << random.below(6) : random.below(96)
            return isFalling ? -stride : stride
        }
        let base = (random.chance(70) ? random.below(8) * 65536 : random.below(512)) + 256 + (isFalling ? 1 << 30 : 0)
        var code = request(random.below(servers), base, strides, bytes: random.pick(1...4), mode)
        if random.chance(15) { code = code.pattern(random.pick(2...4), stride: 16 * random.pick(-4...8)) }
        return depth > 0 && random.chance(12)
            ? code.ring(random.below(depth), length: random.pick(2...5), stride: random.below(6) * 16) : code
    }

    private mutating func decorate(_ code: Code, _ nest: Nest, _ engine: Int, _ level: Int) -> Code {
        let depth = nest.depth(engine, outside: level) + 1
        var code = code
        if random.chance(12) { code = code.when(randomCondition(), random.below(depth)) }
        if random.chance(6) { code = code.ragged([random.below(depth)]) }
        let isConstant = zip(nest.dependence[...level], nest.has[engine]).allSatisfy { $0 == nil || !$1 }
        if random.chance(8), isConstant { code = code.ahead(random.pick(1...(random.chance(80) ? 3 : 14))) }
        return code
    }

    private mutating func randomCondition() -> Guard.Condition.Kind {
        switch random.below(7) {
        case 0: .first
        case 1: .notFirst
        case 2: .last
        case 3: .notLast
        case 4: .divisible(by: random.pick(2...3))
        case 5: .below(random.pick(1...6))
        default: .atLeast(random.pick(1...6))
        }
    }
}
