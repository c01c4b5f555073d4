/// An arithmetic expression over quantities and names, as mappings, ranks and constraints use them:
/// `largest_divisor(P / 256, floor(buffer.capacity / 4 KiB))`, `M >= P and area < 600 mm2`.
///
/// From the loosest: `or`, `and`, `not`, comparisons, `+ -`, `* / %`, sign, `^`. Numbers may carry a unit (`2 KiB`),
/// with a compound unit written without spaces (`400 GiB/s`); with spaces `/` divides. Names may be paths
/// (`gpu.sm[3].clock`). Arithmetic is exact and dimensions are checked. Functions: see ``functionNames``.
public struct Expression: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    /// The place of the first character, nil for text that comes from no file.
    public let mark: SourceMark?
    /// Every name in it, once, in order of appearance.
    public let names: [String]
    /// Whether it gives true or false (a comparison) and not a quantity.
    public let isCondition: Bool

    let code: [Instruction]
    /// Whether a place in the text is that many columns behind `mark`.
    private let isOnOneLine: Bool

    /// Bytes that an expression may have.
    public static let lengthLimit = 1 << 16

    /// The functions that expressions know, with their arguments.
    public static var functionNames: [String] { Function.allCases.map(\.signature) }

    /// Throws the first syntax error, with its place when `mark` is given.
    public init(parsing text: String, mark: SourceMark? = nil) throws(ExpressionError) {
        try self.init(text, mark: mark, isOnOneLine: true)
    }

    private init(_ text: String, mark: SourceMark?, isOnOneLine: Bool) throws(ExpressionError) {
        do {
            var parser = try ExpressionParser(text)
            isCondition = try parser.parse() == .condition
            names = parser.names
            code = parser.code
        } catch {
            throw error.located(at: mark, advancing: isOnOneLine)
        }
        self.isOnOneLine = isOnOneLine
        self.text = text
        self.mark = mark
    }

    /// Nil after reporting a syntax error to `diagnostics`.
    public init?(parsing text: String, mark: SourceMark?, path: String? = nil, diagnostics: Diagnostics) {
        do {
            try self.init(parsing: text, mark: mark)
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return nil
        }
    }

    /// The expression of a scalar node; nil after reporting that it is none.
    public init?(_ node: Node, path: String? = nil, diagnostics: Diagnostics) {
        guard let text = node.string, !node.isNull else {
            diagnostics.error("expected an expression, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        do {
            let isOnOneLine = !(node.scalar?.spansLines ?? false)
            try self.init(text, mark: isOnOneLine ? node.textMark : node.mark, isOnOneLine: isOnOneLine)
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return nil
        }
    }

    /// The value, with `lookup` giving the value of each name.
    ///
    /// - Parameter known: the names there are, for a hint where one is misspelt.
    /// - Throws: what went wrong and where: an unknown name, dimensions that do not fit, a division by zero, a value
    ///   too large to be exact.
    public func evaluate(
        known: @autoclosure () -> [String] = [], _ lookup: (String) -> Quantity?
    ) throws(ExpressionError) -> Quantity {
        guard case .quantity(let result) = try run(known, lookup) else {
            throw ExpressionError("\(quotedForMessage(text)) is a condition, not a value", mark: mark)
        }
        return result
    }

    /// Whether the condition holds; see ``evaluate(known:_:)``.
    public func holds(
        known: @autoclosure () -> [String] = [], _ lookup: (String) -> Quantity?
    ) throws(ExpressionError) -> Bool {
        guard case .truth(let result) = try run(known, lookup) else {
            throw ExpressionError("\(quotedForMessage(text)) is a value, not a condition", mark: mark)
        }
        return result
    }

    private func run(
        _ known: () -> [String], _ lookup: (String) -> Quantity?
    ) throws(ExpressionError) -> ExpressionValue {
        do {
            return try evaluateCode(code, names: names, known: known, lookup)
        } catch {
            throw error.located(at: mark, advancing: isOnOneLine)
        }
    }

    public var description: String { text }
}

extension ExpressionError {
    func located(at mark: SourceMark?, advancing: Bool) -> ExpressionError {
        guard self.mark == nil, let mark else { return self }
        var located = self
        located.mark = advancing ? mark.advanced(by: offset) : mark
        return located
    }
}

extension Node {
    /// The place of a scalar's first character, behind its quote.
    var textMark: SourceMark {
        scalar?.style == .quoted ? mark.advanced(by: 1) : mark
    }
}

extension Quantity {
    /// The number that a text gives, by itself or by arithmetic on numbers (`4Ki`, `2 * 940 MHz`); nil for any other text, such as a word.
    public init?(arithmetic text: String) {
        if let literal = Quantity(literal: text) {
            self = literal
            return
        }
        guard let expression = try? Expression(parsing: text), expression.names.isEmpty, !expression.isCondition,
            let value = try? expression.evaluate({ _ in nil })
        else { return nil }
        self = value
    }

    /// The number that a scalar gives, by itself or by arithmetic on numbers; nil after reporting why it gives none.
    public init?(arithmetic node: Node, path: String, diagnostics: Diagnostics) {
        guard let expression = Expression(node, path: path, diagnostics: diagnostics) else { return nil }
        do throws(ExpressionError) {
            self = try expression.evaluate { _ in nil }
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return nil
        }
    }
}
