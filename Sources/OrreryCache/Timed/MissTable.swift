import OrrerySimulation

/// Miss status holding registers: what is being fetched, and who waits for it.
struct MissTable: ~Copyable {
    private let keys: FixedArray<Int>
    private let bytes: PackedBytes
    private let free: FreeList
    private let heads: FixedArray<Int32>
    private let tails: FixedArray<Int32>
    private let counts: FixedArray<Int32>
    private let waiters: FixedArray<Int>
    private let links: FixedArray<Int32>
    private let freeWaiters: FreeList
    private let targets: Int

    /// - Parameters:
    ///   - entries: registers.
    ///   - targets: waiters of a register.
    init(entries: Int, targets: Int) {
        keys = FixedArray(repeating: -1, count: entries)
        bytes = PackedBytes(sets: 1, ways: entries)
        free = FreeList(capacity: entries)
        heads = FixedArray(repeating: -1, count: entries)
        tails = FixedArray(repeating: -1, count: entries)
        counts = FixedArray(repeating: 0, count: entries)
        waiters = FixedArray(repeating: 0, count: entries * targets)
        links = FixedArray(repeating: -1, count: entries * targets)
        freeWaiters = FreeList(capacity: entries * targets)
        self.targets = targets
    }

    @inline(__always)
    private func byte(of key: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15 >> 56) | 1
    }

    /// The register of a key, -1 for none.
    @inline(__always)
    func find(_ key: Int) -> Int { bytes.find(byte(of: key), set: 0) { keys[$0] == key } }

    @inline(__always)
    var isFull: Bool { free.isEmpty }

    /// Registers in use.
    var used: Int { keys.count - free.count }

    @inline(__always)
    func key(_ register: Int) -> Int { keys[register] }

    /// A register for a key that has none.
    @inline(__always)
    func allocate(_ key: Int) -> Int {
        let register = free.take()
        keys[register] = key
        bytes[0, register] = byte(of: key)
        heads[register] = -1
        tails[register] = -1
        counts[register] = 0
        return register
    }

    @inline(__always)
    func hasRoom(_ register: Int) -> Bool { Int(counts[register]) < targets }

    @inline(__always)
    func wait(_ waiter: Int, for register: Int) {
        let node = freeWaiters.take()
        waiters[node] = waiter
        links[node] = -1
        if tails[register] < 0 { heads[register] = Int32(node) } else { links[Int(tails[register])] = Int32(node) }
        tails[register] = Int32(node)
        counts[register] &+= 1
    }

    /// Takes the oldest waiter off, nil where none is left.
    @inline(__always)
    func takeWaiter(_ register: Int) -> Int? {
        let node = Int(heads[register])
        if node < 0 { return nil }
        heads[register] = links[node]
        if heads[register] < 0 { tails[register] = -1 }
        counts[register] &-= 1
        freeWaiters.give(node)
        return waiters[node]
    }

    /// Gives a register back that nobody waits for.
    @inline(__always)
    func release(_ register: Int) {
        keys[register] = -1
        bytes[0, register] = 0
        free.give(register)
    }
}
