/// The values that a quantity may take, in canonical units.
public struct QuantityRange: Hashable, Sendable {
    private var lower: Quantity?
    private var lowerIsIncluded = true
    private var upper: Quantity?

    public static let any = QuantityRange()
    /// Above zero.
    public static let positive = QuantityRange(lower: Quantity(0), lowerIsIncluded: false)
    /// Zero or more.
    public static let nonNegative = QuantityRange(lower: Quantity(0))
    /// Of plain numbers: 0 to 1, both included.
    public static let fraction = QuantityRange(lower: Quantity(0), upper: Quantity(1))

    public static func atLeast(_ lower: Quantity) -> QuantityRange { QuantityRange(lower: lower) }

    public static func atMost(_ upper: Quantity) -> QuantityRange { QuantityRange(upper: upper) }

    /// Both included: `.between("1 ns", "1 s")`.
    public static func between(_ lower: Quantity, _ upper: Quantity) -> QuantityRange {
        QuantityRange(lower: lower, upper: upper)
    }

    private init(lower: Quantity? = nil, lowerIsIncluded: Bool = true, upper: Quantity? = nil) {
        self.lower = lower
        self.lowerIsIncluded = lowerIsIncluded
        self.upper = upper
    }

    public func contains(_ value: Rational) -> Bool {
        if let lower, value < lower.value || !lowerIsIncluded && value == lower.value { return false }
        if let upper, value > upper.value { return false }
        return true
    }

    /// `greater than 0`, `1 ns to 1 s`; nil for any value.
    public var description: String? {
        switch (lower, upper) {
        case (nil, nil): nil
        case (let lower?, nil): "\(lowerIsIncluded ? "at least" : "greater than") \(lower)"
        case (nil, let upper?): "at most \(upper)"
        case (let lower?, let upper?): "\(lower) to \(upper)"
        }
    }
}
