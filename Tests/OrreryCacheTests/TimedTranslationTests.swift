import Testing

@testable import OrreryCache
@testable import OrrerySimulation

/// Cycles of TLBs and walks, and what goes through which cache.
@Suite struct TimedTranslationTests {
    private struct Machine {
        let memory = FixedMemory(latency: 50)
        let l1: Cache
        let walker: PageWalker
        let second: TLB
        let first: TLB

        init(
            _ walks: PageWalkerConfiguration, indexing: CacheConfiguration.Indexing = .virtual, tag: Int = 2,
            tlb: Int = 1, room: Int = 16, blocksIn: Bool = false
        ) throws {
            l1 = try Cache(
                path: "l1",
                CacheConfiguration(
                    capacity: 32 << 10, ways: 8, tagLatency: tag, dataLatency: 3, queue: room, mshrs: room,
                    writeBuffer: room, indexing: indexing, translations: room), next: memory)
            walker = PageWalker(path: "walker", walks, memory: l1, blocks: blocksIn ? l1 : nil)
            second = TLB(
                path: "second", .init(parts: [.init(entries: 48, ways: 12)], latency: 12, queue: room, mshrs: room),
                next: walker)
            first = TLB(
                path: "first", .init(parts: [.init(entries: 8, ways: 4)], latency: tlb, queue: room, mshrs: room),
                next: second)
            try l1.connect(port: "translation", to: first)
        }

        func run(_ items: [Core.Item]) throws -> (core: Core, ledger: Ledger) {
            let core = Core(l1, items)
            let kernel = try OrreryCacheTests.run([core], [l1, first, second, walker, memory])
            return (core, kernel.ledger)
        }
    }

    /// A miss of both TLBs, four reads that all miss the cache, and the access itself; then hits.
    @Test(arguments: [CacheConfiguration.Indexing.virtual, .physical]) func cyclesOfAnAccess(
        indexing: CacheConfiguration.Indexing
    ) throws {
        let machine = try Machine(PageWalkerConfiguration(cacheLatency: 4), indexing: indexing)
        let (core, _) = try machine.run(.oneAtATime([0x5000, 0x5000, 0x5040]))
        let walk = 1 + 12 + 4 + 4 * (2 + 50)
        // The look-up follows the translation; beside one that takes longer than itself, nothing is left of it.
        #expect(core.latencies[0] == walk + (indexing == .virtual ? 0 : 2) + 50 || core.latencies[0] == walk + 50)
        #expect(core.latencies[1] == (indexing == .virtual ? 2 + 3 : 1 + 2 + 3))
        #expect(core.latencies[2] == (indexing == .virtual ? 2 + 50 : 1 + 2 + 50))
    }

    /// A slow TLB holds a virtually indexed look-up up only as far as it is slower.
    @Test(arguments: [1, 2, 5]) func lookupsBesideTranslations(tlb: Int) throws {
        let machine = try Machine(PageWalkerConfiguration(), tlb: tlb)
        #expect(try machine.run(.oneAtATime([0, 0])).core.latencies[1] == max(2, tlb) + 3)
    }

    /// Requests for one page share its walk.
    @Test func walksAreShared() throws {
        let machine = try Machine(PageWalkerConfiguration(walkers: 4))
        let (core, ledger) = try machine.run((0..<4).map { Core.Item(address: 0x5000 + 64 * $0) })
        #expect(machine.walker.counted(.walks, in: ledger) == 1)
        #expect(machine.first.counted(.merges, in: ledger) == 3)
        #expect(core.done.max() ?? 0 < 400)
    }

    /// One walker takes walks one after the other, four take them together.
    @Test func walkersWalkTogether() throws {
        let items = (0..<4).map { Core.Item(address: $0 << 30) }
        let one = try Machine(PageWalkerConfiguration(walkers: 1)).run(items).core.done.max() ?? 0
        let four = try Machine(PageWalkerConfiguration(walkers: 4)).run(items).core.done.max() ?? 0
        #expect(one > four + 250)
        #expect(four < 2 * 5 * 52 && four > 5 * 50)
    }

    /// ChampSim: two reads on a directory hit, to lines that no other page uses; the textbook's one.
    @Test func readsOnADirectoryHit() throws {
        let levels: [WalkCaches.Level?] = Array(repeating: .init(entries: 8, ways: 8), count: 4)
        func reads(_ layout: PageTable.Layout, _ isTwice: Bool) throws -> (all: Int, memory: Int) {
            let machine = try Machine(
                PageWalkerConfiguration(
                    levels: 5, frames: .shuffled(bytes: 1 << 30), layout: layout, caches: levels,
                    readsTwiceOnDirectoryHit: isTwice))
            let ledger = try machine.run(.oneAtATime((0..<50).map { $0 * 9 << 12 })).ledger
            let memory = machine.walker.counted(.readsFromMemory, in: ledger)
            return (memory + machine.walker.counted(.readsFromCaches, in: ledger), memory)
        }
        #expect(try reads(.radix, false).all == 5 + 49)
        #expect(try reads(.radix, true).all == 5 + 2 * 49)
        let champsim = try reads(.champsim, true)
        #expect(champsim.all == 5 + 2 * 49 && champsim.memory == champsim.all)
    }

