import Foundation
import OrreryResults

extension StudyRun {
    /// The front for a terminal: each point with its objectives and what limits it, in the order of the first objective.
    public func frontTable() -> String {
        let tradeoff = tradeoff
        guard let first = study.objectives.first, !tradeoff.front.isEmpty else {
            return "no point has a value for every objective\n"
        }
        let order = tradeoff.front.sorted { a, b in
            let (x, y) = (metric(first.metric, ofPoint: a) ?? 0, metric(first.metric, ofPoint: b) ?? 0)
            return x != y ? x < y : a < b
        }
        var rows = [["point"] + study.axes.map(\.name) + study.objectives.map(\.metric) + ["limited by", ""]]
        for index in order { rows.append(row(index) + [index == tradeoff.knee ? tradeoff.kneeName : ""]) }
        return (Self.aligned(rows) + [""] + frontLines(tradeoff)).joined(separator: "\n") + "\n"
    }

    private func row(_ index: Int) -> [String] {
        let values = study.objectives.map { objective in
            metric(objective.metric, ofPoint: index).map { ReadableNumber.metric($0, of: objective.metric) } ?? "-"
        }
        let limit = breakdown(ofPoint: index)?.limiting.first.map { "\($0.name) \(Self.share($0.value))" } ?? "-"
        return [String(index + 1)] + points[index].labels + values + [limit]
    }

    /// The answer to a choice within limits, for a terminal.
    public func text(_ choice: ConstrainedChoice, _ objective: Objective, _ limits: [MetricBound]) -> String {
        var lines = [
            "\(choice.allowed.count) of \(ReadableNumber.counted(points.count, "point")) are within the limits"
        ]
        for (limit, kept) in zip(limits, choice.keptOut) {
            lines.append("  \(limit): alone keeps out \(ReadableNumber.counted(kept, "point"))")
        }
        guard let best = choice.best, let value = value(objective.metric, ofPoint: best) else {
            return lines.joined(separator: "\n") + "\n"
        }
        lines += ["", "best \(objective.metric): \(ReadableNumber.metric(value, of: objective.metric))"]
        lines += Self.aligned([
            ["point"] + study.axes.map(\.name) + study.objectives.map(\.metric) + ["limited by"], row(best),
        ])
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Sensitivity {
    /// For a terminal: each parameter with its elasticity and where it moves the metric.
    public func text() -> String {
        var table = [
            ["parameter", "elasticity", "least", "greatest", "neighbours", "metric is least at", "and greatest at"]
        ]
        for row in rows {
            table.append([
                row.parameter, Self.number(row.elasticity), Self.number(row.range?.lowerBound),
                Self.number(row.range?.upperBound), row.pairs == 0 ? "-" : String(row.pairs), Self.text(row.low),
                row.movesWith.map { "moves with \($0)" } ?? Self.text(row.high),
            ])
        }
        let note = String(
            format:
                "%d points; factors of the mean from a fit without interactions, which explains %.1f %% of the variance",
            points, explained * 100)
        return ([metric] + StudyRun.aligned(table).map { "  \($0)" } + [note]).joined(separator: "\n") + "\n"
    }

    private static func number(_ value: Double?) -> String { value.map { String(format: "%+.3f", $0) } ?? "-" }

    private static func text(_ swing: Swing) -> String { "\(swing.label) (x\(String(format: "%.3g", swing.factor)))" }
}
