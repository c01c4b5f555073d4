extension Quantity {
    /// The quantity that `text` writes: a number and a unit, `400 GiB/s`, `5 cycles`, `3 %`, `64Ki`, `-0.5`.
    ///
    /// Throws with the offset (in code points) of the number or the unit that is no good.
    public init(parsing text: String) throws(ExpressionError) {
        let bytes = Array(text.utf8)
        let whole = bytes.indices.filter { bytes[$0] != UInt8(ascii: " ") }
        guard var index = whole.first, let last = whole.last else {
            throw ExpressionError("there is no value")
        }
        let end = last + 1
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        let number: Rational
        switch scanNumber(bytes, from: index) {
        case .number(let value, let next): (number, index) = (isNegative ? value.negated : value, next)
        case .tooLarge: throw ExpressionError("the number is too large or too fine", offset: whole[0])
        case .none: throw ExpressionError("\(quotedForMessage(text)) is no number", offset: whole[0])
        }
        while index < end, bytes[index] == UInt8(ascii: " ") { index += 1 }
        switch scanUnit(bytes, from: index, inExpression: false) {
        case .unit(let unit, let next) where next == end: try self.init(number, in: unit, offset: whole[0])
        case .none where index == end: self.init(number)
        case .unknown(let symbol, let start, let next) where next == end:
            throw ExpressionError(
                "unknown unit \(quotedForMessage(symbol))", hint: unitHint(symbol), offset: characters(bytes[..<start]))
        default:
            throw ExpressionError(
                "\(quotedForMessage(String(decoding: bytes[index..<end], as: UTF8.self))) is no unit",
                offset: characters(bytes[..<index]))
        }
    }

    /// The quantity of a text that is an unsigned number and perhaps a unit, as an expression reads it, without the cost of one; nil for
    /// any other text, arithmetic among it.
    init?(literal text: String) {
        guard let first = text.utf8.first, isDigit(first) else { return nil }
        let bytes = Array(text.utf8)
        guard case .number(let number, var index) = scanNumber(bytes, from: 0) else { return nil }
        if index == bytes.count {
            self.init(number)
            return
        }
        while bytes.at(index) == UInt8(ascii: " ") { index += 1 }
        // One that is too large is read, and refused, as an expression.
        guard case .unit(let unit, let end) = scanUnit(bytes, from: index, inExpression: false), end == bytes.count,
            let quantity = try? Quantity(number, in: unit, offset: 0)
        else { return nil }
        self = quantity
    }

    init(_ number: Rational, in unit: Unit, offset: Int) throws(ExpressionError) {
        guard let value = number.multiplied(by: unit.factor) else {
            throw ExpressionError("the number is too large or too fine", offset: offset)
        }
        self.init(value, unit.dimension)
    }
}

/// Code points in valid UTF-8.
func characters(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
}
