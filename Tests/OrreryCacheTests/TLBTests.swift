import Testing

@testable import OrreryCache

@Suite struct TLBTests {
    /// A split TLB is as many TLBs as it has parts; a unified one shares its ways among sizes.
    @Test func splitPartsDontCompete() {
        let split = TLBArray([
            .init(entries: 4, ways: 4, sizes: [.small]), .init(entries: 2, ways: 2, sizes: [.large]),
        ])
        let unified = TLBArray([.init(entries: 4, ways: 4, sizes: [.small, .large])])
        for tlb in [split, unified] {
            for number in 0..<4 { tlb.fill(Page(of: number << 12, .small)) }
            for number in 0..<2 { tlb.fill(Page(of: number << 21, .large)) }
        }
        #expect((0..<4).allSatisfy { split.holds(Page(of: $0 << 12, .small)) } && split.count == 6)
        #expect(!unified.holds(Page(of: 0, .small)) && unified.holds(Page(of: 0, .large)) && unified.count == 4)
    }

    @Test func sizesWithoutAPartAreNeverKept() {
        let tlb = TLBArray([.init(entries: 4, ways: 4, sizes: [.small])])
        tlb.fill(Page(of: 0, .huge))
        #expect(!tlb.use(Page(of: 0, .huge)) && tlb.count == 0)
    }

    /// An entry of one address space does not serve another, and goes with its own.
    @Test func spacesAreToldApart() {
        let tlb = TLBArray([.init(entries: 16, ways: 4)])
        for space in [0, 1, 2047] { for number in 0..<4 { tlb.fill(Page(of: number << 12, .small, space: space)) } }
        #expect(!tlb.holds(Page(of: 0, .small, space: 3)))
        #expect(tlb.invalidate(space: 1) == 4)
        #expect(tlb.holds(Page(of: 0, .small)) && tlb.holds(Page(of: 0, .small, space: 2047)))
        #expect(!tlb.holds(Page(of: 0, .small, space: 1)))
        #expect(tlb.invalidate(Page(of: 0, .small)) && !tlb.invalidate(Page(of: 0, .small)))
    }

    /// Against lists: both levels, both ways to fill the second.
    @Test(arguments: TLBHierarchy.Filling.allCases) func hierarchiesOfLists(filling: TLBHierarchy.Filling) {
        let tlbs = TLBHierarchy(
            first: TLBArray([.init(entries: 8, ways: 2)]), second: TLBArray([.init(entries: 24, ways: 3)]),
            filling: filling)
        var first = (0..<4).map { _ in [Int]() }
        var second = (0..<8).map { _ in [Int]() }
        func place(_ page: Int, _ sets: inout [[Int]], ways: Int) -> Int? {
            let set = page % sets.count
            sets[set].removeAll { $0 == page }
            sets[set].append(page)
            return sets[set].count > ways ? sets[set].removeFirst() : nil
        }
        var random = SplitMix64(seed: 4)
        for _ in 0..<20_000 {
            let page = min(random.below(60), random.below(60))
            var expected = TLBHierarchy.Place.nowhere
            if first[page % 4].contains(page) {
                expected = .first
                _ = place(page, &first, ways: 2)
            } else {
                expected = second[page % 8].contains(page) ? .second : .nowhere
                if expected == .second || filling == .both { _ = place(page, &second, ways: 3) }
                if let victim = place(page, &first, ways: 2), filling == .victim { _ = place(victim, &second, ways: 3) }
            }
            let key = Page(of: page << 12, .small)
            let found = tlbs.use(key)
            #expect(found == expected)
            if found == .nowhere { tlbs.fill(key) }
        }
    }

    @Test func pomTLBLiesInMemory() {
        let pom = POMTLB(.init(entries: 65536, ways: 16, base: 1 << 40))
        #expect(pom.address(of: Page(of: 5 << 12, .small)) == 1 << 40 + 5 * 256)
        #expect(pom.address(of: Page(of: (4096 + 5) << 12, .small)) == 1 << 40 + 5 * 256)
        for way in 0...16 { pom.fill(Page(of: way << 24, .small)) }
        #expect(!pom.use(Page(of: 0, .small)) && pom.use(Page(of: 16 << 24, .small)))
        #expect(pom.invalidate(space: 0) == 16)
    }
}
