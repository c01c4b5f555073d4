import OrrerySimulation

/// Banks that a scheduler need not look at before a known cycle, in groups of one kind of command each.
///
/// Ready times only grow, so what a look finds holds as a bound until something happens to the bank; until then it sleeps. A
/// group is a wheel of 64 cycles with a word of bits (or several) each: who sleeps longer is woken early and looked at again. Without
/// it a scan of the banks is a third of the time of random traffic.
final class DRAMSleepers {
    /// What banks may sleep for.
    enum Group: Int, CaseIterable {
        /// Activates and precharges for reads and for writes, their accesses, accesses of opened rows, queues of banks.
        case readRow, writeRow, readAccess, writeAccess, active, bank
    }

    private static let slots = 64
    private let words: Int
    private let banks: Int
    /// By group and word: bits of the banks that may be looked at.
    private let awake: FixedArray<UInt64>
    /// By group, slot and word: bits of the banks that wake in the cycle of the slot.
    private let wheel: FixedArray<UInt64>
    /// By group: bits of the slots in which somebody wakes, the first cycle in which somebody does, and the cycle up to which all have been
    /// woken.
    private let occupied: FixedArray<UInt64>
    private let due: FixedArray<Cycle>
    private let time: FixedArray<Cycle>
    /// By bank: bits of the groups that it sleeps in.
    private let asleep: FixedArray<UInt8>
    /// By group and bank: its slot while it sleeps; 64 until something happens.
    private let slot: FixedArray<Int8>

    init(banks: Int) {
        self.banks = banks
        words = (banks + 63) / 64
        let groups = Group.allCases.count
        awake = FixedArray(repeating: ~0, count: groups * words)
        wheel = FixedArray(repeating: 0, count: groups * Self.slots * words)
        occupied = FixedArray(repeating: 0, count: groups)
        due = FixedArray(repeating: .never, count: groups)
        time = FixedArray(repeating: -1, count: groups)
        asleep = FixedArray(repeating: 0, count: banks)
        slot = FixedArray(repeating: 0, count: groups * banks)
    }

    /// Bits of the banks of a word that may be looked at.
    @inline(__always)
    func awake(_ group: Group, _ word: Int) -> UInt64 { awake[group.rawValue &* words &+ word] }

    /// Wakes everybody whose time has come.
    @inline(__always)
    func advance(_ group: Group, to now: Cycle) {
        let index = group.rawValue
        if due[index] <= now { wake(index, at: now) }
        if time[index] < now { time[index] = now }
    }

    private func wake(_ group: Int, at now: Cycle) {
        let span = now &- time[group]
        var due = occupied[group]
        if span < Self.slots {
            // The slots of the cycles after the last time, up to now.
            let first = UInt64(truncatingIfNeeded: (now &- span &+ 1) & 63)
            let run: UInt64 = 1 << UInt64(span) &- 1
            due &= run << first | (first == 0 ? 0 : run >> (64 &- first))
        }
        occupied[group] &= ~due
        time[group] = now
        findDue(group)
        while due != 0 {
            let place = due.trailingZeroBitCount
            due &= due &- 1
            for word in 0..<words {
                let index = (group &* Self.slots &+ place) &* words &+ word
                var bits = wheel[index]
                wheel[index] = 0
                awake[group &* words &+ word] |= bits
                while bits != 0 {
                    asleep[word << 6 &+ bits.trailingZeroBitCount] &= ~(1 << UInt8(truncatingIfNeeded: group))
                    bits &= bits &- 1
                }
            }
        }
    }

    /// Lets an awake bank sleep until `cycle`, or, for `.never`, until it is woken. The group must have been advanced.
    @inline(__always)
    func sleep(_ group: Group, _ bank: Int, until cycle: Cycle) {
        let index = group.rawValue
        awake[index &* words &+ bank >> 6] &= ~(1 << UInt64(bank & 63))
        asleep[bank] |= 1 << UInt8(truncatingIfNeeded: index)
        if cycle == .never {
            slot[index &* banks &+ bank] = Int8(Self.slots)
            return
        }
        let wakes = min(cycle, time[index] &+ Self.slots &- 1)
        let place = wakes & 63
        if wakes < due[index] { due[index] = wakes }
        slot[index &* banks &+ bank] = Int8(truncatingIfNeeded: place)
        wheel[(index &* Self.slots &+ place) &* words &+ bank >> 6] |= 1 << UInt64(bank & 63)
        occupied[index] |= 1 << UInt64(place)
    }

    /// The next cycle in which somebody of a group wakes; `.never` for none.
    @inline(__always)
    func next(_ group: Group) -> Cycle { due[group.rawValue] }

    private func findDue(_ group: Int) {
        let bits = occupied[group]
        let from = time[group] &+ 1
        let turn = UInt64(truncatingIfNeeded: from & 63)
        let turned = turn == 0 ? bits : bits >> turn | bits << (64 &- turn)
        due[group] = bits == 0 ? .never : from &+ turned.trailingZeroBitCount
    }

    /// Something happened to a bank: what was found holds no longer.
    @inline(__always)
    func wake(_ group: Group, _ bank: Int) {
        if asleep[bank] >> UInt8(truncatingIfNeeded: group.rawValue) & 1 == 1 { end(group.rawValue, bank) }
    }

    /// Ends the sleep of a bank in a group.
    private func end(_ index: Int, _ bank: Int) {
        asleep[bank] &= ~(1 << UInt8(truncatingIfNeeded: index))
        let place = Int(slot[index &* banks &+ bank])
        let bit: UInt64 = 1 << UInt64(bank & 63)
        awake[index &* words &+ bank >> 6] |= bit
        if place == Self.slots { return }
        let base = (index &* Self.slots &+ place) &* words
        wheel[base &+ bank >> 6] &= ~bit
        for word in 0..<words where wheel[base &+ word] != 0 { return }
        occupied[index] &= ~(1 << UInt64(place))
        findDue(index)
    }

    /// The same for everything about a bank.
    @inline(__always)
    func wake(_ bank: Int) {
        while asleep[bank] != 0 { end(asleep[bank].trailingZeroBitCount, bank) }
    }

    /// Takes over who sleeps elsewhere.
    func copy(from other: DRAMSleepers) {
        awake.copy(from: other.awake)
        wheel.copy(from: other.wheel)
        occupied.copy(from: other.occupied)
        due.copy(from: other.due)
        time.copy(from: other.time)
        asleep.copy(from: other.asleep)
        slot.copy(from: other.slot)
    }

    /// Wakes everybody, for a state that is restored.
    func clear() {
        for index in 0..<awake.count { awake[index] = ~0 }
        for index in 0..<wheel.count { wheel[index] = 0 }
        for bank in 0..<banks { asleep[bank] = 0 }
        for index in 0..<occupied.count {
            occupied[index] = 0
            due[index] = .never
            time[index] = -1
        }
    }
}
