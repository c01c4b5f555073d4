import SimulationTestSupport
import Testing

@testable import OrreryLink
@testable import OrrerySimulation

/// One command at a time over the link.
private final class Streamer: StreamingEngine {
    override func timing(_ work: Work) -> Timing { Timing(busy: work.numbers[0]) }
}

/// Both ends of a link in use: folded and cycle by cycle.
@Suite struct FoldingTests {
    private struct Result: Equatable {
        var end: Cycle
        var counters: [Int]
    }

    private func machine(seed: Int, folds: Bool, trips: Int) throws -> Kernel {
        var random = Random(seed: UInt64(seed))
        let here = FixedMemory(path: "here", delay: random.int(1...40), places: random.int(1...3))
        let there = FixedMemory(path: "there", delay: random.int(1...40), places: random.int(1...3))
        let near = Link(
            path: "link", target: there,
            .init(
                rate: Rate(bytes: random.int(1...64), perCycles: random.int(1...3)), latency: random.int(0...100),
                header: random.int(0...24), payload: random.int(1...200), credits: random.int(1...3)))
        let far = Link(farEndOf: near, target: here)
        func engine(_ path: String, _ server: Server) -> Streamer {
            Streamer(path: path, clock: 0, ports: [("memory", server)])
        }
        let engines = [engine("a", near), engine("b", far), engine("c", near)]
        let queues = engines.map { engine in
            let streams = (0..<random.int(1...3)).map { index in
                Work.Stream(
                    port: 0, address: index, bytes: random.int(1...300), count: 1, stride: 0,
                    isWrite: random.int(0...1) == 1)
            }
            let command = Command(
                variants: [Work(opcode: 0, numbers: [random.int(0...50)], streams: streams)],
                addresses: streams.indices.map { AddressSource(base: $0 << 20, strides: [512]) })
            return QueueProgram(
                engine: engine.path,
                instructions: [
                    .loopBegin(loop: 0, trips: TripCount(trips), mate: 2), .command(command), .loopEnd(mate: 0),
                ])
        }
        let simulation = try Simulation(
            clocks: ClockSet([gigahertz]) ?? { preconditionFailure("one clock") }(),
            components: engines + [near, far, here, there], program: Program(operators: ["x"], queues: queues),
            folds: folds)
        #expect(simulation.kernels.count == 1)
        return simulation.kernels[0]
    }

    private func finish(_ kernel: Kernel) -> Result {
        _ = kernel.run()
        return Result(end: kernel.now(clock: 0), counters: (0..<kernel.ledger.count).map { kernel.ledger[$0] })
    }

    @Test(arguments: 0..<200) func foldedEqualsUnfolded(seed: Int) throws {
        let folded = finish(try machine(seed: seed, folds: true, trips: 300))
        let unfolded = finish(try machine(seed: seed, folds: false, trips: 300))
        #expect(folded == unfolded)
    }

    @Test func someFold() throws {
        let kernels = try (0..<20).map { try machine(seed: $0, folds: true, trips: 100_000) }
        for kernel in kernels { _ = kernel.run() }
        #expect(kernels.filter { $0.events < 100_000 }.count > 10)
    }

    /// A machine that takes over another's state in mid-run ends as that would have.
    @Test(arguments: 0..<20) func theStateIsWhole(seed: Int) throws {
        let whole = finish(try machine(seed: seed, folds: false, trips: 2000))
        let first = try machine(seed: seed, folds: false, trips: 2000)
        _ = first.run(shouldStop: { true })
        let second = try machine(seed: seed, folds: false, trips: 2000)
        second.restore(first.snapshot())
        #expect(finish(second) == whole)
    }
}

/// SplitMix64: the same numbers on every machine.
private struct Random: RandomNumberGenerator {
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
}
