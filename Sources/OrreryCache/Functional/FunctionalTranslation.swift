/// Two levels of TLB and a walker with page-structure caches, one access at a time and without time (`reference/cache` §6.3).
public final class FunctionalTranslation {
    public struct Counts: Hashable, Sendable {
        public var firstHits = 0
        public var firstMisses = 0
        public var secondHits = 0
        public var secondMisses = 0
        /// Entries of page tables that walks read.
        public var reads = 0
        /// Walks by the level whose cached entry they began with: index 2 to 5; index 0 those that began at the root.
        public var begins = [0, 0, 0, 0, 0, 0]

        public init() {}
    }

    public let table: PageTable
    public let tlbs: TLBHierarchy
    private let caches: WalkCaches?
    @exclusivity(unchecked) public private(set) var counts = Counts()

    public init(table: PageTable, tlbs: TLBHierarchy, caches: WalkCaches?) {
        self.table = table
        self.tlbs = tlbs
        self.caches = caches
    }

    /// Translates one address.
    @inline(__always)
    public func access(_ address: Int, space: Int = 0) {
        let page = table.page(of: address, space: space)
        switch tlbs.use(page) {
        case .first: counts.firstHits &+= 1
        case .second:
            counts.firstMisses &+= 1
            counts.secondHits &+= 1
        case .nowhere:
            counts.firstMisses &+= 1
            counts.secondMisses &+= 1
            walk(page)
            tlbs.fill(page)
        }
    }

    private func walk(_ page: Page) {
        let leaf = page.size.leafLevel
        let known = caches?.use(page.address, leaf: leaf, space: page.space)
        counts.begins[known ?? 0] &+= 1
        let first = known.map { $0 - 1 } ?? table.levels
        counts.reads &+= first - leaf + 1
        for level in stride(from: first, to: leaf, by: -1) {
            caches?.fillMissing(page.address, level: level, space: page.space)
        }
    }
}
