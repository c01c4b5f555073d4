@testable import OrrerySimulation

/// Submits requests at given cycles, in order, and writes down when each was taken and done.
final class Requester: Engine {
    struct Item {
        var at: Cycle
        var bytes: Int
        var isWrite = false
        var operatorID = 0
    }

    let items: [Item]
    private(set) var taken: [Cycle] = []
    private(set) var done: [Cycle]
    private var isBlocked = false

    init(path: String = "requester", clock: Int = 0, _ server: Server, _ items: [Item]) {
        self.items = items
        done = Array(repeating: -1, count: items.count)
        super.init(path: path, clock: clock, ports: [server])
    }

    override func wakeUnit(_ kernel: Kernel) {
        isBlocked = false
        while taken.count < items.count, !isBlocked, items[taken.count].at <= kernel.now(self) {
            let item = items[taken.count]
            isBlocked = !ports[0].submit(
                Request(
                    address: 64 * taken.count, bytes: item.bytes, isWrite: item.isWrite, operatorID: item.operatorID,
                    command: -1, requester: id, tag: taken.count), kernel)
            if !isBlocked { taken.append(kernel.now(self)) }
        }
    }

    override var nextUnitWake: Cycle {
        isBlocked || taken.count == items.count ? .never : items[taken.count].at
    }

    override func completed(tag: Int, _ kernel: Kernel) {
        done[tag] = kernel.now(self)
        kernel.poke(id)
    }
}

/// A memory that answers every request after a fixed time, so many at once.
final class FixedMemory: Server {
    let delay: Int
    let admission: Admission
    let completions = CompletionQueue()
    private(set) var arrivals: [Cycle] = []
    private(set) var bytes = 0

    init(path: String = "memory", clock: Int = 0, delay: Int, places: Int = 1000) {
        self.delay = delay
        admission = Admission(capacity: places)
        super.init(path: path, clock: clock)
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !admission.admit(request.requester) { return false }
        arrivals.append(kernel.edge(self))
        bytes += request.totalBytes
        completions.add(request, at: kernel.edge(self) + delay, of: self, kernel)
        return true
    }

    override func wake(_ kernel: Kernel) { completions.completeDue(admission, of: self, kernel) }

    override func visit(_ state: inout StateVisitor) {
        admission.visit(&state)
        completions.visit(&state)
    }
}

let gigahertz = Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)

/// Runs requesters against servers to the end.
@discardableResult
func run(_ requesters: [Requester], _ servers: [Server], clocks: [Clock] = [gigahertz]) throws -> Kernel {
    let queues = requesters.map {
        QueueProgram(engine: $0.path, instructions: [.command(Command(variants: [Work(opcode: 0)]))])
    }
    let simulation = try Simulation(
        clocks: ClockSet(clocks) ?? ClockSet([gigahertz]) ?? { preconditionFailure("no clocks") }(),
        components: requesters + servers, program: Program(operators: ["x", "y"], queues: queues))
    _ = simulation.run()
    return simulation.kernels[0]
}
