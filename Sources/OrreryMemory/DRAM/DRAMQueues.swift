import OrrerySimulation

/// One access that waits for its commands.
struct DRAMAccess {
    var address = 0
    var row = 0
    var column = 0
    var bank = 0
    /// Age: smaller is older.
    var sequence = 0
    /// When it may access an open row at the earliest, where a lead lies before accesses.
    var ready: Cycle = 0
    /// The request that it belongs to, and that request's address source and operator.
    var transfer = 0
    var command = 0
    var operatorID = 0
    var isWrite = false
    /// Its hit, miss or conflict has been counted.
    var isCounted = false
    /// It waits before the queues of the banks, or with another read of the same data.
    var isInFront = false
    var isMerged = false
    /// Neighbours in its list.
    var next = -1
    var previous = -1
    /// The next read of the same data that waits with it.
    var merged = -1
}

/// The waiting accesses of a controller: a pool of slots, and lists by age for each bank and class (reads 0, writes 1).
///
/// For each list the oldest access to the open row and the oldest to another row are kept, so that a scheduler looks at two
/// accesses of a bank, not at all of them.
final class DRAMQueues {
    let banks: Int
    let pool: FixedArray<DRAMAccess>
    private let free: FixedArray<Int>
    @exclusivity(unchecked) private var freeCount: Int
    /// By class × banks + bank.
    let head: FixedArray<Int>
    private let tail: FixedArray<Int>
    let length: FixedArray<Int>
    let hit: FixedArray<Int>
    let miss: FixedArray<Int>
    /// Bits of the banks with a waiting access, by class.
    let pending: FixedArray<UInt64>
    /// Bits of the banks with a waiting access to their open row, by class.
    let hitting: FixedArray<UInt64>
    /// Bits of the banks with a waiting access to another row than the open one, by class.
    let missing: FixedArray<UInt64>
    /// Bits of the open banks.
    let open: FixedArray<UInt64>
    let words: Int
    /// -1 for a closed bank.
    let openRow: FixedArray<Int>
    /// Banks for which nothing can be done yet.
    let sleepers: DRAMSleepers
    /// Waiting accesses by class: those in a queue, those of lists.
    let count = FixedArray<Int>(repeating: 0, count: 2)
    let listed = FixedArray<Int>(repeating: 0, count: 2)
    /// Lists before the banks' own queues, by class × banks + bank, and bits of the banks with one.
    let frontHead: FixedArray<Int>
    private let frontTail: FixedArray<Int>
    let frontBits: FixedArray<UInt64>
    @exclusivity(unchecked) private var nextSequence = 0
    /// How many waiting accesses of a class fall into each class of addresses: what is surely not there need not be searched.
    private let held = FixedArray<Int16>(repeating: 0, count: 2 * addressClasses)
    private static let addressClasses = 1024

    init(banks: Int, capacity: Int) {
        self.banks = banks
        words = (banks + 63) / 64
        pool = FixedArray(repeating: DRAMAccess(), count: capacity)
        free = FixedArray(Array((0..<capacity).reversed()))
        freeCount = capacity
        head = FixedArray(repeating: -1, count: 2 * banks)
        tail = FixedArray(repeating: -1, count: 2 * banks)
        length = FixedArray(repeating: 0, count: 2 * banks)
        hit = FixedArray(repeating: -1, count: 2 * banks)
        miss = FixedArray(repeating: -1, count: 2 * banks)
        pending = FixedArray(repeating: 0, count: 2 * words)
        hitting = FixedArray(repeating: 0, count: 2 * words)
        openRow = FixedArray(repeating: -1, count: banks)
        frontHead = FixedArray(repeating: -1, count: 2 * banks)
        frontTail = FixedArray(repeating: -1, count: 2 * banks)
        frontBits = FixedArray(repeating: 0, count: 2 * words)
        missing = FixedArray(repeating: 0, count: 2 * words)
        open = FixedArray(repeating: 0, count: words)
        sleepers = DRAMSleepers(banks: banks)
    }

    var hasRoom: Bool { freeCount > 0 }

