/// The quantity of a scalar that must have a dimension; nil after reporting what is wrong.
func readQuantity<Value>(
    _ node: Node, _ dimension: Dimension, _ reading: Parameter<Value>.Reading
) -> Quantity? {
    let type = dimension.isDimensionless ? reading.expectation : dimension.expectation
    return readQuantity(node, [dimension], type, reading)
}

/// The quantity of a scalar: a literal, or arithmetic on literals.
func readQuantity<Value>(
    _ node: Node, _ dimensions: [Dimension], _ expectation: String, _ reading: Parameter<Value>.Reading
) -> Quantity? {
    guard let text = node.string else {
        reading.expected(found: node)
        return nil
    }
    if let quantity = Quantity(literal: text), dimensions.contains(quantity.dimension) { return quantity }
    do {
        let expression = try Expression(parsing: text)
        guard expression.names.isEmpty, !expression.isCondition else {
            reading.expected(found: node)
            return nil
        }
        let quantity = try expression.evaluate { _ in nil }
        if dimensions.contains(quantity.dimension) { return quantity }
        if quantity.dimension.isDimensionless {
            reading.error("\(quotedForMessage(text)) has no unit", at: node.mark, hint: "expected \(expectation)")
        } else {
            reading.error(
                "\(quotedForMessage(text)) is \(quantity.dimension.name)", at: node.mark,
                hint: "expected \(expectation)")
        }
    } catch {
        guard looksNumeric(text) else {
            reading.expected(found: node)
            return nil
        }
        let isOnOneLine = !(node.scalar?.spansLines ?? false)
        let mark = isOnOneLine ? node.textMark.advanced(by: error.offset) : node.mark
        reading.error(error.message, at: mark, hint: error.hint ?? "expected \(expectation)")
    }
    return nil
}

/// Whether someone who wrote this meant a number.
private func looksNumeric(_ text: String) -> Bool {
    text.utf8.first { $0 != UInt8(ascii: " ") }.map { isDigit($0) || "+-.(".utf8.contains($0) } ?? false
}
