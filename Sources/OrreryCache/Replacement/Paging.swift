import OrrerySimulation

/// Marks of a set's ways in words, and what both paging policies share: phases, and random choice among candidate ways.
///
/// Source: Antoniadis et al., "Paging with Succinct Predictions", arXiv 2210.02775; the pages of the cache are the ways of a set.
class MarkingReplacement: Replacement {
    let marks: FixedArray<UInt64>
    @exclusivity(unchecked) private var random: SplitMix64
    let all: UInt64

    init(sets: Int, ways: Int, seed: UInt64) {
        precondition(ways <= 64, "one mark a way in a word")
        marks = FixedArray(repeating: 0, count: sets)
        random = SplitMix64(seed: seed)
        all = ways == 64 ? .max : (1 << UInt64(ways)) - 1
        super.init(sets: sets, ways: ways)
    }

    @inline(__always)
    func bit(_ slot: Int, _ set: Int) -> UInt64 { 1 << UInt64(slot - set * ways) }

    override func emptied(_ slot: Int, set: Int) { marks[set] &= ~bit(slot, set) }

    /// The slot of a way drawn from those in the word.
    final func draw(_ candidates: UInt64, set: Int) -> Int {
        var candidates = candidates
        for _ in 0..<random.below(candidates.nonzeroBitCount) { candidates &= candidates - 1 }
        return set * ways + candidates.trailingZeroBitCount
    }
}

/// Mark0: whatever is predicted to be evicted before its next use leaves at once.
///
/// Where a set is full and none of the lines that it held at the begin of its phase is still unvisited, a phase begins: no mark,
/// all unvisited, and its lines are remembered. A line that was remembered and comes back replaces a random unvisited one, any
/// other a random unmarked one. With perfect predictions a set is never full at a miss, and the misses are the optimum's.
final class Mark0: MarkingReplacement {
    private let unvisited: FixedArray<UInt64>
    /// Keys of the lines at the begin of the phase.
    private let remembered: FixedArray<Int>
    private let present: FixedArray<Int>

    override init(sets: Int, ways: Int, seed: UInt64) {
        unvisited = FixedArray(repeating: 0, count: sets)
        remembered = FixedArray(repeating: -1, count: sets * ways)
        present = FixedArray(repeating: -1, count: sets * ways)
        super.init(sets: sets, ways: ways, seed: seed)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) { visit(slot, set) }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) {
        present[slot] = use.key
        visit(slot, set)
    }

    private func visit(_ slot: Int, _ set: Int) {
        marks[set] |= bit(slot, set)
        unvisited[set] &= ~bit(slot, set)
    }

    override func emptied(_ slot: Int, set: Int) {
        super.emptied(slot, set: set)
        present[slot] = -1
        unvisited[set] &= ~bit(slot, set)
    }

    override func victim(set: Int, _ use: Use) -> Int {
        let slots = set * ways..<(set + 1) * ways
        if unvisited[set] == 0 {
            marks[set] = 0
            unvisited[set] = all
            for slot in slots { remembered[slot] = present[slot] }
        }
        if slots.contains(where: { remembered[$0] == use.key }) { return draw(unvisited[set], set: set) }
        return draw(all & ~marks[set], set: set)
    }

    override func leavesAfter(_ use: Use) -> Bool { use.isUnneeded }
}

/// Mark&Predict: marking in which a random unmarked line that is predicted unneeded goes first, then any unmarked one.
final class MarkAndPredict: MarkingReplacement {
    private let unneeded: FixedArray<UInt64>

    override init(sets: Int, ways: Int, seed: UInt64) {
        unneeded = FixedArray(repeating: 0, count: sets)
        super.init(sets: sets, ways: ways, seed: seed)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) { mark(slot, set, use) }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) { mark(slot, set, use) }

    private func mark(_ slot: Int, _ set: Int, _ use: Use) {
        marks[set] |= bit(slot, set)
        unneeded[set] = use.isUnneeded ? unneeded[set] | bit(slot, set) : unneeded[set] & ~bit(slot, set)
    }

    override func victim(set: Int, _ use: Use) -> Int {
        if marks[set] == all { marks[set] = 0 }
        let unmarked = all & ~marks[set]
        let preferred = unmarked & unneeded[set]
        return draw(preferred != 0 ? preferred : unmarked, set: set)
    }
}
