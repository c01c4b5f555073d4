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
    /// In a prefixed unit, as `16 MiB`, `940 MHz`, `100 ns`: the largest that leaves a number of at least 1, binary or
    /// decimal as makes the shorter text.
    public var description: String {
        guard !dimension.isDimensionless else { return value.description }
        let unit = dimension.canonicalUnit
        guard let base = Self.prefixedBases[dimension] else { return "\(Self.text(value)) \(unit)" }
        let decimal = decimallyPrefixed(unit, power: base.power)
        guard base.takesBinary, let binary = binaryPrefixed(unit) else { return decimal }
        return binary.utf8.count <= decimal.utf8.count ? binary : decimal
    }

    private static func text(_ value: Rational) -> String {
        value.decimal ?? value.doubleValue.description
    }

    private func binaryPrefixed(_ unit: String) -> String? {
        for prefix in ["Ti", "Gi", "Mi", "Ki"] {
            let scaled = Unit.binaryPrefixes[prefix].flatMap(value.divided(by:))
            if let scaled, scaled.isWhole, !scaled.isZero { return "\(scaled) \(prefix)\(unit)" }
        }
        return nil
    }

    private func decimallyPrefixed(_ unit: String, power: Int) -> String {
        let magnitude = value.isNegative ? value.negated : value
        for (prefix, scale) in power == 2 ? Self.squareScales : Self.scales {
            guard magnitude >= scale, let scaled = value.divided(by: scale) else { continue }
            return "\(Self.text(scaled)) \(prefix)\(unit)"
        }
        return "\(Self.text(value)) \(unit)"
    }

    private static let scales = scales(power: 1)
    private static let squareScales = scales(power: 2)

    /// What each decimal prefix stands for with a unit to a power, the largest first.
    private static func scales(power: Int) -> [(prefix: String, scale: Rational)] {
        ["T", "G", "M", "k", "", "m", "u", "n", "p", "f"].compactMap { prefix in
            let scale = prefix.isEmpty ? .one : Unit.decimalPrefixes[prefix]?.power(power)
            return scale.map { (prefix, $0) }
        }
    }

    /// Dimensions whose canonical unit begins with a symbol that takes prefixes.
    private static let prefixedBases: [Dimension: (takesBinary: Bool, power: Int)] = [
        .bytes: (true, 1), .bytesPerSecond: (true, 1), .seconds: (false, 1), .hertz: (false, 1), .joules: (false, 1),
        .joulesPerByte: (false, 1), .joulesPerOperation: (false, 1), .watts: (false, 1), .metres: (false, 1),
        .squareMetres: (false, 2), .operations: (false, 1), .operationsPerSecond: (false, 1), .amperes: (false, 1),
        .volts: (false, 1),
    ]
}
