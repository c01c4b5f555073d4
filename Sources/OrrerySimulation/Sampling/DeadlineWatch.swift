/// The pending deadlines (refresh) of all components, looked up again only where one has come.
struct DeadlineWatch {
    /// The last of them: when it comes, whose it is, and for how many ticks what comes then holds others up, at most.
    private(set) var farthest: (instant: Double, path: String, lasting: Double)?
    private var isKnown = false
    /// Ids of the components that name deadlines; nil before the first look.
    private var owners: [Int]?
    private var nearest = 0.0
    /// The longest time to the last of them that was seen, in ticks.
    private(set) var beat = 0.0

    /// Ticks to the last of them; nil where there is none.
    mutating func ticks(_ kernel: Kernel) -> Double? {
        let now = Double(kernel.instant)
        if !isKnown || now >= nearest { look(kernel) }
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
    mutating func forget() { isKnown = false }

    private mutating func look(_ kernel: Kernel) {
        isKnown = true
        farthest = nil
        nearest = .infinity
        var lasting = 0.0
        var found: [Int] = []
        for id in owners ?? Array(kernel.components.indices) {
            let component = kernel.components[id]
            var visitor = StateVisitor(.record, of: kernel.components)
            component.visit(&visitor)
            let (now, period) = (kernel.now(component), Double(kernel.clocks.ticks[component.clock]))
            lasting = max(lasting, Double(visitor.longest) * period)
            let deadlines = visitor.entries.filter { $0.kind == .deadline }
            if !deadlines.isEmpty { found.append(id) }
            for entry in deadlines where entry.value != .never {
                let instant = Double(kernel.instant) + Double(entry.value - now) * period
                nearest = min(nearest, instant)
                if farthest.map({ $0.instant < instant }) ?? true { farthest = (instant, component.path, 0) }
            }
        }
        if owners == nil { owners = found }
        farthest?.lasting = lasting
    }
}
