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
    let tokenCount: [Int]
    let tokenPosted: [Int]
    let tokenTaken: [Int]
    let counters: [Int]
    /// Ticks until the last of the pending deadlines; 0 where there is none.
    let phase: Double
    /// Errors of the skips so far.
    var error: SamplingError

    /// Whether every queue is at the same place of its program as at `other`, some iterations further.
    /// - Parameter levels: by engine, the level of the loop along which it moves; -1 for none.
    func isPlaced(like other: SampleCut, _ levels: [Int]) -> Bool {
        if positions != other.positions { return false }
        for (engine, level) in levels.enumerated() {
            let (own, their) = (indices[engine], other.indices[engine])
            for position in own.indices where position != level && own[position] != their[position] { return false }
        }
        return true
    }

    /// Settles what accrues, and records.
    init(_ kernel: Kernel, index: Int, phase: Double, error: SamplingError) {
        for component in kernel.components { component.settle(kernel) }
        self.index = index
        self.phase = phase
        instant = kernel.instant
        step = kernel.step
        events = kernel.events
        cycles = kernel.clocks.clocks.indices.map { kernel.now(clock: $0) }
        positions = kernel.engines.map(\.samplePosition)
        indices = kernel.engines.map(\.liveIndices)
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
