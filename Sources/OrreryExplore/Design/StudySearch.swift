/// Which points a search without an outside optimiser runs.
public enum StudySearch: String, Hashable, Sendable, CaseIterable {
    /// Points in a random order.
    case random
    /// Points in the order of the study.
    case grid

    /// As many of the points as the budget allows.
    public func pick(_ points: [Point], budget: Int, seed: Int) -> [Point] {
        switch self {
        case .grid: return Array(points.prefix(budget))
        case .random:
            var random = SplitMix(seed: UInt64(bitPattern: Int64(seed)))
            return random.permutation(points.count).prefix(budget).map { points[$0] }
        }
    }
}
