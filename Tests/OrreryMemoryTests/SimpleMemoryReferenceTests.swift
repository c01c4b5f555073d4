import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// A channel that is given `rate.bytes` units of work a cycle, a granule costing granule × `rate.cycles` units: cycle by cycle,
/// with what is left of a cycle spent on the next granule if it may begin by then.
private func serve(_ items: [Requester.Item], _ memory: SimpleMemory.Configuration) -> [Cycle] {
    struct Granule {
        var request: Int
        var isFirstOfPiece: Bool
        var isFirstOfRequest: Bool
    }
    var granules: [Granule] = []
    for (index, item) in items.enumerated() {
        for piece in 0..<item.count {
            for part in 0..<((item.bytes + memory.granule - 1) / memory.granule) {
                granules.append(
                    Granule(request: index, isFirstOfPiece: part == 0, isFirstOfRequest: part == 0 && piece == 0))
            }
        }
    }
    var completions: [Cycle] = []
    var done = Array(repeating: 0, count: items.count)
    var left = 0
    var pieceStart = 0
    var cycle = 0
    while completions.count < granules.count {
        var budget = memory.rate.bytes
        while budget > 0, completions.count < granules.count {
            let index = completions.count
            let granule = granules[index]
            let item = items[granule.request]
            if left == 0 {
                let isPaced = granule.isFirstOfPiece && !granule.isFirstOfRequest
                let isOpen = index < memory.outstanding || completions[index - memory.outstanding] <= cycle
                if item.at > cycle || !isOpen || isPaced && cycle < pieceStart + item.pace { break }
                if granule.isFirstOfPiece { pieceStart = cycle }
                left = memory.granule * memory.rate.cycles
            }
            let used = min(left, budget)
            left -= used
            budget -= used
            if left == 0 {
                completions.append(cycle + 1 + memory.latency)
                done[granule.request] = cycle + 1 + memory.latency
            }
        }
        cycle += 1
    }
    return done
}

@Suite struct SimpleMemoryReferenceTests {
    private func items(_ random: inout Random) -> [Requester.Item] {
        var at = 0
        return (0..<10).map { _ in
            at += random.pick([0, 0, 1, 10, 200])
            return Requester.Item(
                at: at, address: 0, bytes: random.int(1...300), count: random.int(1...12),
                isWrite: random.int(0...1) == 1, pace: random.pick([0, 0, 0, 1, 4, 15]))
        }
    }

    private func configuration(_ random: inout Random) -> SimpleMemory.Configuration {
        .init(
            rate: Rate(bytes: random.int(1...200), perCycles: random.int(1...12)), latency: random.int(0...40),
            outstanding: random.pick([1, 2, 3, 5, 16, 50]), granule: random.pick([16, 32, 64]), queue: 4096)
    }

    @Test(arguments: 0..<400) func equalsTheCycleByCycleChannel(seed: Int) throws {
        var random = Random(seed: UInt64(seed))
        let configuration = configuration(&random)
        let dram = SimpleMemory(path: "dram", configuration)
        let requester = Requester(dram, items(&random))
        try run([requester], [dram])
        #expect(requester.done == serve(requester.items, configuration), "\(configuration)")
    }

    /// Skipping granules gives the same cycles as walking them, in every regime that skips.
    @Test(arguments: 0..<400) func skippingEqualsWalking(seed: Int) throws {
        var random = Random(seed: UInt64(5000 + seed))
        var configuration = configuration(&random)
        configuration.outstanding = random.int(1...400)
        let items = items(&random)
        let done = try [true, false].map { skips in
            let requester = Requester(SimpleMemory(path: "dram", configuration, skips: skips), items)
            try run([requester], requester.ports)
            return requester.done
        }
        #expect(done[0] == done[1], "\(configuration)")
    }

    @Test func bothRegimesAreDrawn() {
        let regimes = (0..<400).map { seed in
            var random = Random(seed: UInt64(5000 + seed))
            var configuration = configuration(&random)
            configuration.outstanding = random.int(1...400)
            return configuration.outstandingCanBind
        }
        #expect(regimes.contains(true) && regimes.contains(false))
    }
}
