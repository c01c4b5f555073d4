import OrrerySimulation
import OrreryText

extension AccessStream {
    /// The JSON Schema of a stream, for editors.
    ///
    /// - Parameter lengths: keys under which its length stands.
    static func jsonSchema(lengths: [String], others: [JSONValue.Member] = []) -> JSONValue {
        var properties: [JSONValue.Member] = [
            .init(
                "pattern",
                JSONSchema.described(
                    "what the accesses follow",
                    ["enum": .array(AccessPattern.allCases.map { .string($0.rawValue) })])),
            .init("file", JSONSchema.described("a trace in ChampSim's format, not compressed", JSONSchema.text)),
            .init("skip", JSONSchema.described("instructions that are left out", JSONSchema.expression)),
            .init("repeat", JSONSchema.described("begin anew at the trace's end", JSONSchema.flag)),
            .init("bytes", JSONSchema.described("bytes of an access", JSONSchema.expression)),
            .init("writes", writes),
            .init("chain", JSONSchema.described("every access waits for the one before it", JSONSchema.flag)),
            .init(
                "work",
                JSONSchema.described(
                    "instructions behind the access of each site",
                    JSONSchema.any(JSONSchema.expression, JSONSchema.list(JSONSchema.expression)))),
            .init(
                "warm_up", JSONSchema.described("accesses or instructions before those measured", JSONSchema.expression)
            ),
        ]
        properties += lengths.map { .init($0, JSONSchema.described("how many are measured", JSONSchema.expression)) }
        var seen: Set<String> = []
        for parameter in AccessPattern.allCases.flatMap(\.parameters) where seen.insert(parameter.name).inserted {
            let value: JSONValue
            switch parameter.kind {
            case .count, .bytes, .address: value = JSONSchema.expression
            case .counts, .byteCounts: value = JSONSchema.list(JSONSchema.expression)
            }
            properties.append(.init(parameter.name, JSONSchema.described(parameter.help, value)))
        }
        return JSONSchema.object(properties + others)
    }

    private static let writes = JSONSchema.described(
        "which accesses are writes",
        JSONSchema.any(
            ["enum": ["none", "all"]],
            JSONSchema.object(["every": JSONSchema.expression, "phase": JSONSchema.expression], required: ["every"]),
            JSONSchema.object(
                [
                    "one_in": JSONSchema.expression, "seed": JSONSchema.expression,
                    "draw": ["enum": ["sequence", "each"]],
                ],
                required: ["one_in"])))
}

extension TrafficReader {
    /// The JSON Schema of `traffic:` and `trace:`.
    public static var jsonSchema: JSONValue {
        let stream = AccessStream.jsonSchema(
            lengths: ["accesses", "instructions"],
            others: [
                .init("name", JSONSchema.described("operator that it counts for", JSONSchema.text)),
                .init("engine", JSONSchema.described("path of the engine that runs it", JSONSchema.text)),
            ])
        return JSONSchema.any(stream, JSONSchema.list(stream), JSONSchema.text)
    }
}
