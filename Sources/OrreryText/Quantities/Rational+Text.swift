extension Rational {
    /// The exact value of a decimal number: `12`, `1_000`, `0x1F`, `0.5`, `-1e-3`. Nil for other text, and for values
    /// that do not fit.
    public init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        guard case .number(let value, let end) = scanNumber(bytes, from: 0), end == bytes.count else { return nil }
        self = isNegative ? value.negated : value
    }
}

extension Rational: CustomStringConvertible {
    /// An exact decimal where there is one of at most 25 digits, else a fraction.
    public var description: String { decimal ?? "\(numerator)/\(denominator)" }

    /// The exact decimal, nil where it is longer than 25 digits or endless.
    var decimal: String? {
        if denominator == 1 { return numerator.description }
        var scaled = self
        var places = 0
        while !scaled.isWhole {
            guard places < 25, let next = scaled.multiplied(by: 10) else { return nil }
            scaled = next
            places += 1
        }
        let digits = scaled.numerator.magnitude.description
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (isNegative ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }
}

/// What stands at a place where a number may begin.
enum ScannedNumber {
    case number(Rational, end: Int)
    /// A number that no ``Rational`` holds.
    case tooLarge(end: Int)
    case none
}

/// An unsigned number at `start`: digits with `_` between them, a fraction, an exponent; or `0x` and digits.
func scanNumber(_ bytes: [UInt8], from start: Int) -> ScannedNumber {
    var index = start
    if bytes.at(index) == UInt8(ascii: "0"), bytes.at(index + 1) == UInt8(ascii: "x") {
        index += 2
        var digits = DigitReader(radix: 16)
        index = digits.read(bytes, from: index)
        guard digits.count > 0 else { return .none }
        return digits.result(exponent: 0, end: index)
    }
    var digits = DigitReader(radix: 10)
    index = digits.read(bytes, from: index)
    let wholeDigits = digits.count
    if bytes.at(index) == UInt8(ascii: "."), bytes.at(index + 1).map(isDigit) ?? false {
        index = digits.read(bytes, from: index + 1)
    }
    guard digits.count > 0 else { return .none }
    let places = digits.count - wholeDigits
    var exponent = 0
    if bytes.at(index) == UInt8(ascii: "e") || bytes.at(index) == UInt8(ascii: "E") {
        var next = index + 1
        let isNegative = bytes.at(next) == UInt8(ascii: "-")
        if isNegative || bytes.at(next) == UInt8(ascii: "+") { next += 1 }
        if bytes.at(next).map(isDigit) ?? false {
            while let byte = bytes.at(next), isDigit(byte) {
                exponent = min(exponent * 10 + Int(byte - UInt8(ascii: "0")), 10_000)
                next += 1
            }
            index = next
            if isNegative { exponent = -exponent }
        }
    }
    return digits.result(exponent: exponent - places, end: index)
}

/// Accumulates digits; leading zeros cost nothing, too many digits are remembered.
private struct DigitReader {
    var radix: UInt8
    var value: Int128 = 0
    var count = 0
    var overflow = false

    init(radix: UInt8) { self.radix = radix }

    /// Reads on from `start`; a `_` counts as part of the number only between digits.
    mutating func read(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start
        while let byte = bytes.at(index) {
            if byte == UInt8(ascii: "_"), index > start, bytes.at(index + 1).map({ digit($0) != nil }) ?? false {
                index += 1
                continue
            }
            guard let digit = digit(byte) else { break }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: Int128(radix))
            let (sum, tooLargeSum) = product.addingReportingOverflow(Int128(digit))
            overflow = overflow || tooLarge || tooLargeSum
            if !overflow { value = sum }
            count += 1
            index += 1
        }
        return index
    }

    private func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16: byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F") where radix == 16: byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    func result(exponent: Int, end: Int) -> ScannedNumber {
        if value == 0, !overflow { return .number(.zero, end: end) }
        guard !overflow, abs(exponent) <= 76, let mantissa = Rational(value, 1),
            let value = mantissa.scaled(byPowerOfTen: exponent)
        else { return .tooLarge(end: end) }
        return .number(value, end: end)
    }
}

extension Rational {
    /// In two steps, so that `1000…e-40` passes although 10^40 alone would not fit.
    fileprivate func scaled(byPowerOfTen exponent: Int) -> Rational? {
        if exponent == 0 { return self }
        let half = exponent / 2
        guard let a = Rational(10).power(half), let b = Rational(10).power(exponent - half) else { return nil }
        return multiplied(by: a)?.multiplied(by: b)
    }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

extension Array where Element == UInt8 {
    func at(_ index: Int) -> UInt8? { index < count ? self[index] : nil }
}
