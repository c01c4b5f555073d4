/// What folding did in a run, and what looking for repetitions took.
package struct FoldingEffort: Hashable, Sendable {
    /// Spans that were skipped.
    package var folds = 0
    /// Snapshots taken, and signatures of components compared.
    package var captures = 0
    package var signatures = 0
    /// What both cost, in the unit of `Folding.credit`.
    package var spent = 0
}
