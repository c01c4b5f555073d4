import OrrerySimulation

/// Passes requests on to one server after some cycles, in order; answers come back at once.
final class ToyLink: Server {
    struct Configuration {
        /// Index of the server behind it, which comes earlier in the machine.
        var target: Int
        var latency: Int
        var limit: Int
    }

    /// A request on its way; its place in `passengers` is its tag behind the link.
    private struct Passenger {
        var isTaken = false
        var requester = 0
        var tag = 0
    }

    private let target: Server
    private let configuration: Configuration
    private let queue: ToyQueue
    private var passengers: [Passenger]
    private var flying: [(request: ToyRequest, at: Cycle)] = []
    private var counter = 0

    init(path: String, clock: Int = 0, target: Server, _ configuration: Configuration) {
        self.target = target
        self.configuration = configuration
        queue = ToyQueue(limit: configuration.limit)
        passengers = Array(repeating: Passenger(), count: configuration.limit)
        super.init(path: path, clock: clock)
    }

    override var behind: [Server] { [target] }

    override func attach(to ledger: Ledger) { counter = ledger.registerCounters(["passed"], of: path) }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !queue.admits(request.requester) { return false }
        guard let place = passengers.firstIndex(where: { !$0.isTaken }) else { return false }
        passengers[place] = Passenger(isTaken: true, requester: request.requester, tag: request.tag)
        var moved = ToyRequest(request)
        moved.tag = place
        flying.append((moved, kernel.now(self) + 1 + configuration.latency))
        kernel.poke(id)
        return true
    }

    override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        queue.completeDue(now, kernel)
        var isBlocked = false
        while let first = flying.first, first.at <= now, !isBlocked {
            let moved = first.request
            kernel.touch(target.id)
            isBlocked = !target.submit(
                Request(
                    address: moved.address, bytes: moved.bytes, count: moved.count, stride: moved.stride,
                    isWrite: false,
                    operatorID: 0, command: moved.command, requester: id, tag: moved.tag), kernel)
            if !isBlocked {
                flying.removeFirst()
                kernel.ledger.add(1, to: counter)
            }
        }
        kernel.wake(id, at: min(queue.next, isBlocked ? .never : flying.first?.at ?? .never))
    }

    override func completed(tag: Int, _ kernel: Kernel) {
        let passenger = passengers[tag]
        passengers[tag] = Passenger()
        queue.complete(passenger.requester, tag: passenger.tag, at: kernel.now(self))
        kernel.poke(id)
    }

    override func visit(_ state: inout StateVisitor) {
        queue.visit(&state)
        for place in passengers.indices {
            state.plain(&passengers[place].isTaken)
            state.plain(&passengers[place].requester)
            state.plain(&passengers[place].tag)
        }
        let count = state.count(flying.count)
        if state.isRestoring { flying = Array(repeating: (ToyRequest(), 0), count: count) }
        for index in flying.indices {
            flying[index].request.visit(&state)
            state.time(&flying[index].at)
        }
    }

    override var signature: Int { flying.count }
}
