import OrrerySimulation
import OrreryText

/// A memory known by bandwidth and latency alone: one channel, and a bounded number of granules in flight.
///
/// **Modelled cycle by cycle.** Requests are served in the order in which they are taken, each as whole granules in address
/// order. Granule *i* begins when the channel is free and granule *i* − `outstanding` is complete; it takes the channel for granule /
/// bandwidth, a fraction of cycles kept exactly, and is complete `latency` after that, at the next edge of the clock. A request
/// is done with its last granule. So bandwidth is bounded by the channel and by outstanding × granule / latency (Little). Pieces
/// of a paced request begin at least `pace` apart, with those behind them waiting in order.
///
/// **Abstracted.** Banks, rows, refresh, read/write turnaround, address mapping: answers don't depend on addresses, and
/// reads and writes are alike. A piece that is no whole number of granules takes the last one whole.
///
/// Source: the memory interface of FLAT's, FuseMax's and LLMCompass's machine descriptions.
public final class SimpleMemory: Server, Metered {
    public struct Configuration: Hashable, Sendable {
        public var rate: Rate
        /// Cycles from the end of a granule's transfer to its completion.
        public var latency: Int
        /// Granules in flight at most.
        public var outstanding: Int
        /// Bytes of a transfer.
        public var granule: Int
        /// Requests that it holds at most.
        public var queue: Int
        /// Bytes; nil for no limit.
        public var capacity: Int?

        public init(rate: Rate, latency: Int, outstanding: Int, granule: Int, queue: Int = 64, capacity: Int? = nil) {
            self.rate = rate
            self.latency = latency
            self.outstanding = outstanding
            self.granule = granule
            self.queue = queue
            self.capacity = capacity
        }

        /// Whether a granule can ever wait for an earlier one's completion while the channel is free.
        ///
        /// Granules begin at least one transfer d apart, so granule *i* begins at least `outstanding` × d after granule
        /// *i* − `outstanding`, which is complete less than d + latency + 1 after its begin (1 for the rounding to an edge). The limit is
        /// without effect where (outstanding − 1) × d ≥ latency + 1.
        var outstandingCanBind: Bool {
            Int128(outstanding - 1) * Int128(granule) * Int128(rate.cycles) < Int128(latency + 1) * Int128(rate.bytes)
        }
    }

    public let configuration: Configuration
    public private(set) var traffic = Traffic()
    private var channel: Channel
    private let transfer: Rate.Duration
    /// Completion times of the last `outstanding` granules, of which `oldest` is the next to be replaced; empty where they
    /// can't matter.
    private let recent: FixedArray<Cycle>
    private var oldest = 0
    private let admission: Admission
    private let completions = CompletionQueue()

    /// - Parameter skips: false walks every granule, also where the outcome is known; for tests of that claim.
    public init(path: String, clock: Int = 0, _ configuration: Configuration, skips: Bool = true) {
        self.configuration = configuration
        channel = Channel(configuration.rate)
        transfer = configuration.rate.duration(of: configuration.granule)
        let walks = !skips || configuration.outstandingCanBind
        recent = FixedArray(repeating: 0, count: walks ? configuration.outstanding : 0)
        admission = Admission(capacity: configuration.queue)
        super.init(path: path, clock: clock)
    }

    public var peak: Rate { configuration.rate }

