import OrrerySimulation

/// What the controllers of a memory share: the requests under way, their answers, and what is counted.
final class DRAMFront {
    let transfers = DRAMTransfers()
    let answers = DRAMAnswers()
    let counters: DRAMCounters
    @exclusivity(unchecked) var traffic = Traffic()
    /// By controller: it got room since requests that waited at the port were tried.
    let hasRoom: FixedArray<Bool>

    init(_ counters: DRAMCounters, units: Int) {
        self.counters = counters
        hasRoom = FixedArray(repeating: false, count: units)
    }

    func forgetRoom() { for unit in 0..<hasRoom.count { hasRoom[unit] = false } }

    enum Action: Int { case read, write, activate, refresh, refreshBank }

    @inline(__always)
    func count(_ action: Action, _ operatorID: Int, _ kernel: Kernel) {
        traffic.count(counters.weight, action: action.rawValue, operatorID: operatorID, kernel)
    }

    @inline(__always)
    func countRow(hit: Bool, isConflict: Bool, _ kernel: Kernel) {
        counters.add(1, hit ? .hits : isConflict ? .conflicts : .misses, kernel)
    }

    @inline(__always)
    func countPrecharge(_ banks: Int, _ kernel: Kernel) { counters.add(banks, .precharges, kernel) }

    func countForwarded(_ kernel: Kernel) { counters.add(1, .forwarded, kernel) }

    func countMerged(_ kernel: Kernel) { counters.add(1, .merged, kernel) }

    func countRefresh(isAll: Bool, _ operatorID: Int, _ kernel: Kernel) {
        count(isAll ? .refresh : .refreshBank, operatorID, kernel)
    }

    @inline(__always)
    func countStandby(_ ticks: Int, openBanks: Int, _ mode: DRAMLowPower.Mode, _ kernel: Kernel) {
        if mode != .awake { return counters.addLowPower(ticks, mode, isOpen: openBanks > 0, kernel) }
        counters.add(ticks, openBanks > 0 ? .openStandby : .closedStandby, kernel)
        counters.add(ticks &* openBanks, .openBanks, kernel)
    }

    /// A controller knows when an access is complete.
    @inline(__always)
    func finished(_ transfer: Int, at cycle: Cycle, _ kind: DRAMAnswers.Kind) {
        transfers.slots[transfer].open &-= counters.weight
        if transfers.slots[transfer].doneAt < cycle { transfers.slots[transfer].doneAt = cycle }
        if transfers.slots[transfer].open == 0, transfers.slots[transfer].isHandedOver { answer(transfer, kind) }
    }

    @inline(__always)
    func answer(_ slot: Int, _ kind: DRAMAnswers.Kind) {
        answers.add(
            DRAMAnswers.Entry(
                at: transfers.slots[slot].doneAt, requester: transfers.slots[slot].requester,
                tag: transfers.slots[slot].tag), kind)
        transfers.release(slot)
    }
}
