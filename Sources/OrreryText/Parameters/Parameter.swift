/// The declaration of one parameter: how a file gives it, its unit, range, default and meaning. Decoding, checking,
/// help and JSON Schema all come from it.
///
/// ```swift
/// static let rows = Parameter.integer("rows", 1...65536, help: "rows of processing elements")
/// static let bandwidth = Parameter.quantity("bandwidth", .bytesPerSecond, help: "peak bandwidth of one channel")
/// static let policy = Parameter.choice("policy", of: RowPolicy.self, default: .open, help: "when rows are closed")
/// ```
public struct Parameter<Value: Sendable>: AnyParameter {
    public let name: String
    public let help: String
    public let typeDescription: String
    public let unit: String?
    public let rangeDescription: String?
    /// The value where a file gives none.
    public let defaultValue: Value?
    public let defaultDescription: String?
    public let isRequired: Bool
    public let takesMapping: Bool
    let valueSchema: JSONValue
    let read: @Sendable (Node, Reading) -> Value?

    /// Where a value is being read, for messages.
    struct Reading {
        var path: String
        var expectation: String
        var diagnostics: Diagnostics

        func error(_ message: String, at mark: SourceMark, hint: @autoclosure () -> String? = nil) {
            diagnostics.error(message, at: mark, path: path, hint: hint())
        }

        func expected(found node: Node) {
            error("expected \(expectation), found \(node.summary)", at: node.mark)
        }
    }

    /// Declares a parameter of any type.
    ///
    /// - Parameter read: gives the value of a node, or nil after reporting what is wrong.
    init(
        name: String, help: String, type: String, unit: String? = nil, range: String? = nil, default: Value?,
        defaultDescription: String?, isRequired: Bool? = nil, takesMapping: Bool = false, schema: JSONValue,
        read: @escaping @Sendable (Node, Reading) -> Value?
    ) {
        self.name = name
        self.help = help
        typeDescription = type
        self.unit = unit
        rangeDescription = range
        defaultValue = `default`
        self.defaultDescription = defaultDescription
        self.isRequired = isRequired ?? (`default` == nil)
        self.takesMapping = takesMapping
        valueSchema = schema
        self.read = read
    }

    /// The value of `node`; nil after reporting what is wrong with it, under `path`.
    public func decode(_ node: Node, path: String, diagnostics: Diagnostics) -> Value? {
        if node.isNull {
            diagnostics.error("has no value", at: node.mark, path: path, hint: "expected \(expectation)")
            return nil
        }
        return read(node, Reading(path: path, expectation: expectation, diagnostics: diagnostics))
    }

    public func decodeAny(_ node: Node, path: String, diagnostics: Diagnostics) -> (any Sendable)? {
        decode(node, path: path, diagnostics: diagnostics)
    }

    public var anyDefault: (any Sendable)? { defaultValue }

    /// The same parameter, nil where a file does not give it.
    public func optional() -> Parameter<Value?> {
        let inner = read
        return Parameter<Value?>(
            name: name, help: help, type: typeDescription, unit: unit, range: rangeDescription,
            default: .some(defaultValue), defaultDescription: defaultDescription, isRequired: false,
            takesMapping: takesMapping, schema: valueSchema
        ) { node, reading in
            let same = Parameter<Value>.Reading(
                path: reading.path, expectation: reading.expectation, diagnostics: reading.diagnostics)
            return inner(node, same).map(Optional.some)
        }
    }

    public var jsonSchema: JSONValue {
        var members: [JSONValue.Member] = [.init("description", .string(fullHelp))]
        if let defaultDescription { members.append(.init("default", .string(defaultDescription))) }
        if takesMapping {
            members.append(.init("anyOf", .array([valueSchema])))
            return .object(members)
        }
        let noted: JSONValue = [
            "type": "object", "additionalProperties": false, "required": ["value", "source", "status"],
            "properties": [
                "value": valueSchema, "source": ["type": "string"],
                "status": ["enum": .array(SourceNote.Status.allCases.map { .string($0.rawValue) })],
            ],
        ]
        members.append(.init("anyOf", [valueSchema, noted]))
        return .object(members)
    }

    private var fullHelp: String {
        var text = help
        if let unit, !unit.isEmpty { text += " [\(unit)]" }
        if let rangeDescription { text += " (\(rangeDescription))" }
        return text
    }
}
