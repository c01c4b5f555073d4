import Foundation
import OrreryResults

extension StudyDifference {
    private static let rows = 10
    private static let parts = 3

    /// The difference for a terminal: what moved over all points and through what, then the points that moved most.
    ///
    /// - Parameter isComplete: every change, and not only the greatest of each metric.
    public func text(isComplete: Bool = false) -> String {
        if isEmpty { return "the two runs are the same\n" }
        var lines: [String] = []
        var table = [["metric", "moved", "mean change", "through"]]
        for summary in metrics where summary.moved > 0 {
            table.append([
                summary.metric, "\(summary.moved) of \(summary.compared)",
                summary.meanFactor.map { StudyRun.percent($0 - 1, isSigned: true) } ?? "-",
                Self.text(summary.through, of: summary.metric),
            ])
        }
        lines += StudyRun.aligned(table)
        if let hypervolumes {
            lines.append(
                String(
                    format: "the front dominates %.4f of the box around both, was %.4f", hypervolumes.after,
                    hypervolumes.before))
        }
        for metric in metrics where metric.moved > 0 {
            let all = changes.filter { $0.metric == metric.metric }
            let shown = isComplete ? all[...] : all.prefix(Self.rows)
            var table = [["", "first", "second", "change", "through"]]
            for change in shown {
                table.append([
                    change.place, ReadableNumber.metric(change.before, of: change.metric),
                    ReadableNumber.metric(change.after, of: change.metric),
                    StudyRun.percent(change.relative, isSigned: true), Self.text(change.through, of: change.metric),
                ])
            }
            lines += ["", metric.metric] + StudyRun.aligned(table).map { "  \($0)" }
            if shown.count < all.count {
                lines.append("  \(all.count - shown.count) more points moved; --all lists them")
            }
        }
        for (title, places) in [("only in the first", onlyBefore), ("only in the second", onlyAfter)]
        where !places.isEmpty {
            let shown = isComplete ? places[...] : places.prefix(Self.rows)
            lines += ["", "\(title): \(ReadableNumber.counted(places.count, "point"))"] + shown.map { "  \($0)" }
            if shown.count < places.count { lines.append("  and \(places.count - shown.count) more") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ through: [(component: String, change: Double)], of metric: String) -> String {
        through.prefix(parts).map { part in
            let sign = part.change > 0 ? "+" : ""
            return "\(part.component) \(sign)\(ReadableNumber.metric(part.change, of: metric))"
        }.joined(separator: ", ")
    }
}
