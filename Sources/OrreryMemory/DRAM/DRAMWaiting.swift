import OrrerySimulation

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
