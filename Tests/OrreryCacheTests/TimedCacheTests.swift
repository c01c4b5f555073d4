import Testing

@testable import OrreryCache
@testable import OrrerySimulation

/// Cycles of single accesses, and what ports, banks, registers and buffers cost.
@Suite struct TimedCacheTests {
    private func configuration(
        bytes: Int = 1024, ways: Int = 2, tag: Int = 2, data: Int = 3, ports: Int = 1, mshrs: Int = 4
    ) -> CacheConfiguration {
        CacheConfiguration(capacity: bytes, ways: ways, tagLatency: tag, dataLatency: data, ports: ports, mshrs: mshrs)
    }

    private func run(
        _ configuration: CacheConfiguration, _ items: [Core.Item], latency: Int = 50
    ) throws -> (core: Core, cache: Cache, memory: FixedMemory, kernel: Kernel) {
        let memory = FixedMemory(latency: latency)
        let cache = try Cache(path: "cache", configuration, next: memory)
        let core = Core(cache, items)
        let kernel = try OrreryCacheTests.run([core], [cache, memory])
        return (core, cache, memory, kernel)
    }

    /// A miss: tag, memory; a hit: tag and data.
    @Test(arguments: [(1, 0), (2, 3), (4, 0), (0, 1)]) func hitsAndMisses(tag: Int, data: Int) throws {
        let (core, cache, memory, kernel) = try run(
            configuration(tag: tag, data: data), .oneAtATime([64, 64, 72, 128]), latency: 50)
        #expect(core.latencies == [tag + 50, tag + data, tag + data, tag + 50])
        #expect(memory.reads == 2 && cache.counted(.readHits, in: kernel.ledger) == 2)
        #expect(cache.counted(.readMisses, in: kernel.ledger) == 2)
    }

    @Test func fillsTakeTheirLatency() throws {
        var slow = configuration()
        slow.fillLatency = 7
        #expect(try run(slow, .oneAtATime([64, 64])).core.latencies == [2 + 50 + 7, 5])
    }

    /// A miss that joins another is done with it, and never before its own look-up.
    @Test func missesMerge() throws {
        let items = [0, 8, 16].map { Core.Item(at: $0 * 3 / 8, address: $0) }
        let (core, cache, memory, kernel) = try run(configuration(), items)
        #expect(core.done == [52, 52, 52] && memory.reads == 1)
        #expect(cache.counted(.readMerges, in: kernel.ledger) == 2)
        let late = try run(configuration(), [Core.Item(address: 0), Core.Item(at: 51, address: 8)])
        #expect(late.core.done == [52, 53])
    }

    /// One port begins a look-up a cycle.
    @Test(arguments: [1, 2, 4]) func portsBoundLookups(ports: Int) throws {
        let warm = [Core.Item(address: 0)]
        let burst = (0..<8).map { _ in Core.Item(at: 100, address: 0) }
        let (core, _, _, _) = try run(configuration(ports: ports), warm + burst)
        #expect(core.done.dropFirst() == (0..<8).map { 105 + $0 / ports }[...])
    }

    /// Writes that have a queue of their own go before reads that came earlier.
    @Test(arguments: [false, true]) func writesGoFirst(hasQueue: Bool) throws {
        var configuration = configuration()
        configuration.writeQueue = hasQueue ? 4 : nil
        let warm = [Core.Item(address: 0)]
        let burst = [false, false, false, true, true].map { Core.Item(at: 100, address: 0, isWrite: $0) }
        let done = try run(configuration, warm + burst).core.done.dropFirst().map { $0 - 105 }
        #expect(done == (hasQueue ? [0, 3, 4, 1, 2] : [0, 1, 2, 3, 4]))
    }

