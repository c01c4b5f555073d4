/// The finite number of requests that a server holds, and those it refused.
///
/// A place that falls free is kept for the requester that was refused first; it is poked and must submit again. So requesters
/// are admitted in the order in which they came, whatever their ids.
public final class Admission {
    public let capacity: Int
    /// Requests that the server holds.
    @exclusivity(unchecked) public private(set) var held = 0
    /// Requesters that were refused, oldest first, each once.
    @exclusivity(unchecked) private var refused: [Int] = []

    public init(capacity: Int) {
        precondition(capacity > 0, "a server holds at least one request")
        self.capacity = capacity
    }

    /// Takes a place for a request of `requester`, or remembers that it was refused. - Returns: whether there is a place.
    public func admit(_ requester: Int) -> Bool {
        if refused.isEmpty, held < capacity {
            held += 1
            return true
        }
        let position = refused.firstIndex(of: requester)
        if capacity - held <= position ?? refused.count {
            if position == nil { refused.append(requester) }
            return false
        }
        if let position { refused.remove(at: position) }
        held += 1
        return true
    }

    /// Gives one place back and pokes those for whom there is room.
    public func release(_ kernel: Kernel) {
        held -= 1
        for requester in refused.prefix(capacity - held) { kernel.poke(requester) }
    }

    public func visit(_ state: inout StateVisitor) {
        state.plain(&held)
        let count = state.count(refused.count)
        if state.isRestoring { refused = Array(repeating: 0, count: count) }
        for index in refused.indices { state.plain(&refused[index]) }
    }
}
