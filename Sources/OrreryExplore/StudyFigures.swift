import Foundation

/// A published figure beside what Orrery computes.
public struct FigureRow: Sendable {
    /// Where: `design=fusemax model=BERT M=1Ki`, or the comparison's name.
    public var place: String
    public var metric: String
    /// The metric at one place over that at another, a plain number.
    public var isRatio = false
    public var reference: Double
    /// Nil where the point failed or has no such metric.
    public var value: Double?
    public var tolerance: Tolerance?
    public var source: String

    /// `value / reference − 1`.
    public var relativeError: Double? { value.map { reference == 0 ? ($0 == 0 ? 0 : .infinity) : $0 / reference - 1 } }

    public enum Verdict: String, Sendable { case within, outside, missing, unjudged }

    public var verdict: Verdict {
        guard let value else { return .missing }
        guard let tolerance else { return .unjudged }
        return tolerance.allows(value, reference: reference) ? .within : .outside
    }
}

extension StudyRun {
    /// Every reference of the study beside the computed figure, then the comparisons.
    public var figures: [FigureRow] { study.references.map(row) + study.comparisons.map(row) }

    private func row(_ reference: Reference) -> FigureRow {
        let index = points.firstIndex { $0.isAt(reference.at, of: study) }
        return FigureRow(
            place: reference.at.map { "\($0.axis)=\($0.label)" }.joined(separator: " "), metric: reference.metric,
            reference: reference.value, value: index.flatMap { metric(reference.metric, ofPoint: $0) },
            tolerance: reference.tolerance, source: reference.source)
    }

    /// The ratio at each pair of points that differ only in the comparison's place, averaged.
    private func row(_ comparison: Comparison) -> FigureRow {
        let fixed = Set((comparison.numerator + comparison.denominator).map(\.axis))
        let free = study.axes.indices.filter { !fixed.contains(study.axes[$0].name) }
        func values(at place: [(axis: String, label: String)]) -> [[String]: Double] {
            var found: [[String]: Double] = [:]
            for (index, point) in points.enumerated() where point.isAt(place, of: study) {
                let value = metric(comparison.metric, ofPoint: index)
                if let value { found[free.map { point.labels[$0] }] = value }
            }
            return found
        }
        let (above, below) = (values(at: comparison.numerator), values(at: comparison.denominator))
        let ratios = above.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { key in
            below[key].map { above[key, default: 0] / $0 }
        }
        return FigureRow(
            place: comparison.name, metric: comparison.metric, isRatio: true, reference: comparison.value,
            value: ratios.isEmpty ? nil : comparison.mean.average(ratios), tolerance: comparison.tolerance,
            source: comparison.source)
    }
}

extension Comparison.Mean {
    func average(_ values: [Double]) -> Double {
        switch self {
        case .arithmetic: values.reduce(0, +) / Double(values.count)
        case .geometric: exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
        }
    }
}
