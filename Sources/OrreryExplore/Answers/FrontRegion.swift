/// The part of a front that one component limits.
public struct FrontRegion: Sendable {
    /// The component that the latency waits for most.
    public var component: String
    /// Points of the front, by index.
    public var points: [Int]
    /// Points of the whole study that it limits.
    public var all: Int
    /// Mean share of the latency that is up to the component, over the region.
    public var share: Double
    /// From the least to the greatest value of each objective within the region.
    public var ranges: [ClosedRange<Double>]
}

extension StudyRun {
    /// What limits which part of the front, the largest part first; points without a breakdown are in none.
    public func frontRegions(_ tradeoff: Tradeoff) -> [FrontRegion] {
        var all: [String: Int] = [:]
        for index in tradeoff.candidates {
            if let name = breakdown(ofPoint: index)?.limiting.first?.name { all[name, default: 0] += 1 }
        }
        var regions: [String: (points: [Int], share: Double)] = [:]
        for index in tradeoff.front {
            guard let part = breakdown(ofPoint: index)?.limiting.first else { continue }
            regions[part.name, default: ([], 0)].points.append(index)
            regions[part.name]?.share += part.value
        }
        return regions.map { name, region in
            let ranges = study.objectives.map { objective -> ClosedRange<Double> in
                let values = region.points.compactMap { metric(objective.metric, ofPoint: $0) }
                return (values.min() ?? 0)...(values.max() ?? 0)
            }
            return FrontRegion(
                component: name, points: region.points, all: all[name] ?? 0,
                share: region.share / Double(region.points.count), ranges: ranges)
        }.sorted { ($1.points.count, $0.component) < ($0.points.count, $1.component) }
    }
}
