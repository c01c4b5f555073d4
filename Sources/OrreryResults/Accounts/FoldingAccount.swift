/// How much of a run was simulated, and how much repeats what was.
public struct FoldingAccount: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// The run was told to simulate every cycle.
        case off
        /// Nothing repeated often enough.
        case none
        /// What was not simulated is an exact repetition.
        case exact
        /// A part of what was not simulated is an estimate: `sample` says how far off it may be.
        case sampled
    }

    /// How far off a run may be of which a part was estimated: half-widths of 99 % intervals.
    public struct Sample: Hashable, Sendable {
        /// What the run was to aim at, as a fraction of its time.
        public var tolerance: Double?
        /// Of the latency.
        public var seconds: Double
        /// The same as a fraction of the latency.
        public var relative: Double
        /// Iterations of all queues that were estimated.
        public var iterations: Int
        /// Of the energy; nil where the machine gives none.
        public var joules: Double?
        /// Of every number of a component that is not exact.
        public var counters: [Measurements.Uncertainty.Series]
    }

    public var kind: Kind
    /// Loop iterations of all queues, and those of them that were simulated.
    public var iterations: Int
    public var simulated: Int
    public var loops: [Measurements.FoldedLoop]
    /// Nil where every number is exact.
    public var sample: Sample?

    init(_ run: Measurements) {
        loops = run.loops ?? []
        iterations = run.iterations
        simulated = run.loops == nil ? run.iterations : loops.reduce(0) { $0 + $1.simulated }
        kind = run.loops == nil ? .off : simulated < iterations ? .exact : .none
        guard let uncertainty = run.uncertainty else { return }
        kind = .sampled
        let seconds = uncertainty.ticks * run.seconds(1)
        sample = Sample(
            tolerance: nil, seconds: seconds, relative: seconds / max(run.seconds(run.ticks), .leastNonzeroMagnitude),
            iterations: loops.reduce(0) { $0 + $1.estimated }, joules: nil, counters: uncertainty.counters)
    }
}
