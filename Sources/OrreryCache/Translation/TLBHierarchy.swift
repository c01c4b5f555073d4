/// Two levels of TLB and who fills the second.
public final class TLBHierarchy {
    public enum Filling: String, Hashable, Sendable, CaseIterable {
        /// A miss fills both levels.
        case both
        /// A miss fills the first; what it puts out goes to the second. A hit in the second leaves the entry there.
        case victim
    }

    /// Where a translation was found.
    public enum Place: Hashable, Sendable { case first, second, nowhere }

    public let first: TLBArray
    public let second: TLBArray
    public let filling: Filling

    public init(first: TLBArray, second: TLBArray, filling: Filling) {
        self.first = first
        self.second = second
        self.filling = filling
    }

    /// Looks the page up. On a hit in the second level the first is filled.
    @inline(__always)
    public func use(_ page: Page) -> Place {
        if first.use(page) { return .first }
        if !second.use(page) { return .nowhere }
        fillFirst(page)
        return .second
    }

    /// Places a translation that neither level has where the mode wants it. - Returns: the page that left the second level for it.
    @inline(__always)
    @discardableResult
    public func fill(_ page: Page) -> Page? {
        let victim = first.fillMissing(page)
        if filling == .both { return second.fillMissing(page) }
        return victim.flatMap { second.fill($0) }
    }

    private func fillFirst(_ page: Page) {
        let victim = first.fillMissing(page)
        if filling == .victim, let victim { second.fill(victim) }
    }
}
