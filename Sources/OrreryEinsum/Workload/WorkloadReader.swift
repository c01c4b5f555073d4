import OrreryText

extension Workload {
    /// Reads a workload file and every file it refers to.
    ///
    /// - Parameters:
    ///   - path: of the file; also what its marks print.
    ///   - overrides: values that take the place of the file's, by parameter; `stage.name` for one of a stage. An unknown
    ///     name is an error.
    ///   - diagnostics: receives every problem with its place.
    /// - Returns: nil where there is an error.
    public static func load(
        _ path: String, overrides: [String: Quantity] = [:], diagnostics: Diagnostics
    ) -> Workload? {
        let given = overrides.sorted { $0.key < $1.key }.map {
            WorkloadDefinition.Override(name: $0.key, value: $0.value, mark: nil)
        }
        return WorkloadDefinition.load(path, overrides: given, ancestors: [], diagnostics: diagnostics).flatMap {
            WorkloadReader(definition: $0, diagnostics: diagnostics).read()
        }
    }

    /// Reads a workload from YAML text; files it refers to are sought beside `file`.
    public static func parse(
        _ text: String, file: String, overrides: [String: Quantity] = [:], diagnostics: Diagnostics
    ) -> Workload? {
        let given = overrides.sorted { $0.key < $1.key }.map {
            WorkloadDefinition.Override(name: $0.key, value: $0.value, mark: nil)
        }
        guard let node = YAML.parse(text, file: file, diagnostics: diagnostics) else { return nil }
        return WorkloadDefinition.make(node, path: file, overrides: given, ancestors: [], diagnostics: diagnostics)
            .flatMap {
                WorkloadReader(definition: $0, diagnostics: diagnostics).read()
            }
    }

    /// The workload as it is in one step of a phase.
    ///
    /// - Parameters:
    ///   - phase: of this workload.
    ///   - step: 0 ..< phase.steps.
    ///   - diagnostics: receives what is wrong with the values of this step.
    /// - Returns: nil where there is an error.
    public func bound(to phase: Phase, step: Int, diagnostics: Diagnostics) -> Workload? {
        WorkloadReader(definition: definition, memo: memo ?? StageMemo(), diagnostics: diagnostics)
            .read(phase: phase, step: step)
    }
}

/// Reads a definition with its parameters bound to values.
struct WorkloadReader {
    let definition: WorkloadDefinition
    /// What was read of the stages so far.
    var memo = StageMemo()
    let diagnostics: Diagnostics

    private var node: Node { definition.node }

    func read() -> Workload? {
        let problems = Diagnostics()
        defer { problems.all.forEach(diagnostics.report) }
        node.allow(keys: WorkloadDefinition.keys, diagnostics: problems)
        let name = name(problems)
        checkOverrides(problems)
        let scope = ParameterScope(definition, diagnostics: problems)
        let phases = PhaseReader(definition: definition, scope: scope, diagnostics: problems).read()
        let sources = sources(scope, problems)
        let content = content(name: name, scope: scope, problems)
        let mappings = mappings(problems)
        guard !problems.hasErrors, let content else { return nil }
        let workload = Workload(
            name: name, path: definition.path, parameters: scope.parameters, content: content, phases: phases,
            mappings: mappings, sources: sources, definition: definition,
            memo: definition.ancestors.isEmpty ? memo : nil)
        // The phases of a stage are none of the whole's.
        for phase in definition.ancestors.isEmpty ? phases : [] {
            for step in Set([0, phase.steps - 1]).sorted() {
                let found = Diagnostics()
                _ = workload.bound(to: phase, step: step, diagnostics: found)
                for problem in found.all where problem.severity == .error {
                    problems.error(
                        "in step \(step) of phase '\(phase.name)': \(problem.message)", at: problem.mark,
                        hint: problem.hint)
                }
            }
        }
        return problems.hasErrors ? nil : workload
    }

