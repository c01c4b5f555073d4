/// The method of batch means: how much of something an iteration takes, from consecutive batches of iterations.
///
/// Batches may differ in length, so the mean is a ratio and its variance that of the residuals (Cochran's ratio estimator).
struct BatchMeans {
    /// Iterations in all batches together, and batches.
    let iterations: Double
    let count: Int
    /// Mean of one iteration.
    let mean: Double
    /// Standard deviation of a batch around the mean of its iterations.
    let deviation: Double
    /// Correlation of a batch with the next one.
    let correlation: Double
    /// How many standard errors the residuals rise or fall over the batches (t of the regression on their position).
    let trend: Double

    /// - Parameters:
    ///   - lengths: iterations of each batch, positive.
    ///   - amounts: what each batch took.
    init(lengths: [Double], amounts: [Double]) {
        count = lengths.count
        iterations = lengths.reduce(0, +)
        let mean = amounts.reduce(0, +) / iterations
        self.mean = mean
        let residuals = zip(amounts, lengths).map { $0 - mean * $1 }
        let squares = residuals.reduce(0) { $0 + $1 * $1 }
        deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
        let products = zip(residuals, residuals.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        correlation = squares > 0 ? products / squares : 0
        trend = Self.trend(residuals, squares)
    }

    /// Slope of the residuals over their standard error.
    private static func trend(_ residuals: [Double], _ squares: Double) -> Double {
        let count = Double(residuals.count)
        if squares <= 0 || count < 4 { return 0 }
        let middle = (count - 1) / 2
        let mean = residuals.reduce(0, +) / count
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (index, residual) in residuals.enumerated() {
            let (x, y) = (Double(index) - middle, residual - mean)
            xy += x * y
            xx += x * x
            yy += y * y
        }
        let rest = yy - xy * xy / xx
        if rest <= yy * 1e-12 { return xy == 0 ? 0 : xy > 0 ? .infinity : -.infinity }
        return xy / (rest / (count - 2) * xx).squareRoot()
    }

    /// Whether the batches rise or fall by more than 99 of 100 steady sequences do.
    var hasTrend: Bool { abs(trend) > StudentT.half99(count - 2) }

    /// Half-width of the 99 % interval of what `length` further iterations take: the mean is uncertain, and they vary too.
    ///
    /// - Parameter correlates: widens the interval by what a sequence does in which each batch resembles the one before
    ///   (AR(1): the variance of the mean is (1 + r) / (1 - r) of that of independent batches).
    func halfWidth(over length: Double, correlates: Bool) -> Double {
        let batches = length / iterations * Double(count)
        let r = correlates ? min(max(correlation, 0), 0.9) : 0
        return StudentT.half99(count - 1) * deviation
            * (batches * (1 + length / iterations) * (1 + r) / (1 - r)).squareRoot()
    }
}
