/// What sampling knows of one loop of one queue's program.
struct SampleSeries {
    /// A skip that waits to be confirmed by what comes behind it.
    struct Pending {
        var iterations: Int
        /// Ticks, and counts, of one iteration before it.
        var ticks: Double
        var counters: [Double]
        /// Half-widths that it was made with.
        var halfWidth: Double
        var counterWidths: [Double]
    }

    /// What confirmed skips have shown.
    struct Trust {
        /// Of the longest one.
        var iterations: Int
        /// How many there were.
        var count = 1
        /// By how many ticks, and counts, an iteration behind a skip took more than one before it, and how uncertain that is.
        var ticks: Difference
        var counters: [Difference]

        /// The same from one more.
        mutating func add(_ other: Trust) {
            count += 1
            iterations = max(iterations, other.iterations)
            ticks.add(other.ticks, count: count)
            for index in counters.indices { counters[index].add(other.counters[index], count: count) }
        }
    }

    /// What is known of a difference that was found several times.
    struct Difference {
        private(set) var mean: Double
        /// What the samples say it may be off by, and the squares of what it was off by.
        private var stated: Double
        private var squares = 0.0
        private var count = 1

        init(mean: Double = 0, halfWidth: Double = 0) {
            self.mean = mean
            stated = halfWidth
        }

        /// Half-width of the 99 % interval: by how much the differences themselves vary, where they are enough to tell.
        var halfWidth: Double {
            if count < SampleSeries.fewest { return stated }
            return StudentT.half99(count - 1) * (squares / Double(count - 1) / Double(count)).squareRoot()
        }

        mutating func add(_ other: Difference, count: Int) {
            let weight = 1 / Double(count)
            let residual = other.mean - mean
            mean += residual * weight
            squares += residual * (other.mean - mean)
            let (one, two) = (stated * (1 - weight), other.stated * weight)
            stated = (one * one + two * two).squareRoot()
            self.count = count
        }
    }

    /// How batches of a loop varied in the samples of all its runs.
    struct Record {
        /// Iterations of a batch, and wake-ups of one when it was first measured.
        let length: Int
        let events: Int
        var time = BatchSpread()
        var counters: [BatchSpread]
    }

    /// Batches after which two are made one.
    static let capacity = 48
    /// Among so many skips that are trusted one is confirmed again.
    static let audit = 8
    /// Batches of a sample.
    static let least = 12
    /// Batches of a sample where each takes `long` wake-ups at least, so that little in it has to do with the one before.
    static let fewest = 5
    static let long = 1 << 12
    /// Batches of a sample where each takes `veryLong` wake-ups, or where it is known from earlier samples how batches vary.
    static let known = 3
    static let veryLong = 1 << 16

    /// Cuts between batches, since the loop was entered or the last skip.
    private(set) var cuts: [SampleCut] = []
    /// Iterations of a batch.
    private(set) var spacing = 1
    /// Index of the next cut.
    private(set) var due = 0
    /// How many loops are around it.
    var level = 0
    /// A run of it takes enough wake-ups to be measured.
    var isWorthwhile = true
    var pending: Pending?
    /// How often the loop was run to its end.
    var runs = 0
    /// Nil before the first skip is confirmed, and after one that was not.
    var trust: Trust?
    /// Nil before the first sample.
    var record: Record?
    /// Whether iterations of the present run were skipped.
    var hasSkipped = false

    /// Skips that were made, and the half-width in ticks of it all.
    var skips = 0
    var halfWidth = HalfWidth()
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

    /// Cuts that make a batch of those from `first` on.
    private func group(from first: Int) -> Int { max(1, (cuts.count - 1 - first) / Self.least) }

    /// Iterations of a batch of the cuts from `first` on.
    func length(from first: Int) -> Int { group(from: first) * spacing }

    /// Batches of the cuts from `first` on, of which nothing is known yet.
    func newRecord(from first: Int, counters: Int) -> Record {
        let iterations = cuts[cuts.count - 1].index - cuts[first].index
        return Record(
            length: length(from: first),
            events: (cuts[cuts.count - 1].events - cuts[first].events) * length(from: first) / iterations,
            counters: Array(repeating: BatchSpread(), count: counters))
    }

    /// Iterations of the batches that the next run begins with: shorter than those before, where enough happens in them, until they are as
    /// short as they can be.
    var firstSpacing: Int {
        guard trust != nil, let record else { return 1 }
        return record.events >= 2 * Self.long ? max(1, record.length / 2) : record.length
    }

    /// What is known of batches such as those from `first` on.
    func known(from first: Int) -> Record? { record?.length == length(from: first) ? record : nil }

    /// Whether what was measured of the loop has been confirmed, by batches of this length, in an earlier run of it: within one run
    /// batches that resemble those before them would make short samples look better than they are.
    var isKnown: Bool { runs > 0 && trust != nil && record?.length == spacing }

    /// Iterations between consecutive cuts from `first` on, and what `amount` grew by in each: long batches, as many as a mean
    /// needs, so that what moves from one to the next is small against each.
    func batches(from first: Int, _ amount: (SampleCut) -> Double) -> BatchMeans {
        let (count, group) = (cuts.count - 1 - first, group(from: first))
        // The first batch takes what is over.
        let ends = stride(from: cuts.count - 1, to: first, by: -group).reversed().dropFirst(
            count % group == 0 ? 0 : 1)
        let part = ([first] + ends).map { cuts[$0] }
        let pairs = Array(zip(part, part.dropFirst()))
        return BatchMeans(
            lengths: pairs.map { Double($1.index - $0.index) }, amounts: pairs.map { amount($1) - amount($0) })
    }
}
