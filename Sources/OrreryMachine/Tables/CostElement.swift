import Glibc
import OrreryText

/// A piece of hardware that a table knows: what its actions cost, its area and its static power, at one or several
/// sizes.
struct CostElement: Sendable {
    /// A number of the table with its origin.
    struct Number: Sendable {
        var value: Quantity
        var note: SourceNote
    }

    /// The numbers at one size.
    struct Point: Sendable {
        /// By name: `capacity`, `width`.
        var sizes: [String: Quantity]
        /// By column: `read`, `area`.
        var numbers: [String: Number]
    }

    /// A number worked out for some size, in the canonical unit of its dimension.
    struct Cost: Hashable, Sendable {
        var value: Double
        var dimension: Dimension
        var sources: [String]
        var status: SourceNote.Status
    }

    var name: String
    /// Names of the sizes.
    var parameters: [String]
    var points: [Point]
    /// By parameter and column: the number goes with this power of the parameter.
    var exponents: [String: [String: Number]]

    /// How far a size may lie from what the table has, as a factor.
    static let reach = 4.0

    /// The columns that some point has.
    var columns: [String] { Set(points.flatMap(\.numbers.keys)).sorted() }

    /// The number of `column` at the given sizes.
    ///
    /// Exact at the table's points; between them, and up to `reach` beyond them, along straight lines of the logarithms,
    /// one parameter after the other. A parameter of which the table has one value scales by the exponent that the table
    /// states, up to the same factor.
    func cost(_ column: String, sizes: [String: Quantity]) throws(CostError) -> Cost {
        let known = points.filter { $0.numbers[column] != nil }
        if known.isEmpty { throw CostError("'\(name)' has no '\(column)'", suggestion(for: column, among: columns)) }
        let estimate = try estimate(column, known, parameters[...], sizes)
        var cost = Cost(estimate.number, estimate.value)
        if estimate.isBetween { cost.status = cost.status.worse(.derived) }
        return cost
    }

    /// A number with the points and exponents it was made of.
    private struct Estimate {
        var number: Number
        var value: Double
        /// It lies between points, or beyond several.
        var isBetween = false
    }

    /// Along the last of `parameters` from the estimates at its values next to the wanted one, those along the others.
    private func estimate(
        _ column: String, _ points: [Point], _ parameters: ArraySlice<String>, _ sizes: [String: Quantity]
    ) throws(CostError) -> Estimate {
        guard let along = parameters.last else {
            guard let number = points.first?.numbers[column] else { throw CostError("'\(name)' has no '\(column)'") }
            return Estimate(number: number, value: number.value.doubleValue)
        }
        let size = try size(along, sizes)
        let x = size.doubleValue
        func estimate(at value: Double) throws(CostError) -> Estimate {
            try self.estimate(
                column, points.filter { $0.sizes[along]?.doubleValue == value }, parameters.dropLast(), sizes)
        }
        let values = Set(points.compactMap { $0.sizes[along]?.doubleValue }).sorted()
        if values.contains(x) { return try estimate(at: x) }
        try checkReach(along, size, of: points)
        guard values.count > 1 else {
            var single = try estimate(at: values.first ?? x)
            guard let power = exponents[along]?[column] else { throw noScaling(along, column) }
            single.value *= pow(x / (values.first ?? x), power.value.doubleValue)
            single.number = single.number.adding([power])
            return single
        }
        let above = min(max(values.firstIndex { $0 > x } ?? values.count - 1, 1), values.count - 1)
        let (low, high) = (try estimate(at: values[above - 1]), try estimate(at: values[above]))
        let part = log(x / values[above - 1]) / log(values[above] / values[above - 1])
        let value =
            low.value > 0 && high.value > 0
            ? low.value * exp(log(high.value / low.value) * part) : low.value + (high.value - low.value) * part
        return Estimate(number: low.number.adding([high.number]), value: value, isBetween: true)
    }

    private func size(_ parameter: String, _ sizes: [String: Quantity]) throws(CostError) -> Quantity {
        guard let size = sizes[parameter] else {
            throw CostError(
                "'\(name)' needs its '\(parameter)'", "give made_of: {\(name): {count: …, \(parameter): …}}")
        }
        if let dimension = points.first?.sizes[parameter]?.dimension, dimension != size.dimension {
            throw CostError(
                "'\(parameter)' of '\(name)' is \(size.dimension.name)", "expected \(dimension.expectation)")
        }
        guard size.doubleValue > 0 else {
            throw CostError("'\(parameter)' of '\(name)' is \(size)", "expected a positive number")
        }
        return size
    }

    private func checkReach(_ parameter: String, _ size: Quantity, of points: [Point]) throws(CostError) {
        let values = points.compactMap { $0.sizes[parameter] }.sorted { $0.value < $1.value }
        guard let low = values.first, let high = values.last else { return }
        let x = size.doubleValue
        if x >= low.doubleValue / Self.reach, x <= high.doubleValue * Self.reach { return }
        let range = low == high ? "\(low)" : "\(low) to \(high)"
        throw CostError(
            "'\(parameter)' of '\(name)' is \(size), more than 4 times outside the table's \(range)",
            "add a point to the table")
    }

    private func noScaling(_ parameter: String, _ column: String) -> CostError {
        CostError(
            "the table does not say how '\(column)' of '\(name)' goes with its '\(parameter)'", "add it under scaling")
    }
}

/// Why a table has no number for something.
struct CostError: Error {
    var message: String
    var hint: String?

    init(_ message: String, _ hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

extension CostElement.Number {
    /// The same number with the origins of what went into it.
    fileprivate func adding(_ others: [CostElement.Number]) -> CostElement.Number {
        var result = self
        for other in others {
            result.note.status = result.note.status.worse(other.note.status)
            if !result.note.source.contains(other.note.source) { result.note.source += "; " + other.note.source }
        }
        return result
    }
}

extension CostElement.Cost {
    fileprivate init(_ number: CostElement.Number, _ value: Double) {
        self.init(
            value: value, dimension: number.value.dimension, sources: [number.note.source], status: number.note.status)
    }
}
