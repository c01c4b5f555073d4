/// How a run estimates what does not repeat exactly.
///
/// Exact folding always goes first. A loop is measured, where nothing folded for `patience` wake-ups, in batches of
/// iterations; where their mean is known well enough, whole windows of batches are skipped and what they would have counted is
/// added as their mean, with the half-width of the 99 % interval. Only what depends on timing is estimated: commands,
/// their actions, iterations, tokens and bytes at ports are counted as the program has them.
public struct Sampling: Hashable, Sendable {
    /// Half-width of the 99 % interval of the run's time that is aimed at, as a fraction of it.
    public var tolerance: Double
    /// Wake-ups without an exact fold after which a loop may be estimated.
    package var patience = 1 << 20
    /// Wake-ups that a skip must save to be worth its error.
    package var worth = 1 << 14
    package var rules = SamplingRules.all

    /// Where exact folds go on, a loop may be estimated after so many times `patience` all the same.
    static let longest = 32
    /// Where deadlines have come `beats` times without an exact fold, after so small a part of `patience`.
    static let haste = 32
    static let beats = 64

    /// Half a percent.
    public static let standard = Sampling(tolerance: 0.005)

    /// - Parameter tolerance: between 0 and 1, both excluded.
    public init(tolerance: Double) {
        precondition(tolerance > 0 && tolerance < 1, "a tolerance is a fraction")
        self.tolerance = tolerance
    }
}

/// The rules of sampling that can be switched off one by one, so that a test can show what each is needed for.
package struct SamplingRules: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Exact folding has each loop to itself for a while.
    package static let patience = SamplingRules(rawValue: 1 << 0)
    /// The first quarter of what was measured is left out.
    package static let warmUp = SamplingRules(rawValue: 1 << 1)
    /// Batches that get longer or shorter are no sample.
    package static let trend = SamplingRules(rawValue: 1 << 2)
    /// Batches that follow their predecessor widen the interval.
    package static let autocorrelation = SamplingRules(rawValue: 1 << 3)
    /// Each batch is longer than the time to any deadline (refresh).
    package static let deadlines = SamplingRules(rawValue: 1 << 4)
    /// The interval is as narrow as the tolerance asks for.
    package static let tolerance = SamplingRules(rawValue: 1 << 5)
    /// A skip is at most a few times as long as what was measured, and is measured again behind it.
    package static let reach = SamplingRules(rawValue: 1 << 6)
    /// A token whose count drifts bounds a skip, and nobody may be blocked on it.
    package static let tokens = SamplingRules(rawValue: 1 << 7)
    /// What the program decides is counted, not estimated.
    package static let determined = SamplingRules(rawValue: 1 << 8)
    /// Cycles of each engine are divided so that they sum to the skipped time.
    package static let timeShares = SamplingRules(rawValue: 1 << 9)
    /// The error of skips inside a window counts for each of its copies.
    package static let inheritedError = SamplingRules(rawValue: 1 << 10)

    package static let all = SamplingRules(rawValue: (1 << 11) - 1)
}
