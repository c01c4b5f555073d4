/// The state of a machine at a cut: a point of its true history.
package final class Snapshot {
    package let instant: Int128
    package let step: Int
    /// Events so far.
    let events: Int
    /// Current cycle of each clock, and ticks since that edge.
    package let cycles: [Cycle]
    package let phases: [Int]
    /// Recorded values of all components in order, and where those of each begin.
    package let entries: [StateVisitor.Entry]
    private let starts: [Int]
    /// Signature of each component, before anything was settled.
    let signatures: [Int]
    /// Wake-up time of each component, `.never` for none.
    package let wakes: [Cycle]
    package let inBackground: [Bool]
    /// Indices and trip counts of the live loops of each engine.
    package let indices: [[Int]]
    package let trips: [[Int]]
    /// When each engine came to the end of its queue; -1 before.
    package let finished: [Cycle]
    package let tokenCount: [Int]
    package let tokenPosted: [Int]
    package let tokenTaken: [Int]
    /// All counters.
    package let counters: [Int]

    /// - Parameter settles: what accrues is booked up to now first.
    init(_ kernel: Kernel, settles: Bool) {
        signatures = kernel.components.indices.map(kernel.signature(of:))
        if settles { for component in kernel.components { component.settle(kernel) } }
        var visitor = StateVisitor(.record, of: kernel.components)
        visitor.entries.reserveCapacity(kernel.components.count * 16)
        var starts: [Int] = []
        starts.reserveCapacity(kernel.components.count + 1)
        for component in kernel.components {
            starts.append(visitor.entries.count)
            component.visit(&visitor)
        }
        starts.append(visitor.entries.count)
        self.starts = starts
        entries = visitor.entries
        instant = kernel.instant
        step = kernel.step
        events = kernel.events
        cycles = kernel.clocks.clocks.indices.map { kernel.now(clock: $0) }
        phases = kernel.phases
        wakes = kernel.components.indices.map(kernel.wakeTime)
        inBackground = kernel.backgroundWakes
        indices = kernel.engines.map(\.liveIndices)
        trips = kernel.engines.map(\.liveTrips)
        finished = kernel.engines.map(\.finishedAt)
        tokenCount = kernel.tokenCount.elements
        tokenPosted = kernel.tokenPosted.elements
        tokenTaken = kernel.tokenTaken.elements
        counters = kernel.ledger.copy()
    }

    /// What a span adds to a snapshot.
    struct Change {
        let steps: Int
        let events: Int
        let cycles: [Cycle]
        let posted: [Int]
        let taken: [Int]
        let counters: [Int]

        init(from a: Snapshot, to b: Snapshot) {
            func less(_ x: [Int], _ y: [Int]) -> [Int] { zip(x, y).map { $1 - $0 } }
            steps = b.step - a.step
            events = b.events - a.events
            cycles = less(a.cycles, b.cycles)
            posted = less(a.tokenPosted, b.tokenPosted)
            taken = less(a.tokenTaken, b.tokenTaken)
            counters = less(a.counters, b.counters)
        }
    }

    /// The same state where a span has yet to be added to come to this one: what a fold counts from.
    func before(_ change: Change, period: Int128) -> Snapshot { Snapshot(self, before: change, period: period) }

    private init(_ other: Snapshot, before change: Change, period: Int128) {
        func less(_ x: [Int], _ y: [Int]) -> [Int] { zip(x, y).map { $0 - $1 } }
        instant = other.instant - period
        step = other.step - change.steps
        events = other.events - change.events
        cycles = less(other.cycles, change.cycles)
        phases = other.phases
        entries = other.entries
        starts = other.starts
        signatures = other.signatures
        wakes = other.wakes
        inBackground = other.inBackground
        indices = other.indices
        trips = other.trips
        finished = other.finished
        tokenCount = other.tokenCount
        tokenPosted = less(other.tokenPosted, change.posted)
        tokenTaken = less(other.tokenTaken, change.taken)
        counters = less(other.counters, change.counters)
    }

    /// The same state later and elsewhere: that of a cut to which a passage leads that is known from another one.
    ///
    /// - Parameters:
    ///   - begin: where the passage began when it was simulated, and
    ///   - now: where it begins now;
    ///   - moves: by how much the addresses of each command lie elsewhere.
    init(_ other: Snapshot, from begin: Snapshot, at now: Snapshot, moves: [Int], _ kernel: Kernel) {
        func moved(_ end: [Int], _ start: [Int], _ present: [Int]) -> [Int] {
            end.indices.map { end[$0] + present[$0] - start[$0] }
        }
        let later = moved(now.cycles, begin.cycles, Array(repeating: 0, count: now.cycles.count))
        instant = other.instant - begin.instant + now.instant
        step = now.step + 1
        events = now.events
        cycles = moved(other.cycles, begin.cycles, now.cycles)
        phases = other.phases
        var entries = other.entries
        for component in kernel.components {
            for place in other.range(of: component.id) {
                switch entries[place].kind {
                case .plain, .row: break
                case .time, .deadline:
                    if entries[place].value != .never { entries[place].value += later[component.clock] }
                case .address:
                    if entries[place].command >= 0 { entries[place].value += moves[entries[place].command] }
                }
            }
        }
        self.entries = entries
        starts = other.starts
        signatures = other.signatures
        wakes = other.wakes.enumerated().map { $1 == .never ? $1 : $1 + later[kernel.clock(of: $0)] }
        inBackground = other.inBackground
        indices = other.indices.indices.map { place in
            let (start, present) = (begin.indices[place], now.indices[place])
            return other.indices[place].enumerated().map { level, index in
                level < start.count ? index + present[level] - start[level] : index
            }
        }
        trips = other.trips
        finished = kernel.engines.indices.map { place in
            begin.finished[place] >= 0 || other.finished[place] < 0
                ? now.finished[place] : other.finished[place] + later[kernel.engines[place].clock]
        }
        tokenCount = other.tokenCount
        tokenPosted = moved(other.tokenPosted, begin.tokenPosted, now.tokenPosted)
        tokenTaken = moved(other.tokenTaken, begin.tokenTaken, now.tokenTaken)
        counters = moved(other.counters, begin.counters, now.counters)
    }

    /// Where in `entries` the values of a component lie.
    package func range(of component: Int) -> Range<Int> { starts[component]..<starts[component + 1] }

    /// How much was recorded: what taking and comparing the snapshot costs.
    var size: Int { entries.count + wakes.count + tokenCount.count + counters.count / 4 }
}

extension Kernel {
    /// Settles what accrues, and records the state.
    package func snapshot() -> Snapshot { Snapshot(self, settles: true) }

    /// Puts a machine that was assembled in the same way into the recorded state.
    package func restore(_ snapshot: Snapshot) {
        var visitor = StateVisitor(.restore, entries: snapshot.entries)
        for component in components { component.visit(&visitor) }
        for (index, engine) in engines.enumerated() {
            engine.restoreLoops(snapshot.indices[index], snapshot.trips[index])
            engine.finishedAt = snapshot.finished[index]
        }
        for token in tokens.indices {
            tokenCount[token] = snapshot.tokenCount[token]
            tokenPosted[token] = snapshot.tokenPosted[token]
            tokenTaken[token] = snapshot.tokenTaken[token]
        }
        setTime(snapshot)
        restartAccounts(with: snapshot.counters)
    }

    /// Starts all accounts at now, with the given counters: what a jump in time seems to have accrued is not booked.
    func restartAccounts(with counters: [Int]) {
        for component in components { component.settle(self) }
        ledger.set(counters)
    }
}
