import OrrerySimulation

/// Page-structure caches: for each level above the page table a small cache of entries that lead on, by virtual address.
///
/// An entry of level *l* covers 2^(12 + 9(*l* − 1)) bytes of virtual memory (level 2, a page directory entry: 2 MiB). The deepest
/// level that hits decides where a walk begins; only the levels that the walk then reads are filled.
public final class WalkCaches {
    public struct Level: Hashable, Sendable {
        public var entries: Int
        public var ways: Int

        public init(entries: Int, ways: Int) {
            self.entries = entries
            self.ways = ways
        }
    }

    /// Levels that have a cache, a bit each.
    private let present: Int
    /// What an entry leads to, where the layout of tables needs it; for each level, by slot.
    private let leads: [FixedArrayBox]
    private let arrays: [TagArray]
    /// The same, from level 2 on.
    private let caches: FixedArray<Peer<TagArray>>

    /// - Parameter levels: sizes of levels 2, 3, 4 and 5, nil where there is none.
    public init(_ levels: [Level?], _ policy: ReplacementPolicy = .lru) {
        let arrays = (0..<4).map { place in
            let level = place < levels.count ? levels[place] : nil
            return TagArray(sets: level.map { $0.entries / $0.ways } ?? 1, ways: level?.ways ?? 1, policy)
        }
        self.arrays = arrays
        caches = FixedArray(arrays.map { Peer($0) })
        leads = arrays.map { FixedArrayBox(count: $0.sets * $0.ways) }
        present = levels.indices.reduce(0) { $0 | (levels[$1] == nil ? 0 : 1 << ($1 + 2)) }
    }

    @inline(__always)
    private func with<Value>(_ level: Int, _ body: (TagArray) -> Value) -> Value {
        caches[level &- 2].with(body)
    }

    @inline(__always)
    static func key(_ address: Int, level: Int, space: Int) -> Int {
        address &>> (3 &+ 9 &* level) & TagArray.numberMask | space << 50
    }

    /// The level whose cached entry spares most of a walk to a leaf at `leaf`; nil where the walk begins at the root.
    @inline(__always)
    public func use(_ address: Int, leaf: Int, space: Int = 0) -> Int? {
        var level = leaf + 1
        while present &>> level != 0 {
            let use = Use(key: Self.key(address, level: level, space: space))
            if present &>> level & 1 == 1, with(level, { $0.use(use) }) >= 0 { return level }
            level += 1
        }
        return nil
    }

    /// Remembers the entry of a level that a walk has read. - Parameter lead: what `lead` shall give for it.
    @inline(__always)
    public func fill(_ address: Int, level: Int, space: Int = 0, lead: Int? = nil) {
        if present >> level & 1 == 0 { return }
        let use = Use(key: Self.key(address, level: level, space: space))
        let slot = with(level) { cache in
            let slot = cache.use(use)
            return slot >= 0 ? slot : cache.fill(use).slot
        }
        if let lead { leads[level - 2].values[slot] = lead }
    }

    /// The same for an entry that a look-up has just found missing.
    @inline(__always)
    func fillMissing(_ address: Int, level: Int, space: Int = 0) {
        if present &>> level & 1 == 0 { return }
        _ = with(level) { $0.fill(Use(key: Self.key(address, level: level, space: space))) }
    }

    /// What was given with the entry of a level that is there.
    func lead(_ address: Int, level: Int, space: Int) -> Int {
        let slot = with(level) { $0.find(Self.key(address, level: level, space: space)) }
        return slot < 0 ? 0 : leads[level - 2].values[slot]
    }

    /// Forgets everything about an address space.
    public func invalidate(space: Int) {
        for level in 2...5 { with(level) { _ = $0.empty { $0 >> 50 & 0x7FF == space } } }
    }

    /// Forgets the entries on the way to an address.
    public func invalidate(_ address: Int, space: Int = 0) {
        for level in 2...5 {
            with(level) { cache in
                let slot = cache.find(Self.key(address, level: level, space: space))
                if slot >= 0 { cache.empty(slot) }
            }
        }
    }
}

/// A fixed array that can stand in an array.
final class FixedArrayBox {
    let values: FixedArray<Int>

    init(count: Int) { values = FixedArray(repeating: 0, count: count) }
}
