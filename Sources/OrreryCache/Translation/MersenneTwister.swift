/// MT19937-64 (Nishimura and Matsumoto, 2000), as `std::mt19937_64`.
public struct MersenneTwister64: Sendable {
    private var state: [UInt64]
    private var index = 312

    public init(seed: UInt64) {
        state = [seed]
        state.reserveCapacity(312)
        for index in 1..<312 {
            let last = state[index - 1]
            state.append(6_364_136_223_846_793_005 &* (last ^ (last >> 62)) &+ UInt64(index))
        }
    }

    public mutating func next() -> UInt64 {
        if index == 312 { twist() }
        var x = state[index]
        index += 1
        x ^= (x >> 29) & 0x5555_5555_5555_5555
        x ^= (x << 17) & 0x71D6_7FFF_EDA6_0000
        x ^= (x << 37) & 0xFFF7_EEE0_0000_0000
        return x ^ (x >> 43)
    }

    private mutating func twist() {
        for place in 0..<312 {
            let x = (state[place] & 0xFFFF_FFFF_8000_0000) | (state[(place + 1) % 312] & 0x7FFF_FFFF)
            let twisted = (x >> 1) ^ (x & 1 == 0 ? 0 : 0xB502_6F5A_A966_19E9)
            state[place] = state[(place + 156) % 312] ^ twisted
        }
        index = 0
    }

    /// A number below `bound` as libstdc++'s `uniform_int_distribution` draws it since GCC 11: the upper half of a product, drawn
    /// again where that would favour some (Lemire, 2019).
    mutating func below(_ bound: UInt64) -> UInt64 {
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }
}

extension Array {
    /// Shuffles as libstdc++'s `std::shuffle` does with a 64-bit generator and fewer than 2^32 elements: places are
    /// drawn in pairs, two from one number.
    mutating func shuffleLikeLibstdcxx(_ generator: inout MersenneTwister64) {
        guard count > 1 else { return }
        var place = 1
        if count % 2 == 0 {
            swapAt(1, Int(generator.below(2)))
            place = 2
        }
        while place < count {
            let range = UInt64(place + 1)
            let drawn = generator.below(range * (range + 1))
            swapAt(place, Int(drawn / (range + 1)))
            swapAt(place + 1, Int(drawn % (range + 1)))
            place += 2
        }
    }
}
