/// Time inside a clock domain: a count of that domain's own edges since the start.
///
/// Signed so that differences are plain arithmetic; 2^63 edges are 2,900 years at 100 GHz.
public typealias Cycle = Int

extension Cycle {
    /// The time of something that will not happen.
    public static let never = Int.max
}

/// A clock domain: a name and an exact period.
public struct Clock: Hashable, Sendable {
    /// Name in the machine file, such as `core`.
    public var name: String
    /// Period in seconds as a fraction `numerator / denominator`; 940 MHz is 1 / 940,000,000.
    public var periodNumerator: Int
    public var periodDenominator: Int

    /// - Parameters:
    ///   - periodNumerator: seconds, positive.
    ///   - periodDenominator: positive; the fraction is reduced here.
    public init(name: String, periodNumerator: Int, periodDenominator: Int) {
        precondition(periodNumerator > 0 && periodDenominator > 0, "a clock period is positive")
        let divisor = greatestCommonDivisor(periodNumerator, periodDenominator)
        self.name = name
        self.periodNumerator = periodNumerator / divisor
        self.periodDenominator = periodDenominator / divisor
    }

    /// Frequency in hertz, for results only.
    public var hertz: Double { Double(periodDenominator) / Double(periodNumerator) }

    /// Seconds that `cycles` take, for results only.
    public func seconds(_ cycles: Cycle) -> Double {
        Double(cycles) * Double(periodNumerator) / Double(periodDenominator)
    }
}

/// The clocks of a run on one exact common time base.
///
/// Every period is a whole number of *ticks*, the greatest common measure of all periods. Edges of different domains are
/// ordered by `edge × ticks` in 128 bits, which is exact; no rounded time exists in the kernel.
public struct ClockSet: Sendable {
    public let clocks: [Clock]
    /// Period of each clock in ticks.
    public let ticks: [Int]
    /// Ticks after which all clocks are in the same relative phase again.
    public let jointPhase: Int

    /// - Returns: nil where the common measure of the periods does not fit in 63 bits.
    public init?(_ clocks: [Clock]) {
        precondition(!clocks.isEmpty, "a run has at least one clock")
        var common = 1
        for clock in clocks {
            let factor = clock.periodDenominator / greatestCommonDivisor(common, clock.periodDenominator)
            let (product, overflow) = common.multipliedReportingOverflow(by: factor)
            if overflow { return nil }
            common = product
        }
        var periods: [Int] = []
        for clock in clocks {
            let (period, overflow) = clock.periodNumerator.multipliedReportingOverflow(
                by: common / clock.periodDenominator)
            if overflow { return nil }
            periods.append(period)
        }
        let measure = periods.reduce(0, greatestCommonDivisor)
        let reduced = periods.map { $0 / measure }
        var joint = 1
        for period in reduced {
            let (product, overflow) = joint.multipliedReportingOverflow(
                by: period / greatestCommonDivisor(joint, period))
            if overflow { return nil }
            joint = product
        }
        self.clocks = clocks
        ticks = reduced
        jointPhase = joint
    }
}

/// Greatest common divisor; `gcd(0, n)` is `n`.
public func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
