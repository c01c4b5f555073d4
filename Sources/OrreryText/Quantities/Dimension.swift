/// The dimension of a quantity: a product of powers of base units.
public struct Dimension: Hashable, Sendable {
    /// The base units, and so the canonical unit of every dimension: byte, second, joule, metre, cycle, operation,
    /// ampere.
    enum Base: Int, CaseIterable {
        case bytes, seconds, joules, metres, cycles, operations, amperes

        var symbol: String {
            switch self {
            case .bytes: "B"
            case .seconds: "s"
            case .joules: "J"
            case .metres: "m"
            case .cycles: "cycle"
            case .operations: "op"
            case .amperes: "A"
            }
        }
    }

    /// Powers in the order of ``Base``.
    private var exponents: SIMD8<Int8> = .zero

    init(_ powers: (Base, Int8)...) {
        for (base, power) in powers { exponents[base.rawValue] = power }
    }

    func exponent(of base: Base) -> Int { Int(exponents[base.rawValue]) }

    public static let dimensionless = Dimension()
    public static let bytes = Dimension((.bytes, 1))
    public static let seconds = Dimension((.seconds, 1))
    public static let hertz = Dimension((.seconds, -1))
    public static let bytesPerSecond = Dimension((.bytes, 1), (.seconds, -1))
    public static let bytesPerCycle = Dimension((.bytes, 1), (.cycles, -1))
    public static let joules = Dimension((.joules, 1))
    public static let joulesPerByte = Dimension((.joules, 1), (.bytes, -1))
    public static let joulesPerOperation = Dimension((.joules, 1), (.operations, -1))
    public static let watts = Dimension((.joules, 1), (.seconds, -1))
    public static let metres = Dimension((.metres, 1))
    public static let squareMetres = Dimension((.metres, 2))
    public static let cycles = Dimension((.cycles, 1))
    public static let operations = Dimension((.operations, 1))
    public static let operationsPerSecond = Dimension((.operations, 1), (.seconds, -1))
    public static let operationsPerCycle = Dimension((.operations, 1), (.cycles, -1))
    public static let operationsPerJoule = Dimension((.operations, 1), (.joules, -1))
    public static let wattsPerSquareMetre = Dimension((.joules, 1), (.seconds, -1), (.metres, -2))
    public static let bytesPerSquareMetre = Dimension((.bytes, 1), (.metres, -2))
    public static let amperes = Dimension((.amperes, 1))
    public static let volts = Dimension((.joules, 1), (.seconds, -1), (.amperes, -1))
}

extension Dimension {
    public var isDimensionless: Bool { exponents == .zero }

    /// Nil past the largest power that makes sense (12).
    public func multiplied(by other: Dimension) -> Dimension? { bounded(exponents &+ other.exponents) }

    public func divided(by other: Dimension) -> Dimension? { bounded(exponents &- other.exponents) }

    public func power(_ exponent: Int) -> Dimension? {
        if isDimensionless { return self }
        guard (-12...12).contains(exponent) else { return nil }
        var result = Dimension()
        for base in Base.allCases {
            let power = self.exponent(of: base) * exponent
            guard (-12...12).contains(power) else { return nil }
            result.exponents[base.rawValue] = Int8(power)
        }
        return result
    }

    private func bounded(_ exponents: SIMD8<Int8>) -> Dimension? {
        guard all(exponents .<= 12), all(exponents .>= -12) else { return nil }
        var result = Dimension()
        result.exponents = exponents
        return result
    }

    /// A power of a unit that is counted in whole numbers: rounding means something in its canonical unit.
    var isCounted: Bool {
        let counted: [Base] = [.bytes, .cycles, .operations]
        return Base.allCases.allSatisfy { exponent(of: $0) == 0 || counted.contains($0) && exponent(of: $0) > 0 }
    }

    /// The unit that values of this dimension are kept in: `B/s`, `m2`; empty for a plain number.
    public var canonicalUnit: String {
        if let known = Self.names[self] { return known.unit }
        func product(_ sign: Int) -> String {
            Base.allCases.compactMap { base in
                let power = exponent(of: base) * sign
                guard power > 0 else { return nil }
                return power == 1 ? base.symbol : "\(base.symbol)\(power)"
            }.joined(separator: sign > 0 ? "·" : "/")
        }
        let (top, bottom) = (product(1), product(-1))
        if bottom.isEmpty { return top }
        return "\(top.isEmpty ? "1" : top)/\(bottom)"
    }

    /// What a value of this dimension is, with its article: `a bandwidth`.
    public var name: String { Self.names[self]?.name ?? "a value in \(canonicalUnit)" }

    /// How one writes such values: `400 GiB/s`.
    public var examples: [String] {
        Self.names[self]?.examples ?? (isDimensionless ? ["0.5"] : ["1 \(canonicalUnit)"])
    }

    /// `a bandwidth, such as 400 GiB/s or 800 GB/s`
    public var expectation: String { "\(name), such as \(listed(examples))" }

    private static let names: [Dimension: (name: String, unit: String, examples: [String])] = [
        .dimensionless: ("a plain number", "", ["0.5", "1Ki", "3 %"]),
        .bytes: ("a size", "B", ["64 B", "16 MiB"]),
        .seconds: ("a time", "s", ["100 ns", "1.5 us"]),
        .hertz: ("a frequency", "Hz", ["940 MHz", "1.4 GHz"]),
        .bytesPerSecond: ("a bandwidth", "B/s", ["400 GiB/s", "800 GB/s"]),
        .bytesPerCycle: ("a width", "B/cycle", ["64 B/cycle", "128 b/cycle"]),
        .joules: ("an energy", "J", ["17.1645 pJ", "2 nJ"]),
        .joulesPerByte: ("an energy per byte", "J/B", ["3.9 pJ/bit", "8 pJ/B"]),
        .joulesPerOperation: ("an energy per operation", "J/op", ["1.2 pJ/op"]),
        .watts: ("a power", "W", ["300 W", "12 mW"]),
        .metres: ("a length", "m", ["7 nm", "2.5 mm"]),
        .squareMetres: ("an area", "m2", ["600 mm2", "1030 um2"]),
        .cycles: ("a number of cycles", "cycles", ["1 cycle", "5 cycles"]),
        .operations: ("a number of operations", "op", ["1 op", "2 GFLOP"]),
        .operationsPerSecond: ("a throughput", "op/s", ["312 TFLOP/s", "4 Top/s"]),
        .operationsPerCycle: ("a throughput per cycle", "op/cycle", ["2 op/cycle"]),
        .operationsPerJoule: ("an efficiency", "op/J", ["20 Gop/J"]),
        .wattsPerSquareMetre: ("a power density", "W/m2", ["0.5 W/mm2"]),
        .bytesPerSquareMetre: ("a storage density", "B/m2", ["1 MiB/mm2"]),
        .amperes: ("a current", "A", ["55 mA"]),
        .volts: ("a voltage", "V", ["1.2 V"]),
    ]
}
