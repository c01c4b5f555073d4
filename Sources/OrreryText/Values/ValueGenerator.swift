/// Yields the elements that ``GeneratedValues`` describe, each by its number alone.
public struct ValueGenerator: Sendable {
    private let values: GeneratedValues
    private let bound: UInt64
    private let zipf: ZipfDistribution?
    /// Bits of each half of a number that a permutation shuffles, and what its rounds mix in.
    private let halfBits: UInt64
    private let keys: InlineArray<4, UInt64>

    public init(_ values: GeneratedValues) {
        self.values = values
        bound = UInt64(max(1, values.bound))
        if case .zipf(let exponent) = values.pattern {
            zipf = ZipfDistribution(count: values.bound, exponent: exponent)
        } else {
            zipf = nil
        }
        let bits = UInt64(UInt64.bitWidth - (bound - 1).leadingZeroBitCount)
        halfBits = max(1, (bits + 1) / 2)
        keys = InlineArray { StreamRandom.output($0, seed: values.seed) }
    }

    /// Element `index`, from 0.
    public func element(at index: Int) -> Int {
        switch values.pattern {
        case .uniform: return Int(StreamRandom.output(index, seed: values.seed) % bound)
        case .skewed:
            let draw = StreamRandom.output(index, seed: values.seed)
            return Int(draw & (draw >> 32) & (bound &- 1))
        case .zipf:
            let seed = Int(truncatingIfNeeded: StreamRandom.output(index, seed: values.seed))
            return (zipf?.draw(StreamRandom(seed: seed)) ?? 1) - 1
        case .permutation: return permuted(index)
        case .sequential(let first, let step):
            return Int((UInt64(first) &+ UInt64(step).multipliedModulo(UInt64(index), bound)) % bound)
        case .given(let list): return list[index]
        }
    }

    /// A Feistel network of four rounds over the least power of four that holds the bound, walked until a number below the bound comes:
    /// a bijection, because walks along a cycle never meet.
    ///
    /// Source: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002 (generalised Feistel, cycle walking).
    private func permuted(_ index: Int) -> Int {
        let mask = (1 as UInt64) << halfBits &- 1
        var number = UInt64(index)
        repeat {
            var (left, right) = (number >> halfBits, number & mask)
            for round in 0..<4 {
                (left, right) = (right, left ^ (StreamRandom.mix(right &+ keys[round]) & mask))
            }
            number = left << halfBits | right
        } while number >= bound
        return Int(number)
    }
}

extension UInt64 {
    fileprivate func multipliedModulo(_ other: UInt64, _ modulus: UInt64) -> UInt64 {
        let product = multipliedFullWidth(by: other)
        return modulus.dividingFullWidth((product.high % modulus, product.low)).remainder
    }
}
