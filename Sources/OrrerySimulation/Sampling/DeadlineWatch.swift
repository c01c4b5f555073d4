/// The pending deadlines (refresh) of all components, looked up again only where one has come.
struct DeadlineWatch {
    /// The last of them: when it comes, whose it is, and for how many ticks what comes then holds others up, at most.
    private(set) var farthest: (instant: Double, path: String, lasting: Double)?
    private var known: Int128 = -1
    private var nearest = 0.0
    /// The longest time to the last of them that was seen, in ticks.
    private(set) var beat = 0.0

    /// Ticks to the last of them; nil where there is none.
    mutating func ticks(_ kernel: Kernel) -> Double? {
        let now = Double(kernel.instant)
        if known < 0 || now >= nearest { look(kernel) }
        guard let farthest else { return nil }
        beat = max(beat, farthest.instant - now)
        return farthest.instant - now
    }

    /// By how many ticks two cuts differ in where between two deadlines they lie.
    func distance(_ one: SampleCut, _ other: SampleCut) -> Double {
        let apart = abs(one.phase - other.phase)
        return min(apart, max(0, beat - apart))
    }

    /// The time was moved.
    mutating func forget() { known = -1 }

    private mutating func look(_ kernel: Kernel) {
        known = kernel.instant
        farthest = nil
        nearest = .infinity
        var lasting = 0.0
        for component in kernel.components {
            var visitor = StateVisitor(.record, of: kernel.components)
            component.visit(&visitor)
            let (now, period) = (kernel.now(component), Double(kernel.clocks.ticks[component.clock]))
            lasting = max(lasting, Double(visitor.longest) * period)
            for entry in visitor.entries where entry.kind == .deadline && entry.value != .never {
                let instant = Double(kernel.instant) + Double(entry.value - now) * period
                nearest = min(nearest, instant)
                if farthest.map({ $0.instant < instant }) ?? true { farthest = (instant, component.path, 0) }
            }
        }
        farthest?.lasting = lasting
    }
}
