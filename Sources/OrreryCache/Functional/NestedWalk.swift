/// A two-dimensional walk: a guest's page table lies in guest-physical memory, which the host's table maps.
///
/// A guest of *n* levels and a host of *m* read n·m + n + m entries where nothing is cached: 24 for 4 and 4, 35 for 5 and 5, 15 for
/// leaves of 2 MiB in both.
public struct NestedWalk {
    public let guest: PageTable
    public let host: PageTable
    /// Host translations of guest-physical pages: the nested TLB.
    public let nestedTLB: TLBArray?

    public init(guest: PageTable, host: PageTable, nestedTLB: TLBArray?) {
        self.guest = guest
        self.host = host
        self.nestedTLB = nestedTLB
    }

    /// Walks for a guest-virtual address.
    /// - Parameters:
    ///   - first: level of the guest's table that it begins with.
    ///   - knows: asked where the nested TLB does not know a guest-physical page; true spares the host's walk.
    ///   - read: told of every entry that is read: host-physical address, whether it is the host's, and its level.
    /// - Returns: host walks.
    @discardableResult
    public func walk(
        _ page: Page, from first: Int, knows: (Page) -> Bool = { _ in false },
        read: (_ address: Int, _ isHost: Bool, _ level: Int) -> Void
    ) -> Int {
        var walks = 0
        for level in stride(from: first, through: page.size.leafLevel, by: -1) {
            let entry = guest.entry(page.address, level: level, space: page.space)
            walks += translate(entry, knows: knows, read: read)
            read(host.physical(entry), false, level)
        }
        return walks + translate(guest.physical(page.address, space: page.space), knows: knows, read: read)
    }

    /// Translates a guest-physical address. - Returns: 1 where the host's table was walked.
    private func translate(
        _ address: Int, knows: (Page) -> Bool, read: (_ address: Int, _ isHost: Bool, _ level: Int) -> Void
    ) -> Int {
        let page = host.page(of: address)
        if let nestedTLB, nestedTLB.use(page) { return 0 }
        let isKnown = knows(page)
        if !isKnown {
            for level in stride(from: host.levels, through: page.size.leafLevel, by: -1) {
                read(host.entry(address, level: level), true, level)
            }
        }
        nestedTLB?.fill(page)
        return isKnown ? 0 : 1
    }
}
