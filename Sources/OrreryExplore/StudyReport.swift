import Foundation
import OrreryText

extension StudyRun {
    /// The study as people read it in a terminal: every point with its objectives, every reference with its error.
    public func table() -> String {
        var lines = ["\(study.name)  \(study.title)", ""]
        let answered = answers.count { $0 != nil }
        lines.append("\(points.count) points, \(answered) run, \(failures) failed")
        for reason in failureReasons {
            let others = reason.count > 1 ? " and \(reason.count - 1) more" : ""
            lines.append("  failed at \(reason.place)\(others): \(reason.message)")
        }
        if !columns.isEmpty { lines += [""] + metricLines() }
        if !sampledPoints.isEmpty {
            lines.append("\(sampledPoints.count) points are estimates; \(Self.uncertainty): half of the 99 % interval")
        }
        lines += study.derived.map { "\($0.name) = \($0.expression)" }
        lines += metricProblems.map(\.description)
        if !figures.isEmpty { lines += [""] + figureLines() }
        return lines.joined(separator: "\n") + "\n"
    }

    func place(_ point: Point) -> String {
        zip(study.axes, point.labels).map { "\($0.name)=\($1)" }.joined(separator: " ")
    }

    private func metricLines() -> [String] {
        var rows = [study.axes.map(\.name) + columns]
        for (index, point) in points.enumerated() {
            rows.append(point.labels + columns.map { Self.text(metric($0, ofPoint: index)) })
        }
        return Self.aligned(rows)
    }

    private func figureLines() -> [String] {
        var rows = [["", "metric", "published", "Orrery", "error", "allowed", ""]]
        for figure in figures {
            rows.append([
                figure.place, figure.metric, Self.text(figure.reference), Self.text(figure.value),
                figure.relativeError.map { String(format: "%+.3f %%", $0 * 100) } ?? "-", Self.text(figure.tolerance),
                figure.verdict == .within || figure.verdict == .unjudged ? "" : figure.verdict.rawValue,
            ])
        }
        let judged = figures.filter { $0.verdict != .unjudged }
        let within = judged.count { $0.verdict == .within }
        var summary = "\(within) of \(judged.count) figures within their tolerance"
        let errors = judged.compactMap { $0.relativeError.map(abs) }
        if let worst = errors.max() {
            let mean = errors.reduce(0, +) / Double(errors.count)
            summary += String(format: "; mean absolute error %.3f %%, worst %.3f %%", mean * 100, worst * 100)
        }
        if judged.count < figures.count { summary += "; \(figures.count - judged.count) more without a tolerance" }
        return Self.aligned(rows) + ["", summary]
    }

    static func text(_ value: Double?) -> String {
        guard let value else { return "-" }
        return value == value.rounded() && abs(value) < 1e15
            ? String(format: "%.0f", value) : String(format: "%.6g", value)
    }

    private static func text(_ tolerance: Tolerance?) -> String {
        switch tolerance {
        case .relative(let fraction): fraction == 0 ? "exact" : String(format: "%g %%", fraction * 100)
        case .absolute(let distance): String(format: "±%g", distance)
        case nil: ""
        }
    }

    /// Columns padded to their widest cell: text to the left, numbers to the right.
    static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let isNumeric = (0..<columns).map { column in
            rows.dropFirst().allSatisfy { Double($0[column]) != nil || $0[column] == "-" || $0[column].hasSuffix("%") }
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let pad = String(repeating: " ", count: widths[column] - cell.count)
                return isNumeric[column] ? pad + cell : cell + pad
            }.joined(separator: "  ").trimmingSuffix(" ")
        }
    }

    /// The points with all settings and the metrics that the study names, as CSV that loads without cleaning.
    public func csv() -> String {
        let metrics = study.metrics + (sampledPoints.isEmpty ? [] : [Self.uncertainty])
        func cell(_ text: String) -> String {
            text.contains { ",\"\n".contains($0) }
                ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
        }
        var lines = [(study.axes.map(\.name) + metrics + ["error"]).map(cell).joined(separator: ",")]
        for (index, (point, answer)) in zip(points, answers).enumerated() {
            var error = ""
            if case .failure(let message, _) = answer { error = message }
            let values = metrics.map { name in metric(name, ofPoint: index).map { "\($0)" } ?? "" }
            lines.append((point.labels + values + [error]).map(cell).joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == character { end = index(before: end) }
        return String(self[..<end])
    }
}
