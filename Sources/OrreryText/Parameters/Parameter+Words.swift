extension Parameter where Value == Bool {
    /// `true` or `false`, and nothing else.
    public static func flag(_ name: String, default: Bool? = nil, help: String) -> Parameter<Bool> {
        Parameter(
            name: name, help: help, type: "true or false", default: `default`,
            defaultDescription: `default`?.description, schema: ["type": "boolean"]
        ) { node, reading in
            guard let scalar = node.scalar, scalar.isPlain, let value = Bool(scalar.text) else {
                reading.expected(found: node)
                return nil
            }
            return value
        }
    }
}

extension Parameter where Value == String {
    /// Any text that is not empty.
    public static func text(_ name: String, default: String? = nil, help: String) -> Parameter<String> {
        Parameter(
            name: name, help: help, type: "text", default: `default`, defaultDescription: `default`,
            schema: ["type": "string"]
        ) { node, reading in
            guard let text = node.string, !text.isEmpty else {
                reading.expected(found: node)
                return nil
            }
            return text
        }
    }
}

extension Parameter where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases of an enumeration, written as its raw value.
    public static func choice(
        _ name: String, of type: Value.Type = Value.self, default: Value? = nil, help: String
    ) -> Parameter<Value> {
        let words = Value.allCases.map(\.rawValue)
        return Parameter(
            name: name, help: help, type: "one of \(words.joined(separator: ", "))", default: `default`,
            defaultDescription: `default`?.rawValue, schema: ["enum": .array(words.map { .string($0) })]
        ) { node, reading in
            guard let text = node.string else {
                reading.expected(found: node)
                return nil
            }
            if let value = Value(rawValue: text) { return value }
            reading.error(
                "\(quotedForMessage(text)) is not \(reading.expectation)", at: node.mark,
                hint: closest(text, among: words).map { "did you mean '\($0)'?" })
            return nil
        }
    }
}

extension Parameter where Value == Expression {
    /// An expression whose names are known only later.
    public static func expression(_ name: String, default: Expression? = nil, help: String) -> Parameter<Expression> {
        Parameter(
            name: name, help: help, type: "an expression", default: `default`, defaultDescription: `default`?.text,
            schema: ["anyOf": [["type": "number"], ["type": "string"]]]
        ) { node, reading in
            Expression(node, path: reading.path, diagnostics: reading.diagnostics)
        }
    }
}

extension Parameter where Value == Node {
    /// Any value, as it stands in the file; for what its user reads in a way of its own.
    public static func node(_ name: String, type: String, default: Node? = nil, help: String) -> Parameter<Node> {
        Parameter(
            name: name, help: help, type: type, default: `default`, defaultDescription: nil, takesMapping: true,
            schema: [:]
        ) { node, _ in node }
    }
}
