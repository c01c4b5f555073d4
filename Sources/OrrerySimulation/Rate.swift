import OrreryText

/// A bandwidth as a server sees it: a reduced fraction of bytes per cycle of its own clock.
public struct Rate: Hashable, Sendable {
    public let bytes: Int
    public let cycles: Int

    /// `bytes` in `cycles`, both positive.
    public init(bytes: Int, perCycles cycles: Int = 1) {
        precondition(bytes > 0 && cycles > 0, "a rate is positive")
        let divisor = greatestCommonDivisor(bytes, cycles)
        self.bytes = bytes / divisor
        self.cycles = cycles / divisor
    }

    /// A bandwidth at a clock; nil where it is not positive or its fraction does not fit in 62 bits.
    public init?(bytesPerSecond: Rational, clock: Clock) {
        guard let period = clock.period, let perCycle = bytesPerSecond.multiplied(by: period),
            let bytes = Int(exactly: perCycle.numerator), let cycles = Int(exactly: perCycle.denominator),
            bytes > 0, bytes < 1 << 62, cycles < 1 << 62
        else { return nil }
        self.init(bytes: bytes, perCycles: cycles)
    }

    /// The nearest rate at which `granule` bytes take a whole number of steps, of which a cycle has `subcycles`.
    ///
    /// An arbitrary fraction of a cycle comes back only after `bytes` of the exact rate, often many megabytes; a stepped
    /// one after `subcycles` granules at most, so that phases in which this rate is the limit recur.
    public func stepped(granule: Int, subcycles: Int) -> Rate {
        let scaled = Int128(granule) * Int128(cycles) * Int128(subcycles)
        let steps = max(1, (scaled + Int128(bytes) / 2) / Int128(bytes))
        return Rate(bytes: granule * subcycles, perCycles: Int(steps))
    }

    /// How long `bytes` take, exactly.
    public func duration(of bytes: Int) -> Duration {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: cycles)
        let (quotient, remainder) =
            overflow
            ? self.bytes.dividingFullWidth(bytes.multipliedFullWidth(by: cycles))
            : product.quotientAndRemainder(dividingBy: self.bytes)
        return Duration(cycles: quotient, part: remainder)
    }

    /// Whole cycles and a part of a cycle, in units of 1 / `bytes` of the rate that it belongs to.
    public struct Duration: Hashable, Sendable {
        public var cycles: Int
        public var part: Int
    }
}

extension Clock {
    /// The period in seconds.
    public var period: Rational? { Rational(Int128(periodNumerator), Int128(periodDenominator)) }
}

/// A channel that moves bytes at a rate, one transfer after the other.
///
/// The end of a transfer is kept exactly, as a cycle and a part of one: transfers that follow each other without a gap lose
/// nothing to rounding. What is left of a cycle is forgotten when the channel falls idle.
public struct Channel {
    public let rate: Rate
    /// The end of the last transfer: this cycle and `part` / `rate.bytes` of the next.
    public private(set) var freeCycle: Cycle = 0
    private var part = 0

    public init(_ rate: Rate) { self.rate = rate }

    /// The cycle in which a transfer begins that is ready at `cycle`.
    @inline(__always)
    public func begin(from cycle: Cycle) -> Cycle { max(cycle, freeCycle) }

    /// Takes the channel for a transfer that is ready at `cycle`. - Returns: the cycle at whose begin all is through.
    @inline(__always)
    public mutating func transfer(_ duration: Rate.Duration, from cycle: Cycle) -> Cycle {
        if cycle > freeCycle {
            freeCycle = cycle
            part = 0
        }
        freeCycle += duration.cycles
        part += duration.part
        if part >= rate.bytes {
            part -= rate.bytes
            freeCycle += 1
        }
        return part > 0 ? freeCycle + 1 : freeCycle
    }

    /// At the end of the step at cycle `now`: forgets the part of a cycle that nothing can use any more.
    public mutating func settle(at now: Cycle) { if freeCycle <= now { part = 0 } }

    public mutating func visit(_ state: inout StateVisitor) {
        state.time(&freeCycle)
        state.plain(&part)
    }
}
