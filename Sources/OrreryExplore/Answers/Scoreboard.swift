import Foundation
import OrreryText

/// All studies with published figures, and how well Orrery agrees with each: what `orrery scoreboard` shows.
public struct Scoreboard: Sendable {
    /// One metric of one study.
    public struct Row: Sendable {
        public var study: String
        public var summary: FigureSummary
    }

    /// In the order of the studies.
    public var rows: [Row]
    /// What each study is about, and where its figures are from, by its name.
    public var studies: [(name: String, title: String, sources: [String])]
    /// Studies with published figures that have not been run.
    public var missing: [String]

    /// - Parameters:
    ///   - runs: what the studies last gave.
    ///   - missing: names of studies with published figures and no results.
    public init(_ runs: [StudyRun], missing: [String] = []) {
        let judged = runs.filter { !$0.figures.isEmpty }
        rows = judged.flatMap { run in run.figureSummaries.map { Row(study: run.study.name, summary: $0) } }
        studies = judged.map { run in
            var sources: [String] = []
            for figure in run.figures where !sources.contains(figure.source) { sources.append(figure.source) }
            return (run.study.name, run.study.title, sources)
        }
        self.missing = missing
    }

    /// `312 of 340 figures within their tolerance, in 7 studies`
    public var headline: String {
        let (within, judged) = rows.reduce((0, 0)) { ($0.0 + $1.summary.within, $0.1 + $1.summary.judged) }
        let all = rows.reduce(0) { $0 + $1.summary.figures }
        let rest = all > judged ? "; \(all - judged) more without a tolerance or a value" : ""
        return "\(within) of \(judged) figures within their tolerance, in \(studies.count) studies\(rest)"
    }

    private static let head = ["study"] + FigureSummary.heads

    private func cells(_ row: Row) -> [String] { [row.study] + row.summary.cells }

    /// For a terminal.
    public func table() -> String {
        var lines = StudyRun.aligned([Self.head] + rows.map(cells)) + ["", headline]
        if !missing.isEmpty { lines.append("not run: \(missing.joined(separator: ", "))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// For a reader of the repository: the table, then what each study compares with.
    public func markdown() -> String {
        func line(_ cells: [String]) -> String {
            "| \(cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ")) |"
        }
        var lines = [
            "# Scoreboard", "",
            "Published figures beside what Orrery computes, from the results in this folder. `orrery scoreboard --output Results` writes this page.",
            "", "\(headline).", "",
            "Errors are relative; the mean is over absolute ones. Spearman's ρ and Kendall's τ-b tell whether the published order",
            "is found again (1: all of it).", "", line(Self.head), line(Self.head.map { _ in "---" }),
        ]
        lines += rows.map { line(cells($0)) }
        if !missing.isEmpty { lines += ["", "Not run: \(missing.joined(separator: ", "))."] }
        lines += ["", "## Sources", ""]
        for study in studies {
            lines.append("- **\(study.name)**: \(study.title). \(study.sources.joined(separator: "; ")).")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// For programs: `schema` is `orrery-scoreboard/1`; errors are fractions.
    public func json() -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        let entries = rows.map { row -> JSONValue in
            let summary = row.summary
            return .object([
                .init("study", .string(row.study)), .init("metric", .string(summary.metric)),
                .init("figures", .integer(summary.figures)), .init("judged", .integer(summary.judged)),
                .init("within", .integer(summary.within)), .init("missing", .integer(summary.missing)),
                .init("mean_absolute_relative_error", number(summary.meanError)),
                .init("worst_relative_error", number(summary.worst?.relativeError)),
                .init("worst_at", summary.worst.map { .string($0.place) } ?? .null),
                .init("spearman", number(summary.spearman)), .init("kendall", number(summary.kendall)),
            ])
        }
        return .object([
            .init("schema", "orrery-scoreboard/1"), .init("rows", .array(entries)),
            .init("missing", .array(missing.map { .string($0) })),
        ])
    }
}

extension StudyRun {
    /// `3.142 %`, `+0.005 %`
    static func percent(_ fraction: Double, isSigned: Bool = false) -> String {
        guard fraction.isFinite else { return "infinite" }
        return String(format: isSigned ? "%+.3f %%" : "%.3f %%", fraction * 100)
    }

    /// A part of a whole, such as of a run's time: `84.2 %`.
    static func share(_ fraction: Double) -> String { String(format: "%.1f %%", fraction * 100) }
}