    public override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: ["read", "write"])
    }

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        precondition(request.bytes > 0 && request.count > 0, "an empty request")
        if !admission.admit(request.requester) { return false }
        let granules = (request.bytes + configuration.granule - 1) / configuration.granule
        let arrival = kernel.edge(self)
        let end: Cycle
        if recent.count > 0 {
            end = walk(request, granulesOfPiece: granules, from: arrival, kernel)
        } else {
            end = stream(request, granulesOfPiece: granules, from: arrival, kernel)
        }
        completions.add(request, at: end, of: self, kernel)
        traffic.count(request, kernel)
        traffic.count(
            granules * request.count, action: request.isWrite ? 1 : 0, operatorID: request.operatorID, kernel)
        return true
    }

    /// Granule by granule. - Returns: the completion of the last.
    private func walk(_ request: Request, granulesOfPiece: Int, from arrival: Cycle, _ kernel: Kernel) -> Cycle {
        var pacing = Pacing(request, from: arrival, at: self, kernel)
        var channel = channel
        var slot = oldest
        var end = arrival
        for _ in 0..<request.count {
            let earliest = pacing.earliest
            pacing.started(at: channel.begin(from: max(earliest, recent[slot])))
            for _ in 0..<granulesOfPiece {
                end = channel.transfer(transfer, from: max(earliest, recent[slot])) + configuration.latency
                recent[slot] = end
                slot = slot + 1 == recent.count ? 0 : slot + 1
            }
        }
        oldest = slot
        self.channel = channel
        return end
    }

    /// The same where the channel alone decides: a piece, or the whole request, at once.
    private func stream(_ request: Request, granulesOfPiece: Int, from arrival: Cycle, _ kernel: Kernel) -> Cycle {
        let bytes = granulesOfPiece * configuration.granule
        let piece = configuration.rate.duration(of: bytes)
        var pacing = Pacing(request, from: arrival, at: self, kernel)
        if request.count == 1 || pacing.isWithin(piece) {
            let whole = configuration.rate.duration(of: bytes * request.count)
            return channel.transfer(whole, from: arrival) + configuration.latency
        }
        var end = arrival
        for _ in 0..<request.count {
            let earliest = pacing.earliest
            pacing.started(at: channel.begin(from: earliest))
            end = channel.transfer(piece, from: earliest)
        }
        return end + configuration.latency
    }

    public override func wake(_ kernel: Kernel) { completions.completeDue(admission, of: self, kernel) }

    public override func settle(_ kernel: Kernel) { channel.settle(at: kernel.now(self)) }

    public override func visit(_ state: inout StateVisitor) {
        channel.visit(&state)
        for index in 0..<recent.count { state.time(&recent[(oldest + index) % recent.count]) }
        admission.visit(&state)
        completions.visit(&state)
    }

    public override var signature: Int { completions.count }
}

extension SimpleMemory {
    /// The class `simple-memory`.
    static let componentClass = ComponentClass(
        name: "simple-memory", role: .memory, summary: "a memory known by bandwidth, latency and granules in flight",
        discussion: """
            Cycle by cycle: requests in order, granule by granule; a granule waits for the channel (granule / bandwidth, exact \
            fractions of a cycle, or rounded once to 1 / `subcycles` of one) and for the completion of the one `outstanding` before it, and is complete a latency after \
            its transfer.
            Not modelled: banks, rows, refresh, turnaround; answers don't depend on addresses.
            """,
        parameters: [bandwidth, latency, outstanding, granule, subcycles, queue, capacity], actions: ["read", "write"],
        relaxed: ["bandwidth": "1 PB/s", "latency": "0 s", "outstanding": "1Mi", "queue": "4096"],
        storage: { Storage(capacity: $0[capacity], rowBytes: $0[granule]) },
        make: { (site) throws(ConfigurationError) in
            let values = site.values
            let exact = try site.rate(bandwidth)
            let rate = values[subcycles].map { exact.stepped(granule: values[granule], subcycles: $0) } ?? exact
            return [
                SimpleMemory(
                    path: site.path, clock: site.clock,
                    Configuration(
                        rate: rate, latency: try site.cycles(latency),
                        outstanding: values[outstanding], granule: values[granule], queue: values[queue],
                        capacity: values[capacity]))
            ]
        })

    private static let bandwidth = Parameter.quantity(
        "bandwidth", .bytesPerSecond, help: "bytes that the channel moves in a second, reads and writes together")
    private static let latency = Parameter.duration(
        "latency", help: "from the end of a granule's transfer to its completion, rounded up to cycles")
    private static let outstanding = Parameter.integer("outstanding", 1...(1 << 20), help: "granules in flight")
    private static let granule = Parameter.bytes("granule", 1...(1 << 20), help: "bytes of a transfer")
    private static let subcycles = Parameter.integer(
        "subcycles", 1...(1 << 30),
        help: "steps of a cycle to which the transfer time of a granule is rounded; exact if absent"
    ).optional()
    private static let queue = Parameter.integer(
        "queue", 1...4096, default: 64, help: "requests it holds; further ones are refused and stall their requester")
    private static let capacity = Parameter.bytes("capacity", 1...(1 << 60), help: "bytes; unlimited if absent")
        .optional()
}
