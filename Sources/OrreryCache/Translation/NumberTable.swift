/// A map from numbers of at least 0 to numbers, with open addressing and a multiplying hash.
///
/// Swift's `Dictionary` takes 22 ns a look-up where this takes a few: page tables are asked at every walk.
struct NumberTable {
    /// A key and its value side by side: a look-up of a large table misses the simulating machine's caches once.
    private struct Entry {
        var key = -1
        var value = 0
    }

    private var entries: [Entry]
    private var mask: Int
    private(set) var count = 0

    init(capacity: Int = 1024) {
        entries = Array(repeating: Entry(), count: capacity)
        mask = capacity - 1
    }

    @inline(__always)
    private func home(_ key: Int) -> Int {
        Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15) &>> 32) & mask
    }

    /// The key's value, nil where it has none.
    @inline(__always)
    subscript(key: Int) -> Int? {
        var place = home(key)
        while entries[place].key >= 0 {
            if entries[place].key == key { return entries[place].value }
            place = (place &+ 1) & mask
        }
        return nil
    }

    /// Sets the value of a key that has none.
    mutating func insert(_ key: Int, _ value: Int) {
        if count * 2 >= entries.count { grow() }
        place(key, value)
        count += 1
    }

    private mutating func place(_ key: Int, _ value: Int) {
        var place = home(key)
        while entries[place].key >= 0 { place = (place &+ 1) & mask }
        entries[place] = Entry(key: key, value: value)
    }

    private mutating func grow() {
        let old = self
        self = NumberTable(capacity: entries.count * 2)
        count = old.count
        for entry in old.entries where entry.key >= 0 { place(entry.key, entry.value) }
    }
}
