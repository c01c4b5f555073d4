import OrrerySimulation

/// The event ring in the hold model.
enum HoldModel {
    /// 90 % of the delays are 1–64 cycles, 9 % 65–576, 1 % 600–8100.
    @inline(__always)
    private static func delay(_ random: inout SplitMix) -> Int {
        let bits = random.next()
        let (kind, rest) = (bits & 127, bits >> 7)
        if kind < 115 { return 1 + Int(rest & 63) }
        if kind < 127 { return 65 + Int(rest & 511) }
        return 600 + Int(rest % 7501)
    }

    static func run(pending: Int, operations: Int) -> UInt64 {
        let ring = EventRing(capacity: pending)
        var random = SplitMix(state: 1)
        for component in 0..<pending { ring.schedule(component, at: delay(&random)) }
        var (sum, left) = (UInt64(0), operations)
        while left > 0, let cycle = ring.earliest() {
            ring.advance(to: cycle)
            while left > 0, let component = ring.popDue() {
                sum = sum &* 31 &+ UInt64(truncatingIfNeeded: component) &+ UInt64(truncatingIfNeeded: cycle)
                ring.schedule(component, at: cycle + delay(&random))
                left -= 1
            }
        }
        return sum
    }
}
