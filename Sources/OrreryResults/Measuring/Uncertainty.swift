import OrrerySimulation

extension Measurements {
    /// Half-widths of the 99 % intervals of a run of which a part was estimated. All errors are added as though they were off the same
    /// way; what is not named is exact.
    public struct Uncertainty: Hashable, Sendable {
        /// A number of a component by operator, as ``Measurements/Series``: actions of that name are estimated.
        public struct Series: Hashable, Sendable {
            public var component: String
            public var name: String
            /// One for each operator; a single one for what belongs to none.
            public var byOperator: [Double]
        }

        /// Of the length of the run, in ticks.
        public var ticks: Double
        /// Of busy cycles and stalls, actions, bytes and counters, in the order of the components; the names of bytes and stalls begin
        /// with `bytes: ` and `stall: `.
        public var counters: [Series]
    }
}

extension Measurements.Uncertainty {
    /// - Returns: nil where nothing was estimated.
    init?(_ simulation: Simulation) {
        let kernels = simulation.kernels.filter { $0.foldReports.contains { $0.estimated > 0 } }
        if kernels.isEmpty { return nil }
        ticks = 0
        counters = []
        for kernel in kernels {
            guard let error = kernel.samplingError else { continue }
            // Parts of the machine run beside each other: the last to end decides, whichever it is.
            ticks = max(ticks, error.ticks)
            for block in kernel.ledger.blocks {
                let place = BlockPlace(block.component)
                guard let prefix = place.prefix else { continue }
                for (index, name) in block.names.enumerated() {
                    let base = block.base + index * block.width
                    let values = Array(error.counters[base..<base + block.width])
                    if values.allSatisfy({ $0 == 0 }) { continue }
                    counters.append(Series(component: place.path, name: prefix + name, byOperator: values))
                }
            }
        }
    }

    /// Half-width of the energy: of its actions, and of static power over a time that is so many seconds off.
    func joules(_ costs: EnergyCosts, seconds: Double) -> Double {
        let dynamic = counters.reduce(0) { sum, series in
            sum + (costs.actions[series.component]?[series.name] ?? 0) * series.byOperator.reduce(0, +)
        }
        // In an order of their own: the last digit of a sum depends on it.
        let power = costs.staticPower.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        return dynamic + power * seconds
    }

    func scaled(_ factor: Int) -> Self {
        var result = self
        result.ticks *= Double(factor)
        for index in counters.indices {
            result.counters[index].byOperator = counters[index].byOperator.map { $0 * Double(factor) }
        }
        return result
    }

    /// The same with the operators at `places` of `width`.
    func spread(_ places: [Int], width: Int) -> Self {
        var result = self
        for (index, series) in counters.enumerated() where series.byOperator.count == places.count {
            var values = [Double](repeating: 0, count: width)
            for (place, value) in zip(places, series.byOperator) { values[place] += value }
            result.counters[index].byOperator = values
        }
        return result
    }

    mutating func add(_ other: Self) {
        ticks += other.ticks
        for series in other.counters {
            if let place = counters.firstIndex(where: { $0.component == series.component && $0.name == series.name }) {
                counters[place].byOperator = zip(counters[place].byOperator, series.byOperator).map(+)
            } else {
                counters.append(series)
            }
        }
    }
}

extension BlockPlace {
    /// What a counter of the block is called, before its name; nil for counts of the program.
    fileprivate var prefix: String? {
        switch kind {
        case .own: ""
        case .bytes: "bytes: "
        case .stalls: "stall: "
        case .loops, .runs: nil
        }
    }
}
