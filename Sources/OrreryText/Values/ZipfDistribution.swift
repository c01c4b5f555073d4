/// Draws ranks 1 to `count` with probabilities that fall as 1 / rank to an exponent, in constant time and space.
///
/// Only IEEE additions, multiplications and divisions are used, logarithm and exponential included, so that the draws are the same on
/// every machine.
///
/// Source: Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions", ACM TOMACS 6
/// (1996).
struct ZipfDistribution: Sendable {
    private let count: Double
    private let exponent: Double
    private let lowest: Double
    private let highest: Double
    /// Ranks that lie so near to the drawn point are taken without a second look.
    private let squeeze: Double

    init(count: Int, exponent: Double) {
        self.count = Double(count)
        self.exponent = exponent
        lowest = Self.integral(1.5, exponent) - 1
        highest = Self.integral(Double(count) + 0.5, exponent)
        squeeze = 2 - Self.inverse(Self.integral(2.5, exponent) - Self.weight(2, exponent), exponent)
    }

    /// A rank, with as many numbers of the generator as it takes.
    func draw(_ random: StreamRandom) -> Int {
        var random = random
        while true {
            let fraction = Double(random.next() >> 11) * 0x1p-53
            let place = highest + fraction * (lowest - highest)
            let x = Self.inverse(place, exponent)
            let rank = min(max((x + 0.5).rounded(.down), 1), count)
            if rank - x <= squeeze || place >= Self.integral(rank + 0.5, exponent) - Self.weight(rank, exponent) {
                return Int(rank)
            }
        }
    }

    private static func weight(_ x: Double, _ exponent: Double) -> Double { exponential(-exponent * logarithm(x)) }

    /// The integral of the weight, up to a constant: (x^(1 − s) − 1) / (1 − s), and ln x where s is 1.
    private static func integral(_ x: Double, _ exponent: Double) -> Double {
        let log = logarithm(x)
        let scaled = (1 - exponent) * log
        return (abs(scaled) < 1e-5 ? 1 + scaled / 2 * (1 + scaled / 3) : (exponential(scaled) - 1) / scaled) * log
    }

    private static func inverse(_ value: Double, _ exponent: Double) -> Double {
        let scaled = max(value * (1 - exponent), -1)
        let factor = abs(scaled) < 1e-5 ? 1 - scaled * (0.5 - scaled / 3) : logarithm(1 + scaled) / scaled
        return exponential(factor * value)
    }

    private static let naturalLogarithmOfTwo = 0.693_147_180_559_945_3

    /// By the series of the inverse hyperbolic tangent, of a number between √½ and √2.
    private static func logarithm(_ x: Double) -> Double {
        guard x > 0 else { return -.infinity }
        var (mantissa, power) = (x.significand, Double(x.exponent))
        if mantissa > 1.414_213_562_373_095 {
            mantissa /= 2
            power += 1
        }
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var sum = 0.0
        for odd in stride(from: 23.0, through: 1, by: -2) { sum = sum * square + 1 / odd }
        return power * naturalLogarithmOfTwo + 2 * ratio * sum
    }

    /// By Taylor's series within half of ln 2.
    private static func exponential(_ x: Double) -> Double {
        guard x > -700 else { return 0 }
        guard x < 700 else { return .infinity }
        let power = (x / naturalLogarithmOfTwo).rounded()
        let rest = x - power * naturalLogarithmOfTwo
        var sum = 1.0
        for factor in stride(from: 14.0, through: 1, by: -1) { sum = 1 + sum * rest / factor }
        return sum * Double(sign: .plus, exponent: Int(power), significand: 1)
    }
}
