import Foundation

/// What the objectives of a study leave to choose from: the points that no other point beats, and the one among them where
/// more of one objective begins to cost much of the others.
public struct Tradeoff: Sendable {
    /// In the order of the study.
    public var objectives: [Objective]
    /// Points that have a value for every objective, by index; ascending.
    public var candidates: [Int]
    /// The candidates that no other one beats in all objectives, by index; ascending.
    public var front: [Int]
    /// The point of the front that lies furthest beyond the plane through its ends, by index; nil without a front.
    ///
    /// Every objective is scaled to 0 at the front's best and 1 at its worst; the knee has the least sum. For two objectives that
    /// is the greatest distance from the line between the ends of the front (Das, Structural Optimization 18, 1999).
    public var knee: Int?
    /// What ``knee`` is called: with one objective there is nothing to trade, and it is the best point.
    public var kneeName: String { objectives.count == 1 ? "best" : "knee" }
    /// The best candidate of each objective, by index; the first of equals on the front.
    public var ends: [Int]
    /// Objectives that are measured on a logarithmic scale: all candidates are positive and span more than a factor of ten.
    public var isLogarithmic: [Bool]
    /// Volume that the front dominates, as a share of the box between the worst and the best candidate in each objective; nil
    /// without a front, or where it would take long: more than three objectives and more than 300 points on the front.
    public var hypervolume: Double?

    private static let mostPointsInManyDimensions = 300

    /// - Parameter values: a row a point, a number an objective; nil where the point has none.
    public init(_ objectives: [Objective], _ values: [[Double?]]) {
        self.objectives = objectives
        let rows = values.map { row in row.compactMap { $0 } }
        candidates =
            objectives.isEmpty
            ? [] : rows.indices.filter { rows[$0].count == objectives.count && rows[$0].allSatisfy(\.isFinite) }
        let known = candidates
        let scales = objectives.indices.map { place in
            ObjectiveScale(objectives[place].direction, known.map { rows[$0][place] })
        }
        isLogarithmic = scales.map(\.isLogarithmic)
        let scaled = known.map { row in scales.indices.map { scales[$0].scaled(rows[row][$0]) } }
        // Not on the scaled values: logarithms of different numbers can be equal.
        let places = ParetoFront.indices(
            of: known.map { row in scales.indices.map { scales[$0].signed(rows[row][$0]) } })
        front = places.map { known[$0] }
        ends = objectives.indices.compactMap { objective in
            places.min { (scaled[$0][objective], $0) < (scaled[$1][objective], $1) }.map { known[$0] }
        }
        let best = objectives.indices.map { objective in places.map { scaled[$0][objective] }.min() ?? 0 }
        let worst = objectives.indices.map { objective in places.map { scaled[$0][objective] }.max() ?? 0 }
        func bulge(_ place: Int) -> Double {
            objectives.indices.reduce(0) { sum, objective in
                let span = worst[objective] - best[objective]
                return span > 0 ? sum + (scaled[place][objective] - best[objective]) / span : sum
            }
        }
        knee = places.min { (bulge($0), $0) < (bulge($1), $1) }.map { known[$0] }
        let isCheap = objectives.count <= 3 || places.count <= Self.mostPointsInManyDimensions
        hypervolume = places.isEmpty || !isCheap ? nil : Hypervolume.share(places.map { scaled[$0] }, of: scaled)
    }
}

/// An objective as a number that is minimised, on a scale that suits its span.
struct ObjectiveScale {
    let isLogarithmic: Bool
    private let sign: Double

    init(_ direction: Objective.Direction, _ values: [Double]) {
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        isLogarithmic = low > 0 && high > 10 * low
        sign = direction == .minimise ? 1 : -1
    }

    /// The value so that less is better.
    func signed(_ value: Double) -> Double { sign * value }

    /// The same on the scale.
    func scaled(_ value: Double) -> Double { sign * (isLogarithmic ? log(value) : value) }
}

extension Hypervolume {
    /// The volume that `points` dominate in the box around `all`, as a share of it; coordinates in which all are alike don't count.
    static func share(_ points: [[Double]], of all: [[Double]]) -> Double {
        guard let width = all.first?.count else { return 0 }
        let low = (0..<width).map { place in all.map { $0[place] }.min() ?? 0 }
        let high = (0..<width).map { place in all.map { $0[place] }.max() ?? 0 }
        let used = (0..<width).filter { high[$0] > low[$0] }
        if used.isEmpty { return points.isEmpty ? 0 : 1 }
        let scaled = points.map { point in used.map { (point[$0] - low[$0]) / (high[$0] - low[$0]) } }
        return volume(of: scaled, reference: used.map { _ in 1 })
    }
}

extension StudyRun {
    /// Values of the objectives at every point; none at points that are not feasible.
    var objectiveValues: [[Double?]] {
        points.indices.map { index in
            let counts = isFeasible(index)
            return study.objectives.map { counts ? metric($0.metric, ofPoint: index) : nil }
        }
    }

    /// What the study's objectives leave to choose from.
    public var tradeoff: Tradeoff { Tradeoff(study.objectives, objectiveValues) }
}
