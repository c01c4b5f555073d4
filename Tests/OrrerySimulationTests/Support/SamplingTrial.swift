@testable import OrrerySimulation
@testable import SimulationTestSupport

/// A machine that was run in full, and with sampling.
struct SamplingTrial {
    let truth: Kernel
    let sampled: Kernel
    let hasCompleted: Bool

    /// - Parameters:
    ///   - patience: wake-ups before sampling; so few that small programs are sampled.
    ///   - worth: wake-ups that a skip must save.
    init(
        _ machine: ToyMachine, tolerance: Double = 0.02, patience: Int = 1000, worth: Int = 100,
        without rules: SamplingRules = []
    ) throws {
        var sampling = Sampling(tolerance: tolerance)
        sampling.patience = patience
        sampling.worth = worth
        sampling.rules = .all.subtracting(rules)
        truth = try machine.kernel(folds: false)
        sampled = try machine.kernel(folds: true, sampling: sampling)
        if case .completed = truth.run() { hasCompleted = true } else { hasCompleted = false }
        end = sampled.run()
    }

    private let end: Outcome

    var samples: Int { sampled.foldReports.reduce(0) { $0 + $1.samples } }
    var folds: Int { sampled.foldReports.reduce(0) { $0 + $1.folds } }
    /// By how much the sampled run is off, and the half-width that it states, in ticks.
    var error: Double { Double(sampled.instant - truth.instant) }
    var halfWidth: Double { sampled.samplingError?.ticks ?? 0 }
    var relativeHalfWidth: Double { halfWidth / Double(sampled.instant) }
    var isWithin: Bool { abs(error) <= halfWidth }

    /// Counters of the components, with what they should be, what they are, and the half-width of that.
    var counters: [(name: String, truth: Int, value: Int, halfWidth: Double)] {
        let widths = sampled.samplingError?.counters ?? []
        return truth.ledger.blocks.flatMap { block in
            (0..<block.names.count * block.width).map { index in
                let counter = block.base + index
                let name = "\(block.component) \(block.names[index / block.width])"
                return (
                    name, truth.ledger[counter], sampled.ledger[counter],
                    widths.indices.contains(counter) ? widths[counter] : 0
                )
            }
        }
    }

    /// What must hold exactly in a sampled run, and does not.
    var broken: [String] {
        var found: [String] = []
        if case .completed = end {} else { found.append("the sampled run did not end") }
        for counter in counters {
            let name = counter.name
            let isExact = ["commands", "computed", " read", "written", "loop "].contains { name.contains($0) }
            if isExact, !name.contains("stalls"), counter.truth != counter.value {
                found.append("\(name): \(counter.truth) and \(counter.value)")
            }
        }
        for engine in sampled.engines {
            let accounts =
                (0..<engine.width).reduce(0) { $0 + sampled.ledger[engine.busyBase + $1] }
                + (0..<engine.stallCount).reduce(0) { $0 + sampled.ledger[engine.stallBase + $1] }
            if accounts != engine.finishedAt { found.append("\(engine.path): \(accounts) of \(engine.finishedAt)") }
        }
        if truth.tokenCount.elements != sampled.tokenCount.elements { found.append("tokens") }
        if truth.tokenPosted.elements != sampled.tokenPosted.elements { found.append("tokens posted") }
        return found
    }
}

extension ToyMachine {
    /// A random program on memories whose answers take random times: queues that hand over to each other, loops in loops, one or two
    /// clocks.
    init(noisy seed: Int) {
        var random = SplitMix(seed: seed)
        self.init()
        for _ in 0..<random.pick(1...2) {
            servers.append(
                .noise(
                    ToyNoise.Configuration(
                        base: random.pick(2...30), spread: random.pick(1...30), seed: random.below(1 << 30),
                        hold: random.chance(30) ? random.pick(2...5) : 1,
                        pauseEvery: random.chance(25) ? random.pick(100...900) : 0, pause: random.pick(5...40),
                        limit: random.pick(1...6))))
        }
        let engines = random.pick(1...3)
        let inner = random.chance(40) ? random.pick(2...6) : random.chance(30) ? random.pick(100...300) : 1
        let outer = 6000 / inner
        tokens = (1..<max(engines, 2)).map { Program.Token(name: "t\($0)", capacity: random.pick(1...4)) }
        for engine in 0..<engines {
            var body: [Code] = []
            let depth = inner > 1 ? 2 : 1
            for _ in 0..<random.pick(1...2) {
                let mode = random.element(of: RequestMode.allCases)
                let strides = (0..<depth).map { _ in random.below(5) * 64 }
                let bytes = random.pick(1...64)
                body.append(
                    request(
                        random.below(servers.count), 4096, strides, bytes: bytes, mode == .posting ? .blocking : mode))
            }
            if random.chance(70) { body.append(compute(random.pick(1...40))) }
            if engine > 0 { body.insert(SimulationTestSupport.wait(engine - 1), at: 0) }
            if engine < engines - 1 { body.append(post(engine)) }
            if random.chance(20) { body.append(compute(random.pick(1...9)).when(.first, 0)) }
            if random.chance(20) { body.append(compute(random.pick(1...9)).when(.divisible(by: 2), 0)) }
            let nest = inner > 1 ? [Code.loop(id: 1, TripCount(inner), body)] : body
            queues.append([.loop(id: 0, TripCount(outer), nest)])
        }
        if random.chance(30) {
            clocks = [
                Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000),
                Clock(name: "other", periodNumerator: 1, periodDenominator: 1_000_000_000),
            ]
            for server in servers.indices { serverClocks[server] = 1 }
        }
    }
}
