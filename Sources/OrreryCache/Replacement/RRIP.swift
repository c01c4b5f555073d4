import OrrerySimulation

/// Re-reference interval prediction (Jaleel et al., ISCA 2010): SRRIP, BRRIP and DRRIP.
///
/// A line is inserted with "long" (maximum − 1); the victim is the lowest way with the maximum, all ways ageing until one has it.
/// BRRIP inserts with the maximum but for every 32nd fill of a bimodal set. DRRIP duels: in each of 32 equal parts of the sets the
/// first set always inserts like SRRIP and the last like BRRIP, their misses move a 10-bit counter, and the other sets follow it.
/// The bimodal choice is a counter, not a random number. A distant insertion is always with the maximum.
final class RRIP: Replacement {
    enum Insertion { case `static`, distant, bimodal, duelling }

    private let values: PackedBytes
    private let most: UInt8
    private let rule: ReplacementPolicy.HitRule
    private let insertion: Insertion
    /// Fills of bimodal sets, and the duel's counter.
    private let state: FixedArray<Int>
    private let constituency: Int

    static let selectorLimit = 1024

    init(sets: Int, ways: Int, bits: Int, _ rule: ReplacementPolicy.HitRule, _ insertion: Insertion) {
        most = UInt8((1 << bits) - 1)
        values = PackedBytes(sets: sets, ways: ways)
        self.rule = rule
        self.insertion = insertion
        state = FixedArray([0, Self.selectorLimit / 2])
        constituency = max(sets / 32, 2)
        super.init(sets: sets, ways: ways)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) {
        let way = slot &- set &* ways
        switch rule {
        case .hitPriority: values[set, way] = 0
        case .frequencyPriority: if values[set, way] > 0 { values[set, way] -= 1 }
        }
    }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) {
        let isDistant = insertion != .static && isBimodal(set) && !takesTurn()
        values[set, slot &- set &* ways] = isDistant ? most : most &- 1
    }

    override func victim(set: Int, _ use: Use) -> Int { set &* ways &+ values.oldest(set: set, most: most) }

    /// Which insertion a fill of the set follows; a fill of a leader set is a miss that counts in the duel.
    private func isBimodal(_ set: Int) -> Bool {
        switch insertion {
        case .static: return false
        case .distant, .bimodal: return true
        case .duelling:
            let place = set % constituency
            if place == 0 {
                state[1] = min(state[1] + 1, Self.selectorLimit - 1)
                return false
            }
            if place == constituency - 1 {
                state[1] = max(state[1] - 1, 0)
                return true
            }
            return state[1] >= Self.selectorLimit / 2
        }
    }

    private func takesTurn() -> Bool {
        if insertion == .distant { return false }
        state[0] &+= 1
        return state[0] & 31 == 0
    }
}

extension PackedBytes {
    /// Ages the ways of a set until one has `most`. - Returns: the lowest way that has.
    @inline(__always)
    func oldest(set: Int, most: UInt8) -> Int {
        let oldest = find(most, set: set)
        if oldest >= 0 { return oldest }
        let (byte, way) = largest(set: set, most: most)
        add(most &- byte, set: set)
        return way
    }
}
