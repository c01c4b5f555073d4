/// Lines of a cache that hold eight translations each: Victima's TLB blocks, and nested ones.
///
/// The line of eight leaf entries is tagged anew with the virtual page number ÷ 8, page size and address space; nothing is
/// copied, and it is clean. A nested block holds translations from guest-physical to host-physical.
public struct TranslationBlocks {
    private let tags: TagArray

    public init(in tags: TagArray) { self.tags = tags }

    /// Translations in a line of 64 bytes.
    public static let pages = 8

    /// The tag of the block that holds a page.
    @inline(__always)
    public static func key(of page: Page, isNested: Bool = false) -> Int {
        page.number >> 3 | page.key & ~TagArray.numberMask | (isNested ? 1 << 61 : 0) | 1 << 62
    }

    /// Whether a block with the page is there. Changes nothing.
    public func holds(_ page: Page, isNested: Bool = false) -> Bool {
        tags.find(Self.key(of: page, isNested: isNested)) >= 0
    }

    /// Whether a block with the page is there; a use of it where it is.
    public func use(_ page: Page, isNested: Bool = false) -> Bool {
        tags.use(Use(key: Self.key(of: page, isNested: isNested), isTranslation: true)) >= 0
    }

    /// Makes the line with a leaf entry the block of its page.
    ///
    /// The line of entries leaves its place (its data become the block's), and the block is placed in its own set.
    /// - Parameters:
    ///   - line: key of the cache line with the leaf entry.
    /// - Returns: what the block put out.
    @discardableResult
    public func convert(_ page: Page, line: Int, isNested: Bool = false) -> TagArray.Eviction {
        let slot = tags.find(line)
        if slot >= 0 { tags.empty(slot) }
        return tags.fill(
            Use(key: Self.key(of: page, isNested: isNested), isTranslation: true), marks: .translations)
    }

    /// Takes the block with a page out (INVLPG, shoot-down): all eight translations go. - Returns: whether it was there.
    @discardableResult
    public func invalidate(_ page: Page) -> Bool {
        var found = false
        for isNested in [false, true] {
            let slot = tags.find(Self.key(of: page, isNested: isNested))
            if slot >= 0 {
                tags.empty(slot)
                found = true
            }
        }
        return found
    }

    /// Takes all blocks of an address space out. - Returns: their number.
    @discardableResult
    public func invalidate(space: Int) -> Int {
        tags.empty { $0 >> 62 & 1 == 1 && Page(key: $0).space == space }
    }

    /// Blocks in the cache.
    public var count: Int { tags.lines(with: .translations) }
}
