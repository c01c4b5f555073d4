import Testing

@testable import OrreryCache
@testable import OrrerySimulation

/// Caches above caches: what is counted at one port is counted at the next, and inclusion holds.
@Suite struct HierarchyTests {
    private func items(_ count: Int, gap: Int, span: Int, seed: UInt64 = 5) -> [Core.Item] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { index in
            Core.Item(
                at: index * gap / 2, address: random.below(span) & ~7, isWrite: random.below(3) == 0,
                site: random.below(4))
        }
    }

    private func machine(
        _ inclusion: CacheConfiguration.Inclusion = .nine, prefetcher: PrefetcherConfiguration? = nil, sector: Int = 64
    ) throws -> (l1: Cache, l2: Cache, memory: FixedMemory) {
        let memory = FixedMemory(latency: 80, room: 20)
        let l2 = try Cache(
            path: "l2",
            CacheConfiguration(
                capacity: 8 << 10, ways: 4, tagLatency: 3, dataLatency: 5, fillLatency: 1, queue: 4, mshrs: 6,
                targets: 4, writeBuffer: 3, replacement: .srrip(), inclusion: inclusion), next: memory)
        let l1 = try Cache(
            path: "l1",
            CacheConfiguration(
                capacity: 2 << 10, ways: 2, sector: sector, tagLatency: 1, dataLatency: 1, ports: 2, banks: 4,
                queue: 8, mshrs: 4, targets: 3, writeBuffer: 2, prefetcher: prefetcher), next: l2)
        return (l1, l2, memory)
    }

    private func keys(_ cache: Cache) -> Set<Int> {
        Set((0..<cache.tags.sets * cache.tags.ways).map { cache.tags.key(at: $0) }.filter { $0 >= 0 })
    }

    /// Every access is a hit, a miss or a merged one; every miss is a request of the next level; every write-back arrives.
    @Test(arguments: CacheConfiguration.Inclusion.allCases, [1, 8, 200]) func everythingIsCounted(
        inclusion: CacheConfiguration.Inclusion, gap: Int
    ) throws {
        for prefetcher in [nil, PrefetcherConfiguration(kind: .nextLine, degree: 2)] {
            let (l1, l2, memory) = try machine(inclusion, prefetcher: prefetcher)
            let core = Core(l1, items(3000, gap: gap, span: 32 << 10))
            let ledger = try run([core], [l1, l2, memory]).ledger
            #expect(core.done.allSatisfy { $0 >= 0 })
            #expect(core.latencies.allSatisfy { $0 >= 1 })
            func sum(_ cache: Cache, _ counters: [CacheCounter]) -> Int {
                counters.reduce(0) { $0 + cache.counted($1, in: ledger) }
            }
            let demand: [CacheCounter] = [
                .readHits, .readMisses, .readMerges, .writeHits, .writeMisses, .writeMerges,
            ]
            #expect(sum(l1, demand) == 3000)
            let fetched = sum(l1, [.readMisses, .writeMisses, .prefetchMisses])
            #expect(
                sum(l2, [.readHits, .readMisses, .readMerges, .prefetchHits, .prefetchMisses, .prefetchMerges])
                    == fetched)
            if inclusion != .exclusive {
                #expect(
                    sum(l2, [.writeBackHits, .writeBackMisses, .writeBackMerges]) == sum(l1, [.writeBacks]))
            }
            #expect(memory.reads == sum(l2, [.readMisses, .prefetchMisses]))
            #expect(memory.writes == sum(l2, [.writeBacks]))
            #expect(l1.freeJobs.count == l1.jobs.count && l2.freeJobs.count == l2.jobs.count)
            #expect(l1.misses.used == 0 && l2.misses.used == 0 && l1.writes.count == 0 && l2.writes.count == 0)
        }
    }

    @Test func inclusiveCachesHoldWhatIsAbove() throws {
        let (l1, l2, memory) = try machine(.inclusive)
        let core = Core(l1, .oneAtATime(items(4000, gap: 1, span: 32 << 10).map(\.address)) { $0 % 3 == 0 })
        let ledger = try run([core], [l1, l2, memory]).ledger
        #expect(keys(l1).isSubset(of: keys(l2)))
        #expect(l1.counted(.backInvalidations, in: ledger) > 0)
    }

    /// Exclusive caches share no line, so that both together hold more.
    @Test func exclusiveCachesShareNoLine() throws {
        let addresses = items(6000, gap: 1, span: 10 << 10).map(\.address)
        func misses(_ inclusion: CacheConfiguration.Inclusion) throws -> (Int, shared: Int) {
            let (l1, l2, memory) = try machine(inclusion)
            try run([Core(l1, .oneAtATime(addresses))], [l1, l2, memory])
            return (memory.reads, keys(l1).intersection(keys(l2)).count)
        }
        let (exclusive, shared) = try misses(.exclusive)
        #expect(shared == 0)
        #expect(try exclusive < misses(.nine).0 && misses(.nine).shared > 0)
    }

    /// What is written comes to memory once nothing is left above: dirty lines are neither lost nor doubled.
    @Test(arguments: CacheConfiguration.Inclusion.allCases) func writtenLinesReachMemory(
        inclusion: CacheConfiguration.Inclusion
    ) throws {
        let (l1, l2, memory) = try machine(inclusion)
        let written = (0..<16).map { $0 * 64 }
        let flush = (0..<600).map { 1 << 20 + $0 * 64 }
        try run([Core(l1, .oneAtATime(written + flush) { $0 < 16 })], [l1, l2, memory])
        #expect(memory.writes == 16)
    }

    @Test func sectorsOfTheUpperCache() throws {
        let (l1, l2, memory) = try machine(sector: 16)
        let core = Core(l1, items(2000, gap: 3, span: 16 << 10))
        let ledger = try run([core], [l1, l2, memory]).ledger
        #expect(core.done.allSatisfy { $0 >= 0 })
        #expect(l1.counted(.readMisses, in: ledger) > 0 && l2.counted(.writeBackMisses, in: ledger) >= 0)
        #expect(l1.freeJobs.count == l1.jobs.count)
    }
}
