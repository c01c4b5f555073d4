import OrreryText

/// A 128-bit fingerprint of inputs that tells them apart in stores of millions of results: FNV-1a with offset
/// 0x6c62272e07bb014262b821756295c58d and prime 0x1000000000000000000013b.
///
/// Like ``Fingerprint`` it is cheap to compute anywhere and no protection against someone who wants two inputs to look alike.
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    public private(set) var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    public init() {}

    /// The fingerprint of some bytes.
    public init(of bytes: some Sequence<UInt8>) { add(bytes) }

    /// The value that ``description`` gave; nil for other text.
    public init?(_ digits: String) {
        guard digits.utf8.count == 32, let value = UInt128(digits, radix: 16) else { return nil }
        self.value = value
    }

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
    }

    /// Adds a text and its end.
    public mutating func add(_ text: String) {
        add(text.utf8)
        add(CollectionOfOne(0))
    }

    /// Adds another fingerprint.
    public mutating func add(_ other: ContentHash) {
        add((0..<16).map { UInt8(truncatingIfNeeded: other.value >> (8 * $0)) })
    }

    /// Adds what a YAML value says: neither where it was written, nor its comments, nor its layout, nor where a number of the form
    /// `{value: …, source: …}` comes from.
    public mutating func add(_ node: Node) {
        switch node.content {
        case .scalar(let scalar):
            add(scalar.isPlain ? "=" : "\"")
            add(scalar.text)
        case .sequence(let items):
            add("[")
            for item in items { add(item) }
            add("]")
        case .mapping(let entries):
            if let value = node["value"], node["source"] != nil || node["status"] != nil { return add(value) }
            add("{")
            for entry in entries {
                add(entry.key)
                add(entry.value)
            }
            add("}")
        }
    }

    /// Thirty-two hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
