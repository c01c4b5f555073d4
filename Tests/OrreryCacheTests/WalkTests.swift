import Testing

@testable import OrreryCache

@Suite struct WalkTests {
    private func reads(_ levels: Int, _ size: PageSize, caches: WalkCaches? = nil, _ addresses: [Int]) -> [Int] {
        let translation = FunctionalTranslation(
            table: PageTable(levels: levels, sizes: .uniform(size)),
            tlbs: TLBHierarchy(
                first: TLBArray([.init(entries: 1, ways: 1, sizes: [size])]),
                second: TLBArray([.init(entries: 1, ways: 1, sizes: [size])]), filling: .both), caches: caches)
        return addresses.map {
            let before = translation.counts.reads
            translation.access($0)
            return translation.counts.reads - before
        }
    }

    /// A walk reads levels − leaf + 1 entries.
    @Test(arguments: [
        (4, PageSize.small, 4), (5, .small, 5), (4, .large, 3), (5, .large, 4), (4, .huge, 2), (5, .huge, 3),
    ])
    func readsEveryLevel(levels: Int, size: PageSize, expected: Int) {
        #expect(reads(levels, size, [0, 1 << 40]) == [expected, expected])
    }

    /// What a cached entry covers is not read again: 2 MiB by a directory entry, 1 GiB, 512 GiB.
    @Test func cachedEntriesShortenWalks() {
        let level = WalkCaches.Level(entries: 8, ways: 8)
        let caches = WalkCaches([level, level, level, level])
        #expect(
            reads(5, .small, caches: caches, [0, 1 << 12, 1 << 21, 1 << 30, 1 << 39, 1 << 48]) == [5, 1, 2, 3, 4, 5])
    }

    /// n·m + n + m reads where nothing is cached.
    @Test(arguments: [(4, 4, PageSize.small, 24), (5, 5, .small, 35), (4, 4, .large, 15)])
    func nestedWalksReadTheProduct(guest: Int, host: Int, size: PageSize, expected: Int) {
        let walk = NestedWalk(
            guest: PageTable(levels: guest, sizes: .uniform(size), frames: .sequential(bytes: 1 << 32)),
            host: PageTable(levels: host, sizes: .uniform(size), frames: .sequential(bytes: 1 << 33)), nestedTLB: nil)
        var reads = (host: 0, guest: 0)
        let walks = walk.walk(Page(of: 0x1234_5678, size), from: guest) { _, isHost, _ in
            if isHost { reads.host += 1 } else { reads.guest += 1 }
        }
        #expect(reads.host + reads.guest == expected)
        #expect(reads.guest == guest - size.leafLevel + 1 && walks == reads.guest + 1)
    }

    /// A nested TLB spares the host's walks: the second walk for a neighbour reads the guest's entries alone.
    @Test func nestedTLBSparesHostWalks() {
        let walk = NestedWalk(
            guest: PageTable(frames: .sequential(bytes: 1 << 32)), host: PageTable(frames: .sequential(bytes: 1 << 33)),
            nestedTLB: TLBArray([.init(entries: 64, ways: 4)]))
        var reads = 0
        #expect(walk.walk(Page(of: 0, .small), from: 4) { _, _, _ in reads += 1 } == 5)
        #expect(reads == 24)
        reads = 0
        #expect(walk.walk(Page(of: 0, .small), from: 4) { _, _, _ in reads += 1 } == 0)
        #expect(reads == 4)
    }

    /// Uniform random pages: an LRU TLB of E entries over P pages hits E / P of the time once warm.
    @Test func randomPagesHitByTheShareOfTheTLB() {
        let tlbs = TLBHierarchy(
            first: TLBArray([.init(entries: 64, ways: 4)]), second: TLBArray([.init(entries: 1536, ways: 12)]),
            filling: .both)
        let translation = FunctionalTranslation(table: PageTable(), tlbs: tlbs, caches: nil)
        for address in Streams.random(64 << 20, at: Streams.base, 1_000_000) { translation.access(address) }
        let share = Double(translation.counts.firstHits + translation.counts.secondHits) / 1_000_000
        #expect(abs(share - 1536.0 / 16384) < 0.002)
    }
}