    @inline(__always)
    private func addressClass(_ access: DRAMAccess, isWrite: Bool) -> Int {
        let number = access.column &+ access.row &* 37 &+ access.bank &* 1031
        return (number & (Self.addressClasses &- 1)) &+ (isWrite ? Self.addressClasses : 0)
    }

    /// Counts an access that begins (1) or ends (-1) to wait.
    @inline(__always)
    func note(_ access: DRAMAccess, _ change: Int16) { held[addressClass(access, isWrite: access.isWrite)] &+= change }

    /// Whether an access of a class to the same data may be waiting.
    @inline(__always)
    func mayHold(_ access: DRAMAccess, isWrite: Bool) -> Bool { held[addressClass(access, isWrite: isWrite)] > 0 }

    /// Takes a slot for an access, which gets the next age. There must be room.
    @inline(__always)
    func take(_ access: DRAMAccess) -> Int {
        freeCount &-= 1
        let slot = free[freeCount]
        pool[slot] = access
        pool[slot].sequence = nextSequence
        nextSequence &+= 1
        return slot
    }

    /// Makes an access the youngest.
    @inline(__always)
    func renew(_ slot: Int) {
        pool[slot].sequence = nextSequence
        nextSequence &+= 1
    }

    @inline(__always)
    func release(_ slot: Int) {
        free[freeCount] = slot
        freeCount &+= 1
    }

    // MARK: Lists of the banks

    @inline(__always)
    func append(_ slot: Int) {
        let bank = pool[slot].bank
        let isWrite = pool[slot].isWrite ? 1 : 0
        let list = isWrite &* banks &+ bank
        let last = tail[list]
        pool[slot].next = -1
        pool[slot].previous = last
        if last >= 0 { pool[last].next = slot } else { head[list] = slot }
        tail[list] = slot
        length[list] &+= 1
        listed[isWrite] &+= 1
        pending[isWrite &* words &+ bank >> 6] |= 1 << UInt64(bank & 63)
        if pool[slot].row == openRow[bank] {
            if hit[list] < 0 {
                setHit(slot, bank, isWrite)
                sleepers.wake(isWrite == 0 ? .readAccess : .writeAccess, bank)
            }
        } else if miss[list] < 0 {
            setMiss(slot, bank, isWrite)
            sleepers.wake(isWrite == 0 ? .readRow : .writeRow, bank)
        }
    }

    @inline(__always)
    func remove(_ slot: Int) {
        let access = pool[slot]
        let isWrite = access.isWrite ? 1 : 0
        let list = isWrite &* banks &+ access.bank
        if access.previous >= 0 { pool[access.previous].next = access.next } else { head[list] = access.next }
        if access.next >= 0 { pool[access.next].previous = access.previous } else { tail[list] = access.previous }
        length[list] &-= 1
        listed[isWrite] &-= 1
        if head[list] < 0 { pending[isWrite &* words &+ access.bank >> 6] &= ~(1 << UInt64(access.bank & 63)) }
        if hit[list] == slot { setHit(search(from: access.next, access.bank, isHit: true), access.bank, isWrite) }
        if miss[list] == slot {
            setMiss(search(from: access.next, access.bank, isHit: false), access.bank, isWrite)
        }
    }

    @inline(__always)
    private func setHit(_ slot: Int, _ bank: Int, _ kind: Int) {
        hit[kind &* banks &+ bank] = slot
        let bit: UInt64 = 1 << UInt64(bank & 63)
        let word = kind &* words &+ bank >> 6
        if slot >= 0 { hitting[word] |= bit } else { hitting[word] &= ~bit }
    }

    @inline(__always)
    private func setMiss(_ slot: Int, _ bank: Int, _ kind: Int) {
        miss[kind &* banks &+ bank] = slot
        let bit: UInt64 = 1 << UInt64(bank & 63)
        let word = kind &* words &+ bank >> 6
        if slot >= 0 { missing[word] |= bit } else { missing[word] &= ~bit }
    }

    private func search(from slot: Int, _ bank: Int, isHit: Bool) -> Int {
        var slot = slot
        let row = openRow[bank]
        while slot >= 0, (pool[slot].row == row) != isHit { slot = pool[slot].next }
        return slot
    }

