/// A radix page table of x86-64: 4 or 5 levels of 512 entries of 8 bytes, leaves of 4 KiB, 2 MiB or 1 GiB.
///
/// It is asked, not simulated: where an address lies, and where the entries lie that a walk reads. What it has not been asked
/// before it allocates, in the order of the questions.
public final class PageTable {
    /// Sizes of pages.
    public enum Sizes: Hashable, Sendable {
        case uniform(PageSize)
        /// 2 MiB pages in `percent` of the 2 MiB regions, drawn by region, 4 KiB pages elsewhere.
        case mixed(largePercent: Int, seed: UInt64 = 1)
    }

    /// Where entries lie in the tables.
    public enum Layout: String, Hashable, Sendable, CaseIterable {
        /// A table of level *l* holds 512 entries, of 2^(12 + 9(*l* − 1)) bytes of virtual memory each.
        case radix
        /// As ChampSim has it: below the root a table for every such entry, used at one place alone, so that no two pages share a line.
        case champsim
    }

    public static let entryBytes = 8

    /// 4 or 5.
    public let levels: Int
    public let sizes: Sizes
    public let layout: Layout
    private let isIdentity: Bool
    @exclusivity(unchecked) private var allocator: FrameAllocator?
    @exclusivity(unchecked) private var pages = NumberTable()
    @exclusivity(unchecked) private var tables = NumberTable()

    public init(
        levels: Int = 4, sizes: Sizes = .uniform(.small), frames: FramePolicy = .identity, layout: Layout = .radix
    ) {
        precondition(levels == 4 || levels == 5)
        self.levels = levels
        self.sizes = sizes
        self.layout = layout
        allocator = frames.allocator(onlySmall: sizes == .uniform(.small))
        isIdentity = allocator == nil
    }

    /// The page that an address lies in.
    @inline(__always)
    public func page(of address: Int, space: Int = 0) -> Page {
        switch sizes {
        case .uniform(let size): return Page(of: address, size, space: space)
        case .mixed(let percent, let seed):
            let region = UInt64(truncatingIfNeeded: address >> PageSize.large.shift)
            var random = SplitMix64(seed: seed ^ region &* 0xD6E8_FEB8_6659_FD93)
            return Page(of: address, random.below(100) < percent ? .large : .small, space: space)
        }
    }

    /// Physical address behind a virtual one.
    @inline(__always)
    public func physical(_ address: Int, space: Int = 0) -> Int {
        isIdentity ? address : allocated(address, space: space)
    }

    private func allocated(_ address: Int, space: Int) -> Int {
        let page = page(of: address, space: space)
        return frame(of: page) | address & (page.size.bytes - 1)
    }

    /// Physical address of a page.
    public func frame(of page: Page) -> Int {
        if isIdentity { return page.address }
        if let frame = pages[page.key] { return frame }
        let frame = allocator?.take(page.size) ?? page.address
        pages.insert(page.key, frame)
        return frame
    }

    /// Physical address of the entry of a level (1: page table, `levels`: root) on the way to an address.
    @inline(__always)
    public func entry(_ address: Int, level: Int, space: Int = 0) -> Int {
        isIdentity && layout == .radix
            ? level << 38 + Self.entryBytes &* (address &>> (3 &+ 9 &* level)) + space << 46
            : allocatedEntry(address, level: level, space: space)
    }

    private func allocatedEntry(_ address: Int, level: Int, space: Int) -> Int {
        if layout == .champsim {
            let isRoot = level == levels
            return offset(address, level: isRoot ? level - 1 : level)
                | table(isRoot ? 0 : address, level: level, shift: 3 + 9 * level, space: space)
        }
        return table(address, level: level, shift: 12 + 9 * level, space: space) | offset(address, level: level)
    }

    /// Bytes from the begin of a table to the entry of a level on the way to an address.
    func offset(_ address: Int, level: Int) -> Int { (address >> (3 + 9 * level) & 511) * Self.entryBytes }

    private func table(_ address: Int, level: Int, shift: Int, space: Int) -> Int {
        let key = address >> shift | level << 48 | space << 51
        if let base = tables[key] { return base }
        let base = allocator?.take(.small) ?? (1 << 46 + tables.count << 12)
        tables.insert(key, base)
        return base
    }

    /// Number of pages that have been touched, and of tables for them.
    public var footprint: (pages: Int, tables: Int) { (pages.count, tables.count) }
}
