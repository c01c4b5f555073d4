/// splitmix64: the same numbers in every run.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Rows of whole numbers from 0 to `limit`, so that ties and equal rows are common.
    mutating func rows(_ count: Int, width: Int, limit: Int) -> [[Double]] {
        (0..<count).map { _ in (0..<width).map { _ in Double(Int.random(in: 0...limit, using: &self)) } }
    }
}
