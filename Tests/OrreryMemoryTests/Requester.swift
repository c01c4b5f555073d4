@testable import OrrerySimulation

/// Submits requests at given cycles, in order, and writes down when each was taken and done.
final class Requester: Engine {
    struct Item {
        var at: Cycle
        var address: Int
        var bytes: Int
        var count = 1
        var stride = 0
        var isWrite = false
        var pace = 0
        var operatorID = 0
        /// Submitted only when the earlier ones are all done.
        var waits = false

        var totalBytes: Int { bytes * count }
    }

    let items: [Item]
    private(set) var taken: [Cycle] = []
    private(set) var done: [Cycle]
    private(set) var order: [Int] = []
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
            let request = Request(
                address: item.address, bytes: item.bytes, count: item.count, stride: item.stride,
                isWrite: item.isWrite, operatorID: item.operatorID, command: -1, requester: id, tag: taken.count,
                pace: item.pace)
            isBlocked = (item.waits && order.count < taken.count) || !ports[0].submit(request, kernel)
            if !isBlocked { taken.append(kernel.now(self)) }
        }
    }

    override var nextUnitWake: Cycle {
        isBlocked || taken.count == items.count ? .never : items[taken.count].at
    }

    override func completed(tag: Int, _ kernel: Kernel) {
        done[tag] = kernel.now(self)
        order.append(tag)
        kernel.poke(id)
    }
}

let gigahertz = Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)

/// Runs requesters against servers to the end.
@discardableResult
func run(
    _ requesters: [Requester], _ servers: [Server], clocks: [Clock] = [gigahertz], operators: [String] = ["x", "y"]
)
    throws -> Kernel
{
    let queues = requesters.map {
        QueueProgram(engine: $0.path, instructions: [.command(Command(variants: [Work(opcode: 0)]))])
    }
    let simulation = try Simulation(
        clocks: ClockSet(clocks) ?? ClockSet([gigahertz]) ?? { preconditionFailure("no clocks") }(),
        components: requesters + servers, program: Program(operators: operators, queues: queues))
    _ = simulation.run()
    return simulation.kernels[0]
}

/// SplitMix64: the same numbers on every machine.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func pick<T>(_ values: [T]) -> T { values[int(0...(values.count - 1))] }
}
