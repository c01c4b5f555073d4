import OrreryText

/// A study: one file that names machines, workloads and mappings, the axes to vary, and published figures to compare with.
public struct Study: Sendable {
    public var name: String
    /// One line on what the study shows.
    public var title: String
    /// Folder of the file: paths in it are relative to this.
    public var folder: String
    /// Settings that every point starts from.
    public var base: [Setting]
    public var axes: [Axis]
    /// Settings of every point that are worked out from others, in the order in which they are.
    public var computed: [ComputedSetting] = []
    /// How some of the axes are sampled; nil where every combination of all axes is a point.
    public var sample: Sample?
    /// Conditions on settings, on parameters of the machine and the workload, and on its area; points for which one does not hold are
    /// left out before anything runs.
    public var conditions: [Expression]
    /// Conditions on metrics of the result: points for which one does not hold have been run and are not feasible.
    public var limits: [Expression] = []
    public var objectives: [Objective]
    /// Metrics that the study works out from others.
    public var derived: [DerivedMetric]
    public var references: [Reference]
    public var comparisons: [Comparison]
}

/// One input of a point: `machine`, `workload`, `mapping` (files), `no_fold`, `exact`, `tolerance`, `mapping_gap`, or the path
/// of a parameter.
public struct Setting: Hashable, Sendable {
    public var path: String
    /// YAML text of the value.
    public var value: String
    public var mark: SourceMark

    public init(path: String, value: String, mark: SourceMark) {
        self.path = path
        self.value = value
        self.mark = mark
    }
}

/// An axis: named values, each of which is one or more settings.
public struct Axis: Sendable {
    public struct Value: Sendable {
        public var label: String
        public var settings: [Setting]
    }

    public var name: String
    public var values: [Value]
    /// Where the values are taken from by sampling.
    var spread: AxisSpread?

    init(name: String, values: [Value], spread: AxisSpread? = nil) {
        self.name = name
        self.values = values
        self.spread = spread
    }
}

/// A setting that is an expression over others: `columns: 2 * rows`.
public struct ComputedSetting: Sendable {
    public var path: String
    public var expression: Expression
}

/// A metric of the result with the direction that is better.
public struct Objective: Hashable, Sendable {
    public enum Direction: String, Hashable, Sendable, CaseIterable { case minimise, maximise }
    public var metric: String
    public var direction: Direction

    public init(metric: String, direction: Direction) {
        self.metric = metric
        self.direction = direction
    }
}

/// How far a figure may be from its reference.
public enum Tolerance: Hashable, Sendable {
    /// A fraction of the reference, such as 0.03.
    case relative(Double)
    /// In the metric's own unit, such as 0.02 of a utilisation.
    case absolute(Double)

    func allows(_ value: Double, reference: Double) -> Bool {
        switch self {
        case .relative(let fraction): abs(value - reference) <= fraction * abs(reference)
        case .absolute(let distance): abs(value - reference) <= distance
        }
    }
}

/// A published figure for one point.
public struct Reference: Sendable {
    /// Axis name to value label.
    public var at: [(axis: String, label: String)]
    /// Path in the JSON result, such as `latency.seconds`.
    public var metric: String
    /// In the metric's canonical unit.
    public var value: Double
    public var source: String
    public var tolerance: Tolerance?
    public var mark: SourceMark
}

/// A published ratio between two designs, averaged over axes.
public struct Comparison: Sendable {
    public enum Mean: String, Sendable, CaseIterable { case arithmetic, geometric }
    public var name: String
    public var metric: String
    /// The ratio is the metric at `numerator` over the metric at `denominator`.
    public var numerator: [(axis: String, label: String)]
    public var denominator: [(axis: String, label: String)]
    public var mean: Mean
    public var value: Double
    public var source: String
    public var tolerance: Tolerance?
}

/// One point of a study.
public struct Point: Sendable {
    /// Label on each axis, in the order of the study's axes.
    public var labels: [String]
    /// Settings; later ones win.
    public var settings: [Setting]

    /// The last setting of a path.
    public func setting(_ path: String) -> Setting? { settings.last { $0.path == path } }

    /// Whether the point has these labels on these axes.
    public func isAt(_ place: [(axis: String, label: String)], of study: Study) -> Bool {
        place.allSatisfy { axis, label in
            guard let index = study.axes.firstIndex(where: { $0.name == axis }) else { return false }
            return labels[index] == label
        }
    }
}
