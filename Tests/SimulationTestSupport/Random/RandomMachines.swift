import OrrerySimulation

/// How large the random programs are.
public struct RandomScale: Sendable {
    var engines: ClosedRange<Int>
    var servers: ClosedRange<Int>
    var depth: Int
    var tokens: ClosedRange<Int>
    /// Iterations of one nest, about.
    var iterations: Int
    /// Statements at each place of a nest, fewer than.
    var statements: Int

    public static let tiny = RandomScale(
        engines: 1...2, servers: 0...1, depth: 2, tokens: 0...2, iterations: 40, statements: 2)
    public static let medium = RandomScale(
        engines: 2...5, servers: 0...3, depth: 3, tokens: 1...5, iterations: 3000, statements: 3)
    public static let long = RandomScale(
        engines: 2...6, servers: 0...3, depth: 3, tokens: 1...5, iterations: 40_000, statements: 3)

    /// With the number of programs in an ordinary test run.
    public static let named = [("tiny", tiny, 5000), ("medium", medium, 300), ("long", long, 5)]
}

extension ToyMachine {
    /// A random machine with a random program: the same for the same seed and scale.
    init(seed: Int, _ scale: RandomScale) {
        var random = SplitMix(seed: seed)
        self.init()
        for index in 0..<random.pick(scale.servers) {
            let isLink = index > 0 && random.chance(25)
            servers.append(
                isLink
                    ? .link(
                        ToyLink.Configuration(
                            target: random.below(index), latency: random.below(12), limit: random.pick(1...8)))
                    : Memory(&random))
        }
        serversFirst = random.chance(50)
        var generator = RandomPrograms(&random, scale, servers: servers.count)
        queues = generator.queues()
        tokens = generator.tokens
        addClocks(&generator.random)
    }

    private mutating func addClocks(_ random: inout SplitMix) {
        let core = Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000)
        let other = Clock(name: "other", periodNumerator: 1, periodDenominator: 1_000_000_000)
        let part = Clock(name: "part", periodNumerator: 833, periodDenominator: 1_000_000_000_000)
        let half = Clock(name: "half", periodNumerator: 3, periodDenominator: 2_000_000_000)
        switch random.below(10) {
        case 0: clocks = [core, other]
        case 1: clocks = [other, half]
        case 2: clocks = [core, part]
        default: return
        }
        for server in servers.indices where random.chance(60) { serverClocks[server] = 1 }
        for engine in queues.indices where random.chance(25) { engineClocks[engine] = 1 }
    }
}

extension ToyMachine.Memory {
    init(_ random: inout SplitMix) {
        let limit = random.pick(1...8)
        switch random.below(3) {
        case 0:
            self = .scratchpad(
                ToyScratchpad.Configuration(
                    banks: 1 << random.below(4), width: 4 << random.below(3), occupancy: random.pick(1...5),
                    latency: random.pick(1...20), limit: limit))
        case 1:
            self = .memory(
                ToyMemory.Configuration(
                    bytes: random.pick(1...12), cycles: random.pick(1...7), latency: random.pick(1...20), limit: limit))
        default:
            var configuration = ToyDRAM.Configuration(
                banks: 1 << random.below(3), rowBytes: 32 << random.below(3), latency: random.pick(1...20),
                hit: random.pick(1...5), miss: random.pick(1...20), limit: limit)
            if random.chance(30) {
                configuration.refreshInterval = random.pick(50...450)
                configuration.refreshCycles = random.pick(1...30)
                configuration.hasDeadline = random.chance(70)
            }
            self = .dram(configuration)
        }
    }
}