    /// A nested walk reads 24 entries, and 4 where the nested TLB knows all.
    @Test func nestedWalks() throws {
        func machine(_ nested: TLBArray.Part?) throws -> Machine {
            try Machine(
                PageWalkerConfiguration(
                    frames: .sequential(bytes: 1 << 30),
                    host: .init(frames: .sequential(bytes: 1 << 31), nestedTLB: nested)))
        }
        let plain = try machine(nil)
        var ledger = try plain.run(.oneAtATime([0x5000])).ledger
        #expect(plain.l1.counted(.translationHits, in: ledger) + plain.l1.counted(.translationMisses, in: ledger) == 24)
        #expect(plain.walker.counted(.hostWalks, in: ledger) == 5)
        let cached = try machine(.init(entries: 64, ways: 4))
        ledger = try cached.run(.oneAtATime([0x5000, 0x6000])).ledger
        #expect(cached.walker.counted(.hostReads, in: ledger) == 20 + 4)
        #expect(cached.walker.counted(.nestedTLBHits, in: ledger) == 4)
    }

    /// What left the second TLB is found in memory by one read.
    @Test func pomTLBSparesWalks() throws {
        let machine = try Machine(
            PageWalkerConfiguration(pom: .init(entries: 4096, ways: 16, base: 1 << 40)))
        let pages = (0..<200).map { $0 << 12 }
        let ledger = try machine.run(.oneAtATime(pages + pages)).ledger
        #expect(machine.walker.counted(.walks, in: ledger) == 200)
        #expect(machine.walker.counted(.pomHits, in: ledger) == 200)
        #expect(machine.walker.counted(.pomMisses, in: ledger) == 200)
    }

    /// A read of the POM-TLB and a walk at the first touch; the read alone once the page has left the TLBs. With two sizes of
    /// pages both lines are read, a cycle apart: the page's own answers, and a walk waits for both.
    @Test(arguments: [false, true]) func cyclesOfPOMTLB(isMixed: Bool) throws {
        let machine = try Machine(
            PageWalkerConfiguration(
                sizes: isMixed ? .mixed(largePercent: 0) : .uniform(.small),
                pom: .init(entries: 4096, ways: 16, base: 1 << 41)))
        // The region's number is 0: its line is not that of a page.
        let pages = (1...200).map { $0 << 12 }
        let core = try machine.run(.oneAtATime(pages + pages)).core
        #expect(core.latencies[0] == 1 + 12 + (2 + 50) + (isMixed ? 1 : 0) + 4 * (2 + 50) + 50)
        #expect(core.latencies[200...].allSatisfy { $0 == 1 + 12 + (2 + 50) + 50 })
    }

    /// Reads of the POM-TLB that the cache refuses wait like others, and no look-up is asked twice.
    @Test(arguments: [1, 2, 5], [1, 3]) func pomTLBNeverGetsStuck(room: Int, walkers: Int) throws {
        let machine = try Machine(
            PageWalkerConfiguration(
                sizes: .mixed(largePercent: 50), frames: .permuted(bytes: 1 << 30),
                caches: [.init(entries: 4, ways: 4)], walkers: walkers, queue: room,
                pom: .init(entries: 256, ways: 4, base: 1 << 40)), room: room)
        var random = SplitMix64(seed: 5)
        let items = (0..<2000).map { index in
            Core.Item(
                at: index, address: random.below(1 << 22) * 8, bytes: 8 << random.below(6),
                isWrite: random.below(3) == 0)
        }
        let (core, ledger) = try machine.run(items)
        #expect(core.done.allSatisfy { $0 > 0 })
        let requests = machine.walker.counted(.pomHits, in: ledger) + machine.walker.counted(.pomMisses, in: ledger)
        #expect(requests == machine.second.counted(.misses, in: ledger))
        #expect(machine.walker.counted(.walks, in: ledger) == machine.walker.counted(.pomMisses, in: ledger))
        #expect(machine.walker.counted(.pomHits, in: ledger) > 0)
    }

    /// A shot-down page is walked for anew, and no other; a flush takes all.
    @Test func shootDowns() throws {
        let machine = try Machine(PageWalkerConfiguration(blocks: .init(predictor: .always)), blocksIn: true)
        let (core, _) = try machine.run(.oneAtATime((0..<8).map { $0 << 12 }))
        #expect(core.done.allSatisfy { $0 >= 0 } && machine.l1.residentBlocks == 1)
        let kernel = try Kernel(
            clocks: try #require(ClockSet([Clock(name: "c", periodNumerator: 1, periodDenominator: 1)])),
            components: [machine.l1, machine.first, machine.second, machine.walker, machine.memory],
            program: Program(operators: ["x"]), folds: false)
        machine.first.invalidate(Page(of: 0, .small), kernel)
        #expect(machine.second.array.holds(Page(of: 1 << 12, .small)))
        machine.second.invalidate(space: 0, kernel)
        #expect(machine.second.array.count == 0)
    }

    /// Walks go through the cache that asks for them; the smallest queues let everything through.
    @Test(arguments: [1, 2, 5]) func nothingGetsStuck(room: Int) throws {
        let levels: [WalkCaches.Level?] = [.init(entries: 4, ways: 4)]
        for blocks in [nil, PageWalkerConfiguration.Blocks(predictor: .always, backgroundQueue: 1)] {
            let machine = try Machine(
                PageWalkerConfiguration(caches: levels, walkers: 1, queue: 1, blocks: blocks), room: room,
                blocksIn: blocks != nil)
            var random = SplitMix64(seed: 3)
            let items = (0..<2000).map { index in
                Core.Item(
                    at: index, address: random.below(1 << 22) * 8, bytes: 8 << random.below(6),
                    isWrite: random.below(3) == 0)
            }
            let (core, _) = try machine.run(items)
            #expect(core.done.allSatisfy { $0 > 0 })
        }
    }
}