    /// The same workload with the parameters of a phase.
    func read(phase: Workload.Phase, step: Int) -> Workload? {
        let problems = Diagnostics()
        defer { problems.all.forEach(diagnostics.report) }
        let entries = node["phases"]?[phase.name]?["parameters"]?.mapping ?? []
        let scope = ParameterScope(definition, phase: (entries, phase.index, step), diagnostics: problems)
        let name = node["workload"]?.string ?? ""
        guard let content = content(name: name, scope: scope, problems), !problems.hasErrors else { return nil }
        return Workload(
            name: name, path: definition.path, parameters: scope.parameters, content: content, phases: [],
            mappings: mappings(Diagnostics()), sources: sources(scope, Diagnostics()), definition: definition, memo: nil
        )
    }

    private func name(_ problems: Diagnostics) -> String {
        guard let key = node["workload"], let name = key.string, !key.isNull else {
            problems.error("the workload has no name", at: node["workload"]?.mark ?? node.mark, hint: "workload: name")
            return ""
        }
        return name
    }

    /// Every name given from outside must be a parameter, or one of a stage; and no phase may set it too.
    private func checkOverrides(_ problems: Diagnostics) {
        let names = node["parameters"]?.keys ?? []
        let stages = node["stages"]?.keys ?? []
        for override in definition.overrides where !names.contains(override.name) {
            let parts = override.name.split(separator: ".", maxSplits: 1).map(String.init)
            if parts.count == 2, stages.contains(parts[0]) { continue }
            problems.error(
                "workload '\(node["workload"]?.string ?? definition.path)' has no parameter '\(override.name)'",
                at: override.mark, hint: suggestion(for: override.name, among: names))
        }
        for override in definition.overrides where override.mark == nil {
            for phase in node["phases"]?.mapping ?? [] where phase.value["parameters"]?[override.name] != nil {
                problems.error(
                    "parameter '\(override.name)' is set by phase '\(phase.key)'",
                    hint: "set the parameters that the phase computes it from")
            }
        }
    }

    private func content(name: String, scope: ParameterScope, _ problems: Diagnostics) -> Workload.Content? {
        let kinds = ["cascade", "stages", "traffic", "trace"]
        let present = kinds.filter { node[$0] != nil }
        guard present.count == 1, let kind = present.first, let body = node[kind] else {
            let found = present.isEmpty ? "none" : present.joined(separator: " and ")
            problems.error("a workload has one of cascade, stages, traffic and trace, not \(found)", at: node.mark)
            return nil
        }
        if kind != "cascade" {
            for key in ["ranks", "tensors", "operations", "initial"] {
                guard let entry = node.entry(key) else { continue }
                problems.error("'\(key)' belongs to a cascade, and this workload has \(kind)", at: entry.keyMark)
            }
        }
        switch kind {
        case "cascade":
            return CascadeReader(definition: definition, scope: scope, diagnostics: problems).read(name: name)
                .map(Workload.Content.cascade)
        case "stages":
            return StageReader(definition: definition, scope: scope, memo: memo, diagnostics: problems).read()
                .map(Workload.Content.stages)
        case "traffic": return .traffic(body)
        default: return .trace(body)
        }
    }

    private func mappings(_ problems: Diagnostics) -> [Workload.DefaultMapping] {
        let entries = node["mappings"]?.entries(of: "mappings by machine", diagnostics: problems) ?? []
        return entries.compactMap { entry in
            guard let path = entry.value.string, !entry.value.isNull else {
                problems.error("expected the path of a mapping, found \(entry.value.summary)", at: entry.value.mark)
                return nil
            }
            return .init(
                machine: entry.key, path: WorkloadDefinition.resolve(path, from: entry.value.mark),
                mark: entry.value.mark)
        }
    }

    private func sources(_ scope: ParameterScope, _ problems: Diagnostics) -> [String: SourceNote] {
        var notes = scope.sources
        let names = node["parameters"]?.keys ?? []
        for entry in node["sources"]?.entries(of: "sources by parameter", diagnostics: problems) ?? [] {
            if !names.contains(entry.key) {
                problems.error(
                    "unknown parameter '\(entry.key)'", at: entry.keyMark,
                    hint: suggestion(for: entry.key, among: names))
            }
            notes[entry.key] = SourceNote(entry.value, path: "sources.\(entry.key)", diagnostics: problems)
        }
        return notes
    }
}
