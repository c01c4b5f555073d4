/// A problem in the text of a quantity or an expression, or in its evaluation.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public var message: String
    /// What was expected or perhaps meant.
    public var hint: String?
    /// Code points before the offending part.
    public var offset: Int
    /// The place of the offending part in a file, where the text has one.
    public var mark: SourceMark?

    public init(_ message: String, hint: String? = nil, offset: Int = 0, mark: SourceMark? = nil) {
        self.message = message
        self.hint = hint
        self.offset = offset
        self.mark = mark
    }

    public func diagnostic(path: String? = nil) -> Diagnostic {
        Diagnostic(.error, message, at: mark, path: path, hint: hint)
    }

    public var description: String { diagnostic().description }
}
