/// A 64-bit fingerprint of some bytes: FNV-1a with offset 0xcbf29ce484222325 and prime 0x100000001b3.
///
/// It tells inputs apart and is cheap to compute anywhere; it is no protection against someone who wants two inputs to
/// look alike. Texts are followed by a zero byte, so that `ab`, `c` and `a`, `bc` differ.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    /// The fingerprint of a file's bytes.
    public init(of bytes: some Sequence<UInt8>) { add(bytes) }

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    /// Adds a text and its end.
    public mutating func add(_ text: String) {
        add(text.utf8)
        add(CollectionOfOne(0))
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
