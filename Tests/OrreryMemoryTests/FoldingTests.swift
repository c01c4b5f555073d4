import SimulationTestSupport
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// A consumer whose commands stream from the buffer for as many cycles as their first number says.
private final class Consumer: StreamingEngine {
    override func timing(_ work: Work) -> Timing { Timing(busy: work.numbers[0], afterStreams: 2) }
}

/// Tiles are loaded ahead, used, and results stored: all models together, folded and cycle by cycle.
@Suite struct FoldingTests {
    private struct Shape {
        var rate: Rate
        var latency: Int
        var outstanding: Int
        var granule: Int
        var queue: Int
        var ports: Int
        var banks: Int
        var bankCycle: Int
        var burst: Int
        var chunks: Int
        var transfers: Int
        var depth: Int
        var busy: Int
        var trips: Int
        /// The whole loop is run this often, on addresses that are no multiple of the buffer's interleave apart.
        var outerTrips = 1
        /// Period of the memory's clock in thirds of a nanosecond.
        var memoryPeriod = 3
    }

    private struct Result: Equatable {
        var end: Cycle
        var counters: [Int]
        var isCompleted: Bool
    }

    private func run(_ shape: Shape, folds: Bool) throws -> (result: Result, events: Int) {
        let kernel = try machine(shape, folds: folds)
        return (result(kernel, kernel.run()), kernel.events)
    }

    private func result(_ kernel: Kernel, _ outcome: Outcome) -> Result {
        var isCompleted = false
        if case .completed = outcome { isCompleted = true }
        let counters = (0..<kernel.ledger.count).map { kernel.ledger[$0] }
        return Result(end: kernel.now(clock: 0), counters: counters, isCompleted: isCompleted)
    }

    private func machine(_ shape: Shape, folds: Bool) throws -> Kernel {
        let clocks = [
            gigahertz, Clock(name: "memory", periodNumerator: shape.memoryPeriod, periodDenominator: 3_000_000_000),
        ]
        let dram = SimpleMemory(
            path: "dram", clock: 1,
            .init(
                rate: shape.rate, latency: shape.latency, outstanding: shape.outstanding, granule: shape.granule,
                queue: shape.queue))
        let buffer = try Scratchpad(
            path: "buffer",
            .init(
                capacity: 1 << 16, banks: shape.banks, ports: shape.ports, width: 32, latency: 1,
                bankCycle: shape.bankCycle, queue: shape.queue))
        let dma = CopyEngine(
            path: "dma", memory: dram, buffer: buffer,
            .init(burst: shape.burst, outstanding: shape.chunks, transfers: shape.transfers))
        let consumer = Consumer(path: "array", clock: 0, ports: [("buffer", buffer)])
        let simulation = try Simulation(
            clocks: ClockSet(clocks) ?? { preconditionFailure("two clocks") }(),
            components: [dma, consumer, dram, buffer], program: program(shape), folds: folds)
        return simulation.kernels[0]
    }

    private func program(_ shape: Shape) -> Program {
        let tile = 2048
        let ring = AddressSource(base: 0, strides: [96], ringLevel: 1, ringLength: shape.depth, ringStride: tile)
        let load = Command(
            operatorID: 0,
            variants: [
                Work(
                    opcode: 0,
                    streams: [
                        .init(port: 0, address: 0, bytes: tile, count: 1, stride: 0, isWrite: false),
                        .init(port: 1, address: 1, bytes: tile, count: 1, stride: 0, isWrite: true),
                    ])
            ], addresses: [AddressSource(base: 1 << 20, strides: [32, tile]), ring], waits: [TokenUse(1)],
            posts: [TokenUse(0)])
        let use = Command(
            operatorID: 1,
            variants: [
                Work(
                    opcode: 0, numbers: [shape.busy],
                    streams: [
                        .init(port: 0, address: 0, bytes: 64, count: 32, stride: 64, isWrite: false),
                        .init(port: 0, address: 1, bytes: 32, count: 16, stride: 96, isWrite: true),
                    ])
            ], addresses: [ring, AddressSource(base: 32768)], waits: [TokenUse(0)], posts: [TokenUse(1)])
        func loop(_ engine: String, _ command: Command) -> QueueProgram {
            QueueProgram(
                engine: engine,
                instructions: [
                    .loopBegin(loop: 1, trips: TripCount(shape.outerTrips), mate: 4),
                    .loopBegin(loop: 0, trips: TripCount(shape.trips), mate: 3), .command(command), .loopEnd(mate: 1),
                    .loopEnd(mate: 0),
                ])
        }
        return Program(
            operators: ["load", "use"],
            tokens: [
                .init(name: "ready", capacity: shape.depth),
                .init(name: "free", initial: shape.depth, capacity: shape.depth),
            ], queues: [loop("dma", load), loop("array", use)])
    }

