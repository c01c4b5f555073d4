/// The state of a machine at a cut: a point of its true history.
struct Snapshot {
    var instant: Int128
    var step: Int
    /// Current cycle of each clock, and ticks since that edge.
    var cycles: [Cycle]
    var phases: [Int]
    /// Recorded values of each component.
    var states: [[StateVisitor.Entry]]
    /// Wake-up time of each component, `.never` for none.
    var wakes: [Cycle]
    /// Indices and trip counts of the live loops of each engine.
    var indices: [[Int]]
    var trips: [[Int]]
    var tokenCount: [Int]
    var tokenPosted: [Int]
    var tokenTaken: [Int]
    /// All counters.
    var counters: [Int]
}

extension Kernel {
    /// Settles what accrues, and records the state.
    func snapshot(settling: Bool = true) -> Snapshot {
        if settling { for component in components { component.settle(self) } }
        let states = components.map { component in
            var visitor = StateVisitor(.record)
            component.visit(&visitor)
            return visitor.entries
        }
        return Snapshot(
            instant: instant, step: step, cycles: clocks.clocks.indices.map { now(clock: $0) }, phases: phases,
            states: states,
            wakes: components.indices.map(wakeTime), indices: engines.map(\.liveIndices),
            trips: engines.map(\.liveTrips),
            tokenCount: tokenCount.elements, tokenPosted: tokenPosted.elements, tokenTaken: tokenTaken.elements,
            counters: ledger.copy())
    }

    /// Puts a machine that was assembled in the same way into the recorded state.
    func restore(_ snapshot: Snapshot) {
        for (component, entries) in zip(components, snapshot.states) {
            var visitor = StateVisitor(.restore, entries: entries)
            component.visit(&visitor)
        }
        for (engine, (indices, trips)) in zip(engines, zip(snapshot.indices, snapshot.trips)) {
            engine.restoreLoops(indices, trips)
        }
        for token in tokens.indices {
            tokenCount[token] = snapshot.tokenCount[token]
            tokenPosted[token] = snapshot.tokenPosted[token]
            tokenTaken[token] = snapshot.tokenTaken[token]
        }
        ledger.set(snapshot.counters)
        setTime(cycles: snapshot.cycles, residues: snapshot.phases, wakes: snapshot.wakes)
        for engine in engines { engine.restartAccounts(self) }
    }
}
