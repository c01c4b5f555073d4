import OrrerySimulation

/// Banks with open rows behind one command slot: first ready (row hits before others), then first come. Refresh closes all
/// rows. A request is done with the last of its pieces.
final class ToyDRAM: Server {
    struct Configuration {
        var banks: Int
        var rowBytes: Int
        var latency: Int
        /// Cycles between two commands, and that a bank is taken by a hit.
        var hit: Int
        /// Further cycles that a bank is taken by a miss, and that its answer is later.
        var miss: Int
        var limit: Int
        /// Cycles between refreshes, 0 for none, and how long they take.
        var refreshInterval = 0
        var refreshCycles = 0
        /// Refresh is a `deadline`, not a `time`.
        var hasDeadline = true
    }

    private let configuration: Configuration
    private let queue: ToyQueue
    private var waiting: [ToyRequest] = []
    private var ready: [Cycle]
    private var row: [Int]
    private var rowCommand: [Int]
    private var touched: [Int]
    private var nextCommand: Cycle = 0
    private var nextRefresh: Cycle = .never
    private var counters = 0

    init(path: String, clock: Int = 0, _ configuration: Configuration) {
        self.configuration = configuration
        queue = ToyQueue(limit: configuration.limit)
        ready = Array(repeating: 0, count: configuration.banks)
        row = Array(repeating: -1, count: configuration.banks)
        rowCommand = row
        touched = row
        super.init(path: path, clock: clock)
    }

    private var span: Int { configuration.banks * configuration.rowBytes }

    override var addressing: Addressing { .compared(period: span, unit: span) }

    override func attach(to ledger: Ledger) {
        counters = ledger.registerCounters(["hits", "misses", "reordered", "refreshes"], of: path)
    }

    override func start(_ kernel: Kernel) {
        if configuration.refreshInterval > 0 {
            nextRefresh = configuration.refreshInterval
            kernel.wake(id, at: nextRefresh, inBackground: true)
        }
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !queue.admits(request.requester) { return false }
        waiting += ToyRequest(request).pieces
        kernel.poke(id)
        return true
    }

    private func bankOf(_ request: ToyRequest) -> Int { request.address / configuration.rowBytes % configuration.banks }

    override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        while nextRefresh <= now { refresh(kernel) }
        queue.completeDue(now, kernel)
        if nextCommand <= now { issue(now, kernel) }
        var next = min(queue.next, nextRefresh)
        for request in waiting { next = min(next, max(nextCommand, ready[bankOf(request)])) }
        kernel.wake(id, at: next, inBackground: queue.held == 0)
    }

    private func refresh(_ kernel: Kernel) {
        for bank in row.indices {
            row[bank] = -1
            rowCommand[bank] = -1
            touched[bank] = kernel.step
            ready[bank] = max(ready[bank], nextRefresh) + configuration.refreshCycles
        }
        nextRefresh += configuration.refreshInterval
        kernel.ledger.add(1, to: counters + 3)
    }

    private func issue(_ now: Cycle, _ kernel: Kernel) {
        let isReady = waiting.map { ready[bankOf($0)] <= now }
        let isHit = waiting.map { row[bankOf($0)] == $0.address / span }
        guard let pick = waiting.indices.first(where: { isReady[$0] && isHit[$0] }) ?? isReady.firstIndex(of: true)
        else { return }
        let request = waiting.remove(at: pick)
        let bank = bankOf(request)
        let miss = isHit[pick] ? 0 : configuration.miss
        kernel.ledger.add(1, to: counters + (isHit[pick] ? 0 : 1))
        if pick > 0 { kernel.ledger.add(1, to: counters + 2) }
        row[bank] = request.address / span
        rowCommand[bank] = request.command
        touched[bank] = kernel.step
        ready[bank] = now + configuration.hit + miss
        nextCommand = now + configuration.hit
        if !waiting.contains(where: { $0.requester == request.requester && $0.tag == request.tag }) {
            queue.complete(request.requester, tag: request.tag, at: now + configuration.latency + miss)
        }
    }

    override func visit(_ state: inout StateVisitor) {
        queue.visit(&state)
        waiting.visit(&state)
        state.time(&nextCommand)
        if configuration.hasDeadline { state.deadline(&nextRefresh) } else { state.time(&nextRefresh) }
        for bank in row.indices {
            state.time(&ready[bank])
            state.row(&row[bank], unit: span, command: &rowCommand[bank], touched: &touched[bank])
        }
    }

    override var signature: Int { queue.held << 8 | waiting.count }
}
