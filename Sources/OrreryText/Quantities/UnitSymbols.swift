/// A unit: how many canonical units it is, and of which dimension.
struct Unit: Hashable, Sendable {
    var factor: Rational
    var dimension: Dimension

    /// Prefixes that a symbol takes.
    enum Prefixes {
        case none, decimal, decimalAndBinary
        /// The symbol alone means something else to too many people.
        case onlyWithDecimal
    }

    private struct Symbol {
        var unit: Unit
        var prefixes: Prefixes
    }

    /// The unit of one symbol, prefix included: `GiB`, `us`, `cycles`.
    init?(symbol: some StringProtocol) {
        let text = String(symbol)
        if let found = Self.symbols[text], found.prefixes != .onlyWithDecimal {
            self = found.unit
            return
        }
        for length in [2, 1] where text.unicodeScalars.count > length {
            let cut = text.unicodeScalars.index(text.unicodeScalars.startIndex, offsetBy: length)
            guard let found = Self.symbols[String(text[cut...])] else { continue }
            let prefix = String(text[..<cut])
            let scale = Self.binaryPrefixes[prefix] ?? Self.decimalPrefixes[prefix]
            let isBinary = Self.binaryPrefixes[prefix] != nil
            guard let scale, found.prefixes != .none, !isBinary || found.prefixes == .decimalAndBinary,
                let factor = found.unit.factor.multiplied(by: scale)
            else { continue }
            self.init(factor: factor, dimension: found.unit.dimension)
            return
        }
        guard let scale = Self.binaryPrefixes[text] else { return nil }
        self.init(factor: scale, dimension: .dimensionless)
    }

    init(factor: Rational, dimension: Dimension) {
        self.factor = factor
        self.dimension = dimension
    }

    func divided(by other: Unit) -> Unit? {
        guard let factor = factor.divided(by: other.factor),
            let dimension = dimension.divided(by: other.dimension)
        else { return nil }
        return Unit(factor: factor, dimension: dimension)
    }

    func power(_ exponent: Int) -> Unit? {
        guard let factor = factor.power(exponent), let dimension = dimension.power(exponent) else { return nil }
        return Unit(factor: factor, dimension: dimension)
    }

    static let binaryPrefixes: [String: Rational] = [
        "Ki": Rational(1 << 10), "Mi": Rational(1 << 20), "Gi": Rational(1 << 30), "Ti": Rational(1 << 40),
        "Pi": Rational(1 << 50), "Ei": Rational(1 << 60),
    ]

    static let decimalPrefixes: [String: Rational] = {
        let powers = [
            "a": -18, "f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12,
            "P": 15, "E": 18,
        ]
        return powers.compactMapValues { Rational(10).power($0) }
    }()

    private static let symbols: [String: Symbol] = {
        func symbol(_ dimension: Dimension, _ prefixes: Prefixes, _ factor: Rational = .one) -> Symbol {
            Symbol(unit: Unit(factor: factor, dimension: dimension), prefixes: prefixes)
        }
        let eighth = Rational(1, 8) ?? .one
        let hundredth = Rational(1, 100) ?? .one
        return [
            "B": symbol(.bytes, .decimalAndBinary), "byte": symbol(.bytes, .none), "bytes": symbol(.bytes, .none),
            "b": symbol(.bytes, .decimalAndBinary, eighth), "bit": symbol(.bytes, .decimalAndBinary, eighth),
            "bits": symbol(.bytes, .none, eighth), "bps": symbol(.bytesPerSecond, .decimal, eighth),
            "s": symbol(.seconds, .decimal), "Hz": symbol(.hertz, .decimal), "J": symbol(.joules, .decimal),
            "W": symbol(.watts, .decimal), "m": symbol(.metres, .decimal), "cm": symbol(.metres, .none, hundredth),
            "A": symbol(.amperes, .decimal), "V": symbol(.volts, .decimal),
            "cycle": symbol(.cycles, .none), "cycles": symbol(.cycles, .none),
            "op": symbol(.operations, .decimal), "ops": symbol(.operations, .decimal),
            "OP": symbol(.operations, .decimal), "FLOP": symbol(.operations, .decimal),
            "OPS": symbol(.operationsPerSecond, .decimal), "FLOPS": symbol(.operationsPerSecond, .decimal),
            "IOPS": symbol(.hertz, .decimal), "T": symbol(.dimensionless, .onlyWithDecimal),
            "%": symbol(.dimensionless, .none, hundredth),
        ]
    }()

    /// Every symbol one may reasonably have meant, for "did you mean".
    static let knownNames: [String] = {
        var names: Set<String> = ["Ki", "Mi", "Gi"]
        for (symbol, entry) in symbols {
            if entry.prefixes != .onlyWithDecimal { names.insert(symbol) }
            guard entry.prefixes != .none else { continue }
            for prefix in ["f", "p", "n", "u", "m", "k", "M", "G", "T"] { names.insert(prefix + symbol) }
            guard entry.prefixes == .decimalAndBinary else { continue }
            for prefix in ["Ki", "Mi", "Gi", "Ti"] { names.insert(prefix + symbol) }
        }
        return names.sorted()
    }()
}
