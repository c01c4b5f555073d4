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
    /// Names of the sizes; numbers are interpolated along the first, the others scale.
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
    /// Exact at the table's points; between them, and up to `reach` beyond them, along a straight line of the
    /// logarithms. Other parameters than the first scale by the exponents that the table states, up to the same factor.
    func cost(_ column: String, sizes: [String: Quantity]) throws(CostError) -> Cost {
        var known: [(x: Double, y: Double, number: Number, isExact: Bool)] = []
        for point in points {
            guard let number = point.numbers[column] else { continue }
            let (factor, used) = try scale(of: point, column, sizes)
            let x = parameters.first.flatMap { point.sizes[$0] }?.doubleValue ?? 1
            known.append((x, number.value.doubleValue * factor, number.adding(used), used.isEmpty))
        }
        guard let first = known.first else {
            throw CostError("'\(name)' has no '\(column)'", suggestion(for: column, among: columns))
        }
        guard let along = parameters.first else { return Cost(first.number, first.y) }
        let size = try self.size(along, sizes)
        known.sort { $0.x < $1.x }
        if let hit = known.first(where: { $0.x == size.doubleValue }) { return Cost(hit.number, hit.y) }
        let x = size.doubleValue
        try checkReach(along, size, lowest: known[0].x, highest: known[known.count - 1].x)
        guard known.count > 1 else {
            guard let power = exponents[along]?[column] else { throw noScaling(along, column) }
            let y = first.y * pow(x / first.x, power.value.doubleValue)
            return Cost(first.number.adding([power]), y)
        }
        let above = min(max(known.firstIndex { $0.x > x } ?? known.count - 1, 1), known.count - 1)
        let (low, high) = (known[above - 1], known[above])
        let y: Double
        if low.y > 0, high.y > 0 {
            y = low.y * exp(log(high.y / low.y) * log(x / low.x) / log(high.x / low.x))
        } else {
            y = low.y + (high.y - low.y) * log(x / low.x) / log(high.x / low.x)
        }
        var cost = Cost(low.number.adding([high.number]), y)
        cost.status = worse(cost.status, .derived)
        return cost
    }

    /// By how much the numbers of a point grow for sizes other than its own, beside the one it interpolates along.
    private func scale(
        of point: Point, _ column: String, _ sizes: [String: Quantity]
    ) throws(CostError) -> (Double, [Number]) {
        var factor = 1.0
        var used: [Number] = []
        for parameter in parameters.dropFirst() {
            let wanted = try size(parameter, sizes)
            guard let own = point.sizes[parameter], own != wanted else { continue }
            try checkReach(parameter, wanted, lowest: own.doubleValue, highest: own.doubleValue)
            guard let power = exponents[parameter]?[column] else { throw noScaling(parameter, column) }
            factor *= pow(wanted.doubleValue / own.doubleValue, power.value.doubleValue)
            used.append(power)
        }
        return (factor, used)
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

    private func checkReach(
        _ parameter: String, _ size: Quantity, lowest: Double, highest: Double
    ) throws(CostError) {
        let x = size.doubleValue
        if x >= lowest / Self.reach, x <= highest * Self.reach { return }
        let values = points.compactMap { $0.sizes[parameter] }.sorted { $0.value < $1.value }
        let low = values.first { $0.doubleValue >= lowest } ?? size
        let high = values.last { $0.doubleValue <= highest } ?? size
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
            result.note.status = worse(result.note.status, other.note.status)
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

/// The less certain of two.
func worse(_ a: SourceNote.Status, _ b: SourceNote.Status) -> SourceNote.Status {
    let order: [SourceNote.Status] = [.sourced, .derived, .recalled, .fitted]
    return (order.firstIndex(of: a) ?? 0) >= (order.firstIndex(of: b) ?? 0) ? a : b
}
