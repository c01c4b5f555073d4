/// What a declaration tells about itself, whatever the type of its value.
public protocol AnyParameter: Sendable {
    /// The key in the file, and the last step of the sweep path.
    var name: String { get }
    /// `a whole number`, `a bandwidth`, `one of open, closed`
    var typeDescription: String { get }
    /// The canonical unit, where the value has one.
    var unit: String? { get }
    /// `1 … 256`, where the value is bounded.
    var rangeDescription: String? { get }
    /// The default as one would write it; nil where the value is required, or optional with no default.
    var defaultDescription: String? { get }
    /// One sentence on what it means.
    var help: String { get }
    /// No default: a file must give it.
    var isRequired: Bool { get }
    /// The JSON Schema of the value.
    var jsonSchema: JSONValue { get }

    /// The value of `node`; nil after reporting what is wrong.
    func decodeAny(_ node: Node, path: String, diagnostics: Diagnostics) -> (any Sendable)?
    /// The value where a file gives none; nil where one is required.
    var anyDefault: (any Sendable)? { get }
    /// Whether a mapping is a value and not `{value: …, source: …}`.
    var takesMapping: Bool { get }
}

extension AnyParameter {
    /// What to write, for a message: `a bandwidth, such as 400 GiB/s (greater than 0)`.
    var expectation: String {
        rangeDescription.map { "\(typeDescription) (\($0))" } ?? typeDescription
    }
}
