import OrrerySimulation
import OrreryText

extension SavedProgram {
    /// The JSON Schema of saved programs, for editors.
    public static func jsonSchema() -> JSONValue {
        JSONSchema.document(
            "Orrery program", required: ["program", "machine", "mapping", "parts"],
            [
                .init("program", JSONSchema.described("name of the workload", JSONSchema.text)),
                .init("machine", JSONSchema.described("machine that it was lowered for", JSONSchema.text)),
                .init("mapping", JSONSchema.text),
                .init("tokens", JSONSchema.described("tokens that a run makes", JSONSchema.count)),
                .init("parts", JSONSchema.list(part)),
            ],
            definitions: [.init("steps", JSONSchema.list(JSONSchema.any(loop, command))), .init("uses", uses)])
    }

    private static let counts = JSONSchema.map(JSONSchema.count)
    private static let conditions = JSONSchema.described(
        "such as i0 first, i0 not last, i1 < 4, i1 >= 4, i1 % 4 = 0", JSONSchema.list(JSONSchema.text))

    private static let part = JSONSchema.object(
        [
            "name": JSONSchema.text, "runs": JSONSchema.described("how often it runs in a row", JSONSchema.count),
            "operations": counts, "minimum_bytes": JSONSchema.count, "homes": JSONSchema.list(JSONSchema.text),
            "actions": JSONSchema.described("what engines must count by operator", JSONSchema.map(counts)),
            "assumptions": JSONSchema.list(JSONSchema.text), "operators": JSONSchema.list(JSONSchema.text),
            "tokens": JSONSchema.list(
                JSONSchema.object(
                    ["name": JSONSchema.text, "initial": JSONSchema.count, "capacity": JSONSchema.count],
                    required: ["name"])),
            "loops": JSONSchema.list(JSONSchema.text),
            "accesses": JSONSchema.described(
                "streams of accesses", JSONSchema.list(AccessStream.jsonSchema(lengths: ["count"]))),
            "queues": JSONSchema.described(
                "loops and commands by engine", JSONSchema.map(JSONSchema.reference("steps"))),
        ], required: ["queues"])

    private static let trips = JSONSchema.any(
        JSONSchema.count,
        JSONSchema.object(
            [
                "first": JSONSchema.count, "step": JSONSchema.count, "index": JSONSchema.text,
                "most": JSONSchema.count,
            ], required: ["first", "step", "index"]))

    private static let loop = JSONSchema.object(
        ["loop": JSONSchema.text, "trips": trips, "do": JSONSchema.reference("steps")], required: ["loop", "trips"])

    private static let uses = JSONSchema.list(
        JSONSchema.any(
            JSONSchema.text,
            JSONSchema.object(
                ["token": JSONSchema.text, "count": JSONSchema.count, "if": conditions], required: ["token"])))

    private static let command = JSONSchema.object(
        [
            "run": JSONSchema.described("operator that the work counts for", JSONSchema.expression),
            "ahead": JSONSchema.described("iterations that it looks ahead", JSONSchema.count), "if": conditions,
            "wait": JSONSchema.reference("uses"), "post": JSONSchema.reference("uses"),
            "addresses": JSONSchema.described(
                "such as 4096 + 512 i0 + 65536 (i1 % 2)", JSONSchema.list(JSONSchema.expression)),
            "short": JSONSchema.described(
                "loops whose last iteration does other work", JSONSchema.list(JSONSchema.text)),
            "work": JSONSchema.list(work),
        ], required: ["run", "work"])

    private static let work = JSONSchema.object(
        [
            "opcode": JSONSchema.count, "numbers": JSONSchema.list(JSONSchema.count),
            "streams": JSONSchema.list(
                JSONSchema.object(
                    [
                        "port": JSONSchema.count, "read": JSONSchema.count, "write": JSONSchema.count,
                        "count": JSONSchema.count, "bytes": JSONSchema.count, "stride": JSONSchema.count,
                    ], required: ["port", "count", "bytes", "stride"])),
            "actions": JSONSchema.list(
                JSONSchema.object(
                    ["action": JSONSchema.count, "count": JSONSchema.count], required: ["action", "count"])),
            "accesses": JSONSchema.described("number of the stream of accesses that it runs", JSONSchema.count),
        ], required: ["opcode"])
}
