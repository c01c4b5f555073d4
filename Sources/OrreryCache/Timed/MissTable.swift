import OrrerySimulation

/// Miss status holding registers: what is being fetched, and who waits for it.
struct MissTable: ~Copyable {
    /// A register.
    private struct Register {
        var key = -1
        /// First and last of who waits, -1 for none, and how many there are.
        var head: Int32 = -1
        var tail: Int32 = -1
        var count: Int32 = 0
    }

    /// One who waits, and the next after it.
    private struct Waiter {
        var value = 0
        var next: Int32 = -1
    }

    private let registers: FixedArray<Register>
    private let bytes: PackedBytes
    /// How many keys in use have these bits of their hash: where none has, no register needs to be looked at.
    private let filter = FixedArray<UInt16>(repeating: 0, count: 1024)
    private var free: FreeList
    private let waiters: FixedArray<Waiter>
    private var freeWaiters: FreeList
    private let targets: Int32

    /// - Parameters:
    ///   - entries: registers.
    ///   - targets: waiters of a register.
    init(entries: Int, targets: Int) {
        registers = FixedArray(repeating: Register(), count: entries)
        bytes = PackedBytes(sets: 1, ways: entries)
        free = FreeList(capacity: entries)
        waiters = FixedArray(repeating: Waiter(), count: entries * targets)
        freeWaiters = FreeList(capacity: entries * targets)
        self.targets = Int32(clamping: targets)
    }

    @inline(__always)
    private func hash(_ key: Int) -> UInt64 { UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    private func byte(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash >> 56) | 1 }

    @inline(__always)
    private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 46) & 1023 }

    /// The register of a key, -1 for none.
    @inline(__always)
    func find(_ key: Int) -> Int {
        let hash = hash(key)
        return filter[place(hash)] == 0 ? -1 : bytes.find(byte(hash), set: 0) { registers[$0].key == key }
    }

    @inline(__always)
    var isFull: Bool { free.isEmpty }

    /// Registers in use.
    var used: Int { registers.count - free.count }

    @inline(__always)
    func key(_ register: Int) -> Int { registers[register].key }

    /// A register for a key that has none.
    @inline(__always)
    mutating func allocate(_ key: Int) -> Int {
        let register = free.take()
        registers[register] = Register(key: key)
        let hash = hash(key)
        bytes[0, register] = byte(hash)
        filter[place(hash)] &+= 1
        return register
    }

    @inline(__always)
    func hasRoom(_ register: Int) -> Bool { registers[register].count < targets }

    @inline(__always)
    mutating func wait(_ waiter: Int, for register: Int) {
        let node = freeWaiters.take()
        waiters[node] = Waiter(value: waiter)
        let place = Int32(truncatingIfNeeded: node)
        let tail = registers[register].tail
        if tail < 0 { registers[register].head = place } else { waiters[Int(tail)].next = place }
        registers[register].tail = place
        registers[register].count &+= 1
    }

    /// Takes the oldest waiter off, nil where none is left.
    @inline(__always)
    mutating func takeWaiter(_ register: Int) -> Int? {
        let node = Int(registers[register].head)
        if node < 0 { return nil }
        let next = waiters[node].next
        registers[register].head = next
        if next < 0 { registers[register].tail = -1 }
        registers[register].count &-= 1
        freeWaiters.give(node)
        return waiters[node].value
    }

    /// Gives a register back that nobody waits for.
    @inline(__always)
    mutating func release(_ register: Int) {
        filter[place(hash(registers[register].key))] &-= 1
        registers[register].key = -1
        bytes[0, register] = 0
        free.give(register)
    }
}
