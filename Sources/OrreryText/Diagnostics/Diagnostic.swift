/// One problem of an input: where it is, what it is, and what would repair it.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    public var severity: Severity
    /// The place in a file, where there is one.
    public var mark: SourceMark?
    /// The path of the parameter in the input, as in `dram.bandwidth`.
    public var path: String?
    /// What is wrong, without the place.
    public var message: String
    /// What was expected, or a guess at what was meant: "did you mean 'rows'?".
    public var hint: String?

    public init(
        _ severity: Severity = .error, _ message: String, at mark: SourceMark? = nil, path: String? = nil,
        hint: String? = nil
    ) {
        self.severity = severity
        self.mark = mark
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: error: path: message; hint`, without the parts that are absent.
    public var description: String {
        var parts: [String] = []
        if let mark { parts.append(mark.description) }
        parts.append(severity.rawValue)
        if let path, !path.isEmpty { parts.append(path) }
        parts.append(message)
        let line = parts.joined(separator: ": ")
        guard let hint else { return line }
        return "\(line); \(hint)"
    }
}

/// Every problem of the inputs at once. A command that catches this prints it and ends with exit code 2.
public struct InputErrors: Error, Sendable, CustomStringConvertible {
    public var diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    /// One diagnostic a line.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
