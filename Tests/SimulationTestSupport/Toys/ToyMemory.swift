import OrrerySimulation

/// One channel of `bytes` / `cycles` with a latency, blind to addresses. It books the cycles in which it holds anything, lazily.
final class ToyMemory: Server {
    struct Configuration {
        var bytes: Int
        var cycles: Int
        var latency: Int
        var limit: Int
    }

    private let configuration: Configuration
    private let queue: ToyQueue
    /// The channel is free from this cycle and `part` / `bytes` of the next.
    private var free: Cycle = 0
    private var part = 0
    private var since: Cycle = 0
    private var counters = 0

    init(path: String, clock: Int = 0, _ configuration: Configuration) {
        self.configuration = configuration
        queue = ToyQueue(limit: configuration.limit)
        super.init(path: path, clock: clock)
    }

    override func attach(to ledger: Ledger) {
        counters = ledger.registerCounters(["requests", "bytes", "occupied"], of: path)
    }

    private func book(_ kernel: Kernel) {
        let now = kernel.now(self)
        if queue.held > 0 { kernel.ledger.add(now - since, to: counters + 2) }
        since = now
    }

    override func settle(_ kernel: Kernel) {
        book(kernel)
        if free <= kernel.now(self) { part = 0 }
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        book(kernel)
        if !queue.admits(request.requester) { return false }
        let now = kernel.now(self)
        if now + 1 > free {
            free = now + 1
            part = 0
        }
        part += request.totalBytes * configuration.cycles
        free += part / configuration.bytes
        part %= configuration.bytes
        let end = part > 0 ? free + 1 : free
        queue.complete(request.requester, tag: request.tag, at: end + configuration.latency)
        kernel.ledger.add(1, to: counters)
        kernel.ledger.add(request.totalBytes, to: counters + 1)
        kernel.wake(id, at: queue.next)
        return true
    }

    override func wake(_ kernel: Kernel) {
        book(kernel)
        queue.completeDue(kernel.now(self), kernel)
        kernel.wake(id, at: queue.next)
    }

    override func visit(_ state: inout StateVisitor) {
        queue.visit(&state)
        state.time(&free)
        state.plain(&part)
    }

    override var signature: Int { queue.held }
}
