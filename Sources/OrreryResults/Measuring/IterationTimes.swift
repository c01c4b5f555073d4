import OrrerySimulation

extension Measurements {
    /// How long the iterations of an outermost loop took: the first one, those after it, and the last one.
    ///
    /// An iteration is over when the last queue goes on to the next one; the first begins with the first command in the
    /// loop, the last ends when the last queue leaves it. All is exact, and the same with and without folding.
    public struct IterationTimes: Hashable, Sendable {
        /// The loop by the ranks that it runs over.
        public var name: String
        /// Iterations of one run of the loop; at least 2.
        public var trips: Int
        /// How often the loop ran; what follows is the sum over these runs.
        public var runs: Int
        /// Ticks of the first and of the last iteration, and of all others together.
        public var first: Int128
        public var between: Int128
        public var last: Int128
    }

    /// Mean seconds of the first iteration of each run.
    public func first(_ times: IterationTimes) -> Double { seconds(times.first, over: times.runs) }

    /// Mean seconds of an iteration that is neither the first nor the last; nil where there is none.
    public func steady(_ times: IterationTimes) -> Double? {
        times.trips > 2 ? seconds(times.between, over: times.runs * (times.trips - 2)) : nil
    }

    /// Mean seconds of the last iteration of each run.
    public func last(_ times: IterationTimes) -> Double { seconds(times.last, over: times.runs) }

    /// Seconds of one of `count` that took so many ticks; the same for equal means, however many they are of.
    private func seconds(_ ticks: Int128, over count: Int) -> Double {
        let (whole, rest) = ticks.quotientAndRemainder(dividingBy: Int128(count))
        return rest == 0 ? seconds(whole) : seconds(ticks) / Double(count)
    }
}

extension Measurements.IterationTimes {
    /// The outermost loops of a run in the order of their ids, each over all queues that run it.
    ///
    /// A loop that a queue runs more than once (a pass before the nest, to be ahead in it) has no iterations of its own, and
    /// is left out.
    static func list(_ simulation: Simulation, _ program: Program) -> [Self] {
        let records = simulation.kernels.flatMap(\.outermostLoops)
        return Dictionary(grouping: records, by: \.loop).sorted { $0.key < $1.key }.compactMap { id, queues in
            let isOnce = Set(queues.map(\.engine)).count == queues.count
            guard isOnce, let trips = queues.first?.trips, queues.allSatisfy({ $0.trips == trips }),
                let begin = queues.map(\.begin).min(), let end = queues.map(\.end).max(),
                let second = queues.map(\.second).max(), let last = queues.map(\.last).max()
            else { return nil }
            return Self(
                name: program.name(ofLoop: id), trips: trips, runs: 1, first: second - begin, between: last - second,
                last: end - last)
        }
    }

    /// The same times, `count` times in a row.
    func repeated(_ count: Int, named name: String) -> Self {
        Self(
            name: name, trips: trips, runs: runs * count, first: first * Int128(count),
            between: between * Int128(count), last: last * Int128(count))
    }

    /// Whether both are runs of one loop.
    func isSameLoop(as other: Self) -> Bool { name == other.name && trips == other.trips }

    mutating func add(_ other: Self) {
        runs += other.runs
        first += other.first
        between += other.between
        last += other.last
    }
}
