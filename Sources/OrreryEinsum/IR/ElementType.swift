/// How one element of a tensor is stored.
///
/// The name is the one used in files (`type: fp16`); the width counts bits, so that sub-byte types pack.
public struct ElementType: Hashable, Sendable, CustomStringConvertible {
    /// The name in files.
    public let name: String
    /// Width of one element in bits.
    public let bits: Int
    /// Whether elements are integers, as the indices of an indirect access must be.
    public let isInteger: Bool

    private init(_ name: String, _ bits: Int, integer: Bool = false) {
        self.name = name
        self.bits = bits
        isInteger = integer
    }

    /// The type with a given name in files, or nil.
    public init?(named name: String) {
        guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
        self = known
    }

    public var description: String { name }

    /// Bytes that `count` elements occupy when packed, rounded up to a whole byte.
    public func bytes(of count: Int) -> Int {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: 8)
        return whole * bits + (rest * bits + 7) / 8
    }

    public static let fp64 = ElementType("fp64", 64)
    public static let fp32 = ElementType("fp32", 32)
    public static let fp16 = ElementType("fp16", 16)
    public static let bf16 = ElementType("bf16", 16)
    /// Eight-bit floating point, 4 exponent and 3 mantissa bits where a name does not say otherwise.
    public static let fp8 = ElementType("fp8", 8)
    public static let fp8e5m2 = ElementType("fp8_e5m2", 8)
    public static let fp4 = ElementType("fp4", 4)
    public static let int64 = ElementType("int64", 64, integer: true)
    public static let int32 = ElementType("int32", 32, integer: true)
    public static let int16 = ElementType("int16", 16, integer: true)
    public static let int8 = ElementType("int8", 8, integer: true)
    public static let int4 = ElementType("int4", 4, integer: true)
    public static let int2 = ElementType("int2", 2, integer: true)
    public static let uint8 = ElementType("uint8", 8, integer: true)
    public static let bool = ElementType("bool", 1, integer: true)

    /// Every type a file may name, widest floating point first.
    public static let all: [ElementType] = [
        fp64, fp32, fp16, bf16, fp8, fp8e5m2, fp4, int64, int32, int16, int8, int4, int2, uint8, bool,
    ]
}
