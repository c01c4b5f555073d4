import OrrerySimulation

/// Belady's optimum (MIN) within a set, offline: the victim is the line whose next use is farthest, of equal ones the lowest
/// way. Every line is placed; there is no bypass.
final class Belady: Replacement {
    private let nextUses: FixedArray<Int>

    override init(sets: Int, ways: Int) {
        nextUses = FixedArray(repeating: 0, count: sets * ways)
        super.init(sets: sets, ways: ways)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) { nextUses[slot] = use.nextUse }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) { nextUses[slot] = use.nextUse }

    override func victim(set: Int, _ use: Use) -> Int {
        var best = set * ways
        for slot in best..<best + ways where nextUses[slot] > nextUses[best] { best = slot }
        return best
    }

    /// For each key of a stream the place of its next use, `Int.max` for none.
    static func nextUses(of keys: [Int]) -> [Int] {
        var next = [Int](repeating: .max, count: keys.count)
        var seen: [Int: Int] = [:]
        for index in keys.indices.reversed() {
            if let later = seen.updateValue(index, forKey: keys[index]) { next[index] = later }
        }
        return next
    }
}
