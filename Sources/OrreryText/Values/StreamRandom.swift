/// The generator splitmix64: every stream that is drawn is the same on every machine.
///
/// Output *i* (from 0) is `mix(seed + (i + 1) × 0x9E3779B97F4A7C15)`, so that it can also be asked for out of order.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
@frozen
public struct StreamRandom: Sendable {
    @usableFromInline var state: UInt64

    @inlinable static var step: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    @inlinable
    public init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    /// The next 64 bits.
    @inlinable
    @inline(__always)
    public mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mix(state)
    }

    /// A number below `bound`, which is at least 1: the next 64 bits modulo the bound.
    @inlinable
    @inline(__always)
    public mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Output `index` of the generator with this seed.
    @inlinable
    @inline(__always)
    public static func output(_ index: Int, seed: Int) -> UInt64 {
        mix(UInt64(bitPattern: Int64(seed)) &+ UInt64(truncatingIfNeeded: index &+ 1) &* step)
    }

    /// The bits of a state, well mixed.
    @inlinable
    @inline(__always)
    public static func mix(_ state: UInt64) -> UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
