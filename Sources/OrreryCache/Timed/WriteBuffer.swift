import OrrerySimulation

/// What waits to be written to the next level, in order.
struct WriteBuffer: ~Copyable {
    struct Entry {
        var address = 0
        var bytes = 0
        var operatorID = 0
        /// False for a clean line that an exclusive cache takes.
        var isWrite = true
        var kind = Request.Kind.eviction
    }

    private let entries: FixedArray<Entry>
    private var head = 0
    private(set) var count = 0
    private let limit: Int

    /// Room beyond the limit for the sectors of one line and for what is put out in the same cycle.
    private static let slack = 64

    init(capacity: Int) {
        limit = capacity
        entries = FixedArray(repeating: Entry(), count: capacity + Self.slack)
    }

    /// Whether one more line may be put out.
    @inline(__always)
    var hasRoom: Bool { count < limit }

    mutating func append(_ entry: Entry) {
        precondition(count < entries.count, "a full write buffer")
        let place = head &+ count
        entries[place < entries.count ? place : place &- entries.count] = entry
        count &+= 1
    }

    var first: Entry { entries[head] }

    mutating func removeFirst() {
        head = head &+ 1 == entries.count ? 0 : head &+ 1
        count &-= 1
    }
}
