import Orrery

/// Look-ups of caches and translations a second, one access at a time, with the counts that they must give.
enum CacheRates {
    private static let rounds = 5
    private static let accesses = 1_000_000

    /// A stream, its look-ups a second, and a count that says that they were done.
    private struct Row {
        var name: String
        var bar: Double
        var expected: Int
        var run: () -> Int
    }

    /// Random reads of 8 B within a region, SplitMix64 with seed 1.
    private static func random(_ bytes: Int) -> [Int] {
        var random = SplitMix(state: 1)
        return (0..<accesses).map { _ in 0x1000_0000 + 8 * Int(random.next() % UInt64(bytes / 8)) }
    }

    private static func cacheMisses(_ addresses: [Int]) -> Int {
        let cache = FunctionalCache(bytes: 32 << 10, ways: 8, .lru)
        for address in addresses { cache.access(address) }
        return cache.counts.misses
    }

    private static func walks(_ addresses: [Int]) -> Int {
        let system = FunctionalVictima(.init())
        for address in addresses { system.access(address) }
        return system.counts.demandWalks
    }

    /// - Returns: rows that miss their bar, or count something else.
    static func run() -> Missed {
        let sequential = (0..<accesses).map { 0x1000_0000 + 8 * $0 % (1 << 20) }
        let (near, gups24, gups28) = (random(32 << 10), random(16 << 20), random(256 << 20))
        let rows = [
            Row(name: "8-way LRU, sequential", bar: 40e6, expected: 125_000) { cacheMisses(sequential) },
            Row(name: "8-way LRU, random in 32 KiB", bar: 40e6, expected: 512) { cacheMisses(near) },
            Row(name: "8-way LRU, random in 256 MiB", bar: 40e6, expected: 999_868) { cacheMisses(gups28) },
            Row(name: "TLBs, walks, two caches, sequential", bar: 10e6, expected: 256) { walks(sequential) },
            Row(name: "TLBs, walks, two caches, random in 32 KiB", bar: 10e6, expected: 8) { walks(near) },
            Row(name: "TLBs, walks, two caches, random in 16 MiB", bar: 0, expected: 625_705) { walks(gups24) },
            Row(name: "TLBs, walks, two caches, random in 256 MiB", bar: 0, expected: 976_547) { walks(gups28) },
        ]
        var missed: Missed = []
        print("look-ups in a second".padded(46) + "millions    bar")
        for row in rows {
            var best = Double.infinity
            for _ in 0..<rounds {
                var count = 0
                best = min(best, processorSeconds { count = row.run() })
                if count != row.expected { missed.append("\(row.name): counts \(count) in place of \(row.expected)") }
            }
            let rate = Double(accesses) / best
            print(row.name.padded(46) + (rate / 1e6).text(8) + (row.bar / 1e6).text(7))
            if rate < row.bar { missed.append("\(row.name): \((rate / 1e6).text(0)) million a second") }
        }
        return missed
    }
}
