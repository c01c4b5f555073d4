import OrreryText

/// Reads `stages:`, the workloads that make up another in the order in which they run.
///
/// ```yaml
/// stages:
///   query: {workload: gemm.yaml, parameters: {M: B * P, N: H * E, K: D}}
///   attention: {workload: attention-1pass.yaml, parameters: {B: B, H: H}, inputs: {Q: query.Z}}
///   layers: {workload: layer.yaml, repeat: 32}
/// ```
struct StageReader {
    let definition: WorkloadDefinition
    let scope: ParameterScope
    let memo: StageMemo
    let diagnostics: Diagnostics

    func read() -> [Workload.Stage]? {
        let entries = definition.node["stages"]?.entries(of: "stages by name", diagnostics: diagnostics) ?? []
        guard definition.ancestors.count < WorkloadDefinition.deepest else {
            diagnostics.error(
                "stages are nested deeper than \(WorkloadDefinition.deepest)", at: definition.node["stages"]?.mark)
            return nil
        }
        guard !entries.isEmpty else {
            diagnostics.error("the workload has no stages", at: definition.node["stages"]?.mark)
            return nil
        }
        var stages: [Workload.Stage] = []
        var complete = true
        var total = 0
        for entry in entries {
            guard let stage = read(entry, after: stages), let whole = adding(stage, to: total) else {
                complete = false
                continue
            }
            stages.append(stage)
            total = whole
        }
        return complete ? stages : nil
    }

    private func read(_ entry: Entry, after earlier: [Workload.Stage]) -> Workload.Stage? {
        entry.value.allow(keys: ["workload", "parameters", "repeat", "inputs"], diagnostics: diagnostics)
        guard let file = entry.value["workload"], let name = file.string, !file.isNull else {
            diagnostics.error(
                "stage '\(entry.key)' names no workload", at: entry.keyMark, hint: "for example {workload: gemm.yaml}")
            return nil
        }
        var count = 1
        if let node = entry.value["repeat"] {
            guard let times = scope.integer(node, "the number of repetitions") else { return nil }
            guard (1...1 << 20).contains(times) else {
                diagnostics.error(
                    "the number of repetitions is \(times)", at: node.mark, hint: "expected 1 to 2^20")
                return nil
            }
            count = times
        }
        let path = WorkloadDefinition.resolve(name, from: file.mark)
        let ancestors = definition.ancestors + [definition.path]
        guard !ancestors.contains(path) else {
            diagnostics.error("stage '\(entry.key)' is a workload that contains it", at: file.mark)
            return nil
        }
        guard let workload = read(path, overrides(entry), ancestors) else { return nil }
        let inputs = inputs(of: entry, workload, after: earlier)
        return Workload.Stage(name: entry.key, workload: workload, count: count, inputs: inputs, mark: entry.keyMark)
    }

    /// The workload in a file with these values; one that was read before is not read again, as in the steps of a phase most are.
    private func read(
        _ path: String, _ overrides: [WorkloadDefinition.Override], _ ancestors: [String]
    ) -> Workload? {
        let key = StageMemo.Key(path: path, overrides: overrides, ancestors: ancestors)
        if let known = memo[key] { return known }
        let found = Diagnostics()
        defer { found.all.forEach(diagnostics.report) }
        let inner = WorkloadDefinition.load(
            path, overrides: overrides, ancestors: ancestors, diagnostics: found)
        let read = inner.flatMap { WorkloadReader(definition: $0, memo: memo, diagnostics: found).read() }
        guard let workload = read else { return nil }
        // What is to be said of it is said at every stage.
        if found.all.isEmpty { memo[key] = workload }
        return workload
    }

    /// Operations and bytes of the stages so far with another one, or nil after reporting that they are too many to
    /// count.
    private func adding(_ stage: Workload.Stage, to total: Int) -> Int? {
        let once = stage.workload.cascades.reduce(0) { sum, instance in
            let cascade = instance.cascade
            let flops = cascade.operationCounts.expanded(cascade.operations).flops
            return sum + (flops + cascade.minimumTraffic.bytes) * instance.count
        }
        let (all, overflow) = once.multipliedReportingOverflow(by: stage.count)
        guard !overflow, all < SizeCheck.limit - total else {
            diagnostics.error(
                "stage '\(stage.name)' brings the workload to more than 2^62 operations and bytes", at: stage.mark)
            return nil
        }
        return total + all
    }

    /// What the stage's parameters are set to here, and what the user sets by `stage.name`, which prevails.
    private func overrides(_ entry: Entry) -> [WorkloadDefinition.Override] {
        let parameters = entry.value["parameters"]?.entries(of: "parameters", diagnostics: diagnostics) ?? []
        let written = parameters.compactMap { parameter in
            scope.evaluate(parameter.value).map {
                WorkloadDefinition.Override(name: parameter.key, value: $0, mark: parameter.keyMark)
            }
        }
        let prefix = entry.key + "."
        let given = definition.overrides.filter { $0.name.hasPrefix(prefix) }.map {
            WorkloadDefinition.Override(name: String($0.name.dropFirst(prefix.count)), value: $0.value, mark: $0.mark)
        }
        return written.filter { own in !given.contains { $0.name == own.name } } + given
    }

    /// Reads `inputs: {tensor: stage.tensor}` and holds both sides to the same number of elements.
    private func inputs(
        of entry: Entry, _ workload: Workload, after earlier: [Workload.Stage]
    ) -> [Workload.Stage.Input] {
        let entries =
            entry.value["inputs"]?.entries(of: "inputs and what computes them", diagnostics: diagnostics) ?? []
        return entries.compactMap { input in
            let parts = (input.value.string ?? "").split(separator: ".").map(String.init)
            guard parts.count == 2 else {
                diagnostics.error("expected stage.tensor, found \(input.value.summary)", at: input.value.mark)
                return nil
            }
            let own = workload.cascade?.tensors.filter(\.isInput) ?? []
            guard let tensor = own.first(where: { $0.name == input.key }) else {
                diagnostics.error(
                    "stage '\(entry.key)' has no input '\(input.key)'", at: input.keyMark,
                    hint: suggestion(for: input.key, among: own.map(\.name)))
                return nil
            }
            guard let stage = earlier.first(where: { $0.name == parts[0] }) else {
                diagnostics.error(
                    "no earlier stage is called '\(parts[0])'", at: input.value.mark,
                    hint: suggestion(for: parts[0], among: earlier.map(\.name)))
                return nil
            }
            let outputs = stage.workload.cascade?.tensors.filter(\.isOutput) ?? []
            guard let source = outputs.first(where: { $0.name == parts[1] }) else {
                diagnostics.error(
                    "stage '\(stage.name)' has no output '\(parts[1])'", at: input.value.mark,
                    hint: suggestion(for: parts[1], among: outputs.map(\.name)))
                return nil
            }
            guard source.elements == tensor.elements else {
                diagnostics.error(
                    "'\(input.key)' has \(tensor.elements) elements, '\(parts[0]).\(parts[1])' has \(source.elements)",
                    at: input.value.mark)
                return nil
            }
            return .init(tensor: tensor.name, stage: stage.name, source: source.name)
        }
    }
}
