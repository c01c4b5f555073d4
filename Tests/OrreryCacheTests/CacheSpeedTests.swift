import Foundation
import Testing

@testable import OrreryCache

/// Look-ups per second, asked for by `ORRERY_BENCH=1`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ORRERY_BENCH"] != nil), .serialized) struct CacheSpeedTests {
    private func rate(_ name: String, _ count: Int, _ body: () -> Void) {
        var best = Double.infinity
        for _ in 0..<5 {
            let begin = clock()
            body()
            best = min(best, Double(clock() - begin) / Double(CLOCKS_PER_SEC))
        }
        print("bench \(name): \(Int(Double(count) / best / 1e5)) x 0.1 M/s")
    }

    @Test func lookups() {
        for stream in ["seq8_1M", "rnd_64K", "rnd_1M", "rnd_64M", "hotcold"] {
            guard let addresses = Streams.named(stream) else { continue }
            let cache = FunctionalCache(bytes: 32 << 10, ways: 8, .lru)
            rate("lru8 \(stream)", addresses.count) { for address in addresses { cache.access(address) } }
            let second = FunctionalCache(bytes: 2 << 20, ways: 16, .srrip())
            rate("srrip16 \(stream)", addresses.count) { for address in addresses { second.access(address) } }
            let system = FunctionalVictima(.init())
            rate("system \(stream)", addresses.count) { for address in addresses { system.access(address) } }
        }
        let gups = Streams.random(256 << 20, at: Streams.base, 1_000_000)
        let system = FunctionalVictima(.init())
        rate("system gups28", gups.count) { for address in gups { system.access(address) } }
    }

    /// The timed machine on the same streams: accesses a second, and what overlap and merging change of the counts.
    @Test func timed() throws {
        let count = 100_000
        let streams: [(String, [Int])] = [
            ("seq8_1M", Streams.strided(8, 1 << 20, count)),
            ("rnd_16K", Streams.random(16 << 10, at: Streams.base, count)),
            ("gups24", Streams.random(16 << 20, at: Streams.base, count)),
            ("gups28", Streams.random(256 << 20, at: Streams.base, count)),
            ("chase24", Streams.chase(nodes: 1 << 18, stride: 64, count)),
            ("pstride26", Streams.strided(4160, 64 << 20, count)),
        ]
        for (name, addresses) in streams {
            for predictor in [nil, CostPredictor.paper] {
                var configuration = FunctionalVictima.Configuration()
                configuration.predictor = predictor
                if predictor != nil { configuration.policy = .tlbAware(.paper) }
                let functional = FunctionalVictima(configuration)
                for address in addresses { functional.access(address) }
                for window in [1, 16] {
                    let items = addresses.map { Core.Item(address: $0) }
                    let machine = try VictimaMachine(configuration, items, window: window)
                    let begin = clock()
                    let kernel = try machine.run()
                    let seconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC)
                    let ledger = kernel.ledger
                    let merges =
                        machine.l1.counted(.readMerges, in: ledger) + machine.first.counted(.merges, in: ledger)
                    let walks = machine.walker.counted(.walks, in: ledger)
                    print(
                        "bench timed \(name) \(predictor == nil ? "radix" : "victima") window \(window):",
                        "\(Int(Double(count) / seconds / 1000)) k accesses/s, \(kernel.events * 10 / count) events in 10,",
                        "\(kernel.now(clock: 0)) cycles; walks \(walks) functional \(functional.counts.demandWalks);",
                        "L1 misses \(machine.l1.counted(.readMisses, in: ledger)) functional \(functional.counts.l1Misses);",
                        "merges \(merges)")
                }
            }
        }
    }
}
