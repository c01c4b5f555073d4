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
    /// All that is left is one access, with nothing to wait for.
    @inline(__always)
    func isSingle(of accessBytes: Int) -> Bool {
        piecesLeft == 0 && bytesLeft > 0 && paceCycles | paceParts == 0
            && bytesLeft <= accessBytes &- address % accessBytes
    }
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

/// When each controller has something to do next, and when its next refresh falls due.
final class DRAMSchedule {
    let next: FixedArray<Cycle>
    let refresh: FixedArray<Cycle>

    init(units: Int) {
        next = FixedArray(repeating: .never, count: units)
        refresh = FixedArray(repeating: .never, count: units)
    }
}
