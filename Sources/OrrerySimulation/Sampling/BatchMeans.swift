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

    /// By how much what `length` iterations take differs from their mean, in 99 of 100 cases.
    func variation(over length: Double) -> Double {
        let r = min(max(correlation, 0), 0.9)
        return StudentT.half99(count - 1) * deviation
            * (length / iterations * Double(count) * (1 + r) / (1 - r)).squareRoot()
    }

    /// Half-width of the 99 % interval of what `length` further iterations take: the mean is uncertain, and they vary too.
    ///
    /// - Parameters:
    ///   - correlates: widens the interval by what a sequence does in which each batch resembles the one before
    ///     (AR(1): the variance of the mean is (1 + r) / (1 - r) of that of independent batches).
    ///   - known: how batches of this length varied before.
    func halfWidth(over length: Double, correlates: Bool, knowing known: BatchSpread = BatchSpread())
        -> Double
    {
        let batches = length / iterations * Double(count)
        var all = known
        all.add(self)
        let r = correlates ? min(max(known.freedom > 0 ? known.correlation : correlation, 0), 0.9) : 0
        return StudentT.half99(all.freedom) * all.deviation
            * (batches * (1 + length / iterations) * (1 + r) / (1 - r)).squareRoot()
    }
}

/// How batches of a loop vary around the mean of their sample, from several samples together.
struct BatchSpread {
    /// Sum of the squared residuals, and their degrees of freedom.
    private(set) var squares = 0.0
    private(set) var freedom = 0
    /// The greatest correlation of a batch with the next one in any sample that was long enough to show one.
    private(set) var correlation = 0.0

    /// Standard deviation of a batch.
    var deviation: Double { freedom > 0 ? (squares / Double(freedom)).squareRoot() : 0 }

    mutating func add(_ sample: BatchMeans) {
        squares += sample.deviation * sample.deviation * Double(sample.count - 1)
        freedom += sample.count - 1
        if sample.count >= SampleSeries.fewest { correlation = max(correlation, sample.correlation) }
    }
}
