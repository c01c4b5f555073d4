import OrreryResults
import OrreryText

/// A metric that a study works out from others: an expression over metrics of the result and settings of the point.
///
/// ```yaml
/// metrics:
///   words_per_score: 256 * (components.buffer.actions.read + components.buffer.actions.write) / (B * H * M * M)
/// ```
///
/// A setting is meant where a name is both. Metrics are plain numbers in SI units (`Docs/Results.md`), and so is what comes out;
/// settings may carry units, as in `latency.seconds * dram.bandwidth / 1 B`.
public struct DerivedMetric: Sendable {
    public var name: String
    public var expression: Expression

    /// The value at a point.
    /// - Throws: an unknown name, or what cannot be computed, with its place in the study file.
    public func value(at point: Point, _ result: JSONValue) throws(ExpressionError) -> Double {
        let known = point.settings.map(\.path) + result.metricPaths
        return try expression.evaluate(known: known) { name in
            if let quantity = point.quantity(name) { return quantity }
            return result.metric(name).flatMap { Rational("\($0)") }.map { Quantity($0, .dimensionless) }
        }.value.doubleValue
    }
}

extension Study {
    /// Reads `metrics: {name: expression}`.
    ///
    /// A name that is no setting of any point and cannot be the path of a metric is reported here, one that the result turns
    /// out not to have when the study has run.
    static func derivedMetrics(
        _ node: Node?, settings: Set<String>, _ diagnostics: Diagnostics
    ) -> [DerivedMetric] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error(
                "expected expressions by name, found \(node.summary)", at: node.mark, path: "metrics",
                hint: "such as metrics: {watts: energy.joules / latency.seconds}")
            return []
        }
        return entries.compactMap { entry in
            let path = "metrics.\(entry.key)"
            if MetricName.members.contains(where: { entry.key == $0 || entry.key.hasPrefix("\($0).") }) {
                diagnostics.error("is a metric of every result", at: entry.keyMark, path: path)
            }
            guard let expression = Expression(entry.value, path: path, diagnostics: diagnostics) else { return nil }
            if expression.isCondition {
                diagnostics.error("expected a value, found a condition", at: entry.value.mark, path: path)
            }
            for name in expression.names where !settings.contains(name) {
                let first = name.split(separator: ".").first.map(String.init) ?? name
                if MetricName.members.contains(first) { continue }
                diagnostics.error(
                    "'\(name)' is neither a setting of the study nor a metric", at: entry.value.mark, path: path,
                    hint: suggestion(for: first, among: settings.sorted() + MetricName.members))
            }
            return DerivedMetric(name: entry.key, expression: expression)
        }
    }
}

extension JSONValue {
    /// Dotted paths of all numbers in it.
    fileprivate var metricPaths: [String] {
        (object ?? []).flatMap { member in
            member.value.double != nil ? [member.key] : member.value.metricPaths.map { "\(member.key).\($0)" }
        }
    }
}

extension Point {
    /// The value of a setting that is a number; nil for others, such as the path of a file.
    func quantity(_ path: String) -> Quantity? {
        setting(path).flatMap { Quantity(arithmetic: $0.value) }
    }
}

extension StudyRun {
    /// A metric of a point: of its result, or one that the study derives. Nil where the point failed or has no such metric.
    public func metric(_ name: String, ofPoint index: Int) -> Double? {
        guard answers.indices.contains(index), case .result(let json)? = answers[index] else { return nil }
        // What a run has recorded is not worked out again.
        if let value = json.metric(name) { return value }
        guard let derived = study.derived.first(where: { $0.name == name }) else { return nil }
        // `metricProblems` tells why it has none.
        return try? derived.value(at: points[index], json)
    }

    /// Why derived metrics have no value at points that were run, the first reason for each metric: an error where it has one
    /// nowhere, else a warning with the number of points.
    public var metricProblems: [Diagnostic] { study.derived.compactMap(problem) }

    /// - Throws: why objectives that the study derives have no value.
    func checkObjectives() throws(InputErrors) {
        let objectives = Set(study.objectives.map(\.metric))
        let problems = study.derived.filter { objectives.contains($0.name) }.compactMap(problem)
        if !problems.isEmpty { throw InputErrors(diagnostics: problems) }
    }

    private func problem(of derived: DerivedMetric) -> Diagnostic? {
        var (missing, present) = (0, 0)
        var first: (error: ExpressionError, point: Point)?
        for (point, answer) in zip(points, answers) {
            guard case .result(let json)? = answer else { continue }
            if json.metric(derived.name) != nil {
                present += 1
                continue
            }
            do throws(ExpressionError) {
                _ = try derived.value(at: point, json)
                present += 1
            } catch {
                missing += 1
                first = first ?? (error, point)
            }
        }
        guard let first else { return nil }
        var problem = first.error.diagnostic(path: "metrics.\(derived.name)")
        if present > 0 {
            problem.severity = .warning
            problem.message =
                "no value at \(missing) of \(ReadableNumber.counted(missing + present, "point")), first at "
                + "\(place(first.point)): \(problem.message)"
        }
        return problem
    }
}