    /// Opens a row (or closes the bank with -1) and finds hits and misses anew.
    @inline(__always)
    func open(_ row: Int, _ bank: Int) {
        openRow[bank] = row
        let bit: UInt64 = 1 << UInt64(bank & 63)
        if row < 0 { open[bank >> 6] &= ~bit } else { open[bank >> 6] |= bit }
        for kind in 0..<2 {
            let first = head[kind &* banks &+ bank]
            if first < 0 { continue }
            setHit(row < 0 ? -1 : search(from: first, bank, isHit: true), bank, kind)
            setMiss(row < 0 ? first : search(from: first, bank, isHit: false), bank, kind)
        }
    }

    /// A waiting access of a class to the same data, in the bank's list or before it; -1 for none.
    func find(_ access: DRAMAccess, isWrite: Bool) -> Int {
        let kind = isWrite ? 1 : 0
        var slot = head[kind * banks + access.bank]
        while slot >= 0 {
            if pool[slot].address == access.address { return slot }
            slot = pool[slot].next
        }
        slot = frontHead[kind * banks + access.bank]
        while slot >= 0 {
            if pool[slot].address == access.address { return slot }
            slot = pool[slot].next
        }
        return -1
    }

    // MARK: Front lists

    func appendFront(_ slot: Int) {
        let (kind, bank) = (pool[slot].isWrite ? 1 : 0, pool[slot].bank)
        let list = kind &* banks &+ bank
        pool[slot].isInFront = true
        let last = frontTail[list]
        pool[slot].next = -1
        pool[slot].previous = last
        if last >= 0 { pool[last].next = slot } else { frontHead[list] = slot }
        frontTail[list] = slot
        frontBits[kind &* words &+ bank >> 6] |= 1 << UInt64(bank & 63)
    }

    /// Takes the oldest away.
    func removeFront(_ slot: Int) {
        let (kind, bank) = (pool[slot].isWrite ? 1 : 0, pool[slot].bank)
        let list = kind &* banks &+ bank
        pool[slot].isInFront = false
        frontHead[list] = pool[slot].next
        if frontHead[list] >= 0 {
            pool[frontHead[list]].previous = -1
        } else {
            frontTail[list] = -1
            frontBits[kind &* words &+ bank >> 6] &= ~(1 << UInt64(bank & 63))
        }
    }

    /// Takes over the state of another controller, whose accesses lie `offset` bytes before those of this one.
    func copy(from other: DRAMQueues, offset: Int) {
        pool.copy(from: other.pool)
        for slot in 0..<pool.count { pool[slot].address &+= offset }
        free.copy(from: other.free)
        freeCount = other.freeCount
        head.copy(from: other.head)
        tail.copy(from: other.tail)
        length.copy(from: other.length)
        hit.copy(from: other.hit)
        miss.copy(from: other.miss)
        pending.copy(from: other.pending)
        hitting.copy(from: other.hitting)
        missing.copy(from: other.missing)
        open.copy(from: other.open)
        openRow.copy(from: other.openRow)
        sleepers.copy(from: other.sleepers)
        count.copy(from: other.count)
        listed.copy(from: other.listed)
        frontHead.copy(from: other.frontHead)
        frontTail.copy(from: other.frontTail)
        frontBits.copy(from: other.frontBits)
        nextSequence = other.nextSequence
        held.copy(from: other.held)
    }

    /// Empties everything, for a state that is restored.
    func clear() {
        for list in 0..<(2 * banks) {
            head[list] = -1
            tail[list] = -1
            length[list] = 0
            hit[list] = -1
            miss[list] = -1
            frontHead[list] = -1
            frontTail[list] = -1
        }
        for word in 0..<pending.count {
            pending[word] = 0
            hitting[word] = 0
            missing[word] = 0
            frontBits[word] = 0
        }
        for word in 0..<words { open[word] = 0 }
        sleepers.clear()
        for index in 0..<held.count { held[index] = 0 }
        for kind in 0..<2 {
            count[kind] = 0
            listed[kind] = 0
        }
        for slot in 0..<pool.count { free[slot] = pool.count - 1 - slot }
        freeCount = pool.count
        nextSequence = 0
    }
}
