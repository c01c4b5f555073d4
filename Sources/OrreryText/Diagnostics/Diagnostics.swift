/// Collects the problems of all inputs, so that a user sees all of them at once.
///
/// A broken file can hold a problem in every line: past `limit` errors, or as many warnings, further ones are counted
/// but not kept, and a last entry says how many there were. The same problem at the same place is one, however often it is
/// met.
public final class Diagnostics {
    /// How many errors, and how many warnings, are kept.
    public let limit: Int
    private var kept: [Diagnostic] = []
    /// Files of parts, such as DRAM devices, that were read on the way, in that order.
    public private(set) var files: [String] = []
    private var seen: Set<Diagnostic> = []
    private var errorCount = 0
    private var warningCount = 0

    public init(limit: Int = 200) {
        self.limit = max(1, limit)
    }

    /// The problems in the order of their report, and a closing line where some were left out.
    public var all: [Diagnostic] {
        let omitted = max(0, errorCount - limit) + max(0, warningCount - limit)
        guard omitted > 0 else { return kept }
        let severity: Diagnostic.Severity = errorCount > limit ? .error : .warning
        return kept + [Diagnostic(severity, "\(omitted) more problems are not listed")]
    }

    public var hasErrors: Bool { errorCount > 0 }

    /// Notes that a file was read: what it holds decides what comes out.
    public func noteRead(_ file: String) {
        if !files.contains(file) { files.append(file) }
    }

    public func report(_ diagnostic: Diagnostic) {
        add(diagnostic.severity, diagnostic)
    }

    /// Reports an error. `hint` is computed only where the error is kept.
    public func error(
        _ message: String, at mark: SourceMark? = nil, path: String? = nil, hint: @autoclosure () -> String? = nil
    ) {
        add(.error, Diagnostic(.error, message, at: mark, path: path, hint: hint()))
    }

    /// Reports what is worth knowing but stops nothing.
    public func warning(
        _ message: String, at mark: SourceMark? = nil, path: String? = nil, hint: @autoclosure () -> String? = nil
    ) {
        add(.warning, Diagnostic(.warning, message, at: mark, path: path, hint: hint()))
    }

    private func add(_ severity: Diagnostic.Severity, _ diagnostic: @autoclosure () -> Diagnostic) {
        let isKept = (severity == .error ? errorCount : warningCount) < limit
        if isKept {
            let problem = diagnostic()
            guard seen.insert(problem).inserted else { return }
            kept.append(problem)
        }
        switch severity {
        case .error: errorCount += 1
        case .warning: warningCount += 1
        }
    }

    /// Throws everything collected so far, warnings included, if there is an error among it.
    public func throwIfErrors() throws(InputErrors) {
        if hasErrors { throw InputErrors(diagnostics: all) }
    }
}
