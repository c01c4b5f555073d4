import OrrerySimulation
import OrreryText

/// A memory that answers every request a fixed time after it came, whatever its size.
///
/// **Modelled cycle by cycle.** The answer comes `latency` cycles after the request; at most `queue` requests are under
/// way, further ones are refused and their requesters poked when there is room.
///
/// **Abstracted.** Bandwidth, banks, addresses.
final class DelayMemory: Server {
    private let latency: Int
    private let admission: Admission
    private let completions = CompletionQueue()
    private var traffic = Traffic()

    init(path: String, clock: Int, latency: Int, queue: Int) {
        self.latency = latency
        admission = Admission(capacity: queue)
        super.init(path: path, clock: clock)
    }

    override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: ["read", "write"])
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !admission.admit(request.requester) { return false }
        completions.add(request, at: kernel.edge(self) + latency, of: self, kernel)
        traffic.count(request, kernel)
        traffic.count(request.count, action: request.isWrite ? 1 : 0, operatorID: request.operatorID, kernel)
        return true
    }

    override func wake(_ kernel: Kernel) { completions.completeDue(admission, of: self, kernel) }

    override func visit(_ state: inout StateVisitor) {
        admission.visit(&state)
        completions.visit(&state)
    }

    override var signature: Int { completions.count }
}

extension DelayMemory {
    /// The class `delay-memory`.
    static let componentClass = ComponentClass(
        name: "delay-memory", role: .memory, summary: "a memory that answers after a fixed time",
        discussion: """
            Cycle by cycle: every request is answered `latency` after it came; a full queue refuses.
            Not modelled: bandwidth, banks, addresses.
            """,
        parameters: [latency, queue, capacity], actions: ["read", "write"],
        relaxed: ["latency": "0 s", "queue": "4096"],
        storage: { Storage(capacity: $0[capacity], rowBytes: 1) },
        make: { (site) throws(ConfigurationError) in
            [
                DelayMemory(
                    path: site.path, clock: site.clock, latency: try site.cycles(latency), queue: site.values[queue])
            ]
        })

    private static let latency = Parameter.duration("latency", help: "from a request to its answer")
    private static let queue = Parameter.integer(
        "queue", 1...4096, default: 16, help: "requests under way; further ones are refused")
    private static let capacity = Parameter.bytes("capacity", 1...(1 << 60), help: "bytes that can be placed in it")
}
