/// Pieces of the JSON Schemas of files, as an editor takes them: what may stand where, with a line of help.
public enum JSONSchema {
    public static let text: JSONValue = ["type": "string"]
    public static let flag: JSONValue = ["type": "boolean"]
    /// A number, a quantity with a unit, or arithmetic on both and on names.
    public static let expression: JSONValue = ["type": ["string", "number"]]
    /// One name or a list of names.
    public static let names: JSONValue = [
        "anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]
    ]
    public static let count: JSONValue = ["type": "integer"]

    /// Where a number comes from.
    public static let note: JSONValue = object(
        ["source": text, "status": status], required: ["source", "status"])

    public static let status: JSONValue = ["enum": .array(SourceNote.Status.allCases.map { .string($0.rawValue) })]

    /// An expression, or `{value: …, source: …, status: …}`.
    public static let notedExpression: JSONValue = [
        "anyOf": [
            expression,
            object(
                ["value": expression, "source": text, "status": status], required: ["value", "source", "status"]),
        ]
    ]

    /// A mapping with these keys and no others.
    public static func object(_ properties: KeyValuePairs<String, JSONValue>, required: [String] = []) -> JSONValue {
        object(properties.map { JSONValue.Member($0.key, $0.value) }, required: required)
    }

    /// A mapping with these keys and no others.
    public static func object(_ properties: [JSONValue.Member], required: [String] = []) -> JSONValue {
        .object([
            .init("type", "object"), .init("properties", .object(properties)),
            .init("required", .array(required.map(JSONValue.string))), .init("additionalProperties", false),
        ])
    }

    /// A mapping of any names to such values.
    public static func map(_ values: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": values] }

    public static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    public static func any(_ choices: JSONValue...) -> JSONValue { ["anyOf": .array(choices)] }

    /// The same, or nothing: what takes away a value of a file that is extended.
    public static func orNull(_ schema: JSONValue) -> JSONValue { any(schema, ["type": "null"]) }

    public static func reference(_ definition: String) -> JSONValue { ["$ref": .string("#/$defs/\(definition)")] }

    /// The same with a line of help.
    public static func described(_ help: String, _ schema: JSONValue) -> JSONValue {
        .object([.init("description", .string(help))] + (schema.object ?? []))
    }

    /// The schema of a kind of file.
    public static func document(
        _ title: String, required: [String], _ properties: [JSONValue.Member],
        definitions: [JSONValue.Member] = []
    ) -> JSONValue {
        let head: [JSONValue.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"), .init("title", .string(title)),
        ]
        let body = object(properties, required: required).object ?? []
        return .object(head + body + (definitions.isEmpty ? [] : [.init("$defs", .object(definitions))]))
    }
}
