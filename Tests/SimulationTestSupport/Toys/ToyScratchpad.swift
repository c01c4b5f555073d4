import OrrerySimulation

/// Banks interleaved by `width` bytes: an access takes its bank for `occupancy` cycles and answers after `latency`. Requests
/// wait in order for their bank.
final class ToyScratchpad: Server {
    struct Configuration {
        var banks: Int
        var width: Int
        var occupancy: Int
        var latency: Int
        var limit: Int
    }

    private let configuration: Configuration
    private let queue: ToyQueue
    private var waiting: [ToyRequest] = []
    private var ready: [Cycle]
    private var counters = 0

    init(path: String, clock: Int = 0, _ configuration: Configuration) {
        self.configuration = configuration
        queue = ToyQueue(limit: configuration.limit)
        ready = Array(repeating: 0, count: configuration.banks)
        super.init(path: path, clock: clock)
    }

    override var addressing: Addressing { .interleaved(period: configuration.banks * configuration.width) }

    override func attach(to ledger: Ledger) {
        counters = ledger.registerCounters(["accesses", "cycles waited"], of: path)
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !queue.admits(request.requester) { return false }
        waiting.append(ToyRequest(request))
        kernel.poke(id)
        return true
    }

    private func bankOf(_ request: ToyRequest) -> Int { request.address / configuration.width % configuration.banks }

    override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        queue.completeDue(now, kernel)
        while let first = waiting.first, ready[bankOf(first)] <= now {
            ready[bankOf(first)] = now + configuration.occupancy
            queue.complete(first.requester, tag: first.tag, at: now + configuration.latency)
            kernel.ledger.add(1, to: counters)
            waiting.removeFirst()
        }
        var next = queue.next
        if let first = waiting.first {
            next = min(next, ready[bankOf(first)])
            kernel.ledger.add(ready[bankOf(first)] - now, to: counters + 1)
        }
        kernel.wake(id, at: next)
    }

    override func visit(_ state: inout StateVisitor) {
        queue.visit(&state)
        waiting.visit(&state)
        for bank in ready.indices { state.time(&ready[bank]) }
    }

    override var signature: Int { queue.held << 8 | waiting.count }
}
