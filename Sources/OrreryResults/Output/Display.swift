import Glibc

/// Numbers as people read them: few digits, a unit with a prefix.
package enum Display {
    /// `value` with `digits` significant digits, and `unit` with the prefix that leaves 1 to 3 digits before the point.
    package static func scaled(_ value: Double, _ unit: String, digits: Int = 4) -> String {
        guard value != 0, value.isFinite else { return join(value == 0 ? "0" : value.description, unit) }
        var exponent = min(max(Int((log10(abs(value)) / 3).rounded(.down)), -6), 6)
        var number = abs(value) / thousand(exponent)
        // What rounds up to a thousand is one of the next prefix.
        if significant(number, digits).hasPrefix("1000"), exponent < 6 {
            exponent += 1
            number = abs(value) / thousand(exponent)
        }
        let text = (value < 0 ? "-" : "") + significant(number, digits)
        return join(text, prefixes[exponent + 6] + unit)
    }

    /// A number without a unit, with `digits` significant digits: `0.6646`, `1040`; with a prefix from ten thousand on, and as
    /// `3.100e-05` below a ten-thousandth.
    package static func plain(_ value: Double, digits: Int = 4) -> String {
        guard value != 0, value.isFinite, abs(value) < 10_000 else { return scaled(value, "", digits: digits) }
        let power = Int(log10(abs(value)).rounded(.down))
        if power >= -4 { return fixed(value, max(0, digits - 1 - power)) }
        let exponent = (power > -10 ? "e-0" : "e-") + String(-power)
        return fixed(value * pow(10, Double(-power)), digits - 1) + exponent
    }

    /// Bytes in binary units.
    package static func bytes(_ value: Double, _ unit: String = "B") -> String {
        var number = value
        var prefix = 0
        while number >= 1024, prefix < binary.count - 1 {
            number /= 1024
            prefix += 1
        }
        return join(
            prefix == 0 && number == number.rounded() ? grouped(Int(number)) : significant(number, 4),
            binary[prefix] + unit)
    }

    /// `61.2 %`
    package static func percent(_ fraction: Double) -> String { "\(fixed(100 * fraction, 1)) %" }

    /// `1.52x`
    package static func times(_ factor: Double) -> String { "\(fixed(factor, 2))x" }

    /// `1 892 352`, in groups of three.
    package static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return text
    }

    /// `value` (below 10^15) with `places` digits after the point.
    package static func fixed(_ value: Double, _ places: Int) -> String {
        guard abs(value) < 1e15 else { return value.description }
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if places == 0 { return sign + String(scaled) }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    /// A number from 0 to 9999 with `digits` significant digits.
    private static func significant(_ value: Double, _ digits: Int) -> String {
        let whole = value < 1 ? 1 : value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4
        return fixed(value, max(0, digits - whole))
    }

    private static func join(_ number: String, _ unit: String) -> String { unit.isEmpty ? number : "\(number) \(unit)" }

    private static func thousand(_ exponent: Int) -> Double {
        let power = (0..<abs(exponent)).reduce(1.0) { product, _ in product * 1000 }
        return exponent < 0 ? 1 / power : power
    }

    private static let prefixes = ["a", "f", "p", "n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    private static let binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
}
