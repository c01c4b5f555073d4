@testable import OrreryCache
@testable import OrrerySimulation

/// A memory that answers every request after a fixed time, and counts lines that are read and written.
final class FixedMemory: Server {
    private let latency: Int
    private let completions = CompletionQueue()
    private let admission: Admission
    private(set) var reads = 0
    private(set) var writes = 0
    private(set) var addresses: [Int] = []

    init(path: String = "memory", latency: Int, room: Int = 100_000) {
        self.latency = latency
        admission = Admission(capacity: room)
        super.init(path: path)
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !admission.admit(request.requester) { return false }
        if request.isWrite { writes += 1 } else { reads += 1 }
        addresses.append(request.address)
        completions.add(request, at: kernel.edge(self) + latency, of: self, kernel)
        return true
    }

    override func wake(_ kernel: Kernel) { completions.completeDue(admission, of: self, kernel) }
}

/// Submits accesses at given cycles, in order, and writes down when each was taken and done.
final class Core: Engine {
    struct Item {
        var at: Cycle = 0
        var address: Int
        var bytes = 8
        var count = 1
        var stride = 0
        var isWrite = false
        var isPhysical = false
        var kind = Request.Kind.data
        var site = 0
        var instruction: Int32 = 0
        /// Submitted only when the earlier ones are done.
        var waits = false
    }

    let items: [Item]
    private(set) var taken: [Cycle] = []
    private(set) var done: [Cycle]
    private var finished = 0
    private var isBlocked = false
    /// Accesses under way at most.
    private let window: Int

    init(path: String = "core", _ server: Server, _ items: [Item], window: Int = .max) {
        self.items = items
        self.window = window
        done = Array(repeating: -1, count: items.count)
        super.init(path: path, ports: [server])
    }

    override func wakeUnit(_ kernel: Kernel) {
        isBlocked = false
        while taken.count < items.count, !isBlocked, items[taken.count].at <= kernel.now(self) {
            let item = items[taken.count]
            var request = Request(
                address: item.address, bytes: item.bytes, count: item.count, stride: item.stride,
                isWrite: item.isWrite, operatorID: 0, command: item.site, requester: id, tag: taken.count)
            request.isPhysical = item.isPhysical
            request.kind = item.kind
            request.instruction = item.instruction
            isBlocked =
                (item.waits && finished < taken.count) || taken.count - finished >= window
                || !ports[0].submit(request, kernel)
            if !isBlocked { taken.append(kernel.now(self)) }
        }
    }

    override var nextUnitWake: Cycle {
        isBlocked || taken.count == items.count ? .never : items[taken.count].at
    }

    override func completed(tag: Int, _ kernel: Kernel) {
        done[tag] = kernel.now(self)
        finished += 1
        kernel.poke(id)
    }

    /// Cycles from the taking of each item to its end.
    var latencies: [Cycle] { zip(done, taken).map { $0 - $1 } }
}

extension [Core.Item] {
    /// One access after the other, each when the last is done.
    static func oneAtATime(_ addresses: [Int], isWrite: (Int) -> Bool = { _ in false }) -> [Core.Item] {
        addresses.enumerated().map { Core.Item(address: $0.element, isWrite: isWrite($0.offset), waits: true) }
    }
}

/// Runs cores against servers until nothing is left to do. - Returns: the kernel with its counters.
@discardableResult
func run(_ cores: [Core], _ servers: [Server]) throws -> Kernel {
    let queues = cores.map {
        QueueProgram(engine: $0.path, instructions: [.command(Command(variants: [Work(opcode: 0)]))])
    }
    let clocks = ClockSet([Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)])
    let kernel = try Kernel(
        clocks: clocks ?? { preconditionFailure("no clocks") }(), components: cores + servers,
        program: Program(operators: ["x"], queues: queues), folds: false)
    _ = kernel.run()
    return kernel
}