    private func shape(seed: Int) -> Shape {
        var random = Random(seed: UInt64(seed))
        return Shape(
            rate: Rate(bytes: random.pick([16, 32, 45, 100]), perCycles: random.pick([1, 1, 3])),
            latency: random.int(0...300), outstanding: random.pick([1, 4, 32, 1000]), granule: random.pick([32, 64]),
            queue: random.pick([1, 2, 5, 64]), ports: random.int(1...4), banks: random.pick([1, 2, 8, 64, 128]),
            bankCycle: random.int(0...2), burst: random.pick([100, 256, 512, 4096]), chunks: random.int(1...6),
            transfers: random.int(1...3), depth: random.int(1...3), busy: random.int(1...150),
            trips: random.pick([3, 40, 200]), outerTrips: random.pick([1, 5, 30]),
            memoryPeriod: random.pick([3, 3, 3, 2, 5, 7]))
    }

    @Test(arguments: 0..<300) func foldedEqualsUnfolded(seed: Int) throws {
        let shape = shape(seed: seed)
        let (folded, _) = try run(shape, folds: true)
        let (unfolded, _) = try run(shape, folds: false)
        #expect(folded == unfolded && folded.isCompleted, "\(shape)")
    }

    /// A machine that takes over another's state in mid-run ends as that would have.
    @Test(arguments: 0..<20) func theStateIsWhole(seed: Int) throws {
        var shape = shape(seed: seed)
        (shape.trips, shape.outerTrips) = (700, 3)
        let whole = try run(shape, folds: false).result
        let first = try machine(shape, folds: false)
        guard case .interrupted = first.run(shouldStop: { true }) else {
            Issue.record("it ended too soon")
            return
        }
        let second = try machine(shape, folds: false)
        second.restore(first.snapshot())
        #expect(result(second, second.run()) == whole, "\(shape)")
    }

    @Test func aMillionTilesCostWhatAFewCost() throws {
        var shape = shape(seed: 1)
        shape.rate = Rate(bytes: 45)
        (shape.outstanding, shape.outerTrips) = (32, 1)
        shape.trips = 1000
        let few = try run(shape, folds: true).events
        shape.trips = 1_000_000
        let many = try run(shape, folds: true).events
        #expect(many < 2 * few + 1000, "\(few) events for a thousand tiles, \(many) for a million")
    }

    private var wideShape: Shape {
        Shape(
            rate: Rate(bytes: 64), latency: 100, outstanding: 4096, granule: 64, queue: 64, ports: 8, banks: 64,
            bankCycle: 1, burst: 512, chunks: 64, transfers: 4, depth: 4, busy: 100, trips: 1000)
    }

    /// With one buffer the load waits for the use and the memory's latency is exposed; with four it hides.
    @Test func depthHidesLatency() throws {
        func cycles(latency: Int, depth: Int) throws -> Int {
            var shape = wideShape
            (shape.latency, shape.depth) = (latency, depth)
            return try run(shape, folds: true).result.end
        }
        #expect(try cycles(latency: 10_000, depth: 1) - cycles(latency: 100, depth: 1) == 1000 * 9900)
        // The first tile: 32 cycles of the channel, the latency, 4 to write the last 512 B through 8 ports with a latency of 1.
        #expect(try cycles(latency: 100, depth: 4) == 32 + 100 + 3 + 1000 * 100)
        #expect(try cycles(latency: 1000, depth: 4) > 1000 * 250)
    }

    /// An array that streams a row in and every other row out needs ports and banks for both, beside the loads.
    @Test(arguments: [(4, 32), (1, 32), (4, 2), (4, 1)]) func fewPortsOrBanksStallTheArray(ports: Int, banks: Int)
        throws
    {
        var shape = wideShape
        (shape.ports, shape.banks, shape.busy) = (ports, banks, 36)
        let end = try run(shape, folds: true).result.end
        // Rows a tile: 64 loaded, 64 read, 16 written; accesses in a cycle are bounded by ports and banks.
        let least = 1000 * 144 / min(ports, banks)
        if ports == 4 && banks == 32 { #expect(end < 1000 * 45) } else { #expect(end >= least && end < least * 5 / 4) }
    }
}
