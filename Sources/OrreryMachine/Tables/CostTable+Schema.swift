import OrreryText

/// Tables of energies and areas, as machines name them under `energy:` and `area:`.
public enum CostTableFile {
    /// Reads a table alone. What only shows with a machine (sizes out of range, an action without an energy) is reported when the
    /// machine is loaded.
    /// - Returns: its name; nil after reporting what is wrong with it.
    public static func check(path: String, diagnostics: Diagnostics) -> String? {
        CostTable.load(path: path, diagnostics: diagnostics)?.name
    }

    /// The JSON Schema of tables, for editors.
    public static func jsonSchema() -> JSONValue {
        JSONSchema.document(
            "Orrery table of energies and areas", required: ["table"],
            [
                .init("table", JSONSchema.described("name of the table", JSONSchema.text)),
                .init("description", JSONSchema.text),
                .init("elements", JSONSchema.described("what hardware is made of", JSONSchema.map(element))),
                .init("classes", JSONSchema.described("what classes of components are made of", JSONSchema.map(costs))),
                .init("artifact", JSONSchema.object(["one_instance": JSONSchema.list(JSONSchema.text)])),
            ])
    }

    /// Keys that are none of these are the element's numbers: `area`, `static`, and the energies of its actions.
    private static let element: JSONValue = [
        "type": "object",
        "properties": [
            "parameters": JSONSchema.described("sizes; the first is interpolated", JSONSchema.list(JSONSchema.text)),
            "points": JSONSchema.list(numbers),
            "scaling": JSONSchema.described("exponents by size and number", JSONSchema.map(numbers)),
            "source": JSONSchema.text, "status": JSONSchema.status,
        ],
        "additionalProperties": JSONSchema.notedExpression,
    ]

    private static let numbers: JSONValue = [
        "type": "object", "properties": ["source": JSONSchema.text, "status": JSONSchema.status],
        "additionalProperties": JSONSchema.notedExpression,
    ]

    private static let costs = JSONSchema.object([
        "made_of": JSONSchema.described(
            "elements with a count, or with a count and sizes",
            JSONSchema.map(JSONSchema.any(JSONSchema.expression, JSONSchema.map(JSONSchema.expression)))),
        "actions": JSONSchema.described(
            "formulas over elements and parameters", JSONSchema.map(JSONSchema.notedExpression)),
        "free": JSONSchema.described("actions that cost nothing", JSONSchema.list(JSONSchema.text)),
    ])
}
