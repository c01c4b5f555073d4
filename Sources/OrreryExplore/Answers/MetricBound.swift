import OrreryText

/// A bound on a metric or a setting, such as `area.square_metres <= 300 mm2` or `engines.array2d.utilisation >= 80 %`.
public struct MetricBound: Sendable, CustomStringConvertible {
    public var name: String
    /// Whether the name must be at most the bound, and not at least.
    public var isUpper: Bool
    /// In the metric's canonical unit.
    public var bound: Double
    public let description: String

    /// - Throws: what is wrong with the text.
    public init(parsing text: String) throws(ExpressionError) {
        description = text
        guard let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" }) else {
            throw ExpressionError("expected METRIC <= VALUE or METRIC >= VALUE, found '\(text)'")
        }
        var rest = text[text.index(after: sign)...]
        guard rest.first == "=" else {
            throw ExpressionError("expected <= or >= in '\(text)'", hint: "bounds hold the value itself")
        }
        rest = rest.dropFirst()
        name = Self.trimmed(text[..<sign])
        isUpper = text[sign] == "<"
        guard !name.isEmpty else { throw ExpressionError("expected a metric before the bound in '\(text)'") }
        bound = try Quantity(parsing: Self.trimmed(rest)).doubleValue
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Whether a value is within the bound.
    public func allows(_ value: Double) -> Bool { isUpper ? value <= bound : value >= bound }
}

/// The answer to "the best of one metric, with others within limits": the epsilon-constraint method.
public struct ConstrainedChoice: Sendable {
    /// Points within all limits, by index.
    public var allowed: [Int]
    /// The best of them, the first of equals; nil where none is allowed.
    public var best: Int?
    /// For each limit the points that it alone keeps out.
    public var keptOut: [Int]
}

extension StudyRun {
    /// A metric of a point, or a setting that is a number, in its canonical unit.
    func value(_ name: String, ofPoint index: Int) -> Double? {
        metric(name, ofPoint: index) ?? points[index].quantity(name)?.doubleValue
    }

    /// The same run with only the points that are within all limits; the others are as if they had not been run.
    ///
    /// - Throws: where a limit names what no point has.
    public func within(_ limits: [MetricBound]) throws(ExpressionError) -> StudyRun {
        try check(limits.map(\.name))
        var result = self
        for index in points.indices where !limits.allSatisfy({ isWithin($0, index) }) { result.answers[index] = nil }
        return result
    }

    private func isWithin(_ limit: MetricBound, _ index: Int) -> Bool {
        value(limit.name, ofPoint: index).map { limit.allows($0) } ?? false
    }

    private func check(_ names: [String]) throws(ExpressionError) {
        let known = Set(points.flatMap { $0.settings.map(\.path) }).sorted() + study.metrics
        for name in names where !points.indices.contains(where: { value(name, ofPoint: $0) != nil }) {
            throw ExpressionError(
                "no point has a metric or a number '\(name)'", hint: suggestion(for: name, among: known))
        }
    }

    /// The point that is best by one objective among those within all limits.
    ///
    /// - Throws: where a limit names what no point has.
    public func best(
        _ objective: Objective, within limits: [MetricBound]
    ) throws(ExpressionError) -> ConstrainedChoice {
        try check(limits.map(\.name) + [objective.metric])
        var choice = ConstrainedChoice(allowed: [], best: nil, keptOut: limits.map { _ in 0 })
        var least = Double.infinity
        for index in points.indices {
            guard let goal = value(objective.metric, ofPoint: index) else { continue }
            let broken = limits.indices.filter { !isWithin(limits[$0], index) }
            if broken.count == 1 { choice.keptOut[broken[0]] += 1 }
            guard broken.isEmpty else { continue }
            choice.allowed.append(index)
            let scaled = objective.direction == .minimise ? goal : -goal
            if scaled < least { (least, choice.best) = (scaled, index) }
        }
        return choice
    }
}
