import Foundation

/// How much each thing that a study varies moves one metric.
public struct Sensitivity: Sendable {
    /// The influence of one parameter.
    public struct Row: Sendable {
        public var parameter: String
        /// d ln metric / d ln parameter: −1 where the metric halves as the parameter doubles. Nil for what is no number.
        public var elasticity: Double?
        /// The least and the greatest elasticity between neighbours that differ in nothing else; nil without such.
        public var range: ClosedRange<Double>?
        /// Pairs of neighbouring points that differ in nothing else; 0 where the elasticity is that of the fit over all points.
        public var pairs: Int
        /// The level at which the metric is least, all else alike, and by what factor it is below the mean.
        public var low: Swing
        public var high: Swing
        /// The parameter before it that it moves with, so that the two cannot be told apart; nil for all others.
        public var movesWith: String?
    }

    /// One end of a bar of the tornado plot.
    public struct Swing: Sendable {
        public var label: String
        /// Of the geometric mean over all points.
        public var factor: Double
    }

    public var metric: String
    /// The greatest influence first.
    public var rows: [Row]
    /// Points that were used: those where the metric is positive.
    public var points: Int
    /// Share of the variance of ln metric that the additive fit behind the factors explains.
    public var explained: Double

    /// Most levels of a parameter for which each has an effect of its own; a number with more is a straight line in logarithms.
    static let mostLevels = 8

    /// - Parameters:
    ///   - values: of the metric at each point.
    ///   - parameters: what varies over the same points.
    public init?(_ metric: String, _ values: [Double?], _ parameters: [StudyParameter]) {
        let used = values.indices.filter { (values[$0] ?? 0) > 0 && (values[$0] ?? 0).isFinite }
        let present = parameters.compactMap { EffectColumns($0, used) }
        let logs = used.map { log(values[$0] ?? 1) }
        guard used.count > 2, !present.isEmpty, let fit = LeastSquares(present.flatMap(\.columns), logs) else {
            return nil
        }
        // What tells nothing that another has not told (numbers derived from it) must not share its slope.
        var first = 0
        let isLost = present.map { effect in
            defer { first += effect.columns.count }
            return fit.coefficients[first..<first + effect.columns.count].allSatisfy { $0 == nil }
        }
        let lines = zip(present, isLost).map { effect, isLost in
            isLost ? [] : effect.numbers.map { [$0] } ?? effect.columns
        }
        guard let straight = LeastSquares(lines.flatMap { $0 }, logs) else { return nil }
        self.metric = metric
        points = used.count
        explained = fit.explained
        var (place, line) = (0, 0)
        var rows: [Row] = []
        for (index, effect) in present.enumerated() {
            let own = Array(fit.coefficients[place..<place + effect.columns.count])
            let slope = isLost[index] ? nil : straight.coefficients[line]
            place += effect.columns.count
            line += lines[index].count
            let pairs = Self.slopes(of: index, among: present, logs)
            let swings = effect.swings(own)
            rows.append(
                Row(
                    parameter: effect.name,
                    elasticity: effect.numbers == nil ? nil : pairs.isEmpty ? slope : pairs[pairs.count / 2],
                    range: pairs.first.flatMap { low in pairs.last.map { low...$0 } }, pairs: pairs.count,
                    low: swings.low, high: swings.high,
                    movesWith: isLost[index] ? Self.twin(of: index, among: present) : nil))
        }
        self.rows = rows.enumerated().sorted { a, b in
            let spans = (a.element.high.factor / a.element.low.factor, b.element.high.factor / b.element.low.factor)
            return spans.0 != spans.1 ? spans.0 > spans.1 : a.offset < b.offset
        }.map(\.element)
    }

