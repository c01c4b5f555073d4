/// A linear fit with an intercept, by least squares.
struct LeastSquares {
    /// Of each column; nil for one that says nothing the columns before it don't say.
    var coefficients: [Double?]
    /// Share of the variance of `y` that the fit explains, 0 to 1.
    var explained: Double

    /// Fits y ≈ c + Σ coefficient × column.
    ///
    /// Modified Gram-Schmidt, twice, on centred columns; a column whose rest is below 10⁻⁹ of its length is left out.
    /// - Parameter columns: each as long as `y`.
    init?(_ columns: [[Double]], _ y: [Double]) {
        guard y.count > 1 else { return nil }
        let target = Self.centred(y)
        let whole = Self.product(target, target)
        var basis: [(column: Int, vector: [Double], projections: [Double])] = []
        for (index, column) in columns.enumerated() {
            var rest = Self.centred(column)
            let length = Self.product(column, column).squareRoot()
            var projections = [Double](repeating: 0, count: basis.count)
            for _ in 0..<2 {
                for (place, other) in basis.enumerated() {
                    let share = Self.product(rest, other.vector)
                    projections[place] += share
                    for row in rest.indices { rest[row] -= share * other.vector[row] }
                }
            }
            let left = Self.product(rest, rest).squareRoot()
            guard left > 1e-9 * max(length, .leastNormalMagnitude) else { continue }
            basis.append((index, rest.map { $0 / left }, projections + [left]))
        }
        var shares = basis.map { Self.product(target, $0.vector) }
        explained = whole > 0 ? min(1, shares.reduce(0) { $0 + $1 * $1 } / whole) : 1
        coefficients = Array(repeating: nil, count: columns.count)
        for place in basis.indices.reversed() {
            let value = shares[place] / basis[place].projections[place]
            coefficients[basis[place].column] = value
            for earlier in 0..<place { shares[earlier] -= value * basis[place].projections[earlier] }
        }
    }

    private static func centred(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.map { $0 - mean }
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }
}
