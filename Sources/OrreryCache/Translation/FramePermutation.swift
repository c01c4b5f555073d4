/// A keyed permutation of the numbers below a bound: the order in which frames are handed out, without a list of them.
///
/// Four rounds of a balanced Feistel network over the next even number of bits; what falls outside the bound is permuted again
/// until it falls inside (cycle walking: Black and Rogaway, 2002). A draw takes some nanoseconds where a shuffled list of
/// the frames of 16 GiB takes 150 ms before the first.
struct FramePermutation {
    private let count: UInt64
    private let halfBits: UInt64
    private let mask: UInt64
    private let keys: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameter count: at least 1.
    init(count: Int, seed: UInt64) {
        precondition(count > 0)
        self.count = UInt64(count)
        let bits = max(Int.bitWidth - (count - 1).leadingZeroBitCount, 2)
        halfBits = UInt64((bits + 1) / 2)
        mask = 1 << halfBits - 1
        var random = SplitMix64(seed: seed)
        keys = (random.next(), random.next(), random.next(), random.next())
    }

    /// The number at a place of the permutation.
    subscript(place: Int) -> Int {
        var number = UInt64(place)
        repeat { number = permuted(number) } while number >= count
        return Int(number)
    }

    private func permuted(_ number: UInt64) -> UInt64 {
        var (left, right) = (number >> halfBits, number & mask)
        (left, right) = (right, left ^ mixed(right, keys.0))
        (left, right) = (right, left ^ mixed(right, keys.1))
        (left, right) = (right, left ^ mixed(right, keys.2))
        (left, right) = (right, left ^ mixed(right, keys.3))
        return left << halfBits | right
    }

    private func mixed(_ half: UInt64, _ key: UInt64) -> UInt64 {
        var state = (half ^ key) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ state >> 29) &* 0x94D0_49BB_1331_11EB
        return (state ^ state >> 32) & mask
    }
}
