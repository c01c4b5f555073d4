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
}
