import Foundation

/// How well the computed figures of one metric agree with the published ones.
public struct FigureSummary: Sendable {
    public var metric: String
    /// Published figures.
    public var figures: Int
    /// Figures that have a value and a tolerance, and those of them within it.
    public var judged: Int
    public var within: Int
    /// Figures without a value.
    public var missing: Int
    /// Mean of the absolute relative errors of all figures with a value; nil where there is none, or a reference is 0 and the
    /// value isn't.
    public var meanError: Double?
    /// The figure with the greatest absolute relative error.
    public var worst: FigureRow?
    /// Rank correlations of values and references, nil for fewer than three figures: 1 where the published order is found
    /// again, whatever the errors.
    public var spearman: Double?
    public var kendall: Double?

    private static let fewestForRanks = 3

    /// - Parameter rows: figures of one metric.
    init(_ metric: String, _ rows: [FigureRow]) {
        self.metric = metric
        figures = rows.count
        judged = rows.count { $0.verdict == .within || $0.verdict == .outside }
        within = rows.count { $0.verdict == .within }
        missing = rows.count { $0.verdict == .missing }
        let known = rows.filter { $0.value != nil }
        let errors = known.compactMap { $0.relativeError.map(abs) }
        let mean = errors.reduce(0, +) / Double(max(errors.count, 1))
        meanError = errors.isEmpty || !mean.isFinite ? nil : mean
        worst = known.max { abs($0.relativeError ?? 0) < abs($1.relativeError ?? 0) }
        if known.count >= Self.fewestForRanks {
            let values = known.compactMap(\.value)
            spearman = RankCorrelation.spearman(values, known.map(\.reference))
            kendall = RankCorrelation.kendall(values, known.map(\.reference))
        }
    }
}

extension StudyRun {
    /// How well figures agree, by metric in the order of the study; comparisons (published ratios) are the last, by themselves.
    public var figureSummaries: [FigureSummary] {
        let rows = figures
        let single = rows.prefix(study.references.count)
        var metrics: [String] = []
        for row in single where !metrics.contains(row.metric) { metrics.append(row.metric) }
        let ratios = rows.dropFirst(study.references.count)
        return metrics.map { metric in FigureSummary(metric, single.filter { $0.metric == metric }) }
            + (ratios.isEmpty ? [] : [FigureSummary("published ratios", Array(ratios))])
    }
}

extension FigureSummary {
    /// The heads of ``cells``.
    static let heads = [
        "metric", "figures", "within", "mean error", "worst error", "Spearman", "Kendall", "worst at",
    ]

    /// The summary as texts; errors are relative, the mean is over absolute ones.
    var cells: [String] {
        let share = judged == 0 ? "-" : "\(within)/\(judged)"
        let mean = meanError.map { StudyRun.percent($0) } ?? "-"
        let most = worst?.relativeError.map { StudyRun.percent($0, isSigned: true) } ?? "-"
        let ranks = [spearman, kendall].map { $0.map { String(format: "%.4f", $0) } ?? "-" }
        let place = worst.map { $0.place.isEmpty ? "the only point" : $0.place } ?? "-"
        return [metric, String(figures), share, mean, most] + ranks + [place]
    }
}
