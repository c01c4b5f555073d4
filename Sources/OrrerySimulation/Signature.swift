/// The state of a machine in two words, invariant under what a fold may move: a cheap filter before a full comparison. Tokens,
/// indices and addresses are not in it.
struct Signature {
    /// With the times until all pending wake-ups.
    var withTimes: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// With only what is pending and what is not.
    var withoutTimes: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    private static func mix(_ hash: inout UInt64, _ value: Int) {
        hash = (hash ^ UInt64(truncatingIfNeeded: value)) &* 0x9E6C_63D0_876A_68DD
        hash ^= hash >> 29
    }

    @inline(__always)
    mutating func add(queue: Int, component: Int, remaining: Cycle) {
        let state = queue &* 0x1_0001 ^ component
        Self.mix(&withTimes, state)
        Self.mix(&withTimes, remaining)
        Self.mix(&withoutTimes, state &* 2 &+ (remaining == .never ? 0 : 1))
    }
}

extension Kernel {
    func signature() -> Signature {
        var result = Signature()
        for id in components.indices {
            let wake = wakeTime(id)
            let (queue, unit) = signature(of: id)
            result.add(
                queue: queue, component: unit, remaining: wake == .never ? .never : wake &- now(clock: clock(id)))
        }
        return result
    }

    /// Whether every pending wake-up is either as far ahead as it was, or at the same cycle.
    func hasMovedOrStayed(since snapshot: Snapshot) -> Bool {
        components.indices.allSatisfy { id in
            let (wake, clock) = (wakeTime(id), clock(id))
            return wake == snapshot.wakes[id]
                || wake &- now(clock: clock) == snapshot.wakes[id] &- snapshot.cycles[clock]
        }
    }
}