    /// A read joins one of its line that waits, whatever stands between, and takes no port.
    @Test func waitingReadsMerge() throws {
        var configuration = configuration()
        configuration.mergesWaiting = true
        let warm = [0, 64].map { Core.Item(address: $0) }
        let burst = [0, 64, 72, 0, 8, 64].map { Core.Item(at: 100, address: $0) }
        let (core, cache, _, kernel) = try run(configuration, warm + burst)
        // The first read is looked up at once, so that nothing waits that the fourth could join but itself.
        #expect(core.done.dropFirst(2).map { $0 - 105 } == [0, 1, 1, 2, 2, 1])
        #expect(cache.counted(.joins, in: kernel.ledger) == 3)
        #expect(cache.counted(.readHits, in: kernel.ledger) == 3)
    }

    @Test func banksConflict() throws {
        var banked = configuration(ports: 2)
        banked.banks = 2
        let warm = [0, 64, 128].map { Core.Item(address: $0) }
        let same = [0, 128].map { Core.Item(at: 200, address: $0) }
        let other = [0, 64].map { Core.Item(at: 300, address: $0) }
        let (core, cache, _, kernel) = try run(banked, warm + same + other)
        #expect(core.done.dropFirst(3) == [205, 206, 305, 305])
        #expect(cache.counted(.bankConflicts, in: kernel.ledger) >= 1)
    }

    /// With one register misses go one after the other; a hit behind a miss that has none waits too.
    @Test func registersBoundMisses() throws {
        let items = (0..<4).map { Core.Item(address: $0 * 64) }
        #expect(try run(configuration(mshrs: 1), items).core.done == [52, 104, 156, 208])
        #expect(try run(configuration(mshrs: 4), items).core.done == [52, 53, 54, 55])
        let (_, cache, _, kernel) = try run(configuration(mshrs: 1), items)
        #expect(cache.counted(.mshrFull, in: kernel.ledger) > 100)
    }

    /// A full queue refuses, and the core waits.
    @Test func queuesRefuse() throws {
        var small = configuration(mshrs: 1)
        small.queue = 2
        let (core, _, _, _) = try run(small, (0..<5).map { Core.Item(address: $0 * 64) })
        #expect(core.taken == [0, 0, 0, 52, 104])
    }

    /// Written lines go to the next level when they leave, clean ones don't.
    @Test func writeBacks() throws {
        let lines = [0, 1024, 2048, 3072]
        let (_, cache, memory, kernel) = try run(
            configuration(), .oneAtATime(lines) { $0 == 0 })
        #expect(memory.reads == 4 && memory.writes == 1)
        #expect(memory.addresses == [0, 1024, 2048, 0, 3072] || memory.addresses == [0, 1024, 2048, 3072, 0])
        #expect(cache.counted(.evictions, in: kernel.ledger) == 2)
        #expect(cache.counted(.writeBacks, in: kernel.ledger) == 1)
    }

    @Test func writeThroughWritesAll() throws {
        var through = configuration()
        through.writePolicy = .through
        let addresses = [0, 0, 64, 64]
        let (_, _, memory, _) = try run(through, .oneAtATime(addresses) { _ in true })
        #expect(memory.writes == 4 && memory.reads == 2)
        through.allocation = .reads
        let around = try run(through, .oneAtATime(addresses) { _ in true })
        #expect(around.memory.writes == 4 && around.memory.reads == 0)
    }

    /// A write of a whole line needs no fetch.
    @Test func wholeLinesAreNotFetched() throws {
        let items = [Core.Item(address: 0, bytes: 64, isWrite: true), Core.Item(at: 100, address: 8)]
        let (core, _, memory, _) = try run(configuration(), items)
        #expect(memory.reads == 0 && core.latencies == [2, 5])
    }

    /// Sectors are fetched and written back alone; the line has one tag.
    @Test func sectors() throws {
        var sectored = CacheConfiguration(
            capacity: 2048, ways: 2, line: 128, sector: 32, tagLatency: 2, dataLatency: 3, mshrs: 4)
        sectored.replacement = .lru
        let addresses = [0, 32, 0, 2048, 4096]
        let (_, cache, memory, kernel) = try run(sectored, .oneAtATime(addresses) { $0 < 2 })
        #expect(memory.reads == 4 && memory.writes == 2)
        #expect(cache.counted(.evictions, in: kernel.ledger) == 1)
    }

