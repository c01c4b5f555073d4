/// A cache, one access at a time and without time: the tags and policies of the timed one, for counts alone.
///
/// Reads and writes allocate, written lines are written back when they leave (`reference/cache` §6.2).
public final class FunctionalCache {
    public struct Counts: Hashable, Sendable {
        public var hits = 0
        public var misses = 0
        public var evictions = 0
        /// Evictions of written lines.
        public var writeBacks = 0

        public init(hits: Int = 0, misses: Int = 0, evictions: Int = 0, writeBacks: Int = 0) {
            self.hits = hits
            self.misses = misses
            self.evictions = evictions
            self.writeBacks = writeBacks
        }
    }

    public let tags: TagArray
    private let lineShift: Int
    @exclusivity(unchecked) public private(set) var counts = Counts()

    /// - Parameters:
    ///   - bytes: sets × ways × line.
    ///   - line: bytes of a line, a power of two.
    public init(bytes: Int, ways: Int, line: Int = 64, _ policy: ReplacementPolicy) {
        precondition(line & (line - 1) == 0 && bytes % (ways * line) == 0)
        tags = TagArray(sets: bytes / (ways * line), ways: ways, policy)
        lineShift = line.trailingZeroBitCount
    }

    /// Number of the line that an address lies in: its key.
    @inline(__always)
    public func line(of address: Int) -> Int { address >> lineShift }

    /// Reads or writes. - Returns: whether the line was there.
    @discardableResult
    @inline(__always)
    public func access(
        _ address: Int, isWrite: Bool = false, isUnneeded: Bool = false, nextUse: Int = .max
    ) -> Bool {
        let use = Use(key: line(of: address), isUnneeded: isUnneeded, nextUse: nextUse)
        var slot = tags.use(use)
        let isHit = slot >= 0
        if isHit {
            counts.hits &+= 1
            if isWrite { tags.mark(slot, .dirty) }
        } else {
            counts.misses &+= 1
            let eviction = tags.fill(use, marks: isWrite ? .dirty : [])
            slot = eviction.slot
            if eviction.isLine { left(eviction.marks) }
        }
        if isUnneeded, tags.replacement.leavesAfter(use) {
            left(tags.marks(at: slot))
            tags.empty(slot)
        }
        return isHit
    }

    private func left(_ marks: TagArray.Marks) {
        counts.evictions &+= 1
        if marks.contains(.dirty) { counts.writeBacks &+= 1 }
    }
}
