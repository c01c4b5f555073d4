import OrreryText

extension Study {
    /// The JSON Schema of study files, for editors.
    public static func jsonSchema() -> JSONValue {
        JSONSchema.document(
            "Orrery study", required: ["study"],
            [
                .init("study", JSONSchema.described("name of the study", JSONSchema.text)),
                .init("title", JSONSchema.described("one line on what it shows", JSONSchema.text)),
                .init(
                    "base",
                    JSONSchema.described(
                        "settings that every point starts from; no_fold, exact, tolerance and mapping_gap say how points are run",
                        settings)
                ),
                .init("axes", JSONSchema.described("what varies, by name", JSONSchema.map(axis))),
                .init("sample", JSONSchema.described("picks points from axes", sample)),
                .init(
                    "derive",
                    JSONSchema.described(
                        "settings worked out from others, by path", JSONSchema.map(JSONSchema.expression))),
                .init(
                    "where",
                    JSONSchema.described(
                        "conditions on settings, area and parameters of the machine, or metrics",
                        JSONSchema.list(JSONSchema.text))),
                .init(
                    "metrics",
                    JSONSchema.described(
                        "derived metrics, by name: expressions over metrics and settings",
                        JSONSchema.map(JSONSchema.expression))),
                .init(
                    "objectives",
                    JSONSchema.described("metrics and which direction is better", JSONSchema.map(direction))),
                .init("references", JSONSchema.described("published figures", JSONSchema.list(reference))),
                .init("comparisons", JSONSchema.described("published ratios", JSONSchema.list(comparison))),
            ], definitions: [.init("settings", settings)])
    }

    private static let scalar: JSONValue = ["type": ["string", "number", "boolean"]]
    /// A value of a setting: a list where the parameter is one.
    private static let value: JSONValue = ["type": ["string", "number", "boolean", "array"]]
    private static let cell: JSONValue = ["type": ["string", "number", "boolean", "null"]]
    /// Values by path, nested as one likes.
    private static let settings: JSONValue = [
        "type": ["object", "null"], "additionalProperties": ["anyOf": [value, JSONSchema.reference("settings")]],
    ]

    private static let axis = JSONSchema.any(
        JSONSchema.list(value),
        JSONSchema.object([
            "values": JSONSchema.any(JSONSchema.list(value), JSONSchema.map(JSONSchema.reference("settings"))),
            "log2": range, "range": range, "step": JSONSchema.expression,
            "linear": JSONSchema.described("values from end to end in equal steps", range),
            "log": JSONSchema.described("values from end to end by equal factors", range),
            "points": JSONSchema.described("number of values of linear or log", JSONSchema.expression),
            "multiple": JSONSchema.described("what values of linear or log are rounded to", JSONSchema.expression),
            "zip": JSONSchema.described("lists by path that run together", JSONSchema.map(JSONSchema.list(value))),
            "path": JSONSchema.described("the parameter, where it is not the axis's name", JSONSchema.text),
            "columns": JSONSchema.list(JSONSchema.text), "rows": JSONSchema.list(JSONSchema.list(value)),
            "label": JSONSchema.described("the column that names the rows", JSONSchema.text),
        ]))

    private static let sample = JSONSchema.object(
        [
            "method": ["enum": .array(Sample.Method.allCases.map { .string($0.rawValue) })],
            "points": JSONSchema.expression, "seed": JSONSchema.expression,
            "axes": JSONSchema.described(
                "the axes to sample; all where there are none", JSONSchema.list(JSONSchema.text)),
        ], required: ["method", "points"])

    private static let range: JSONValue = [
        "type": "array", "minItems": 2, "maxItems": 2, "items": JSONSchema.expression,
    ]

    private static let direction: JSONValue = [
        "enum": .array(Objective.Direction.allCases.map { .string($0.rawValue) })
    ]

    private static let place = JSONSchema.map(scalar)
    private static let absolute = JSONSchema.object(["absolute": JSONSchema.expression], required: ["absolute"])
    private static let tolerance = JSONSchema.any(
        JSONSchema.expression, absolute, JSONSchema.map(JSONSchema.any(JSONSchema.expression, absolute)))

    private static let reference = JSONSchema.object(
        [
            "at": JSONSchema.described("axis to value", place), "metric": JSONSchema.text,
            "value": JSONSchema.expression, "source": JSONSchema.text, "tolerance": tolerance,
            "columns": JSONSchema.list(JSONSchema.text), "rows": JSONSchema.list(JSONSchema.list(cell)),
        ], required: ["source"])

    private static let comparison = JSONSchema.object(
        [
            "name": JSONSchema.text, "metric": JSONSchema.text,
            "ratio": JSONSchema.object(["of": place, "to": place], required: ["of", "to"]),
            "mean": ["enum": .array(Comparison.Mean.allCases.map { .string($0.rawValue) })],
            "value": JSONSchema.expression, "source": JSONSchema.text, "tolerance": tolerance,
        ], required: ["metric", "value", "source", "ratio"])
}
