import OrrerySimulation

/// Entries of one level of TLB: one structure for several page sizes (unified), or several (split).
public final class TLBArray {
    /// A structure and the page sizes that it holds.
    public struct Part: Hashable, Sendable {
        public var entries: Int
        public var ways: Int
        public var sizes: Set<PageSize>

        public init(entries: Int, ways: Int, sizes: Set<PageSize> = [.small, .large]) {
            self.entries = entries
            self.ways = ways
            self.sizes = sizes
        }
    }

    /// The array of each page size, by its number.
    private let bySize: FixedArray<Peer<TagArray>>
    /// Page sizes that it keeps, a bit each.
    private let kept: Int
    private let arrays: [TagArray]

    /// - Parameter parts: each page size in one of them at most; a size in none is never found and never kept.
    public init(_ parts: [Part], _ policy: ReplacementPolicy = .lru) {
        let arrays = parts.map { TagArray(sets: $0.entries / $0.ways, ways: $0.ways, policy) }
        // Of a size that is not kept, and that no page has.
        let none = TagArray(sets: 1, ways: 1, .lru)
        self.arrays = arrays + [none]
        bySize = FixedArray(
            (0...PageSize.huge.rawValue).map { size in
                Peer(parts.firstIndex { $0.sizes.contains { $0.rawValue == size } }.map { arrays[$0] } ?? none)
            })
        kept = PageSize.allCases.reduce(0) { kept, size in
            kept | (parts.contains { $0.sizes.contains(size) } ? 1 << size.rawValue : 0)
        }
    }

    /// Whether pages of the size are kept at all.
    @inline(__always)
    public func keeps(_ size: PageSize) -> Bool { kept >> size.rawValue & 1 == 1 }

    @inline(__always)
    private func with<Value>(_ page: Page, _ body: (TagArray) -> Value) -> Value {
        bySize[page.size.rawValue].with(body)
    }

    /// Whether the page's translation is there; a use of it where it is.
    @inline(__always)
    public func use(_ page: Page) -> Bool { with(page) { $0.use(Use(key: page.key)) >= 0 } }

    /// Whether the page's translation is there. Changes nothing.
    @inline(__always)
    public func holds(_ page: Page) -> Bool { with(page) { $0.find(page.key) >= 0 } }

    /// Places a translation; one that is there already is used. - Returns: the page that was put out for it.
    @inline(__always)
    @discardableResult
    public func fill(_ page: Page) -> Page? {
        if !keeps(page.size) { return nil }
        let evicted = with(page) { array in
            let use = Use(key: page.key)
            return array.use(use) >= 0 ? -1 : array.fill(use).key
        }
        return evicted >= 0 ? Page(key: evicted) : nil
    }

    /// Places a translation that is not there. - Returns: the page that was put out for it.
    @inline(__always)
    @discardableResult
    func fillMissing(_ page: Page) -> Page? {
        if !keeps(page.size) { return nil }
        let evicted = with(page) { $0.fill(Use(key: page.key)).key }
        return evicted >= 0 ? Page(key: evicted) : nil
    }

    /// Takes one page out. - Returns: whether it was there.
    @discardableResult
    public func invalidate(_ page: Page) -> Bool {
        with(page) { array in
            let slot = array.find(page.key)
            if slot >= 0 { array.empty(slot) }
            return slot >= 0
        }
    }

    /// Takes all pages of an address space out. - Returns: their number.
    @discardableResult
    public func invalidate(space: Int) -> Int {
        arrays.reduce(0) { $0 + $1.empty { Page(key: $0).space == space } }
    }

    /// Translations that it holds.
    public var count: Int { arrays.reduce(0) { $0 + $1.lines() } }
}
