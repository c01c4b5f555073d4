import OrreryText

/// Reads `phases:`.
///
/// ```yaml
/// phases:
///   prefill: {parameters: {P: PROMPT, M: PROMPT}}
///   decode: {steps: GENERATED, index: i, parameters: {P: 1, M: PROMPT + i + 1}}
/// ```
struct PhaseReader {
    let definition: WorkloadDefinition
    let scope: ParameterScope
    let diagnostics: Diagnostics

    func read() -> [Workload.Phase] {
        let entries = definition.node["phases"]?.entries(of: "phases by name", diagnostics: diagnostics) ?? []
        return entries.compactMap(read)
    }

    private func read(_ entry: Entry) -> Workload.Phase? {
        guard entry.value.mapping != nil else {
            diagnostics.error(
                "expected a phase, found \(entry.value.summary)", at: entry.value.mark,
                hint: "for example {steps: 8, parameters: {P: 1}}")
            return nil
        }
        entry.value.allow(keys: ["steps", "index", "parameters"], diagnostics: diagnostics)
        let names = definition.node["parameters"]?.keys ?? []
        let index = entry.value["index"]?.string ?? "i"
        if names.contains(index) {
            diagnostics.error(
                "the index '\(index)' of phase '\(entry.key)' is a parameter",
                at: entry.value["index"]?.mark ?? entry.keyMark)
        }
        let parameters = entry.value["parameters"]?.entries(of: "parameters", diagnostics: diagnostics) ?? []
        for parameter in parameters where !names.contains(parameter.key) {
            diagnostics.error(
                "unknown parameter '\(parameter.key)'", at: parameter.keyMark,
                hint: suggestion(for: parameter.key, among: names))
        }
        var steps = 1
        if let node = entry.value["steps"] {
            guard let count = scope.integer(node, "the number of steps of phase '\(entry.key)'") else { return nil }
            guard (1...1 << 32).contains(count) else {
                diagnostics.error(
                    "the number of steps of phase '\(entry.key)' is \(count)", at: node.mark, hint: "expected 1 to 2^32"
                )
                return nil
            }
            steps = count
        }
        return Workload.Phase(name: entry.key, steps: steps, index: index, mark: entry.keyMark)
    }
}
