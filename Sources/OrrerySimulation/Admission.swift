/// The finite number of requests that a server holds, and those it refused.
///
/// A place that falls free is kept for the requester that was refused first; it is poked and must submit again. So requesters
/// are admitted in the order in which they came, whatever their ids.
public final class Admission {
    public let capacity: Int
    /// Requests that the server holds.
    @inlinable @inline(__always)
    public var held: Int { count }
    @exclusivity(unchecked) @usableFromInline var count = 0
    /// Requesters that were refused, oldest first, each once.
    @exclusivity(unchecked) private var refused: [Int] = [] { didSet { hasRefused = !refused.isEmpty } }
    /// Whether some were: what the usual case asks, without a call.
    @exclusivity(unchecked) @usableFromInline var hasRefused = false

    public init(capacity: Int) {
        precondition(capacity > 0, "a server holds at least one request")
        self.capacity = capacity
    }

    /// Takes a place for a request of `requester`, or remembers that it was refused. - Returns: whether there is a place.
    @inlinable @inline(__always)
    public func admit(_ requester: Int) -> Bool {
        if hasRefused || count >= capacity { return admitInTurn(requester) }
        count &+= 1
        return true
    }

    @usableFromInline
    func admitInTurn(_ requester: Int) -> Bool {
        let position = refused.firstIndex(of: requester)
        if capacity - count <= position ?? refused.count {
            if position == nil { refused.append(requester) }
            return false
        }
        if let position { refused.remove(at: position) }
        count += 1
        return true
    }

    /// Gives one place back and pokes those for whom there is room.
    @inlinable @inline(__always)
    public func release(_ kernel: Kernel) {
        count &-= 1
        if hasRefused { pokeRefused(kernel) }
    }

    @usableFromInline
    func pokeRefused(_ kernel: Kernel) {
        for requester in refused.prefix(capacity - count) { kernel.poke(requester) }
    }

    public func visit(_ state: inout StateVisitor) {
        state.plain(&count)
        let waiting = state.count(refused.count)
        if state.isRestoring { refused = Array(repeating: 0, count: waiting) }
        for index in refused.indices { state.plain(&refused[index]) }
    }
}
