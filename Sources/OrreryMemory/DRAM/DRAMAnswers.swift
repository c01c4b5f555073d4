import OrrerySimulation

/// Requests whose completion is known: three lists, each by time, for answers that come at once, of reads and of writes.
final class DRAMAnswers {
    enum Kind: Int { case early, read, write }

    struct Entry {
        var at: Cycle = 0
        var requester = 0
        var tag = 0
    }

    private final class Ring {
        @exclusivity(unchecked) private(set) var entries = FixedArray(repeating: Entry(), count: 64)
        @exclusivity(unchecked) private(set) var first = 0
        @exclusivity(unchecked) private(set) var count = 0

        @inline(__always)
        func place(_ position: Int) -> Int { (first &+ position) & (entries.count &- 1) }

        @inline(__always)
        func add(_ entry: Entry) {
            if count == entries.count { grow() }
            var position = count
            while position > 0, entries[place(position &- 1)].at > entry.at {
                entries[place(position)] = entries[place(position &- 1)]
                position &-= 1
            }
            entries[place(position)] = entry
            count &+= 1
        }

        @inline(__always)
        func removeFirst() -> Entry {
            let entry = entries[first]
            first = place(1)
            count &-= 1
            return entry
        }

        private func grow() {
            entries = FixedArray((0..<2 * count).map { $0 < count ? entries[place($0)] : Entry() })
            first = 0
        }

        /// Makes it hold so many entries, for a state that is restored.
        func reset(count: Int) {
            self.count = 0
            first = 0
            for _ in 0..<count { add(Entry()) }
        }
    }

    private let rings = (Ring(), Ring(), Ring())
    /// When the next answer is due.
    @exclusivity(unchecked) private(set) var next: Cycle = .never

    @inline(__always)
    func add(_ entry: Entry, _ kind: Kind) {
        switch kind {
        case .early: rings.0.add(entry)
        case .read: rings.1.add(entry)
        case .write: rings.2.add(entry)
        }
        if entry.at < next { next = entry.at }
    }

    @inline(__always)
    private func due(_ ring: Ring) -> Cycle { ring.count > 0 ? ring.entries[ring.first].at : .never }

    private func findNext() { next = min(due(rings.0), due(rings.1), due(rings.2)) }

    /// Takes an answer that is due.
    @inline(__always)
    func take(until now: Cycle) -> Entry? { next <= now ? takeFirst(until: now) : nil }

    private func takeFirst(until now: Cycle) -> Entry? {
        // Each list by its name: a reference to one of three would be retained.
        let entry =
            due(rings.0) <= now
            ? rings.0.removeFirst()
            : due(rings.1) <= now ? rings.1.removeFirst() : due(rings.2) <= now ? rings.2.removeFirst() : nil
        findNext()
        return entry
    }

    var count: Int { rings.0.count + rings.1.count + rings.2.count }

    func visit(_ state: inout StateVisitor) {
        for ring in [rings.0, rings.1, rings.2] {
            let count = state.count(ring.count)
            if state.isRestoring { ring.reset(count: count) }
            for position in 0..<count {
                let place = ring.place(position)
                state.time(&ring.entries[place].at)
                state.plain(&ring.entries[place].requester)
                let requester = ring.entries[place].requester
                state.tag(&ring.entries[place].tag, of: requester)
            }
        }
        findNext()
    }
}
