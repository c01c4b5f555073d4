import OrrerySimulation

/// A way drawn by SplitMix64 from the seed.
final class RandomReplacement: Replacement {
    @exclusivity(unchecked) private var random: SplitMix64

    init(sets: Int, ways: Int, seed: UInt64) {
        random = SplitMix64(seed: seed)
        super.init(sets: sets, ways: ways)
    }

    override func victim(set: Int, _ use: Use) -> Int { set * ways + random.below(ways) }
}

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number below `bound`, by the upper half of a product.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
