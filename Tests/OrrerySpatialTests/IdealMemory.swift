import OrrerySimulation

/// A server for tests: pieces one after the other, each `cyclesPerPiece` cycles (or the requester's pace, if that is more), all
/// requests beside each other; the data are there `latency` cycles later, which requesters may count themselves where it
/// `isPipelined`. Refuses what comes before `opensAt`.
final class IdealMemory: Server {
    let cyclesPerPiece: Int
    let latency: Int
    let isPipelined: Bool
    let opensAt: Cycle
    private(set) var requests: [(request: Request, at: Cycle)] = []
    private var pending: [(at: Cycle, requester: Int, tag: Int)] = []
    private var refused: Set<Int> = []

    init(
        path: String = "memory", cyclesPerPiece: Int = 1, latency: Int = 0, isPipelined: Bool = false,
        opensAt: Cycle = 0
    ) {
        self.isPipelined = isPipelined
        self.cyclesPerPiece = cyclesPerPiece
        self.latency = latency
        self.opensAt = opensAt
        super.init(path: path)
    }

    override var accessLatency: Int { isPipelined ? latency : 0 }

    var bytesRead: Int { bytes(isWrite: false) }
    var bytesWritten: Int { bytes(isWrite: true) }

    private func bytes(isWrite: Bool) -> Int {
        requests.filter { $0.request.isWrite == isWrite }.reduce(0) { $0 + $1.request.totalBytes }
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        let now = kernel.now(self)
        if now < opensAt {
            refused.insert(request.requester)
            kernel.wake(id, at: opensAt)
            return false
        }
        requests.append((request, now))
        let gap = max(cyclesPerPiece, request.pace)
        let isCounted = isPipelined && request.isPipelined
        let end = now + (request.count - 1) * gap + cyclesPerPiece + (isCounted ? 0 : latency)
        pending.append((end, request.requester, request.tag))
        pending.sort { ($0.at, $0.requester, $0.tag) < ($1.at, $1.requester, $1.tag) }
        kernel.wake(id, at: pending[0].at)
        return true
    }

    override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        while let first = pending.first, first.at <= now {
            pending.removeFirst()
            kernel.complete(first.requester, tag: first.tag)
        }
        if now >= opensAt {
            for requester in refused.sorted() { kernel.poke(requester) }
            refused = []
        }
        if let next = pending.first { kernel.wake(id, at: next.at) }
    }

    override func visit(_ state: inout StateVisitor) {
        let count = state.count(pending.count)
        if state.isRestoring { pending = Array(repeating: (0, 0, 0), count: count) }
        for index in pending.indices {
            state.time(&pending[index].at)
            state.plain(&pending[index].requester)
            state.plain(&pending[index].tag)
        }
    }
}
