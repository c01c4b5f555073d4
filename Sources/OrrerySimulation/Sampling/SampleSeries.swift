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
        /// By engine, the level of the loop along which it moved.
        var levels: [Int]
    }

    /// What confirmed skips have shown.
    struct Trust {
        /// Of the longest one.
        var iterations: Int
        /// Ticks, and counts, by which an iteration behind a skip differed from one before it, at most.
        var ticks: Double
        /// That is more than what is uncertain of both.
        var isDrift: Bool
        var counters: [Double]
    }

    /// How batches of a loop varied in the samples of all its runs.
    struct Record {
        /// Iterations between two cuts, and of a batch.
        let spacing: Int
        let length: Double
        var time = BatchSpread()
        var counters: [BatchSpread]
    }

    /// Batches after which two are made one.
    static let capacity = 192
    /// Among so many skips that are trusted one is confirmed again.
    static let audit = 8
    /// Batches of a sample.
    static let least = 12
    /// Batches of a sample where each takes `long` wake-ups at least, so that little in it has to do with the one before.
    static let fewest = 5
    static let long = 1 << 12
    /// Batches of a sample where each takes `veryLong` wake-ups, or where it is known from earlier samples how batches vary.
    static let known = 3
    static let veryLong = 1 << 14
    /// Batches of a sample where each takes `longest` wake-ups: such as heads in which most was skipped.
    static let pair = 2
    static let longest = 1 << 17

    /// Cuts between batches, since the loop was entered or the last skip.
    private(set) var cuts: [SampleCut] = []
    /// Iterations of a batch.
    private(set) var spacing = 1
    /// Index of the next cut.
    private(set) var due = 0
    /// Level of the loop in its nest.
    var level = 0
    /// Event number and instant at which the loop was first entered.
    var begin = -1
    var beginInstant: Int128 = 0
    /// Deadlines have come in it many times.
    var hasBeat = false
    /// Event number at which a run of it ended last.
    var lastLeft = 0
    var pending: Pending?
    /// How often the loop was run to its end.
    var runs = 0
    /// Nil before the first skip is confirmed, and after one that was not.
    var trust: Trust?
    /// Nil before the first sample.
    var record: Record?
    /// Whether iterations of the present run were skipped.
    var hasSkipped = false

    /// How many cuts there must be before a skip is tried again.
    var patience = 0

    /// Iterations and wake-ups that were skipped, and the half-width in ticks of it all.
    var skips = 0
    var skipped = 0
    var halfWidth = HalfWidth()
    var period: Int128 = 0
    var rejection: SampleWindow.Rejection?

    mutating func restart(spacing: Int = 1) {
        cuts.removeAll()
        self.spacing = spacing
        due = 0
        patience = 0
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
        patience = 0
        due = (cuts.last?.index ?? 0) + spacing
    }

    /// The first cut that may begin a window.
    func start(_ rules: SamplingRules) -> Int { rules.contains(.warmUp) ? max(1, (cuts.count - 1) / 4) : 0 }

    /// Cuts from `first` on between which batches lie: all of them.
    func all(from first: Int) -> [Int] { Array(first..<cuts.count) }

    /// The cuts from `first` on at which every queue is at the same place of its program as at the last one, and as far from the next
    /// deadline: what is under way there has little part in what lies between them.
    /// - Parameter levels: see `SampleCut.isPlaced`.
    func alike(from first: Int, _ levels: [Int], _ watch: DeadlineWatch, isTimed: Bool) -> [Int] {
        guard let last = cuts.last else { return [] }
        var result = [cuts.count - 1]
        for index in stride(from: cuts.count - 2, through: first, by: -1) {
            let cut = cuts[index]
            if isTimed {
                let since = Double(cuts[result[result.count - 1]].instant - cut.instant)
                if since < watch.beat / 2 || watch.distance(cut, last) > watch.beat / 8 { continue }
            }
            if cut.isPlaced(like: last, levels) { result.append(index) }
        }
        return result.reversed()
    }

    /// What is known of batches of so many iterations.
    func known(_ length: Double) -> Record? {
        guard let record, record.length <= 2 * length, length <= 2 * record.length else { return nil }
        return record
    }

    /// Whether what was measured of the loop has been confirmed, by such batches, in an earlier run of it: within one run
    /// batches that resemble those before them would make short samples look better than they are.
    var isKnown: Bool { runs > 0 && trust != nil && record?.spacing == spacing }

    /// Batches between some of the cuts, and what `amount` grew by in each: long ones, as many as a mean needs, so that what moves from
    /// one to the next is small against each.
    func batches(_ chosen: [Int], _ amount: (SampleCut) -> Double) -> BatchMeans {
        let count = chosen.count - 1
        let group = max(1, count / Self.least)
        // The first batch takes what is over.
        let ends = stride(from: count, to: 0, by: -group).reversed().dropFirst(count % group == 0 ? 0 : 1)
        let part = ([0] + ends).map { cuts[chosen[$0]] }
        let pairs = Array(zip(part, part.dropFirst()))
        return BatchMeans(
            lengths: pairs.map { Double($1.index - $0.index) }, amounts: pairs.map { amount($1) - amount($0) })
    }
}
