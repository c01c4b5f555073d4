import Testing

@testable import OrreryCache

@Suite struct VictimaTests {
    private func blocks() -> (TagArray, TranslationBlocks) {
        let tags = TagArray(sets: 64, ways: 4, .tlbAware(.paper))
        return (tags, TranslationBlocks(in: tags))
    }

    /// A block serves eight neighbours of one size and one address space, and takes the place of the line of entries.
    @Test func aBlockHoldsEightPages() {
        let (tags, blocks) = blocks()
        let line = 0x123
        tags.fill(Use(key: line))
        blocks.convert(Page(of: 16 << 12, .small), line: line)
        #expect(tags.find(line) < 0)
        for number in 16..<24 { #expect(blocks.holds(Page(of: number << 12, .small))) }
        for number in [15, 24] { #expect(!blocks.holds(Page(of: number << 12, .small))) }
        #expect(!blocks.holds(Page(of: 16 << 21, .large)))
        #expect(!blocks.holds(Page(of: 16 << 12, .small, space: 1)))
        #expect(!blocks.holds(Page(of: 16 << 12, .small), isNested: true))
        #expect(blocks.count == 1)
    }

    /// A shoot-down of one page takes all eight translations; that of a space leaves the others.
    @Test func invalidation() {
        let (tags, blocks) = blocks()
        for space in 0..<3 { blocks.convert(Page(of: 0, .small, space: space), line: 1) }
        blocks.convert(Page(of: 0, .small, space: 1), line: 2, isNested: true)
        tags.fill(Use(key: 7))
        #expect(blocks.invalidate(Page(of: 3 << 12, .small, space: 2)))
        #expect(!blocks.holds(Page(of: 0, .small, space: 2)))
        #expect(blocks.invalidate(space: 1) == 2)
        #expect(blocks.count == 1 && tags.find(7) >= 0)
    }

    @Test func countersSaturate() {
        var history = WalkHistory()
        let page = Page(of: 0x1000, .small)
        #expect(history.counters(of: page) == WalkCounters(frequency: 0, cost: 0))
        for walk in 1...20 {
            history.walked(page, wentToMemory: walk % 2 == 0)
            #expect(history.counters(of: page) == WalkCounters(frequency: min(walk, 7), cost: min(walk / 2, 15)))
        }
        for _ in 0..<10 { history.walked(page, wentToMemory: true) }
        #expect(history.counters(of: page).cost == 15)
        #expect(history.counters(of: Page(of: 0x2000, .small)) == WalkCounters(frequency: 0, cost: 0))
    }

    @Test func predictorsAreBoxesAndTrees() {
        func costly(_ predictor: CostPredictor, _ frequency: Int, _ cost: Int) -> Bool {
            predictor.isCostly(WalkCounters(frequency: frequency, cost: cost))
        }
        #expect(costly(.paper, 1, 1) && costly(.paper, 7, 7) && !costly(.paper, 7, 8) && !costly(.paper, 0, 0))
        let exchanged = CostPredictor.box(frequency: 1...7, cost: 1...12)
        #expect(costly(exchanged, 7, 12) && !costly(exchanged, 7, 13) && !costly(exchanged, 1, 0))
        #expect(costly(.tree, 1, 1) && costly(.tree, 2, 3) && !costly(.tree, 1, 2) && !costly(.tree, 5, 0))
        #expect(costly(.always, 0, 0))
    }

    /// With room for all blocks, each page group is walked for once: footprint / 8 walks.
    @Test func compulsoryWalksAreAnEighthOfThePages() {
        var configuration = FunctionalVictima.Configuration()
        configuration.predictor = .always
        configuration.policy = .tlbAware(.paper)
        let system = FunctionalVictima(configuration)
        for address in Streams.random(16 << 20, at: Streams.base, 200_000) { system.access(address) }
        #expect(system.counts.demandWalks == 4096 / 8 && system.counts.backgroundWalks == 0)
    }
}
