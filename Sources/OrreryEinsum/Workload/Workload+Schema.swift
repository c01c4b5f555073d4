import OrreryText

extension Workload {
    /// The JSON Schema of workload files, for editors.
    ///
    /// - Parameter streams: the schema of `traffic:` and `trace:`, which who runs them knows.
    public static func jsonSchema(streams: JSONValue = ["type": ["object", "array", "string"]]) -> JSONValue {
        JSONSchema.document(
            "Orrery workload", required: ["workload"],
            [
                .init("workload", JSONSchema.described("name of the workload", JSONSchema.text)),
                .init("description", JSONSchema.text),
                .init("extends", JSONSchema.described("workload file that this one is laid over", JSONSchema.text)),
                .init(
                    "parameters",
                    JSONSchema.described(
                        "numbers by name; each may use the others", map(JSONSchema.notedExpression))),
                .init("ranks", JSONSchema.described("extent of each rank", map(JSONSchema.expression))),
                .init("tensors", map(tensor)), .init("operations", map(operation)),
                .init(
                    "cascade",
                    JSONSchema.described(
                        "Einsums, such as Z[m, n] = A[m, k] * B[k, n]", JSONSchema.list(JSONSchema.text))),
                .init("initial", JSONSchema.described("first value of iterative tensors", map(JSONSchema.expression))),
                .init("stages", JSONSchema.described("workloads that run one after the other", map(stage))),
                .init("phases", JSONSchema.described("such as prefill, and the steps of decoding", map(phase))),
                .init(
                    "mappings",
                    JSONSchema.described("mapping file by name of the machine, with * and ?", map(JSONSchema.text))),
                .init("traffic", streams), .init("trace", streams),
                .init("sources", JSONSchema.map(JSONSchema.note)),
            ])
    }

    private static func map(_ values: JSONValue) -> JSONValue { JSONSchema.map(JSONSchema.orNull(values)) }

    private static let tensor = JSONSchema.object([
        "ranks": JSONSchema.list(JSONSchema.text),
        "type": ["enum": .array(ElementType.all.map { .string($0.name) })],
        "density": JSONSchema.described("fraction of elements that are not zero", JSONSchema.expression),
        "output": JSONSchema.flag, "values": GeneratedValues.jsonSchema,
    ])

    private static let operation = JSONSchema.object(
        [
            "arguments": JSONSchema.list(JSONSchema.text), "expression": JSONSchema.text,
            "cost": JSONSchema.described("built-in operations and how many of each", map(JSONSchema.expression)),
        ], required: ["expression"])

    private static let stage = JSONSchema.object([
        "workload": JSONSchema.text, "parameters": map(JSONSchema.expression),
        "repeat": JSONSchema.described("how often it runs in a row", JSONSchema.expression),
        "inputs": JSONSchema.described("input to the stage.tensor that computes it", map(JSONSchema.text)),
    ])

    private static let phase = JSONSchema.object([
        "steps": JSONSchema.expression, "index": JSONSchema.described("name of the step's number", JSONSchema.text),
        "parameters": map(JSONSchema.expression),
    ])
}
