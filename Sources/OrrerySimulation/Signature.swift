/// A cheap filter before a full comparison: what each component says of itself in one word, invariant under what a fold may
/// move, and when it wakes. Tokens, indices and addresses are not in it.
extension Kernel {
    /// In one word, up to now, what a component is at.
    @inline(__always)
    func signature(of component: Int) -> Int {
        let (queue, unit) = table.signature(component)
        return queue &* 0x1_0001 ^ unit
    }

    /// Whether a component is surely in another state than it was at cycle `before`, with that signature and wake-up.
    /// - Parameters:
    ///   - isTimed: its wake-up is looked at too: it must be as far ahead as it was,
    ///   - isStatic: or at the same cycle.
    @inline(__always)
    func differs(
        _ component: Int, from signature: Int, _ wake: Cycle, at before: Cycle, isTimed: Bool, isStatic: Bool
    ) -> Bool {
        let clock = table.clock(component)
        let present = rings[clock].time(of: component)
        if present == .never || wake == .never || !isTimed {
            if (present == .never) != (wake == .never) { return true }
        } else if present &- domains[clock].cycle != wake &- before, !isStatic || present != wake {
            return true
        }
        return self.signature(of: component) != signature
    }

    /// The first component that is surely in another state than it was, or nil where none is.
    func firstToDiffer(from snapshot: Snapshot, isTimed: Bool, isStatic: Bool) -> Int? {
        (0..<snapshot.signatures.count).first { component in
            differs(
                component, from: snapshot.signatures[component], snapshot.wakes[component],
                at: snapshot.cycles[table.clock(component)], isTimed: isTimed, isStatic: isStatic)
        }
    }
}
