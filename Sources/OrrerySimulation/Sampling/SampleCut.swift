/// What sampling keeps of the machine at the beginning of an iteration: how far each queue is and what was counted so far, but
/// not the state of the units.
final class SampleCut {
    /// How far a queue is.
    struct Position: Equatable {
        var pc: Int
        /// The command at `pc` has been issued and counted.
        var hasIssued: Bool
        /// Waits taken or posts made of that command.
        var cursor: Int
        var trips: [Int]
    }

    /// Index of the lead in the sampled loop.
    let index: Int
    let instant: Int128
    let step: Int
    let events: Int
    let cycles: [Cycle]
    /// By engine.
    let positions: [Position]
    let indices: [[Int]]
    /// The instructions that begin the loops around each queue's present command, outermost first.
    let begins: [[Int]]
    let tokenCount: [Int]
    let tokenPosted: [Int]
    let tokenTaken: [Int]
    let counters: [Int]
    /// Errors of the skips so far.
    var error: SamplingError

    /// Settles what accrues, and records.
    init(_ kernel: Kernel, index: Int, error: SamplingError) {
        for component in kernel.components { component.settle(kernel) }
        self.index = index
        instant = kernel.instant
        step = kernel.step
        events = kernel.events
        cycles = kernel.clocks.clocks.indices.map { kernel.now(clock: $0) }
        positions = kernel.engines.map(\.samplePosition)
        indices = kernel.engines.map(\.liveIndices)
        begins = kernel.engines.map(\.liveBegins)
        tokenCount = kernel.tokenCount.elements
        tokenPosted = kernel.tokenPosted.elements
        tokenTaken = kernel.tokenTaken.elements
        counters = kernel.ledger.copy()
        self.error = error
    }
}

extension Engine {
    var samplePosition: SampleCut.Position {
        SampleCut.Position(
            pc: pc, hasIssued: hasIssued || state == .working, cursor: cursor, trips: liveTrips)
    }
}

extension Kernel {
    /// The pending deadlines: by how many ticks the last of them lies ahead and whose it is, and for how many ticks what comes then holds
    /// others up, at most; nil where there is none.
    func farthestDeadline() -> (ticks: Double, path: String, lasting: Double)? {
        var farthest: (ticks: Double, path: String)?
        var lasting = 0.0
        for component in components {
            var visitor = StateVisitor(.record, of: components)
            component.visit(&visitor)
            let (now, period) = (now(component), Double(clocks.ticks[component.clock]))
            lasting = max(lasting, Double(visitor.longest) * period)
            for entry in visitor.entries where entry.kind == .deadline && entry.value != .never {
                let ticks = Double(entry.value - now) * period
                if farthest.map({ $0.ticks < ticks }) ?? true { farthest = (ticks, component.path) }
            }
        }
        return farthest.map { ($0.ticks, $0.path, lasting) }
    }
}
