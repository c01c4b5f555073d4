/// Sizes of x86-64 pages, by the level of their leaf entry.
public enum PageSize: Int, Hashable, Sendable, CaseIterable {
    /// 4 KiB, 2 MiB, 1 GiB: leaves in the page table, the page directory, the pointer table.
    case small = 1, large, huge

    /// Bits of an address within a page.
    @inline(__always)
    public var shift: Int { 3 + 9 * rawValue }

    public var bytes: Int { 1 << shift }

    /// Level of the leaf entry: 1 for the page table.
    @inline(__always)
    public var leafLevel: Int { rawValue }

    public init?(bytes: Int) {
        guard let size = Self.allCases.first(where: { $0.bytes == bytes }) else { return nil }
        self = size
    }
}

/// A virtual page in one number: page number in bits 0–47, size in 48–49, address space in 50–60. It is the key of a `TagArray`.
public struct Page: Hashable, Sendable {
    public var key: Int

    @inline(__always)
    public init(key: Int) { self.key = key }

    /// - Parameter space: address space identifier below 2048 (11 bits, as Victima's tags have it).
    @inline(__always)
    public init(of address: Int, _ size: PageSize, space: Int = 0) {
        key = address >> size.shift & TagArray.numberMask | size.rawValue << 48 | space << 50
    }

    @inline(__always)
    public var number: Int { key & TagArray.numberMask }

    @inline(__always)
    public var size: PageSize { PageSize(rawValue: key >> 48 & 3) ?? .small }

    @inline(__always)
    public var space: Int { key >> 50 & 0x7FF }

    /// First address of the page.
    @inline(__always)
    public var address: Int { number << size.shift }
}
