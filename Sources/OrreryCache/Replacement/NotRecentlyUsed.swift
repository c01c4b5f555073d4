import OrrerySimulation

/// NRU: a used way is marked; when all ways are marked, all but the last used are unmarked. The victim is the lowest unmarked
/// way.
final class NotRecentlyUsed: Replacement {
    private let marks: FixedArray<UInt64>
    private let all: UInt64

    override init(sets: Int, ways: Int) {
        precondition(ways <= 64, "one mark a way in a word")
        marks = FixedArray(repeating: 0, count: sets)
        all = ways == 64 ? .max : (1 << UInt64(ways)) - 1
        super.init(sets: sets, ways: ways)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) { touch(slot, set) }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) { touch(slot, set) }

    override func emptied(_ slot: Int, set: Int) { marks[set] &= ~bit(slot, set) }

    @inline(__always)
    private func bit(_ slot: Int, _ set: Int) -> UInt64 { 1 << UInt64(slot - set * ways) }

    private func touch(_ slot: Int, _ set: Int) {
        marks[set] |= bit(slot, set)
        if marks[set] == all { marks[set] = bit(slot, set) }
    }

    override func victim(set: Int, _ use: Use) -> Int {
        let way = (~marks[set]).trailingZeroBitCount
        return set * ways + (way < ways ? way : 0)
    }
}