    /// Slopes between points next to each other in one number and alike in all else, ascending.
    private static func slopes(of index: Int, among effects: [EffectColumns], _ logs: [Double]) -> [Double] {
        guard let numbers = effects[index].numbers else { return [] }
        var groups: [[Int]: [Int]] = [:]
        for row in logs.indices {
            let key = effects.indices.map { $0 == index ? 0 : effects[$0].levels[row] }
            groups[key, default: []].append(row)
        }
        var slopes: [Double] = []
        for rows in groups.values {
            let sorted = rows.sorted { numbers[$0] < numbers[$1] }
            for (a, b) in zip(sorted, sorted.dropFirst()) where numbers[b] > numbers[a] {
                slopes.append((logs[b] - logs[a]) / (numbers[b] - numbers[a]))
            }
        }
        return slopes.sorted()
    }

    /// The first parameter that tells as much as this one: each level of the one goes with one level of the other.
    private static func twin(of index: Int, among effects: [EffectColumns]) -> String? {
        effects.indices.first { other in
            guard other != index else { return false }
            var partner: [Int: Int] = [:]
            return effects[index].levels.indices.allSatisfy { row in
                let (mine, theirs) = (effects[index].levels[row], effects[other].levels[row])
                return partner.updateValue(mine, forKey: theirs).map { $0 == mine } ?? true
            }
        }.map { effects[$0].name }
    }
}

/// A parameter as columns of a linear fit.
private struct EffectColumns {
    let name: String
    /// The level at each row.
    let levels: [Int]
    let labels: [String]
    /// Natural logarithms, where the parameter is a number.
    let numbers: [Double]?
    /// One for each level but the first; or the numbers, where there are too many levels.
    let columns: [[Double]]
    private let isLine: Bool

    /// Nil where the parameter does not vary over the rows, or has many levels that are no numbers.
    init?(_ parameter: StudyParameter, _ rows: [Int]) {
        name = parameter.path
        var places: [String: Int] = [:]
        var labels: [String] = []
        levels = rows.map { row in
            let text = parameter.texts[row] ?? "as in the files"
            if let place = places[text] { return place }
            places[text] = labels.count
            labels.append(text)
            return labels.count - 1
        }
        self.labels = labels
        let known = parameter.numbers.map { numbers in rows.compactMap { numbers[$0] } } ?? []
        numbers = known.count == rows.count ? known.map { log($0) } : nil
        guard labels.count > 1 else { return nil }
        isLine = labels.count > Sensitivity.mostLevels
        if !isLine {
            let own = levels
            columns = labels.indices.dropFirst().map { level in own.map { $0 == level ? 1 : 0 } }
        } else if let numbers {
            columns = [numbers]
        } else {
            return nil
        }
    }

    /// Where the metric is least and greatest, all else alike, as factors of its geometric mean.
    func swings(_ coefficients: [Double?]) -> (low: Sensitivity.Swing, high: Sensitivity.Swing) {
        let effects: [(label: String, effect: Double)]
        if isLine, let numbers, let slope = coefficients[0],
            let least = numbers.indices.min(by: { numbers[$0] < numbers[$1] }),
            let most = numbers.indices.max(by: { numbers[$0] < numbers[$1] })
        {
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            effects = [least, most].map { (labels[levels[$0]], slope * (numbers[$0] - mean)) }
        } else {
            let own = isLine ? labels.map { _ in 0 } : [0] + coefficients.map { $0 ?? 0 }
            let mean = levels.reduce(0) { $0 + own[$1] } / Double(max(levels.count, 1))
            effects = zip(labels, own).map { ($0, $1 - mean) }
        }
        let low = effects.min { $0.effect < $1.effect } ?? ("", 0)
        let high = effects.max { $0.effect < $1.effect } ?? ("", 0)
        return (.init(label: low.label, factor: exp(low.effect)), .init(label: high.label, factor: exp(high.effect)))
    }
}

extension StudyRun {
    /// How much each thing that the study varies moves a metric; nil where nothing varies or fewer than three points have it.
    public func sensitivity(of metric: String) -> Sensitivity? {
        Sensitivity(metric, points.indices.map { self.metric(metric, ofPoint: $0) }, parameters)
    }
}