    /// A request over several lines is done with its last.
    @Test func requestsOverLines() throws {
        let item = Core.Item(address: 32, bytes: 128)
        let (core, _, memory, _) = try run(configuration(), [item])
        #expect(memory.reads == 3 && core.done == [2 + 50 + 2])
        let pieces = Core.Item(address: 0, bytes: 8, count: 4, stride: 256)
        #expect(try run(configuration(), [pieces]).core.done == [2 + 50 + 3])
    }

    /// Prefetchers bring what comes next.
    @Test(arguments: PrefetcherConfiguration.Kind.allCases) func prefetchersHelpStreams(
        kind: PrefetcherConfiguration.Kind
    ) throws {
        var with = configuration(bytes: 4096, ways: 4, mshrs: 8)
        with.prefetcher = PrefetcherConfiguration(kind: kind, degree: 2)
        let items = [Core.Item].oneAtATime((0..<32).map { $0 * 64 })
        let plain = try run(configuration(bytes: 4096, ways: 4), items)
        let (core, cache, memory, kernel) = try run(with, items)
        #expect(core.done[31] < plain.core.done[31] * 3 / 4)
        #expect(cache.counted(.prefetchesUseful, in: kernel.ledger) > 8)
        #expect(memory.addresses.allSatisfy { $0 < 4096 })
        let issued = cache.counted(.prefetchesIssued, in: kernel.ledger)
        let demand = cache.counted(.readMisses, in: kernel.ledger)
        #expect(memory.reads <= demand + issued)
    }

    /// Two instructions of one command, each with a stride of its own, are told apart.
    @Test func stridesAreThoseOfInstructions() throws {
        var with = configuration(bytes: 8192, ways: 4, mshrs: 8)
        with.prefetcher = PrefetcherConfiguration(kind: .stride, degree: 1)
        func useful(apart: Bool) throws -> Int {
            var items = [Core.Item].oneAtATime((0..<40).map { $0 % 2 == 0 ? $0 * 64 : 65536 + $0 * 32 })
            for index in items.indices where apart { items[index].instruction = index % 2 == 0 ? 400 : 404 }
            let (_, cache, _, kernel) = try run(with, items)
            return cache.counted(.prefetchesUseful, in: kernel.ledger)
        }
        #expect(try useful(apart: false) == 0)
        #expect(try useful(apart: true) > 30)
    }

    /// A hit costs one event of the cache, beside the core's own.
    @Test func hitsCostOneEvent() throws {
        let count = 1000
        let (_, _, _, kernel) = try run(configuration(), .oneAtATime(Array(repeating: 64, count: count)))
        #expect(kernel.events <= 2 * count + 10)
    }

    @Test func badShapesAreErrors() {
        func fails(_ change: (inout CacheConfiguration) -> Void) -> String? {
            var configuration = configuration()
            change(&configuration)
            do throws(ConfigurationError) {
                try configuration.validate()
                return nil
            } catch { return error.parameter }
        }
        #expect(fails { _ in } == nil)
        #expect(fails { $0.capacity = 1000 } == "capacity")
        #expect(fails { $0.line = 48 } == "line")
        #expect(fails { $0.sector = 128 } == "sector")
        #expect(fails { $0.replacement = .belady } == "replacement")
        #expect(fails { ($0.replacement, $0.ways, $0.capacity) = (.treePLRU, 3, 192) } == "ways")
        #expect(fails { ($0.replacement, $0.ways, $0.capacity) = (.nru, 128, 8192) } == "ways")
        #expect(fails { ($0.writePolicy, $0.inclusion) = (.through, .exclusive) } == "write")
    }
}
