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

    var isHandedOver: Bool { piecesLeft == 0 && bytesLeft == 0 }
    /// The next access begins a piece.
    var isAtPiece: Bool { bytesLeft == pieceBytes }
}

/// The requests under way, in slots that keep their place.
final class DRAMTransfers {
    @exclusivity(unchecked) var slots: [DRAMTransfer] = []
    @exclusivity(unchecked) private var free: [Int] = []
    /// Those with accesses not handed over, in the order in which they came.
    @exclusivity(unchecked) var waiting: [Int] = []
    @exclusivity(unchecked) private(set) var count = 0

    @inline(__always)
    func take(_ transfer: DRAMTransfer) -> Int {
        count += 1
        if let slot = free.popLast() {
            slots[slot] = transfer
            return slot
        }
        slots.append(transfer)
        return slots.count - 1
    }

    @inline(__always)
    func release(_ slot: Int) {
        count -= 1
        free.append(slot)
    }

    /// The slots in use in an order that does not depend on their numbers.
    func clear() {
        slots = []
        free = []
        waiting = []
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

    private struct Ring {
        var entries: [Entry]
        var first = 0
        var count = 0

        @inline(__always)
        mutating func add(_ entry: Entry) {
            if count == entries.count { grow() }
            let mask = entries.count - 1
            var place = count
            while place > 0, entries[(first + place - 1) & mask].at > entry.at {
                entries[(first + place) & mask] = entries[(first + place - 1) & mask]
                place -= 1
            }
            entries[(first + place) & mask] = entry
            count += 1
        }

        mutating func grow() {
            entries = (0..<max(count * 2, 64)).map {
                $0 < count ? entries[(first + $0) & (entries.count - 1)] : Entry()
            }
            first = 0
        }
    }

    @exclusivity(unchecked) private var rings = Array(repeating: Ring(entries: []), count: 3)
    /// When the next answer is due.
    @exclusivity(unchecked) private(set) var next: Cycle = .never

    @inline(__always)
    func add(_ entry: Entry, _ kind: Kind) {
        rings[kind.rawValue].add(entry)
        if entry.at < next { next = entry.at }
    }

    private func findNext() {
        next = .never
        for index in 0..<3 where rings[index].count > 0 {
            next = min(next, rings[index].entries[rings[index].first].at)
        }
    }

    /// Takes an answer that is due.
    @inline(__always)
    func take(until now: Cycle) -> Entry? { next <= now ? takeFirst(until: now) : nil }

    private func takeFirst(until now: Cycle) -> Entry? {
        for index in 0..<3 where rings[index].count > 0 {
            let entry = rings[index].entries[rings[index].first]
            if entry.at > now { continue }
            rings[index].first = (rings[index].first + 1) & (rings[index].entries.count - 1)
            rings[index].count -= 1
            findNext()
            return entry
        }
        return nil
    }

    var count: Int { rings[0].count + rings[1].count + rings[2].count }

    func visit(_ state: inout StateVisitor) {
        for index in 0..<3 {
            let count = state.count(rings[index].count)
            if state.isRestoring {
                rings[index] = Ring(entries: Array(repeating: Entry(), count: max(64, (count * 2).nextPowerOfTwo)))
                rings[index].count = count
            }
            for place in 0..<count {
                let position = (rings[index].first + place) & (rings[index].entries.count - 1)
                state.time(&rings[index].entries[position].at)
                state.plain(&rings[index].entries[position].requester)
                let requester = rings[index].entries[position].requester
                state.tag(&rings[index].entries[position].tag, of: requester)
            }
        }
        findNext()
    }
}

extension Int {
    fileprivate var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
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
