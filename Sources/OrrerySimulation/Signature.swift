/// A cheap filter before a full comparison: what each component says of itself in one word, invariant under what a fold may
/// move, and when it wakes. Tokens, indices and addresses are not in it.
extension Kernel {
    /// In one word, up to now, what a component is at.
    @inline(__always)
    func signature(of component: Int) -> Int {
        let (queue, unit) = table.signature(component)
        return queue &* 0x1_0001 ^ unit
    }

    /// Whether a component is surely in another state than it was.
    /// - Parameters:
    ///   - isTimed: its wake-up is looked at too: it must be as far ahead as it was,
    ///   - isStatic: or at the same cycle.
    @inline(__always)
    func differs(_ component: Int, from snapshot: Snapshot, isTimed: Bool, isStatic: Bool) -> Bool {
        if signature(of: component) != snapshot.signatures[component] { return true }
        let (clock, before) = (table.clock(component), snapshot.wakes[component])
        let wake = rings[clock].time(of: component)
        if wake == .never || before == .never || !isTimed { return (wake == .never) != (before == .never) }
        if wake &- cycles[clock] == before &- snapshot.cycles[clock] { return false }
        return !isStatic || wake != before
    }
}
