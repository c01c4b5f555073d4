import OrreryText

extension Study {
    private static let keys = [
        "study", "title", "base", "axes", "sample", "derive", "where", "metrics", "objectives", "references",
        "comparisons",
    ]

    /// Reads a study file. Problems are reported to `diagnostics`.
    /// - Returns: nil where the file cannot be read as a study at all.
    public static func load(path: String, diagnostics: Diagnostics) -> Study? {
        guard let root = YAML.load(path: path, diagnostics: diagnostics),
            root.isOrMayBe(.study, diagnostics: diagnostics)
        else { return nil }
        return read(root, folder: folder(of: path), diagnostics: diagnostics)
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    static func read(_ root: Node, folder: String, diagnostics: Diagnostics) -> Study? {
        guard let entries = root.mapping else {
            diagnostics.error("expected a study, found \(root.summary)", at: root.mark)
            return nil
        }
        for entry in entries where !keys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, hint: suggestion(for: entry.key, among: keys))
        }
        guard let name = root["study"]?.string else {
            diagnostics.error("a study needs a name", at: root.mark, path: "study")
            return nil
        }
        if name.isEmpty || name.contains("/") || name.hasPrefix(".") {
            diagnostics.error(
                "\(root["study"]?.summary ?? "") can be no name of a study", at: root["study"]?.mark, path: "study",
                hint: "its results are files of that name")
        }
        var axes = AxisReader(diagnostics).axes(root["axes"])
        let sample = SampleReader(diagnostics: diagnostics).sample(root["sample"], &axes)
        let base = AxisReader(diagnostics).settings(root["base"], path: "base")
        let computed = computedSettings(root["derive"], diagnostics)
        let settings = Set(
            (base + axes.flatMap { $0.values.flatMap(\.settings) }).map(\.path) + computed.map(\.path))
        let derived = derivedMetrics(root["metrics"], settings: settings, diagnostics)
        let all = conditions(root["where"], diagnostics)
        let metrics = Set(derived.map(\.name)).subtracting(settings)
        let limits = all.filter { $0.names.contains { isMetric($0, settings, metrics) } }
        for limit in limits { check(limit, settings, derived: derived.map(\.name), diagnostics) }
        let figures = ReferenceReader(axes: axes, derived: derived.map(\.name), diagnostics: diagnostics)
        return Study(
            name: name, title: root["title"]?.string ?? "", folder: folder, base: base, axes: axes, computed: computed,
            sample: sample, conditions: all.filter { !limits.contains($0) }, limits: limits,
            objectives: objectives(root["objectives"], derived: derived.map(\.name), diagnostics), derived: derived,
            references: figures.references(root["references"]), comparisons: figures.comparisons(root["comparisons"]))
    }

    /// Whether a name in a condition can be known only when the point has been run.
    private static func isMetric(_ name: String, _ settings: Set<String>, _ derived: Set<String>) -> Bool {
        if settings.contains(name) || name == "area" { return false }
        let first = name.split(separator: ".").first.map(String.init) ?? name
        return derived.contains(name) || MetricName.members.contains(first)
    }

    /// Reports metrics in a condition that no result can have, and units that are not theirs.
    private static func check(
        _ limit: Expression, _ settings: Set<String>, derived: [String], _ diagnostics: Diagnostics
    ) {
        let metrics = limit.names.filter { !settings.contains($0) }
        let before = diagnostics.all.count
        for name in metrics {
            MetricName(path: name).check(derived: derived, at: limit.mark, path: "where", diagnostics)
        }
        guard metrics.count == limit.names.count, diagnostics.all.count == before else { return }
        do throws(ExpressionError) {
            _ = try limit.holds { Quantity(.one, MetricName(path: $0).dimension) }
        } catch {
            // Metrics are plain numbers where the condition gives no units.
            do throws(ExpressionError) {
                _ = try limit.holds { _ in Quantity(.one, .dimensionless) }
            } catch {
                diagnostics.report(error.diagnostic(path: "where"))
            }
        }
    }

    /// Reads `derive: {path: expression}`.
    private static func computedSettings(_ node: Node?, _ diagnostics: Diagnostics) -> [ComputedSetting] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error(
                "expected expressions by path, found \(node.summary)", at: node.mark, path: "derive",
                hint: "such as derive: {array2d.columns: array2d.rows}")
            return []
        }
        return entries.compactMap { entry in
            let path = "derive.\(entry.key)"
            guard let expression = Expression(entry.value, path: path, diagnostics: diagnostics) else { return nil }
            if expression.isCondition {
                diagnostics.error("expected a value, found a condition", at: entry.value.mark, path: path)
                return nil
            }
            return ComputedSetting(path: entry.key, expression: expression)
        }
    }

    private static func conditions(_ node: Node?, _ diagnostics: Diagnostics) -> [Expression] {
        guard let node, !node.isNull else { return [] }
        guard let items = node.sequence else {
            diagnostics.error("expected a list of conditions, found \(node.summary)", at: node.mark, path: "where")
            return []
        }
        return items.compactMap { item in
            guard let expression = Expression(item, path: "where", diagnostics: diagnostics) else { return nil }
            if !expression.isCondition {
                diagnostics.error("expected a condition such as M >= P", at: item.mark, path: "where")
                return nil
            }
            return expression
        }
    }

    private static func objectives(
        _ node: Node?, derived: [String], _ diagnostics: Diagnostics
    ) -> [Objective] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error("expected metrics with a direction", at: node.mark, path: "objectives")
            return []
        }
        return entries.compactMap { entry in
            let text = entry.value.string ?? ""
            guard let direction = Objective.Direction(rawValue: text) else {
                diagnostics.error(
                    "unknown direction '\(text)'", at: entry.value.mark, path: "objectives.\(entry.key)",
                    hint: suggestion(for: text, among: Objective.Direction.allCases.map(\.rawValue)))
                return nil
            }
            MetricName(path: entry.key).check(
                derived: derived, at: entry.keyMark, path: "objectives", diagnostics)
            return Objective(metric: entry.key, direction: direction)
        }
    }
}
