import OrrerySimulation

/// A request under way: what of its pattern is still to be handed to the channels, and how many accesses are not answered.
struct DRAMTransfer {
    var requester = 0
    var tag = 0
    var operatorID = 0
    var command = 0
    var isWrite = false
    /// The next access of the present piece, the bytes of the piece that are left, and the pieces after it.
    var address = 0
    var bytesLeft = 0
    var pieceAddress = 0
    var pieceBytes = 0
    var stride = 0
    var piecesLeft = 0
    /// Pieces begin at least this far apart, as a fraction of the memory's cycles: `paceCycles` + `paceParts` / `paceUnit`.
    var paceCycles = 0
    var paceParts = 0
    var paceUnit = 1
    var nextPiece: Cycle = 0
    var nextPart = 0
    /// Accesses handed over and not known to be complete.
    var open = 0
    /// The latest completion so far.
    var doneAt: Cycle = 0
    /// The controller without room that it waits for, or -1.
    var blockedBy = -1
    /// The next one that waits for the same.
    var next = -1

    var isHandedOver: Bool { piecesLeft == 0 && bytesLeft == 0 }
    /// The next access begins a piece.
    var isAtPiece: Bool { bytesLeft == pieceBytes }
}

/// The requests under way, in slots that keep their place.
final class DRAMTransfers {
    @exclusivity(unchecked) private(set) var slots = FixedArray(repeating: DRAMTransfer(), count: 64)
    @exclusivity(unchecked) private var free = FixedArray<Int>((0..<64).reversed())
    @exclusivity(unchecked) private var freeCount = 64
    @exclusivity(unchecked) private(set) var count = 0

    @inline(__always)
    func take(_ transfer: DRAMTransfer) -> Int {
        if freeCount == 0 { grow() }
        count &+= 1
        freeCount &-= 1
        let slot = free[freeCount]
        slots[slot] = transfer
        return slot
    }

    private func grow() {
        let old = slots.count
        slots = FixedArray((0..<2 * old).map { $0 < old ? slots[$0] : DRAMTransfer() })
        free = FixedArray(repeating: 0, count: 2 * old)
        for index in 0..<old { free[index] = 2 * old - 1 - index }
        freeCount = old
    }

    @inline(__always)
    func release(_ slot: Int) {
        count &-= 1
        free[freeCount] = slot
        freeCount &+= 1
    }

    /// Forgets everything, for a state that is restored.
    func clear() {
        for index in 0..<slots.count { free[index] = slots.count - 1 - index }
        freeCount = slots.count
        count = 0
    }
}

/// The requests with accesses that are not handed over, in lists: reads and writes for each controller that has no room for the next
/// of them, and those whose next piece is not due. Each list is in the order in which requests came to it.
final class DRAMWaiting {
    private let transfers: DRAMTransfers
    private let head: FixedArray<Int>
    private let tail: FixedArray<Int>
    /// Of all lists together.
    @exclusivity(unchecked) private(set) var count = 0
    /// The list of those that are not due; below it are two for each controller.
    let paced: Int

    init(_ transfers: DRAMTransfers, units: Int) {
        self.transfers = transfers
        paced = 2 * units
        head = FixedArray(repeating: -1, count: paced + 1)
        tail = FixedArray(repeating: -1, count: paced + 1)
    }

    @inline(__always)
    func first(_ list: Int) -> Int { head[list] }

    @inline(__always)
    func append(_ slot: Int, to list: Int) {
        transfers.slots[slot].next = -1
        if tail[list] >= 0 { transfers.slots[tail[list]].next = slot } else { head[list] = slot }
        tail[list] = slot
        count &+= 1
    }

    @inline(__always)
    func prepend(_ slot: Int, to list: Int) {
        transfers.slots[slot].next = head[list]
        if head[list] < 0 { tail[list] = slot }
        head[list] = slot
        count &+= 1
    }

    @inline(__always)
    func removeFirst(_ list: Int) -> Int {
        let slot = head[list]
        head[list] = transfers.slots[slot].next
        if head[list] < 0 { tail[list] = -1 }
        count &-= 1
        return slot
    }

    /// The members of a list, in order.
    func members(_ list: Int) -> [Int] {
        var result: [Int] = []
        var slot = head[list]
        while slot >= 0 {
            result.append(slot)
            slot = transfers.slots[slot].next
        }
        return result
    }

    func clear() {
        for list in 0...paced {
            head[list] = -1
            tail[list] = -1
        }
        count = 0
    }
}

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
        let ring = due(rings.0) <= now ? rings.0 : due(rings.1) <= now ? rings.1 : rings.2
        if due(ring) > now { return nil }
        let entry = ring.removeFirst()
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

/// When each controller has something to do next, and when its next refresh falls due.
final class DRAMSchedule {
    let next: FixedArray<Cycle>
    let refresh: FixedArray<Cycle>

    init(units: Int) {
        next = FixedArray(repeating: .never, count: units)
        refresh = FixedArray(repeating: .never, count: units)
    }
}
