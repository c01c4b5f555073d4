import OrrerySimulation

/// A byte for every way of every set, eight in a word, searched a word at a time.
///
/// Measured: a look-up that compares bytes first and keys where they match takes half of the time of comparing keys alone.
struct PackedBytes: ~Copyable {
    private let words: FixedArray<UInt64>
    private let wordsPerSet: Int
    private let ways: Int
    /// A one in the byte of every way of a set's last word.
    private let lastOnes: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let rests: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

    init(sets: Int, ways: Int) {
        wordsPerSet = (ways + 7) / 8
        self.ways = ways
        lastOnes = Self.ones &>> UInt64(8 * (8 * wordsPerSet - ways))
        words = FixedArray(repeating: 0, count: sets * wordsPerSet)
    }

    @inline(__always)
    subscript(set: Int, way: Int) -> UInt8 {
        get { UInt8(truncatingIfNeeded: words[set &* wordsPerSet &+ way &>> 3] &>> (UInt64(way & 7) &* 8)) }
        nonmutating set {
            let shift = UInt64(way & 7) &* 8
            let word = set &* wordsPerSet &+ way &>> 3
            words[word] = words[word] & ~(0xFF &<< shift) | UInt64(newValue) &<< shift
        }
    }

    /// The lowest way from `first` on whose byte is `byte` and that `suits`, -1 for none.
    @inline(__always)
    func find(_ byte: UInt8, set: Int, where suits: (Int) -> Bool = { _ in true }) -> Int {
        let pattern = Self.ones &* UInt64(byte)
        let first = set &* wordsPerSet
        for word in 0..<wordsPerSet {
            // A byte that is the same leaves a zero: the only one to which its rest adds up to less than 0x80.
            let difference = words[first &+ word] ^ pattern
            var marks = ~((difference & Self.rests) &+ Self.rests | difference | Self.rests)
            while marks != 0 {
                let way = word &<< 3 &+ marks.trailingZeroBitCount &>> 3
                if way < ways, suits(way) { return way }
                marks &= marks &- 1
            }
        }
        return -1
    }

    /// The largest byte of a set and the lowest way that has it. - Parameter most: no byte has bits that this one has not.
    @inline(__always)
    func largest(set: Int, most: UInt8) -> (byte: UInt8, way: Int) {
        let first = set &* wordsPerSet
        let bits = UInt64(truncatingIfNeeded: 8 &- most.leadingZeroBitCount)
        var (largest, way) = (-1, 0)
        for word in 0..<wordsPerSet {
            // From the highest bit on: of the ways that are left, those that have it, where there are such.
            var (left, value, bit) = (word &+ 1 < wordsPerSet ? Self.ones : lastOnes, 0, bits)
            while bit > 0 {
                bit &-= 1
                let having = words[first &+ word] &>> bit & left
                value = value &<< 1 | (having == 0 ? 0 : 1)
                left = having == 0 ? left : having
            }
            if value > largest { (largest, way) = (value, word &<< 3 &+ left.trailingZeroBitCount &>> 3) }
        }
        return (UInt8(truncatingIfNeeded: largest), way)
    }

    /// Adds to the bytes of all ways of a set; none may come to more than 255.
    @inline(__always)
    func add(_ amount: UInt8, set: Int) {
        let pattern = Self.ones &* UInt64(amount)
        for word in 0..<wordsPerSet { words[set &* wordsPerSet &+ word] &+= pattern }
    }
}
