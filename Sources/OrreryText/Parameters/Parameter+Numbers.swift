extension Parameter where Value == Int {
    /// A whole number without a unit: `256`, `1_000`, `0x40`, `64Ki`, `256 / 2`.
    public static func integer(
        _ name: String, _ range: ClosedRange<Int> = 0...Int.max, default: Int? = nil, help: String
    ) -> Parameter<Int> {
        whole(name, .dimensionless, type: "a whole number", range, default: `default`, help: help)
    }

    /// A whole number of bytes, written with a unit: `64 B`, `16 MiB`.
    public static func bytes(
        _ name: String, _ range: ClosedRange<Int> = 0...Int.max, default: Int? = nil, help: String
    ) -> Parameter<Int> {
        whole(name, .bytes, type: Dimension.bytes.expectation, range, default: `default`, help: help)
    }

    /// A whole number of cycles, written with its unit: `5 cycles`.
    public static func cycles(
        _ name: String, _ range: ClosedRange<Int> = 0...Int.max, default: Int? = nil, help: String
    ) -> Parameter<Int> {
        whole(name, .cycles, type: Dimension.cycles.expectation, range, default: `default`, help: help)
    }

    private static func whole(
        _ name: String, _ dimension: Dimension, type: String, _ range: ClosedRange<Int>, default: Int?, help: String
    ) -> Parameter<Int> {
        func shown(_ value: Int) -> String { Quantity(value, dimension).description }
        let rangeText = describe(range, shown)
        let string: JSONValue = ["type": "string"]
        var number: [JSONValue.Member] = [.init("type", "integer"), .init("minimum", .integer(range.lowerBound))]
        if range.upperBound != .max { number.append(.init("maximum", .integer(range.upperBound))) }
        return Parameter(
            name: name, help: help, type: type, unit: dimension.isDimensionless ? nil : dimension.canonicalUnit,
            range: rangeText, default: `default`, defaultDescription: `default`.map(shown),
            schema: dimension.isDimensionless ? ["anyOf": [.object(number), string]] : string
        ) { node, reading in
            guard let quantity = readQuantity(node, dimension, reading) else { return nil }
            guard quantity.value.isWhole else {
                reading.error("\(node.summary) is not whole: \(quantity)", at: node.mark, hint: "expected \(type)")
                return nil
            }
            guard let value = quantity.value.integer, range.contains(value) else {
                reading.error("\(quantity) is out of range", at: node.mark, hint: "expected \(rangeText ?? type)")
                return nil
            }
            return value
        }
    }

    private static func describe(_ range: ClosedRange<Int>, _ shown: (Int) -> String) -> String? {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): nil
        case (let low, .max): "at least \(shown(low))"
        case (.min, let high): "at most \(shown(high))"
        case (let low, let high): "\(shown(low)) to \(shown(high))"
        }
    }
}

extension Parameter where Value == Quantity {
    /// A quantity of one dimension. The default range is above zero.
    public static func quantity(
        _ name: String, _ dimension: Dimension, _ range: QuantityRange = .positive, default: Quantity? = nil,
        help: String
    ) -> Parameter<Quantity> {
        quantity(name, [dimension], range, default: `default`, help: help)
    }

    /// A time in seconds or in cycles of the component's own clock, as ``Quantity/dimension`` of the value says; zero
    /// or more unless `range` says otherwise. See ``Quantity/cycles(period:)``.
    public static func duration(
        _ name: String, _ range: QuantityRange = .nonNegative, default: Quantity? = nil, help: String
    ) -> Parameter<Quantity> {
        quantity(name, [.seconds, .cycles], range, default: `default`, help: help)
    }

    /// A quantity of one of several dimensions.
    public static func quantity(
        _ name: String, _ dimensions: [Dimension], _ range: QuantityRange = .positive, default: Quantity? = nil,
        help: String
    ) -> Parameter<Quantity> {
        let expectation = dimensions.map(\.name).joined(separator: " or ")
        let examples = listed(dimensions.flatMap { $0.examples.prefix(dimensions.count > 1 ? 1 : 2) })
        let type = "\(expectation), such as \(examples)"
        let takesNumber = dimensions.contains(.dimensionless)
        let string: JSONValue = ["type": "string"]
        return Parameter(
            name: name, help: help, type: type, unit: dimensions.map(\.canonicalUnit).joined(separator: " or "),
            range: range.description, default: `default`, defaultDescription: `default`?.description,
            schema: takesNumber ? ["anyOf": [["type": "number"], string]] : string
        ) { node, reading in
            guard let quantity = readQuantity(node, dimensions, type, reading) else { return nil }
            guard range.contains(quantity.value) else {
                reading.error(
                    "\(quantity) is out of range", at: node.mark, hint: "expected \(range.description ?? type)")
                return nil
            }
            return quantity
        }
    }
}

extension Parameter where Value == Double {
    /// A real number without a unit, `0.5` or `3 %`; `inf` and `-inf` only where `allowsInfinity`.
    public static func real(
        _ name: String, _ range: ClosedRange<Double> = -Double.infinity...Double.infinity, allowsInfinity: Bool = false,
        default: Double? = nil, help: String
    ) -> Parameter<Double> {
        let isBounded = range.lowerBound.isFinite || range.upperBound.isFinite
        return Parameter(
            name: name, help: help,
            type: allowsInfinity ? "a plain number, inf or -inf" : Dimension.dimensionless.expectation,
            range: isBounded ? "\(range.lowerBound) to \(range.upperBound)" : nil, default: `default`,
            defaultDescription: `default`?.description, schema: ["anyOf": [["type": "number"], ["type": "string"]]]
        ) { node, reading in
            let value: Double
            if allowsInfinity, let text = node.string, let infinity = ["inf": 1.0, "+inf": 1, "-inf": -1][text] {
                value = infinity * .infinity
            } else if let quantity = readQuantity(node, .dimensionless, reading) {
                value = quantity.doubleValue
            } else {
                return nil
            }
            guard range.contains(value) else {
                reading.error(
                    "\(value) is out of range", at: node.mark,
                    hint: "expected \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return value
        }
    }
}
