import OrreryText

extension Mapping {
    /// The JSON Schema of mapping files, for editors.
    public static func jsonSchema() -> JSONValue {
        let scope = JSONSchema.object(["cascade": JSONSchema.text, "machine": JSONSchema.text])
        return JSONSchema.document(
            "Orrery mapping", required: ["mapping"],
            [
                .init("mapping", JSONSchema.described("name of the mapping", JSONSchema.text)),
                .init("extends", JSONSchema.described("mapping file that this one is laid over", JSONSchema.text)),
                .init("for", JSONSchema.described("the cascade, and the machine it was made for", scope)),
                .init(
                    "parameters",
                    JSONSchema.described(
                        "numbers by name, of the workload's parameters and the machine's", map(JSONSchema.expression))),
                .init(
                    "place", JSONSchema.described("memories of each tensor, its home first", map(JSONSchema.names))),
                key("assumptions", "what the mapping takes for granted, a sentence each", JSONSchema.names),
                .init("groups", JSONSchema.described("Einsums that run together", map(JSONSchema.object(group)))),
                .init(
                    "cases",
                    JSONSchema.described(
                        "keys that replace the mapping's where the first condition holds",
                        map(JSONSchema.object(group + [when, groups])))),
                .init(
                    "search",
                    JSONSchema.described("values that a search may give to places of the mapping", map(searchRange))),
            ] + group)
    }

    /// `null` takes away what an extended file says.
    private static func map(_ values: JSONValue) -> JSONValue {
        JSONSchema.orNull(JSONSchema.map(JSONSchema.orNull(values)))
    }

    private static let when = JSONValue.Member("when", JSONSchema.described("a condition", JSONSchema.expression))
    private static let groups = JSONValue.Member("groups", map(JSONSchema.object(group)))

    private static let reload = JSONSchema.any(
        JSONSchema.text,
        JSONSchema.object(["loop": JSONSchema.text, "when": JSONSchema.expression], required: ["loop"]))

    private static let searchRange = JSONSchema.any(
        ["type": "array"], JSONSchema.object(["divisors": JSONSchema.expression], required: ["divisors"]),
        JSONSchema.object(["powers_of_two": JSONSchema.list(JSONSchema.expression)], required: ["powers_of_two"]))

    private static let spatial = JSONSchema.object(["rows": JSONSchema.names, "columns": JSONSchema.names])

    private static func key(_ name: String, _ help: String, _ schema: JSONValue) -> JSONValue.Member {
        .init(name, JSONSchema.described(help, JSONSchema.orNull(schema)))
    }

    private static let group: [JSONValue.Member] = [
        key("partition", "sizes of a rank's parts, the outermost first", map(JSONSchema.list(JSONSchema.expression))),
        key("loops", "the loops that all Einsums share, outermost first", JSONSchema.names),
        key("passes", "loops that each Einsum has of its own", JSONSchema.names),
        key("spatial", "ranks over rows and columns of an engine", map(spatial)),
        key("bind", "Einsums of each engine", map(JSONSchema.names)),
        key(
            "order", "issue order; QK + 1 looks one iteration ahead, a list in the list shares inner loops",
            map(JSONSchema.list(JSONSchema.names))),
        key("depth", "buffers of a tensor's tiles", map(JSONSchema.expression)),
        key(
            "reload", "loops whose every iteration brings a tensor again",
            map(JSONSchema.any(reload, JSONSchema.list(reload)))),
        key(
            "spill", "fraction of an intermediate that goes to its second memory",
            map(JSONSchema.any(JSONSchema.expression, JSONSchema.map(JSONSchema.expression)))),
        key("share", "tensors that lie in another's place", map(JSONSchema.names)),
        key("after", "what a copy waits for", map(JSONSchema.names)),
        key("through", "intermediates that pass through memory", JSONSchema.names),
        key(
            "direct",
            "operands, results and intermediates that spill whole, which pass the buffer by between array and memory",
            JSONSchema.names),
        key("pipelined", "Einsums whose results are used piece by piece", JSONSchema.names),
        key("unbounded", "tensors not counted against a capacity", JSONSchema.names),
        key("split", "a rank over devices, each with the names it has there", map(map(JSONSchema.names))),
        key("copy", "copy engine of a tensor", map(JSONSchema.names)),
    ]
}
