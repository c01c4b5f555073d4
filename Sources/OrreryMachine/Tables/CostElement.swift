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

    let name: String
    /// Names of the sizes.
    let parameters: [String]
    let points: [Point]
    /// By parameter and column: the number goes with this power of the parameter.
    let exponents: [String: [String: Number]]
    /// By column.
    private let grids: [String: CostGrid]

    /// How far a size may lie from what the table has, as a factor.
    static let reach = 4.0

    init(name: String, parameters: [String], points: [Point], exponents: [String: [String: Number]]) {
        self.name = name
        self.parameters = parameters
        self.points = points
        self.exponents = exponents
        grids = Dictionary(
            uniqueKeysWithValues: Set(points.flatMap(\.numbers.keys)).map { column in
                let known = points.filter { $0.numbers[column] != nil }
                return (column, CostGrid(column, known, along: parameters[...], exponents))
            })
    }

    /// The columns that some point has.
    var columns: [String] { grids.keys.sorted() }

    /// The number of `column` at the given sizes.
    ///
    /// Exact at the table's points; between them, and up to `reach` beyond them, along straight lines of the logarithms,
    /// one parameter after the other. A parameter of which the table has one value scales by the exponent that the table
    /// states, up to the same factor.
    func cost(_ column: String, sizes: [String: Quantity]) throws(CostError) -> Cost {
        let estimate = try estimate(column, in: grid(column), sizes, isNoting: true)
        var cost = Cost(estimate.number, estimate.value)
        if estimate.isBetween { cost.status = cost.status.worse(.derived) }
        return cost
    }

    /// The value of ``cost(_:sizes:)`` alone.
    func value(_ column: String, sizes: [String: Quantity]) throws(CostError) -> Double {
        try estimate(column, in: grid(column), sizes, isNoting: false).value
    }

    private func grid(_ column: String) throws(CostError) -> CostGrid {
        guard let grid = grids[column] else {
            throw CostError("'\(name)' has no '\(column)'", suggestion(for: column, among: columns))
        }
        return grid
    }

    /// A number with the points and exponents it was made of.
    private struct Estimate {
        var number: Number
        var value: Double
        /// It lies between points, or beyond several.
        var isBetween = false
    }

    /// Along a parameter from the estimates at its values next to the wanted one, those along the others.
    /// - Parameter isNoting: whether the number is to name all that it was made of.
    private func estimate(
        _ column: String, in grid: CostGrid, _ sizes: [String: Quantity], isNoting: Bool
    ) throws(CostError) -> Estimate {
        guard case .along(let axis) = grid else {
            guard case .number(let number, let value) = grid else { throw CostError("'\(name)' has no '\(column)'") }
            return Estimate(number: number, value: value)
        }
        func estimate(at place: Int) throws(CostError) -> Estimate {
            try self.estimate(column, in: axis.parts[place], sizes, isNoting: isNoting)
        }
        let (along, values) = (axis.parameter, axis.values)
        let size = try size(along, sizes)
        let x = size.doubleValue
        if let place = values.firstIndex(of: x) { return try estimate(at: place) }
        try checkReach(axis, size, x)
        guard values.count > 1 else {
            var single = try estimate(at: 0)
            guard let power = axis.exponent else { throw noScaling(along, column) }
            single.value *= pow(x / values[0], power.value.doubleValue)
            if isNoting { single.number = single.number.adding([power]) }
            return single
        }
        let above = min(max(values.firstIndex { $0 > x } ?? values.count - 1, 1), values.count - 1)
        let (low, high) = (try estimate(at: above - 1), try estimate(at: above))
        let part = log(x / values[above - 1]) / log(values[above] / values[above - 1])
        let value =
            low.value > 0 && high.value > 0
            ? low.value * exp(log(high.value / low.value) * part) : low.value + (high.value - low.value) * part
        return Estimate(
            number: isNoting ? low.number.adding([high.number]) : low.number, value: value, isBetween: true)
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

    private func checkReach(_ axis: CostGrid.Axis, _ size: Quantity, _ x: Double) throws(CostError) {
        guard let low = axis.least, let high = axis.most else { return }
        if x >= low.doubleValue / Self.reach, x <= high.doubleValue * Self.reach { return }
        let range = low == high ? "\(low)" : "\(low) to \(high)"
        throw CostError(
            "'\(axis.parameter)' of '\(name)' is \(size), more than 4 times outside the table's \(range)",
            "add a point to the table")
    }

    private func noScaling(_ parameter: String, _ column: String) -> CostError {
        CostError(
            "the table does not say how '\(column)' of '\(name)' goes with its '\(parameter)'", "add it under scaling")
    }
}

/// The numbers of one column, sorted along the last parameter, then along the one before it.
private indirect enum CostGrid: Sendable {
    /// At one size.
    case number(CostElement.Number, Double)
    case along(Axis)
    /// No point has it.
    case none

    struct Axis: Sendable {
        var parameter: String
        /// Ascending, in canonical units.
        var values: [Double]
        /// At each value what goes with the other parameters.
        var parts: [CostGrid]
        var least: Quantity?
        var most: Quantity?
        var exponent: CostElement.Number?
    }

    init(
        _ column: String, _ points: [CostElement.Point], along parameters: ArraySlice<String>,
        _ exponents: [String: [String: CostElement.Number]]
    ) {
        guard let parameter = parameters.last else {
            self = points.first?.numbers[column].map { .number($0, $0.value.doubleValue) } ?? .none
            return
        }
        let sizes = points.compactMap { $0.sizes[parameter] }.sorted { $0.value < $1.value }
        let values = Set(sizes.map(\.doubleValue)).sorted()
        self =
            values.isEmpty
            ? .none
            : .along(
                Axis(
                    parameter: parameter, values: values,
                    parts: values.map { value in
                        CostGrid(
                            column, points.filter { $0.sizes[parameter]?.doubleValue == value },
                            along: parameters.dropLast(), exponents)
                    },
                    least: sizes.first, most: sizes.last, exponent: exponents[parameter]?[column]))
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
