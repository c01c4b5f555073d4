import Foundation

/// In what two runs of a study differ: which metric moved where, and through which component.
public struct StudyDifference: Sendable {
    /// One metric at one point.
    public struct Change: Sendable {
        public var place: String
        public var metric: String
        public var before: Double
        public var after: Double
        /// Components whose share moved most, the greatest first, each in the metric's unit (seconds or joules); empty for other
        /// metrics, or where a run kept no breakdown.
        public var through: [(component: String, change: Double)]

        /// `after / before − 1`.
        public var relative: Double { before == 0 ? (after == 0 ? 0 : .infinity) : after / before - 1 }
    }

    /// How a metric moved over all points that both have.
    public struct MetricSummary: Sendable {
        public var metric: String
        public var moved: Int
        public var compared: Int
        /// Geometric mean of after / before; nil where a value is not positive.
        public var meanFactor: Double?
        /// The components that moved it most, summed over all points.
        public var through: [(component: String, change: Double)]
    }

    /// The greatest relative change of each metric first.
    public var changes: [Change]
    public var metrics: [MetricSummary]
    /// Points that only one of the two has, or that failed in only one.
    public var onlyBefore: [String]
    public var onlyAfter: [String]
    /// What became of the front: hypervolumes of both in the box around all points of both.
    public var hypervolumes: (before: Double, after: Double)?

    /// Whether nothing moved.
    public var isEmpty: Bool { changes.isEmpty && onlyBefore.isEmpty && onlyAfter.isEmpty }

    /// Compares points with the same place (labels by axis); metrics are those that both have.
    public init(_ before: StudyRun, _ after: StudyRun) {
        let names = before.knownMetrics.filter(Set(after.knownMetrics).contains)
        let places = after.places
        let later = Dictionary(places.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func isKnown(_ run: StudyRun, _ index: Int) -> Bool {
            if case .result? = run.answers[index] { return true }
            return false
        }
        var (changes, onlyBefore): ([Change], [String]) = ([], [])
        var seen: Set<String> = []
        var pairs: [(Int, Int)] = []
        for (index, place) in before.places.enumerated() where isKnown(before, index) {
            guard let other = later[place], isKnown(after, other) else {
                onlyBefore.append(place)
                continue
            }
            seen.insert(place)
            pairs.append((index, other))
        }
        onlyAfter = places.indices.filter { isKnown(after, $0) && !seen.contains(places[$0]) }.map { places[$0] }
        self.onlyBefore = onlyBefore
        metrics = names.map { metric in
            var summary = MetricSummary(metric: metric, moved: 0, compared: 0, meanFactor: nil, through: [])
            var (logs, positive) = (0.0, true)
            var sums: [String: Double] = [:]
            for (old, new) in pairs {
                guard let first = before.metric(metric, ofPoint: old), let second = after.metric(metric, ofPoint: new)
                else { continue }
                summary.compared += 1
                if first > 0, second > 0 { logs += log(second / first) } else { positive = false }
                guard first != second else { continue }
                summary.moved += 1
                let parts = Self.parts(
                    metric, before.breakdown(ofPoint: old), after.breakdown(ofPoint: new))
                for part in parts { sums[part.component, default: 0] += part.change }
                changes.append(
                    Change(
                        place: before.places[old], metric: metric, before: first, after: second, through: parts))
            }
            if positive, summary.compared > 0 { summary.meanFactor = exp(logs / Double(summary.compared)) }
            summary.through = Self.ranked(sums)
            return summary
        }
        let order = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.changes = changes.enumerated().sorted { a, b in
            let (first, second) = (order[a.element.metric] ?? 0, order[b.element.metric] ?? 0)
            if first != second { return first < second }
            let sizes = (abs(a.element.relative), abs(b.element.relative))
            return sizes.0 != sizes.1 ? sizes.0 > sizes.1 : a.offset < b.offset
        }.map(\.element)
        hypervolumes = Self.hypervolumes(before, after)
    }

    /// By how much each component's part of the latency or energy changed.
    private static func parts(
        _ metric: String, _ before: PointBreakdown?, _ after: PointBreakdown?
    ) -> [(component: String, change: Double)] {
        guard let before, let after else { return [] }
        var sums: [String: Double] = [:]
        switch metric {
        case "latency.seconds", "latency":
            for part in before.limiting { sums[part.name, default: 0] -= part.value * before.seconds }
            for part in after.limiting { sums[part.name, default: 0] += part.value * after.seconds }
        case "energy.joules", "energy":
            for part in before.energy { sums[part.name, default: 0] -= part.value }
            for part in after.energy { sums[part.name, default: 0] += part.value }
        case "area.square_metres", "area":
            for part in before.area { sums[part.name, default: 0] -= part.value }
            for part in after.area { sums[part.name, default: 0] += part.value }
        default: return []
        }
        return ranked(sums)
    }

    private static func ranked(_ sums: [String: Double]) -> [(component: String, change: Double)] {
        sums.filter { $0.value != 0 }.sorted { a, b in
            abs(a.value) != abs(b.value) ? abs(a.value) > abs(b.value) : a.key < b.key
        }.map { ($0.key, $0.value) }
    }

    private static func hypervolumes(_ before: StudyRun, _ after: StudyRun) -> (before: Double, after: Double)? {
        guard !before.study.objectives.isEmpty, before.study.objectives == after.study.objectives else { return nil }
        let runs = [before, after].map { run in
            run.objectiveValues.compactMap { row in row.contains(nil) ? nil : row.compactMap { $0 } }
        }
        let all = runs[0] + runs[1]
        guard !runs[0].isEmpty, !runs[1].isEmpty else { return nil }
        let scales = before.study.objectives.indices.map { place in
            ObjectiveScale(before.study.objectives[place].direction, all.map { $0[place] })
        }
        func scaled(_ rows: [[Double]]) -> [[Double]] {
            rows.map { row in scales.indices.map { scales[$0].scaled(row[$0]) } }
        }
        let box = scaled(all)
        let volumes = runs.map { Hypervolume.share(scaled($0), of: box) }
        return (volumes[0], volumes[1])
    }
}

extension StudyRun {
    /// `design=fusemax M=1Ki` for every point.
    var places: [String] { points.map(place) }
}
