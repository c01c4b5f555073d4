import OrrerySimulation

extension Measurements {
    /// The same counts, `count` times in a row, with `prefix` before the names of operators and loops.
    func repeated(_ count: Int, prefix: String) -> Measurements {
        if count == 1, prefix.isEmpty { return self }
        func named(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix)/\(name)" }
        var result = self
        result.operators = operators.map(named)
        result.ticks *= Int128(count)
        result.iterations *= count
        result.components = components.map { $0.scaled(count) }
        result.uncertainty = uncertainty?.scaled(count)
        result.outermost = outermost.map { $0.repeated(count, named: named($0.name)) }
        result.loops = loops?.map { loop in
            var loop = loop
            loop.name = named(loop.name)
            loop.iterations *= count
            loop.estimated *= count
            loop.halfWidth *= Double(count)
            return loop
        }
        return result
    }

    /// Counts of `self` and then of `next`, on the same machine: operators, loops and components of the same name are one.
    func followed(by next: Measurements) -> Measurements {
        var result = self
        result.operators += next.operators.filter { !operators.contains($0) }
        result.ticks += next.ticks
        result.iterations += next.iterations
        let places = Dictionary(uniqueKeysWithValues: result.operators.enumerated().map { ($1, $0) })
        let width = result.operators.count
        let own = operators.indices.map { $0 }
        let theirs = next.operators.map { places[$0] ?? 0 }
        let others = Dictionary(next.components.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        result.components = components.map { component in
            var spread = component.spread(own, width: width)
            if let other = others[component.path] { spread.add(other.spread(theirs, width: width)) }
            return spread
        }
        let before = uncertainty?.spread(own, width: width)
        let after = next.uncertainty?.spread(theirs, width: width)
        if var sum = before {
            if let after { sum.add(after) }
            result.uncertainty = sum
        } else {
            result.uncertainty = after
        }
        for times in next.outermost {
            if let place = result.outermost.firstIndex(where: { $0.isSameLoop(as: times) }) {
                result.outermost[place].add(times)
            } else {
                result.outermost.append(times)
            }
        }
        for loop in next.loops ?? [] {
            if let place = result.loops?.firstIndex(where: { $0.name == loop.name }) {
                result.loops?[place].add(loop)
            } else {
                result.loops?.append(loop)
            }
        }
        return result
    }
}

extension Measurements.Component {
    fileprivate func scaled(_ factor: Int) -> Self {
        var result = self
        func scale(_ series: Measurements.Series) -> Measurements.Series {
            .init(series.name, series.byOperator.map { $0 * factor })
        }
        result.busy = busy.map(scale)
        result.actions = actions.map(scale)
        result.bytes = bytes.map(scale)
        result.counters = counters.map { .init($0.name, $0.value * factor) }
        result.stalls = stalls.map { .init($0.name, $0.value * factor) }
        return result
    }

    /// The same counts with operator `k` at `places[k]`.
    fileprivate func spread(_ places: [Int], width: Int) -> Self {
        func spread(_ series: Measurements.Series) -> Measurements.Series {
            var values = [Int](repeating: 0, count: width)
            for (index, value) in series.byOperator.enumerated() { values[places[index]] += value }
            return .init(series.name, values)
        }
        var result = self
        result.busy = busy.map(spread)
        result.actions = actions.map(spread)
        result.bytes = bytes.map(spread)
        return result
    }

    fileprivate mutating func add(_ other: Self) {
        func add(_ own: inout [Measurements.Series], _ others: [Measurements.Series]) {
            for series in others {
                if let place = own.firstIndex(where: { $0.name == series.name }) {
                    own[place].byOperator = zip(own[place].byOperator, series.byOperator).map(+)
                } else {
                    own.append(series)
                }
            }
        }
        func add(_ own: inout [Measurements.Counter], _ others: [Measurements.Counter]) {
            for counter in others {
                if let place = own.firstIndex(where: { $0.name == counter.name }) {
                    own[place].value += counter.value
                } else {
                    own.append(counter)
                }
            }
        }
        var times = busy.map { [$0] } ?? []
        add(&times, other.busy.map { [$0] } ?? [])
        busy = times.first
        add(&actions, other.actions)
        add(&bytes, other.bytes)
        add(&counters, other.counters)
        add(&stalls, other.stalls)
    }
}

extension Measurements.FoldedLoop {
    fileprivate mutating func add(_ other: Self) {
        iterations += other.iterations
        simulated += other.simulated
        folds += other.folds
        estimated += other.estimated
        samples += other.samples
        halfWidth += other.halfWidth
        period = period ?? other.period
        reason = period == nil ? reason ?? other.reason : nil
    }
}
