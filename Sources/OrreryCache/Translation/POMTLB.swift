/// A large TLB in main memory (POM-TLB, Ryoo et al., ISCA 2017), as Victima's artifact has it: looked up through the data
/// caches, 16 bytes an entry.
public final class POMTLB {
    public struct Configuration: Hashable, Sendable {
        public var entries: Int
        public var ways: Int
        /// Physical address of the first entry.
        public var base: Int

        public init(entries: Int, ways: Int, base: Int) {
            self.entries = entries
            self.ways = ways
            self.base = base
        }
    }

    public static let entryBytes = 16
    public let configuration: Configuration
    private let tags: TagArray

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        tags = TagArray(sets: configuration.entries / configuration.ways, ways: configuration.ways, .lru)
    }

    /// Physical address that is read to look a page up: the first line of its set.
    @inline(__always)
    public func address(of page: Page) -> Int {
        configuration.base + (tags.set(of: page.key) * configuration.ways * Self.entryBytes) & ~63
    }

    @inline(__always)
    public func use(_ page: Page) -> Bool { tags.use(Use(key: page.key)) >= 0 }

    @inline(__always)
    public func holds(_ page: Page) -> Bool { tags.find(page.key) >= 0 }

    /// Places the translation that left the last TLB.
    public func fill(_ page: Page) { if !use(page) { tags.fill(Use(key: page.key)) } }

    /// Takes all pages of an address space out. - Returns: their number.
    @discardableResult
    public func invalidate(space: Int) -> Int { tags.empty { Page(key: $0).space == space } }
}
