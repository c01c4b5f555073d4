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
    private let state: FixedArray<Int>
    private let limit: Int

    /// Room beyond the limit for the sectors of one line and for what is put out in the same cycle.
    private static let slack = 64

    init(capacity: Int) {
        limit = capacity
        entries = FixedArray(repeating: Entry(), count: capacity + Self.slack)
        state = FixedArray(repeating: 0, count: 2)
    }

    @inline(__always)
    var count: Int { state[1] }

    /// Whether one more line may be put out.
    @inline(__always)
    var hasRoom: Bool { state[1] < limit }

    func append(_ entry: Entry) {
        precondition(state[1] < entries.count, "a full write buffer")
        entries[(state[0] + state[1]) % entries.count] = entry
        state[1] += 1
    }

    var first: Entry { entries[state[0]] }

    func removeFirst() {
        state[0] = (state[0] + 1) % entries.count
        state[1] -= 1
    }
}
