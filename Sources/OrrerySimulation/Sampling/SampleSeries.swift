/// What sampling knows of one loop.
struct SampleSeries {
    /// A skip that waits to be confirmed by what comes behind it.
    struct Pending {
        var iterations: Int
        /// Ticks, and counts, of one iteration before it.
        var ticks: Double
        var counters: [Double]
        /// Half-width that it was made with.
        var halfWidth: Double
    }

    /// What confirmed skips have shown.
    struct Trust {
        /// Of the longest one.
        var iterations: Int
        /// Ticks, and counts, by which an iteration behind a skip differed from one before it, at most.
        var ticks: Double
        var counters: [Double]
    }

    /// Batches after which two are made one.
    static let capacity = 48
    /// Among so many skips that are trusted one is confirmed again.
    static let audit = 8
    /// Batches of a sample.
    static let least = 12

    /// Cuts between batches, since the loop was entered or the last skip.
    private(set) var cuts: [SampleCut] = []
    /// Iterations of a batch.
    private(set) var spacing = 1
    /// Index of the next cut.
    private(set) var due = 0
    /// Event number at which the loop was first entered.
    var begin = -1
    /// Event number at which a run of it ended last.
    var lastLeft = 0
    var pending: Pending?
    /// How often the loop was run to its end.
    var runs = 0
    /// Nil before the first skip is confirmed, and after one that was not.
    var trust: Trust?

    /// Iterations and wake-ups that were skipped, and the half-width in ticks of it all.
    var skips = 0
    var skipped = 0
    var halfWidth = 0.0
    var period: Int128 = 0
    var rejection: SampleWindow.Rejection?

    mutating func restart(spacing: Int = 1) {
        cuts.removeAll()
        self.spacing = spacing
        due = 0
    }

    mutating func add(_ cut: SampleCut) {
        cuts.append(cut)
        if cuts.count > Self.capacity {
            widen()
        }
        due = cut.index + spacing
    }

    /// Makes batches twice as long.
    mutating func widen() {
        // The last cut stays: it is the present.
        let parity = (cuts.count - 1) % 2
        cuts = cuts.indices.filter { $0 % 2 == parity }.map { cuts[$0] }
        spacing *= 2
        due = (cuts.last?.index ?? 0) + spacing
    }

    /// The first cut that may begin a window.
    func start(_ rules: SamplingRules) -> Int { rules.contains(.warmUp) ? max(1, (cuts.count - 1) / 4) : 0 }

    /// Iterations between consecutive cuts from `first` on, and what `amount` grew by in each.
    func batches(from first: Int, _ amount: (SampleCut) -> Double) -> BatchMeans {
        let part = cuts[first...]
        let pairs = Array(zip(part, part.dropFirst()))
        return BatchMeans(
            lengths: pairs.map { Double($1.index - $0.index) }, amounts: pairs.map { amount($1) - amount($0) })
    }
}
