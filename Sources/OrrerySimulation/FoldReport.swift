/// What folding did with one loop, over all engines that run it.
public struct FoldReport: Hashable, Sendable {
    /// Id of the loop in the program.
    public var loop: Int
    /// Iterations in all, and those that were simulated.
    public var iterations: Int
    public var simulated: Int
    /// Folds that were triggered by this loop; its iterations may also have been skipped by folds of an enclosing loop, or in a
    /// passage that was known.
    public var folds: Int
    /// Period of the last fold, or what the last skip repeated, in ticks of the run.
    public var periodTicks: Int128?
    /// Why this loop triggered no fold, and in what its iterations were skipped if they were.
    public var reason: String?
    /// Skips of iterations that were estimated, and the iterations that this and enclosing loops' skips left out.
    public var samples = 0
    public var estimated = 0
    /// Half-width of the 99 % interval of the time of this loop's own skips, in ticks of the run.
    public var halfWidthTicks = 0.0
}
