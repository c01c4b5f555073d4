import OrrerySimulation
import Testing

@testable import OrreryHost

/// A memory that answers after a fixed time and counts what it was asked.
final class TestMemory: Server {
    private let latency: Int
    private let capacity: Int
    private var due: [(at: Cycle, requester: Int, tag: Int)] = []
    private var refused = false
    private(set) var requests: [(at: Cycle, address: Int, isWrite: Bool)] = []
    private(set) var most = 0

    init(latency: Int, capacity: Int = .max) {
        self.latency = latency
        self.capacity = capacity
        super.init(path: "memory")
    }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        guard due.count < capacity else {
            refused = true
            return false
        }
        requests.append((kernel.now(self), request.address, request.isWrite))
        due.append((kernel.now(self) + latency, request.requester, request.tag))
        most = max(most, due.count)
        kernel.wake(id, at: due[0].at)
        return true
    }

    override func wake(_ kernel: Kernel) {
        while let first = due.first, first.at <= kernel.now(self) {
            due.removeFirst()
            kernel.complete(first.requester, tag: first.tag)
            if refused {
                refused = false
                kernel.poke(first.requester)
            }
        }
        if let first = due.first { kernel.wake(id, at: first.at) }
    }
}

/// A stream at an engine with a test memory, run to its end.
struct StreamRun {
    let memory: TestMemory
    let kernel: Kernel

    init(_ stream: AccessStream, latency: Int, capacity: Int = .max, _ make: (Server) -> Engine) throws {
        memory = TestMemory(latency: latency, capacity: capacity)
        let engine = make(memory)
        let work = Work(opcode: 0, actions: [Work.ActionCount(0, stream.total)], accesses: 0)
        let program = Program(
            operators: ["x"], accesses: [stream],
            queues: [QueueProgram(engine: engine.path, instructions: [.command(Command(variants: [work]))])])
        #expect(program.problems(on: [memory, engine]).isEmpty)
        let clock = Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)
        let clocks = try #require(ClockSet([clock]))
        let simulation = try Simulation(clocks: clocks, components: [memory, engine], program: program)
        switch simulation.run() {
        case .completed: break
        case .deadlock(let deadlock): throw deadlock
        default:
            Issue.record("the run did not end")
            throw CancellationError()
        }
        kernel = simulation.kernels[0]
    }

    var cycles: Int { Int(kernel.instant) }
    var measuredCycles: Int { Int(kernel.measuredTicks) }

    /// A counter of a block of the ledger, summed over operators.
    func counter(_ name: String, of block: String) -> Int {
        for entry in kernel.ledger.blocks where entry.component == block {
            guard let place = entry.names.firstIndex(of: name) else { continue }
            return (0..<entry.width).reduce(0) { $0 + kernel.ledger[entry.base + place * entry.width + $1] }
        }
        return -1
    }
}

@Suite struct TrafficGeneratorTests {
    private func run(
        _ stream: AccessStream, latency: Int, capacity: Int = .max, _ configuration: TrafficGenerator.Configuration
    ) throws -> StreamRun {
        try StreamRun(stream, latency: latency, capacity: capacity) {
            TrafficGenerator(path: "generator", memory: $0, configuration)
        }
    }

    private func sequential(_ count: Int) -> AccessStream {
        AccessStream(.sequential, ["span": [1 << 20]], count: count)
    }

    /// One request a cycle, and the latency of the last.
    @Test func requestsGoOutOneACycle() throws {
        let run = try run(sequential(1000), latency: 50, .init(outstanding: 64))
        #expect(run.cycles == 999 + 50)
        #expect(run.memory.requests.map(\.at) == Array(0..<1000))
        #expect(run.counter("busy", of: "generator") == 1000)
        #expect(run.counter("read latency cycles", of: "generator") == 50 * 1000)
    }

    /// Little: n under way over a latency.
    @Test func theLimitOfRequestsUnderWayHolds() throws {
        let run = try run(sequential(1000), latency: 50, .init(outstanding: 5))
        #expect(run.cycles == (1000 / 5 - 1) * 50 + 4 + 50)
        #expect(run.memory.most == 5)
        #expect(run.counter("outstanding", of: "generator:stalls") > 0)
    }

    @Test func severalGoOutInACycleAndNoneInTheInterval() throws {
        let run = try run(sequential(100), latency: 3, .init(outstanding: 64, issue: 2, interval: 3))
        #expect(run.memory.requests.map(\.at) == (0..<100).map { $0 / 2 * 3 })
        #expect(run.counter("busy", of: "generator") == 50)
    }

    /// A chain has one request under way whatever the limit.
    @Test func aChainWaitsForEveryAnswer() throws {
        let chase = AccessStream(.pointerChase, ["nodes": [64]], count: 100)
        let run = try run(chase, latency: 20, .init(outstanding: 64))
        #expect(run.cycles == 100 * 20)
        #expect(run.counter("dependence", of: "generator:stalls") == 99 * 19)
        let random = AccessStream(.random, ["span": [4096]], isChain: true, count: 100)
        #expect(try self.run(random, latency: 20, .init(outstanding: 64)).cycles == 100 * 20)
    }

    /// An element holds up what is behind it until its index is there; the next index follows a cycle later.
    @Test func anElementWaitsForItsIndex() throws {
        let gather = AccessStream(.gather, ["elements": [64]], count: 200)
        let run = try run(gather, latency: 20, .init(outstanding: 64))
        #expect(run.cycles == 99 * 21 + 20 + 20)
    }

    @Test func refusedRequestsAreOfferedAgain() throws {
        let run = try run(sequential(100), latency: 10, capacity: 2, .init(outstanding: 64))
        #expect(run.memory.requests.count == 100)
        #expect(run.memory.requests.map(\.address) == (0..<100).map { 64 * $0 })
        #expect(run.counter("port memory", of: "generator:stalls") > 0)
        #expect(run.cycles == 49 * 10 + 1 + 10)
    }

    /// What warms up is simulated and not measured.
    @Test func warmUpIsNotMeasured() throws {
        var stream = sequential(500)
        stream.warmUp = 200
        let run = try run(stream, latency: 50, .init(outstanding: 64))
        #expect(run.cycles == 699 + 50)
        #expect(run.measuredCycles == 699 + 50 - 199)
        #expect(run.counter("access", of: "generator") == 700)
    }
}
