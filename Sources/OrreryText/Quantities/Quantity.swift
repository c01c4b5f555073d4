/// An exact number with a dimension, kept in canonical units: bytes, seconds, hertz, bytes per second, joules, watts,
/// square metres, cycles, operations.
///
/// GB is 10^9 bytes and GiB 2^30, always. In code, a string literal is a quantity: `let latency: Quantity = "100 ns"`;
/// a literal that is none traps.
public struct Quantity: Hashable, Sendable {
    /// In the canonical unit of ``dimension``.
    public var value: Rational
    public var dimension: Dimension

    public init(_ value: Rational, _ dimension: Dimension = .dimensionless) {
        self.value = value
        self.dimension = dimension
    }

    public init(_ value: Int, _ dimension: Dimension = .dimensionless) {
        self.init(Rational(value), dimension)
    }

    public static func bytes(_ count: Int) -> Quantity { Quantity(count, .bytes) }

    public static func cycles(_ count: Int) -> Quantity { Quantity(count, .cycles) }

    /// The value in canonical units.
    public var doubleValue: Double { value.doubleValue }

    /// A time in cycles of a clock, rounded up; nil for what is neither a time nor cycles, or does not fit.
    ///
    /// - Parameter period: of the clock, in seconds.
    public func cycles(period: Rational) -> Int? {
        switch dimension {
        case .cycles: Int(exactly: value.ceiling)
        case .seconds: value.divided(by: period).flatMap { Int(exactly: $0.ceiling) }
        default: nil
        }
    }
}

extension Quantity: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        do {
            try self.init(parsing: value)
        } catch {
            preconditionFailure("'\(value)' is no quantity: \(error.message)")
        }
    }
}

extension Quantity: CustomStringConvertible {
    /// In the largest prefixed unit that makes the number at least 1, as `16 MiB`, `940 MHz`, `100 ns`.
    public var description: String {
        guard !dimension.isDimensionless else { return value.description }
        let unit = dimension.canonicalUnit
        guard let (prefix, scaled) = prefixed() else { return "\(number(value)) \(unit)" }
        return "\(number(scaled)) \(prefix)\(unit)"
    }

    private func number(_ value: Rational) -> String {
        value.decimal ?? value.doubleValue.description
    }

    private func prefixed() -> (String, Rational)? {
        guard let base = Self.prefixedBases[dimension] else { return nil }
        let magnitude = value.isNegative ? value.negated : value
        if base.takesBinary, value.isWhole {
            for prefix in ["Ti", "Gi", "Mi", "Ki"] {
                let scaled = Unit.binaryPrefixes[prefix].flatMap(value.divided(by:))
                if let scaled, scaled.isWhole, !scaled.isZero { return (prefix, scaled) }
            }
        }
        for prefix in ["T", "G", "M", "k", "", "m", "u", "n", "p", "f"] {
            guard let scale = prefix.isEmpty ? .one : Unit.decimalPrefixes[prefix]?.power(base.power) else { continue }
            if magnitude >= scale { return value.divided(by: scale).map { (prefix, $0) } }
        }
        return nil
    }

    /// Dimensions whose canonical unit begins with a symbol that takes prefixes.
    private static let prefixedBases: [Dimension: (takesBinary: Bool, power: Int)] = [
        .bytes: (true, 1), .bytesPerSecond: (true, 1), .seconds: (false, 1), .hertz: (false, 1), .joules: (false, 1),
        .joulesPerByte: (false, 1), .joulesPerOperation: (false, 1), .watts: (false, 1), .metres: (false, 1),
        .squareMetres: (false, 2), .operations: (false, 1), .operationsPerSecond: (false, 1), .amperes: (false, 1),
        .volts: (false, 1),
    ]
}
