/// What folding did with one loop, over all engines that run it.
public struct FoldReport: Hashable, Sendable {
    /// Id of the loop in the program.
    public var loop: Int
    /// Iterations in all, and those that were simulated.
    public var iterations: Int
    public var simulated: Int
    /// Folds that were triggered by this loop; its iterations may also have been skipped by folds of an enclosing loop.
    public var folds: Int
    /// Period of the last fold in ticks of the run.
    public var periodTicks: Int128?
    /// Why this loop triggered no fold.
    public var reason: String?
}
