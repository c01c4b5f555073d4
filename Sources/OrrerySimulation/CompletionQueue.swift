/// Requests whose completion time a server knows already, the earliest first, and of equal ones the oldest.
public final class CompletionQueue {
    private struct Entry {
        var at: Cycle = 0
        var requester = 0
        var tag = 0
    }

    private var entries: [Entry] = []

    public init() {}

    public var count: Int { entries.count }

    /// Lets `request` be completed at `cycle`, and the server wake in time.
    public func add(_ request: Request, at cycle: Cycle, of server: Server, _ kernel: Kernel) {
        let position = entries.lastIndex { $0.at <= cycle }.map { $0 + 1 } ?? 0
        entries.insert(Entry(at: cycle, requester: request.requester, tag: request.tag), at: position)
        if position == 0 { kernel.wake(server.id, at: cycle) }
    }

    /// Completes what is due, each time giving its place back first, and asks for the next wake-up. Called in the server's
    /// `wake`.
    public func completeDue(_ admission: Admission, of server: Server, _ kernel: Kernel) {
        let now = kernel.now(server)
        while let first = entries.first, first.at <= now {
            entries.removeFirst()
            admission.release(kernel)
            kernel.complete(first.requester, tag: first.tag)
        }
        if let first = entries.first { kernel.wake(server.id, at: first.at) }
    }

    public func visit(_ state: inout StateVisitor) {
        let count = state.count(entries.count)
        if state.isRestoring { entries = Array(repeating: Entry(), count: count) }
        for index in entries.indices {
            state.time(&entries[index].at)
            state.plain(&entries[index].requester)
            let requester = entries[index].requester
            state.tag(&entries[index].tag, of: requester)
        }
    }
}
