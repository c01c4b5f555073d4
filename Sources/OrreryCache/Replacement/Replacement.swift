/// What a replacement policy may know about one access, beside its place.
public struct Use: Hashable, Sendable {
    /// Key of the line (`TagArray`), for policies that remember lines that have left.
    public var key: Int
    /// The line holds translations (a TLB block, a nested one).
    public var isTranslation: Bool
    /// A one-bit prediction about the line: for `mark0` that an optimal policy would evict it before its next use, for `mark-predict`
    /// that it is not needed in the next phase.
    public var isUnneeded: Bool
    /// Place in the stream of the line's next use, `Int.max` for none: for Belady's policy.
    public var nextUse: Int

    @inline(__always)
    public init(key: Int, isTranslation: Bool = false, isUnneeded: Bool = false, nextUse: Int = .max) {
        self.key = key
        self.isTranslation = isTranslation
        self.isUnneeded = isUnneeded
        self.nextUse = nextUse
    }
}

/// State of a replacement policy over all sets of one tag array.
///
/// The array asks for a victim only where a set is full: an empty way is always filled first, the lowest. A *slot* is
/// set × ways + way.
public class Replacement {
    public let sets: Int
    public let ways: Int

    init(sets: Int, ways: Int) {
        self.sets = sets
        self.ways = ways
    }

    /// The line in the slot was used.
    func hit(_ slot: Int, set: Int, _ use: Use) {}

    /// A line was placed in the slot. - Parameter wasEmpty: the slot held none before.
    func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) {}

    /// The line in the slot was taken out, with none in its place.
    func emptied(_ slot: Int, set: Int) {}

    /// The slot of a full set that `use` shall replace.
    func victim(set: Int, _ use: Use) -> Int { set * ways }

    /// Whether the line shall leave at once after this use.
    func leavesAfter(_ use: Use) -> Bool { false }
}
