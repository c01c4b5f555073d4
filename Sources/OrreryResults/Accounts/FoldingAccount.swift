/// How much of a run was simulated, and how much repeats what was.
public struct FoldingAccount: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// The run was told to simulate every cycle.
        case off
        /// Nothing repeated often enough.
        case none
        /// What was not simulated is an exact repetition.
        case exact
    }

    public var kind: Kind
    /// Loop iterations of all queues, and those of them that were simulated.
    public var iterations: Int
    public var simulated: Int
    public var loops: [Measurements.FoldedLoop]

    init(_ run: Measurements) {
        loops = run.loops ?? []
        iterations = run.iterations
        simulated = run.loops == nil ? run.iterations : loops.reduce(0) { $0 + $1.simulated }
        kind = run.loops == nil ? .off : simulated < iterations ? .exact : .none
    }
}
