import OrrerySimulation
import SimulationTestSupport

@testable import OrreryResults

/// A memory that takes 16 bytes a cycle, one request after the other, and answers 5 cycles later.
final class ToyMemory: Server, Metered {
    private(set) var traffic = Traffic()
    private let completions = CompletionQueue()
    private let admission = Admission(capacity: 8)
    private var freeAt: Cycle = 0

    var peak: Rate { Rate(bytes: 16) }

    override func attach(to ledger: Ledger) { traffic.attach(to: ledger, path: path, actions: ["read", "write"]) }

    override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        if !admission.admit(request.requester) { return false }
        freeAt = max(freeAt, kernel.now(self)) + request.totalBytes / 16
        traffic.count(request, kernel)
        traffic.count(
            request.totalBytes / 16, action: request.isWrite ? 1 : 0, operatorID: request.operatorID, kernel)
        completions.add(request, at: freeAt + 5, of: self, kernel)
        return true
    }

    override func wake(_ kernel: Kernel) { completions.completeDue(admission, of: self, kernel) }

    override func visit(_ state: inout StateVisitor) {
        state.time(&freeAt)
        admission.visit(&state)
        completions.visit(&state)
    }
}

/// An engine that is busy for its first number of cycles.
final class ToyEngine: StreamingEngine {
    override var actionNames: [String] { ["multiply-accumulate"] }
    override func timing(_ work: Work) -> Timing { Timing(busy: work.numbers[0]) }
}

/// A reader that fetches tiles of 64 bytes, and an array that takes 12 cycles for each.
///
/// A fetch takes 4 busy cycles and 5 of waiting for the memory: the first tile is there at 9. From then on the array works
/// without a gap: with n tiles the run ends at 9 + 12 n. At most 2 tiles are ready, so tile j (from 0) is announced at
/// 9 + 12 (j - 2).
struct Toy {
    var tiles = 100
    var operators = ["fetch", "multiply"]
    var isFolded = true
    var hasTimeline = true

    var program: Program {
        let fetch = Command(
            operatorID: 0,
            variants: [
                Work(
                    opcode: 0, numbers: [4],
                    streams: [.init(port: 0, address: 0, bytes: 64, count: 1, stride: 64, isWrite: false)])
            ], addresses: [AddressSource(base: 0, strides: [64])], posts: [TokenUse(0)])
        let multiply = Command(
            operatorID: operators.count - 1,
            variants: [Work(opcode: 0, numbers: [12], actions: [.init(0, 100)])], waits: [TokenUse(0)])
        func loop(_ command: Command) -> [Instruction] {
            [.loopBegin(loop: 0, trips: TripCount(tiles), mate: 2), .command(command), .loopEnd(mate: 0)]
        }
        return Program(
            operators: operators, tokens: [.init(name: "tile ready", capacity: 2)], loops: ["tile"],
            queues: [
                QueueProgram(engine: "reader", instructions: loop(fetch)),
                QueueProgram(engine: "array", instructions: loop(multiply)),
            ])
    }

    var context: RunContext {
        RunContext(
            inputs: RunInputs(
                machine: "toy", workload: "tiles", mapping: "by hand",
                files: [.init(path: "toy.yaml", hash: Fingerprint(of: "toy".utf8))],
                overrides: [.init(path: "dram.latency", value: "5 ns")]),
            components: [
                ComponentContext(
                    path: "reader", className: "toy-reader", role: .engine, ports: [.init("memory", "dram")]),
                ComponentContext(path: "array", className: "toy-array", role: .engine),
                ComponentContext(path: "dram", className: "toy-memory", role: .memory, peakBytesPerCycle: 16),
            ],
            costs: EnergyCosts(
                actions: ["array": ["multiply-accumulate": 1e-12], "dram": ["read": 1e-11, "write": 1e-11]],
                staticPower: ["dram": 1e-3]),
            areas: ["array": 2e-6, "dram": 1e-5],
            workload: WorkloadContext(
                name: "tiles", operations: [.init("multiply-accumulate", 100 * tiles)], tokens: tiles,
                minimumBytes: 3200, homes: ["dram"],
                expectedActions: [operators.last ?? "": [.init("multiply-accumulate", 100 * tiles)]]),
            assumptions: ["tiles never collide"])
    }

    struct Run {
        var simulation: Simulation
        var measurements: Measurements
        var timeline: RunTimeline?
        var program: Program
    }

    func run() throws -> Run {
        guard let clocks = ClockSet([Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)]) else {
            throw ToyError.noClock
        }
        let memory = ToyMemory(path: "dram")
        let reader = ToyEngine(path: "reader", clock: 0, ports: [("memory", memory)])
        let array = ToyEngine(path: "array", clock: 0, ports: [])
        let components: [Component] = [memory, reader, array]
        let simulation = try Simulation(
            clocks: clocks, components: components, program: program, folds: isFolded,
            timeline: { hasTimeline ? Timeline() : nil })
        guard case .completed = simulation.run() else { throw ToyError.notCompleted }
        let measurements = Measurements(
            simulation, program: program, order: ["reader", "array", "dram"],
            actions: [
                "reader": ["multiply-accumulate"], "array": ["multiply-accumulate"], "dram": ["read", "write"],
            ],
            folds: isFolded)
        let timeline = RunTimeline(simulation, program: program, components: [reader, array, memory])
        return Run(simulation: simulation, measurements: measurements, timeline: timeline, program: program)
    }

    func result() throws -> RunResult {
        let run = try run()
        return try RunResult(context, run.measurements, program: run.program)
    }

    enum ToyError: Error { case noClock, notCompleted }
}
