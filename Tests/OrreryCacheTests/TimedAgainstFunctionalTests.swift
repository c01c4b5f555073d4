import Testing

@testable import OrreryCache
@testable import OrrerySimulation

/// One access at a time the timed components count what the functional ones count.
@Suite struct TimedAgainstFunctionalTests {
    private let policies: [ReplacementPolicy] = [
        .lru, .fifo, .srrip(), .srrip(.frequencyPriority), .distantRRIP(), .brrip(), .drrip(), .treePLRU, .nru,
        .random(),
        .tlbAware(.paper), .tlbAware(.artifact), .mark0(), .markAndPredict(),
    ]

    @Test func cachesOfAllPolicies() throws {
        var addresses = try #require(Streams.named("hotcold", count: 6000))
        addresses += Streams.random(64 << 10, at: Streams.base, 6000)
        for policy in policies {
            let functional = FunctionalCache(bytes: 16 << 10, ways: 4, policy)
            for (index, address) in addresses.enumerated() {
                functional.access(address, isWrite: Streams.isWrite(index))
            }
            let memory = FixedMemory(latency: 20)
            let cache = try Cache(
                path: "cache",
                CacheConfiguration(
                    capacity: 16 << 10, ways: 4, tagLatency: 1, dataLatency: 1, mshrs: 4, replacement: policy),
                next: memory)
            let core = Core(cache, .oneAtATime(addresses, isWrite: Streams.isWrite))
            let ledger = try run([core], [cache, memory]).ledger
            let counts = FunctionalCache.Counts(
                hits: cache.counted(.readHits, in: ledger) + cache.counted(.writeHits, in: ledger),
                misses: cache.counted(.readMisses, in: ledger) + cache.counted(.writeMisses, in: ledger),
                evictions: cache.counted(.evictions, in: ledger), writeBacks: cache.counted(.writeBacks, in: ledger))
            #expect(counts == functional.counts, "\(policy)")
            #expect(memory.reads == counts.misses && memory.writes == counts.writeBacks)
        }
    }

    /// Two levels of TLB and walks with page-structure caches.
    @Test(arguments: TLBHierarchy.Filling.allCases, [PageSize.small, .large]) func translations(
        filling: TLBHierarchy.Filling, size: PageSize
    ) throws {
        let addresses = try #require(Streams.named("rnd_64M", count: 20_000))
        let levels: [WalkCaches.Level?] = [
            .init(entries: 32, ways: 4), .init(entries: 16, ways: 4), .init(entries: 16, ways: 4),
        ]
        let functional = FunctionalTranslation(
            table: PageTable(sizes: .uniform(size)),
            tlbs: TLBHierarchy(
                first: TLBArray([.init(entries: 64, ways: 4)]), second: TLBArray([.init(entries: 1536, ways: 12)]),
                filling: filling), caches: WalkCaches(levels))
        for address in addresses { functional.access(address) }
        let memory = FixedMemory(latency: 20)
        let walker = PageWalker(
            path: "walker", PageWalkerConfiguration(sizes: .uniform(size), caches: levels), memory: memory)
        let second = TLB(
            path: "second",
            .init(parts: [.init(entries: 1536, ways: 12)], latency: 12, mshrs: 4, filling: filling), next: walker)
        let first = TLB(path: "first", .init(parts: [.init(entries: 64, ways: 4)], latency: 1, mshrs: 4), next: second)
        let core = Core(first, .oneAtATime(addresses))
        let ledger = try run([core], [first, second, walker, memory]).ledger
        let counts = functional.counts
        #expect(first.counted(.hits, in: ledger) == counts.firstHits)
        #expect(first.counted(.misses, in: ledger) == counts.firstMisses)
        #expect(second.counted(.hits, in: ledger) == counts.secondHits)
        #expect(second.counted(.misses, in: ledger) == counts.secondMisses)
        #expect(walker.counted(.walks, in: ledger) == counts.secondMisses)
        #expect(memory.reads == counts.reads)
        for level in 2...4 { #expect(walker.counted(WalkCounter.begun(level), in: ledger) == counts.begins[level]) }
    }

    /// The whole of Victima: TLBs, blocks, predictor, walks through the L2 cache, data through both caches.
    @Test(arguments: [nil, CostPredictor.paper, .always]) func victima(predictor: CostPredictor?) throws {
        var configuration = FunctionalVictima.Configuration()
        configuration.predictor = predictor
        configuration.policy = predictor == nil ? .srrip(.frequencyPriority) : .tlbAware(.paper)
        for addresses in [
            Streams.random(64 << 20, at: Streams.base, 60_000), Streams.strided(4160, 64 << 20, 60_000),
        ] {
            let functional = FunctionalVictima(configuration)
            for address in addresses { functional.access(address) }
            let machine = try VictimaMachine(configuration, .oneAtATime(addresses))
            let ledger = try machine.run().ledger
            let counts = functional.counts
            #expect(machine.first.counted(.hits, in: ledger) == counts.firstTLBHits)
            #expect(machine.second.counted(.hits, in: ledger) == counts.secondTLBHits)
            #expect(machine.walker.counted(.walks, in: ledger) == counts.demandWalks)
            #expect(machine.walker.counted(.blockHits, in: ledger) == counts.blockHits)
            #expect(machine.walker.counted(.rejections, in: ledger) == counts.rejections)
            #expect(machine.walker.counted(.bypasses, in: ledger) == counts.bypasses)
            #expect(machine.l1.counted(.readHits, in: ledger) == counts.l1Hits)
            #expect(machine.l2.counted(.readHits, in: ledger) == counts.l2Hits)
            #expect(machine.l2.counted(.readMisses, in: ledger) == counts.l2Misses)
            #expect(machine.l2.counted(.translationHits, in: ledger) == counts.readHits)
            #expect(machine.l2.counted(.translationMisses, in: ledger) == counts.readMisses)
            #expect(machine.l2.residentBlocks == functional.residentBlocks)
        }
    }
}

/// The timed counterpart of `FunctionalVictima`.
struct VictimaMachine {
    let memory = FixedMemory(latency: 100)
    let l2: Cache
    let l1: Cache
    let walker: PageWalker
    let second: TLB
    let first: TLB
    let core: Core

    init(_ configuration: FunctionalVictima.Configuration, _ items: [Core.Item], window: Int = .max) throws {
        l2 = try Cache(
            path: "l2",
            CacheConfiguration(
                capacity: configuration.l2Bytes, ways: configuration.l2Ways, tagLatency: 3, dataLatency: 13,
                mshrs: 16, replacement: configuration.policy), next: memory)
        l1 = try Cache(
            path: "l1",
            CacheConfiguration(
                capacity: configuration.l1Bytes, ways: configuration.l1Ways, tagLatency: 1, dataLatency: 3, mshrs: 8),
            next: l2)
        walker = PageWalker(
            path: "walker",
            PageWalkerConfiguration(
                caches: configuration.walkCaches, cacheLatency: 2, walkers: 2,
                blocks: configuration.predictor.map { .init(predictor: $0) }),
            memory: l2, blocks: configuration.predictor == nil ? nil : l2)
        second = TLB(path: "second", .init(parts: [configuration.secondTLB], latency: 12, mshrs: 8), next: walker)
        first = TLB(path: "first", .init(parts: [configuration.firstTLB], latency: 1, mshrs: 8), next: second)
        try l1.connect(port: "translation", to: first)
        core = Core(l1, items, window: window)
    }

    func run() throws -> Kernel { try OrreryCacheTests.run([core], [l1, l2, first, second, walker, memory]) }
}
