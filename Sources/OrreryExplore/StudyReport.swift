import Foundation
import OrreryResults
import OrreryText

extension StudyRun {
    /// The study as people read it in a terminal: every point with its objectives, every reference with its error.
    public func table() -> String {
        var lines = ["\(study.name)  \(study.title)", ""]
        let answered = answers.count { $0 != nil }
        lines.append("\(ReadableNumber.counted(points.count, "point")), \(answered) done, \(failures) failed")
        for reason in failureReasons {
            let others = reason.count > 1 ? " and \(reason.count - 1) more" : ""
            lines.append("  failed at \(reason.place)\(others): \(reason.message)")
        }
        let tradeoff = tradeoff
        if !study.shownMetrics.isEmpty { lines += [""] + metricLines(tradeoff) }
        if tradeoff.front.count > 1 { lines += [""] + frontLines(tradeoff) }
        if let estimateNote { lines.append(estimateNote) }
        lines += study.derived.map { "\($0.name) = \($0.expression)" }
        lines += (metricProblems + limitProblems).map(\.description)
        if !figures.isEmpty { lines += [""] + figureLines() }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How far off points may be of which a part was estimated; nil where there are none.
    var estimateNote: String? {
        let widths = sampledPoints.compactMap { metric(Self.uncertainty, ofPoint: $0) }
        guard let widest = widths.max() else { return nil }
        let bound = "latency within ± \(Self.percentage(widest)) at most (99 %)"
        return "\(widths.count) of \(ReadableNumber.counted(points.count, "point")) are estimates: \(bound)"
    }

    private func halfWidth(ofPoint index: Int) -> String {
        metric(Self.uncertainty, ofPoint: index).map { "± \(Self.percentage($0))" } ?? ""
    }

    private static func percentage(_ fraction: Double) -> String { String(format: "%.3g %%", 100 * fraction) }

    func place(_ point: Point) -> String {
        zip(study.axes, point.labels).map { "\($0.name)=\($1)" }.joined(separator: " ")
    }

    /// Most points that the table lists; of more, only the front.
    private static let longestTable = 500

    private func metricLines(_ tradeoff: Tradeoff) -> [String] {
        let isCut = points.count > Self.longestTable && !tradeoff.front.isEmpty
        let front = tradeoff.front.count > 1 ? Set(tradeoff.front) : []
        let isEstimated = !sampledPoints.isEmpty
        var rows = [
            study.axes.map(\.name) + study.shownMetrics + (isEstimated ? ["latency within"] : [])
                + (front.isEmpty ? [] : [""])
        ]
        for index in isCut ? tradeoff.front : Array(points.indices) {
            let standing = index == tradeoff.knee ? tradeoff.kneeName : front.contains(index) ? "front" : ""
            rows.append(
                points[index].labels + study.shownMetrics.map { Self.text(metric($0, ofPoint: index)) }
                    + (isEstimated ? [halfWidth(ofPoint: index)] : []) + (front.isEmpty ? [] : [standing]))
        }
        let note =
            isCut
            ? ["only the \(ReadableNumber.counted(front.count, "point")) of the front are listed; the CSV has all"] : []
        return Self.aligned(rows) + note
    }

    /// The front as a whole: its size, its knee or best point, and what limits which part of it.
    func frontLines(_ tradeoff: Tradeoff) -> [String] {
        let isOne = study.objectives.count == 1
        let all = ReadableNumber.counted(tradeoff.candidates.count, "point")
        var line = isOne ? "best of \(all)" : "front: \(tradeoff.front.count) of \(all)"
        if let knee = tradeoff.knee { line += (isOne ? ": " : ", knee at ") + place(points[knee]) }
        if isOne, tradeoff.front.count > 1 {
            line += " (\(ReadableNumber.counted(tradeoff.front.count - 1, "other")) as good)"
        }
        if !isOne, let volume = tradeoff.hypervolume {
            line += String(format: ", dominates %.4f of the box between the worst and the best", volume)
        }
        let scales = zip(study.objectives, tradeoff.isLogarithmic).filter(\.1).map(\.0.metric)
        if !isOne, !scales.isEmpty { line += " (logarithmic in \(scales.joined(separator: ", ")))" }
        let regions = frontRegions(tradeoff)
        if regions.isEmpty { return [line] }
        var rows = [["limited by", "on the front", "of all", "share"] + study.objectives.map(\.metric)]
        for region in regions {
            let ranges = zip(region.ranges, study.objectives).map { range, objective in
                [range.lowerBound, range.upperBound].map { ReadableNumber.metric($0, of: objective.metric) }
                    .joined(separator: " to ")
            }
            rows.append(
                [region.component, String(region.points.count), String(region.all), Self.share(region.share)] + ranges
            )
        }
        return [line] + Self.aligned(rows)
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
            summary += "; mean absolute error \(Self.percent(mean)), worst \(Self.percent(worst))"
        }
        if judged.count < figures.count { summary += "; \(figures.count - judged.count) more without a tolerance" }
        return Self.aligned(rows) + [""] + summaryLines() + ["", summary]
    }

    /// How well each metric agrees over all its figures.
    private func summaryLines() -> [String] { Self.aligned([FigureSummary.heads] + figureSummaries.map(\.cells)) }

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

    /// The points as CSV that loads without cleaning; ``StudyTable`` says what the columns are.
    public func csv() -> String { StudyTable(self).csv }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == character { end = index(before: end) }
        return String(self[..<end])
    }
}
