import OrrerySimulation

/// What a run counted, taken out of its kernels as plain values.
public struct Measurements: Sendable {
    /// A number by operator, in the order of ``Measurements/operators``.
    public struct Series: Hashable, Sendable {
        public var name: String
        public var byOperator: [Int]

        public init(_ name: String, _ byOperator: [Int]) {
            self.name = name
            self.byOperator = byOperator
        }

        public var total: Int { byOperator.reduce(0, +) }
    }

    /// A number of a component that belongs to no operator.
    public struct Counter: Hashable, Sendable {
        public var name: String
        public var value: Int

        public init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// What one component counted.
    public struct Component: Hashable, Sendable {
        public var path: String
        /// Cycles of its own clock that the unit worked; nil for what keeps no account of its time.
        public var busy: Series?
        public var actions: [Series] = []
        /// Bytes by direction: `read` and `written`, or by port, `memory read`.
        public var bytes: [Series] = []
        public var counters: [Counter] = []
        /// Cycles that it waited, by cause.
        public var stalls: [Counter] = []
    }

    /// Names of the operators; at least one.
    public var operators: [String]
    public var clocks: ClockSet
    /// Length of the run in ticks of `clocks`, exact.
    public var ticks: Int128
    /// In the order of the machine.
    public var components: [Component]
    /// What folding did, loop by loop; nil for a run that was not to fold.
    public var loops: [FoldedLoop]?
    /// Loop iterations of all queues, skipped ones included.
    public var iterations: Int
    /// The outermost loops that ran several times.
    public var outermost: [IterationTimes]

    /// A loop and what folding did with it.
    public struct FoldedLoop: Hashable, Sendable {
        public var name: String
        public var iterations: Int
        public var simulated: Int
        public var folds: Int
        /// Period of the last fold in seconds; nil where this loop triggered none.
        public var period: Double?
        /// Why it triggered none.
        public var reason: String?
    }

    /// Seconds that `ticks` take.
    public func seconds(_ ticks: Int128) -> Double {
        let clock = clocks.clocks[0]
        return Double(ticks) * Double(clock.periodNumerator)
            / (Double(clock.periodDenominator) * Double(clocks.ticks[0]))
    }

    /// Whole cycles of a clock within the run.
    public func cycles(clock: Int) -> Int { Int(ticks / Int128(clocks.ticks[clock])) }
}

extension Measurements {
    /// Reads what the kernels of a completed run counted.
    ///
    /// - Parameters:
    ///   - simulation: a run that has ended.
    ///   - program: what it ran.
    ///   - order: paths of the machine's components, in the order of results; what is not named follows.
    ///   - actions: names of each component's actions, by path; they tell actions from plain counters.
    ///   - folds: false where the run was told to simulate every cycle.
    ///   - isPart: take only what engines marked as measured, where they did.
    public init(
        _ simulation: Simulation, program: Program, order: [String], actions: [String: Set<String>],
        folds: Bool = true, isPart: Bool = false
    ) {
        operators = program.operators.isEmpty ? ["(none)"] : program.operators
        clocks = simulation.kernels[0].clocks
        ticks = simulation.kernels.map { isPart ? $0.measuredTicks : $0.instant }.max() ?? 0
        var found: [String: Component] = [:]
        var paths: [String] = []
        iterations = 0
        var reports: [FoldReport] = []
        for kernel in simulation.kernels {
            for block in kernel.ledger.blocks {
                let place = BlockPlace(block.component)
                let count = { isPart ? kernel.measured($0) : kernel.ledger[$0] }
                if place.kind == .loops {
                    iterations += block.names.indices.reduce(0) { $0 + count(block.base + $1) }
                    continue
                }
                if found[place.path] == nil { paths.append(place.path) }
                found[place.path, default: Component(path: place.path)].add(
                    block, place.kind, count, actions: actions[place.path] ?? [])
            }
            reports += kernel.foldReports
        }
        let known = Set(order)
        components = (order + paths.filter { !known.contains($0) }).map { found[$0] ?? Component(path: $0) }
        outermost = isPart ? [] : IterationTimes.list(simulation, program)
        loops = nil
        if folds {
            let ids = Set(reports.map(\.loop)).sorted()
            loops = ids.map { id in joined(reports.filter { $0.loop == id }, program.name(ofLoop: id)) }
        }
    }

    /// One loop as the parts of the machine that ran it on their own folded it.
    private func joined(_ parts: [FoldReport], _ name: String) -> FoldedLoop {
        let period = parts.lazy.compactMap(\.periodTicks).first
        return FoldedLoop(
            name: name, iterations: parts.reduce(0) { $0 + $1.iterations },
            simulated: parts.reduce(0) { $0 + $1.simulated }, folds: parts.reduce(0) { $0 + $1.folds },
            period: period.map(seconds), reason: period == nil ? parts.lazy.compactMap(\.reason).first : nil)
    }
}

/// What a block of the ledger holds, by the name that it is registered under.
private struct BlockPlace {
    enum Kind { case own, bytes, stalls, loops }

    var path: String
    var kind: Kind

    init(_ name: String) {
        let suffixes: [(String, Kind)] = [(":bytes", .bytes), (":stalls", .stalls), (":loops", .loops)]
        let suffix = suffixes.first { name.hasSuffix($0.0) }
        path = String(name.dropLast(suffix?.0.count ?? 0))
        kind = suffix?.1 ?? .own
    }
}

extension Measurements.Component {
    fileprivate mutating func add(
        _ block: Ledger.Block, _ kind: BlockPlace.Kind, _ count: (Int) -> Int, actions names: Set<String>
    ) {
        for (index, name) in block.names.enumerated() {
            let base = block.base + index * block.width
            let values = (base..<base + block.width).map(count)
            let series = Measurements.Series(name, values)
            switch kind {
            case .bytes: bytes.append(series)
            case .stalls:
                // Several groups of a mapping can have a token of the same name.
                if let place = stalls.firstIndex(where: { $0.name == name }) {
                    stalls[place].value += series.total
                } else {
                    stalls.append(Measurements.Counter(name, series.total))
                }
            case .own, .loops:
                if name == "busy", busy == nil, block.names.count == 1 {
                    busy = series
                } else if block.width > 1 || names.contains(name) {
                    actions.append(series)
                } else {
                    counters.append(Measurements.Counter(name, series.total))
                }
            }
        }
    }
}
