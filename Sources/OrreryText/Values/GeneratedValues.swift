/// The elements of a tensor of integers, as data: what a workload file says of an index tensor under `values:`.
///
/// Element *i*, in memory order, is a function of *i*, so that nothing needs to be kept: the reference evaluator and the streams of
/// cores ask for the same elements, in whatever order. All that is drawn comes from splitmix64 (``StreamRandom``).
public struct GeneratedValues: Hashable, Sendable {
    public enum Pattern: Hashable, Sendable {
        /// Output *i* of the generator modulo ``bound``.
        case uniform
        /// The AND of both halves of output *i*, so that few values are frequent; the bound is a power of two.
        case skewed
        /// Value *v* with a frequency that falls as 1 / (*v* + 1) to this exponent.
        case zipf(exponent: Double)
        /// Every value once, in random order: a pseudorandom permutation of 0 ..< bound.
        case permutation
        /// (`first` + `step` × *i*) modulo the bound.
        case sequential(first: Int, step: Int)
        /// One by one.
        case given([Int])
    }

    public var pattern: Pattern
    /// All values are at least 0 and below this.
    public var bound: Int
    public var seed: Int

    public init(_ pattern: Pattern, below bound: Int, seed: Int = 1) {
        self.pattern = pattern
        self.bound = bound
        self.seed = seed
    }

    /// Largest bound, and largest numbers of `sequential`.
    public static let largest = 1 << 40
    /// Values that may be given one by one.
    public static let mostGiven = 1 << 20

    /// The values that occur, or may.
    ///
    /// - Parameter count: elements.
    public func range(of count: Int) -> ClosedRange<Int> {
        switch pattern {
        case .given(let values): return (values.min() ?? 0)...(values.max() ?? 0)
        case .sequential(let first, let step):
            let (reach, overflow) = step.multipliedReportingOverflow(by: max(0, count - 1))
            if !overflow, reach < bound - first { return first...(first + reach) }
            return 0...(bound - 1)
        default: return 0...(bound - 1)
        }
    }

    /// What keeps `count` elements from being made; nil where nothing does.
    public func problem(of count: Int) -> String? {
        guard (1...Self.largest).contains(bound) else { return "values lie below 1 to 2^40, not \(bound)" }
        switch pattern {
        case .skewed where bound.nonzeroBitCount != 1:
            return "\(bound) is no power of two, as skewed values need"
        case .permutation where bound < count:
            return "a permutation of \(bound) values has not enough for \(count) elements"
        case .zipf(let exponent) where !(exponent >= 0 && exponent <= 16):
            return "the exponent \(exponent) is out of range: 0 to 16"
        case .sequential(let first, let step)
        where !(0..<bound).contains(first) || !(0...Self.largest).contains(step):
            return "the first value is below \(bound), and the step 0 to 2^40"
        case .given(let values) where values.count != count:
            return "\(values.count) values are given for \(count) elements"
        case .given(let values) where !values.allSatisfy({ (0..<bound).contains($0) }):
            let wrong = values.first { !(0..<bound).contains($0) } ?? 0
            return "the value \(wrong) lies outside 0 to \(bound - 1)"
        default: return nil
        }
    }
}
