import OrrerySimulation
import OrreryText

/// Components that cannot be made as they are described, or not be joined.
public struct AssemblyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the component at fault.
    public var path: String
    /// The parameter at fault, or `connect`.
    public var parameter: String
    public var message: String
    /// Where the file gives it.
    public var mark: SourceMark?
    public var hint: String?

    public var diagnostic: Diagnostic {
        Diagnostic(.error, message, at: mark, path: parameter == "connect" ? path : "\(path).\(parameter)", hint: hint)
    }

    public var description: String { diagnostic.description }
}

extension AssemblyError {
    init(part: Machine.Part, _ error: ConfigurationError) {
        let declared = part.classInfo.parameters.first { $0.name == error.parameter }
        self.init(
            path: part.path, parameter: error.parameter, message: error.message,
            mark: declared.flatMap { part.values.markOf($0) } ?? part.mark)
    }

    init(part: Machine.Part, connection: Machine.Connection, units: [String: Component]) {
        let isKnown = units[connection.server] != nil
        let servers = units.values.filter { $0 is Server }.map(\.path).sorted()
        self.init(
            path: part.path, parameter: "connect",
            message: isKnown
                ? "'\(connection.server)' takes no requests: port '\(connection.port)' needs a memory or a link"
                : "there is no '\(connection.server)' for port '\(connection.port)'",
            mark: connection.mark,
            hint: isKnown ? nil : closest(connection.server, among: servers).map { "did you mean '\($0)'?" })
    }
}

extension ParameterValues {
    /// Where a file gives a parameter of any type.
    fileprivate func markOf(_ parameter: any AnyParameter) -> SourceMark? { mark(of: parameter) }
}
