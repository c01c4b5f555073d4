import OrrerySimulation

/// Tags of a set-associative structure, in flat storage: what a cache, a TLB and a page-walk cache look up.
///
/// A line is known by its *key*, a number of at least 0: a block or page number in the low 48 bits, which gives the set (number
/// mod sets), and above them whatever else the tag tells apart (kind, page size, address space). Nothing is allocated after
/// `init`.
public final class TagArray {
    /// What else is kept with a line.
    public struct Marks: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let dirty = Marks(rawValue: 1)
        /// Brought by a prefetch and not used since.
        public static let prefetched = Marks(rawValue: 2)
        /// TLB block: eight translations.
        public static let translations = Marks(rawValue: 4)
    }

    /// What a fill put out.
    public struct Eviction: Hashable, Sendable {
        /// -1 where an empty way was filled.
        public var key: Int
        public var marks: Marks
        /// The slot that was filled.
        public var slot: Int

        /// Whether a line was put out.
        @inline(__always)
        public var isLine: Bool { key >= 0 }
    }

    /// Bits of a key that give the set.
    static let numberMask = 1 << 48 - 1

    public let sets: Int
    public let ways: Int
    let replacement: Replacement
    /// The policy where it is one of the two usual ones: told directly, which spares an indirect call of three for each access.
    private let ordered: OrderedWays?
    private let rrip: RRIP?
    private let keys: FixedArray<Int>
    /// A byte of each key's hash, 0 for none.
    private let bytes: PackedBytes
    private let marks: FixedArray<UInt8>
    private let count: FixedArray<Int32>
    private let setMask: Int

    /// - Parameters:
    ///   - sets: any number; a power of two is faster.
    ///   - ways: as many as the policy allows.
    public init(sets: Int, ways: Int, _ policy: ReplacementPolicy) {
        precondition(sets > 0 && ways > 0)
        self.sets = sets
        self.ways = ways
        replacement = policy.state(sets: sets, ways: ways)
        ordered = replacement as? OrderedWays
        rrip = replacement as? RRIP
        keys = FixedArray(repeating: -1, count: sets * ways)
        bytes = PackedBytes(sets: sets, ways: ways)
        marks = FixedArray(repeating: 0, count: sets * ways)
        count = FixedArray(repeating: 0, count: sets)
        setMask = sets & (sets - 1) == 0 ? sets - 1 : -1
    }

    @inline(__always)
    public func set(of key: Int) -> Int { setMask >= 0 ? key & setMask : (key & Self.numberMask) % sets }

    /// The slot that holds the line, -1 for none. Changes nothing.
    @inline(__always)
    public func find(_ key: Int) -> Int { find(key, in: set(of: key)) }

    @inline(__always)
    private func find(_ key: Int, in set: Int) -> Int {
        let first = set &* ways
        let way = bytes.find(Self.byte(of: key), set: set) { keys[first &+ $0] == key }
        return way < 0 ? -1 : first &+ way
    }

    /// 1 to 255. The high bits of the product depend on all of the key; its low bits are alike in a set.
    @inline(__always)
    private static func byte(of key: Int) -> UInt8 {
        let hash = (UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15) &>> 56
        return UInt8(truncatingIfNeeded: hash == 0 ? 1 : hash)
    }

    /// Tells the policy that the line in the slot is used.
    @inline(__always)
    public func touch(_ slot: Int, _ use: Use) { noteHit(slot, set: set(of: use.key), use) }

    @inline(__always)
    private func noteHit(_ slot: Int, set: Int, _ use: Use) {
        if let ordered {
            ordered.hit(slot, set: set, use)
        } else if let rrip {
            rrip.hit(slot, set: set, use)
        } else {
            replacement.hit(slot, set: set, use)
        }
    }

    /// The slot of a full set that the line takes the place in; the policy knows it to be filled.
    @inline(__always)
    private func replace(set: Int, _ use: Use) -> Int {
        if let ordered { return ordered.replace(set: set) }
        if let rrip {
            let slot = rrip.victim(set: set, use)
            rrip.filled(slot, set: set, wasEmpty: false, use)
            return slot
        }
        let slot = replacement.victim(set: set, use)
        replacement.filled(slot, set: set, wasEmpty: false, use)
        return slot
    }

    /// Looks the line up and, where it is there, uses it. - Returns: its slot, -1 for none.
    @inline(__always)
    public func use(_ use: Use) -> Int {
        let set = set(of: use.key)
        let slot = find(use.key, in: set)
        if slot >= 0 { noteHit(slot, set: set, use) }
        return slot
    }

    /// Places a line that is not there.
    @inline(__always)
    @discardableResult
    public func fill(_ use: Use, marks new: Marks = []) -> Eviction {
        let set = set(of: use.key)
        if Int(count[set]) < ways { return fillEmpty(use, marks: new, set: set) }
        let slot = replace(set: set, use)
        let eviction = Eviction(key: keys[slot], marks: Marks(rawValue: marks[slot]), slot: slot)
        place(use.key, new, slot, set)
        return eviction
    }

    /// Places a line in the lowest empty way.
    private func fillEmpty(_ use: Use, marks new: Marks, set: Int) -> Eviction {
        var slot = set &* ways
        while keys[slot] >= 0 { slot &+= 1 }
        count[set] &+= 1
        place(use.key, new, slot, set)
        replacement.filled(slot, set: set, wasEmpty: true, use)
        return Eviction(key: -1, marks: [], slot: slot)
    }

    @inline(__always)
    private func place(_ key: Int, _ new: Marks, _ slot: Int, _ set: Int) {
        keys[slot] = key
        bytes[set, slot &- set &* ways] = Self.byte(of: key)
        marks[slot] = new.rawValue
    }

    /// Takes the line in the slot out.
    public func empty(_ slot: Int) {
        precondition(keys[slot] >= 0, "no line")
        let set = slot / ways
        keys[slot] = -1
        bytes[set, slot - set * ways] = 0
        marks[slot] = 0
        count[set] &-= 1
        replacement.emptied(slot, set: set)
    }

    /// Takes all lines out whose key `leaves`. - Returns: their number.
    @discardableResult
    public func empty(where leaves: (Int) -> Bool) -> Int {
        var taken = 0
        for slot in 0..<keys.count where keys[slot] >= 0 && leaves(keys[slot]) {
            empty(slot)
            taken += 1
        }
        return taken
    }

    /// Key of the line in a slot, -1 for none.
    @inline(__always)
    public func key(at slot: Int) -> Int { keys[slot] }

    @inline(__always)
    public func marks(at slot: Int) -> Marks { Marks(rawValue: marks[slot]) }

    @inline(__always)
    public func mark(_ slot: Int, _ new: Marks) { marks[slot] |= new.rawValue }

    @inline(__always)
    public func unmark(_ slot: Int, _ old: Marks) { marks[slot] &= ~old.rawValue }

    /// Number of lines with these marks; all where there are none.
    public func lines(with wanted: Marks = []) -> Int {
        (0..<keys.count).count { keys[$0] >= 0 && Marks(rawValue: marks[$0]).isSuperset(of: wanted) }
    }
}
