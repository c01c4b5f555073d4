/// An exact fraction in lowest terms, of 128-bit integers. The denominator is positive.
///
/// Arithmetic never traps and never rounds: an operation gives nil where the exact result does not fit.
public struct Rational: Hashable, Sendable {
    public let numerator: Int128
    public let denominator: Int128

    public static let zero = Rational(0)
    public static let one = Rational(1)

    public init(_ value: Int) {
        numerator = Int128(value)
        denominator = 1
    }

    /// `numerator / denominator`, reduced; nil for a zero denominator or where the result does not fit.
    public init?(_ numerator: Int128, _ denominator: Int128) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        if denominator == 1 {
            self.init(reduced: numerator, 1)
            return
        }
        let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.init(reduced: sign * (numerator / divisor), sign * (denominator / divisor))
    }

    private init(reduced numerator: Int128, _ denominator: Int128) {
        self.numerator = numerator
        self.denominator = denominator
    }

    static func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> Int128 {
        var (a, b) = (a, b)
        while b != 0 {
            if a <= UInt64.max, b <= UInt64.max {
                return Int128(greatestCommonDivisor(UInt64(a), UInt64(b)))
            }
            (a, b) = (b, a % b)
        }
        return Int128(a)
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

extension Rational {
    public var isZero: Bool { numerator == 0 }

    public var isNegative: Bool { numerator < 0 }

    public var negated: Rational { Rational(reduced: -numerator, denominator) }

    public func adding(_ other: Rational) -> Rational? {
        if denominator == 1, other.denominator == 1 {
            let (sum, overflow) = numerator.addingReportingOverflow(other.numerator)
            return overflow ? nil : Rational(sum, 1)
        }
        let common = Self.greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude)
        let (a, aOverflow) = numerator.multipliedReportingOverflow(by: other.denominator / common)
        let (b, bOverflow) = other.numerator.multipliedReportingOverflow(by: denominator / common)
        let (sum, sumOverflow) = a.addingReportingOverflow(b)
        let (bottom, bottomOverflow) = (denominator / common).multipliedReportingOverflow(by: other.denominator)
        guard !aOverflow, !bOverflow, !sumOverflow, !bottomOverflow else { return nil }
        return Rational(sum, bottom)
    }

    public func subtracting(_ other: Rational) -> Rational? { adding(other.negated) }

    public func multiplied(by other: Rational) -> Rational? {
        if denominator == 1, other.denominator == 1 {
            let (product, overflow) = numerator.multipliedReportingOverflow(by: other.numerator)
            return overflow || product == .min ? nil : Rational(reduced: product, 1)
        }
        // Crosswise reduction first, so that only a result that does not fit overflows.
        let left = Self.greatestCommonDivisor(numerator.magnitude, other.denominator.magnitude)
        let right = Self.greatestCommonDivisor(other.numerator.magnitude, denominator.magnitude)
        let (top, topOverflow) = (numerator / left).multipliedReportingOverflow(by: other.numerator / right)
        let (bottom, bottomOverflow) =
            (denominator / right).multipliedReportingOverflow(by: other.denominator / left)
        guard !topOverflow, !bottomOverflow, top != .min else { return nil }
        return Rational(reduced: top, bottom)
    }

    /// Nil also for a division by zero.
    public func divided(by other: Rational) -> Rational? {
        guard let inverse = other.inverse else { return nil }
        return multiplied(by: inverse)
    }

    public var inverse: Rational? { Rational(denominator, numerator) }

    /// What is left of a whole number of `other`, with the sign of `other`; nil also for zero.
    public func remainder(dividingBy other: Rational) -> Rational? {
        guard let quotient = divided(by: other), let whole = Rational(quotient.floor, 1) else { return nil }
        guard let product = whole.multiplied(by: other) else { return nil }
        return subtracting(product)
    }

    /// A whole power; nil also for a negative power of zero.
    public func power(_ exponent: Int) -> Rational? {
        if exponent < 0 {
            guard exponent != .min, let inverse else { return nil }
            return inverse.power(-exponent)
        }
        if isZero || self == .one { return exponent == 0 ? .one : self }
        var (result, base, left) = (Rational.one, self, exponent)
        while left > 0 {
            if left & 1 == 1 {
                guard let next = result.multiplied(by: base) else { return nil }
                result = next
            }
            left >>= 1
            if left > 0 {
                guard let square = base.multiplied(by: base) else { return nil }
                base = square
            }
        }
        return result
    }
}

extension Rational {
    /// The largest whole number that is not above this.
    public var floor: Int128 {
        let quotient = numerator / denominator
        return numerator % denominator < 0 ? quotient - 1 : quotient
    }

    /// The smallest whole number that is not below this.
    public var ceiling: Int128 {
        let quotient = numerator / denominator
        return numerator % denominator > 0 ? quotient + 1 : quotient
    }

    public var isWhole: Bool { denominator == 1 }

    /// The value as an `Int`, if it is a whole number that fits.
    public var integer: Int? { denominator == 1 ? Int(exactly: numerator) : nil }

    /// The nearest double where numerator and denominator are below 2^53, else within two units in the last place.
    public var doubleValue: Double { Self.double(numerator) / Self.double(denominator) }

    /// The conversion of 128 bits is generic code that takes a microsecond; that of 64 bits is an instruction, and rounds the same.
    private static func double(_ value: Int128) -> Double { Int64(exactly: value).map { Double($0) } ?? Double(value) }
}

extension Rational: Comparable, ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(value) }

    public static func < (a: Rational, b: Rational) -> Bool {
        if a.denominator == b.denominator { return a.numerator < b.numerator }
        let left = a.numerator.multipliedFullWidth(by: b.denominator)
        let right = b.numerator.multipliedFullWidth(by: a.denominator)
        return left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
