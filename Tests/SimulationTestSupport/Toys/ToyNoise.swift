import OrrerySimulation

/// A channel whose requests, in order, each take a random time: its state never comes back. Bytes are counted at the completion.
final class ToyNoise: Server, Metered {
    struct Configuration {
        /// Cycles of a request: `base`, and up to `spread` more.
        var base = 10
        var spread = 8
        var seed = 1
        /// Requests in a row that take the same time.
        var hold = 1
        /// The first so many requests take so much longer.
        var slowFirst = 0
        var slowness = 0
        /// Addresses after which a request takes a cycle more; 0 for never.
        var growthEvery = 0
        /// From this address on each request takes so much longer.
        var stepAt = Int.max
        var step = 0
        /// The channel stands still for `pause` cycles, so often; 0 for never.
        var pauseEvery = 0
        var pause = 0
        var limit = 4
    }

    private let configuration: Configuration
    private let queue: ToyQueue
    private(set) var traffic = Traffic()
    private var pending: [ToyRequest] = []
    private var free: Cycle = 0
    private var random: Int
    private var served = 0
    private var held = 0
    private var nextPause: Cycle
    private var counters = 0

    init(path: String, clock: Int = 0, _ configuration: Configuration) {
        self.configuration = configuration
        queue = ToyQueue(limit: configuration.limit)
        random = configuration.seed
        nextPause = configuration.pauseEvery > 0 ? configuration.pauseEvery : .never
        super.init(path: path, clock: clock)
    }

    var peak: Rate { Rate(bytes: 1) }

    override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: ["served"])
        counters = ledger.registerCounters(["cycles served", "pauses"], of: path)
    }

    override func start(_ kernel: Kernel) { schedule(kernel) }

    private func time(_ address: Int) -> Int {
        if served % configuration.hold == 0 {
            var generator = SplitMix(seed: random)
            held = generator.below(configuration.spread + 1)
            random = Int(generator.next() >> 2)
        }
        var time = configuration.base + held
        if served < configuration.slowFirst { time += configuration.slowness }
        if configuration.growthEvery > 0 { time += address / configuration.growthEvery }
        if address >= configuration.stepAt { time += configuration.step }
        served += 1
        return time
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !queue.admits(request.requester) { return false }
        let time = time(request.address)
        free = max(kernel.now(self) + 1, free) + time
        queue.complete(request.requester, tag: request.tag, at: free)
        pending.append(ToyRequest(request))
        kernel.ledger.add(time, to: counters)
        schedule(kernel)
        return true
    }

    override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        if now >= nextPause {
            free = max(free, now) + configuration.pause
            nextPause = now + configuration.pauseEvery
            kernel.ledger.add(1, to: counters + 1)
        }
        while queue.next <= now {
            let request = pending.removeFirst()
            traffic.count(
                Request(
                    address: request.address, bytes: request.bytes, isWrite: false, operatorID: 0, command: -1,
                    requester: request.requester, tag: request.tag), kernel)
            traffic.count(1, action: 0, operatorID: 0, kernel)
            queue.completeNext(kernel)
        }
        schedule(kernel)
    }

    private func schedule(_ kernel: Kernel) {
        kernel.wake(id, at: min(queue.next, nextPause), inBackground: queue.next == .never)
    }

    override func visit(_ state: inout StateVisitor) {
        queue.visit(&state)
        pending.visit(&state)
        state.time(&free)
        state.plain(&random)
        state.plain(&served)
        state.plain(&held)
        if configuration.pauseEvery > 0 { state.deadline(&nextPause) }
    }

    override var signature: Int { queue.held }
}
