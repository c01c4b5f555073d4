import OrrerySimulation

/// Tree pseudo-LRU: a binary tree of one-bit pointers over the ways, at first all to the lower half.
///
/// A use makes every node on the way's path point to the other half; the victim is where the pointers lead.
final class TreePLRU: Replacement {
    /// Bit n of a set's word is node n, the root being 1 and the children of n being 2n and 2n + 1; set for the upper half.
    private let pointers: FixedArray<UInt64>

    override init(sets: Int, ways: Int) {
        precondition(ways <= 64 && ways & (ways - 1) == 0, "a tree over a power of two of ways, at most 64")
        pointers = FixedArray(repeating: 0, count: sets)
        super.init(sets: sets, ways: ways)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) { touch(slot, set) }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) { touch(slot, set) }

    private func touch(_ slot: Int, _ set: Int) {
        var node = ways + slot - set * ways
        var word = pointers[set]
        while node > 1 {
            let parent = node >> 1
            let bit: UInt64 = 1 << UInt64(parent)
            word = node & 1 == 0 ? word | bit : word & ~bit
            node = parent
        }
        pointers[set] = word
    }

    override func victim(set: Int, _ use: Use) -> Int {
        var node = 1
        while node < ways { node = node << 1 | Int(pointers[set] >> UInt64(node) & 1) }
        return set * ways + node - ways
    }
}
