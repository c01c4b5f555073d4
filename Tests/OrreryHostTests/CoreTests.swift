import Foundation
import OrrerySimulation
import Testing

@testable import OrreryHost

/// A trace of a test, written in ChampSim's format.
struct TestTrace {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func add(
        _ sources: [UInt8] = [], to destination: UInt8 = 0, load: Int = 0, store: Int = 0, branch: Bool = false,
        taken: Bool = false, pointer: Int = 0x400
    ) {
        func word(_ value: Int) -> [UInt8] { (0..<8).map { UInt8(value >> (8 * $0) & 255) } }
        bytes += word(pointer) + [branch ? 1 : 0, taken ? 1 : 0, destination, 0]
        bytes += sources + Array(repeating: 0, count: 4 - sources.count)
        bytes += word(store) + word(0) + word(load) + word(0) + word(0) + word(0)
        count += 1
    }

    /// The file's path.
    func write() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString).champsim").path
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }
}

@Suite struct CoreTests {
    private static let plain = Core.Configuration(
        dispatch: 1, execute: 4, retire: 4, loads: 4, stores: 4, window: 64, scheduler: 64, loadQueue: 64,
        storeQueue: 64)

    private func run(
        latency: Int = 50, capacity: Int = .max, _ configuration: Core.Configuration = plain, repeats: Bool = false,
        warmUp: Int = 0, count: Int? = nil, _ fill: (inout TestTrace) -> Void
    ) throws -> StreamRun {
        var trace = TestTrace()
        fill(&trace)
        let path = try trace.write()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let stream = AccessStream(
            .trace(TraceFile(path: path, repeats: repeats)), count: count ?? trace.count, warmUp: warmUp)
        let run = try StreamRun(stream, latency: latency, capacity: capacity) {
            Core(path: "core", memory: $0, configuration)
        }
        #expect(run.counter("instruction", of: "core") == stream.total)
        return run
    }

    private func changed(_ change: (inout Core.Configuration) -> Void) -> Core.Configuration {
        var configuration = Self.plain
        change(&configuration)
        return configuration
    }

    // MARK: Widths and latencies

    /// Dispatched in cycle k, executed in k + 1, done and retired in k + 2.
    @Test(arguments: [1, 2, 4, 8])
    func independentInstructionsGoAtTheirWidth(width: Int) throws {
        let core = changed {
            ($0.dispatch, $0.execute, $0.retire) = (width, width, width)
        }
        let run = try run(core) { for _ in 0..<800 { $0.add() } }
        #expect(run.cycles == 800 / width - 1 + 2)
        #expect(run.counter("busy", of: "core") == 800 / width)
    }

    @Test(arguments: ["execute", "retire"])
    func theNarrowestStageDecides(stage: String) throws {
        let core = changed {
            $0.dispatch = 8
            if stage == "execute" { $0.execute = 2 } else { $0.retire = 2 }
        }
        let run = try run(core) { for _ in 0..<800 { $0.add() } }
        #expect(abs(run.cycles - 400) <= 2)
    }

    @Test(arguments: [1, 3])
    func aChainTakesItsLatencies(latency: Int) throws {
        let core = changed {
            ($0.dispatch, $0.latency) = (4, latency)
        }
        let run = try run(core) { for _ in 0..<500 { $0.add([7], to: 7) } }
        #expect(run.cycles == 1 + 500 * latency)
    }

    // MARK: Waiting for memory

    private func waiting(_ run: StreamRun) -> (memory: Int, stalls: Int) {
        let causes = ["port memory", "reorder buffer", "load queue", "store queue", "branch", "end of stream"]
        let stalls = causes.reduce(0) { $0 + run.counter($1, of: "core:stalls") }
        return (run.counter("cycles waiting for memory", of: "core"), stalls)
    }

    /// The oldest instruction is a load under way in all cycles but those in which one goes out.
    @Test func aChainOfLoadsWaitsForMemory() throws {
        let found = try waiting(run { for index in 1...200 { $0.add([7], to: 7, load: 64 * index) } })
        #expect(found.memory <= found.stalls)
        #expect(found.memory > found.stalls * 95 / 100)
    }

    @Test func aChainOfOtherInstructionsDoesNot() throws {
        let found = try waiting(run(changed { $0.latency = 3 }) { for _ in 0..<500 { $0.add([7], to: 7) } })
        #expect(found.memory == 0)
        #expect(found.stalls > 900)
    }

    @Test func aStoreQueueFullOfSentStoresWaitsForMemory() throws {
        let found = try waiting(
            run(changed { $0.storeQueue = 4 }) { for index in 1...200 { $0.add(store: 64 * index) } })
        #expect(found.memory <= found.stalls)
        #expect(found.memory > found.stalls * 9 / 10)
    }

    // MARK: Windows

    /// A load is dispatched in cycle d, sent in d + 1, done and retired `latency` later; its entry is free in that cycle.
    @Test(arguments: [4, 8, 16])
    func theReorderBufferLimitsLoadsUnderWay(window: Int) throws {
        let run = try run(changed { $0.window = window }) { for index in 1...960 { $0.add(load: 64 * index) } }
        #expect(run.cycles == (960 / window - 1) * 51 + (window - 1) + 51)
        #expect(run.memory.most == window)
        #expect(run.counter("reorder buffer", of: "core:stalls") > 0)
        #expect(run.counter("read latency cycles", of: "core") == 960 * 50)
    }

    @Test func theLoadQueueLimitsLoadsUnderWay() throws {
        let core = changed { $0.loadQueue = 4 }
        let run = try run(core) { for index in 1...400 { $0.add(load: 64 * index) } }
        #expect(run.cycles == 99 * 51 + 3 + 51)
        #expect(run.counter("load queue", of: "core:stalls") > 0)
    }

    /// Registers that the stream names hold one of the core's for ever: with too few nothing can go on, and that is said.
    @Test func tooFewRegistersAreNamed() throws {
        func fill(_ trace: inout TestTrace) { for register in 1...8 { trace.add(to: UInt8(register)) } }
        _ = try run(changed { $0.registers = 9 }, fill)
        let deadlock = try #require(throws: Deadlock.self) { try run(changed { $0.registers = 6 }, fill) }
        #expect(deadlock.description.contains("a register: those that its stream names keep 6 of 6"))
    }

    /// Behind a slow load others that are done keep their entries until they retire, or don't.
    @Test func loadsLeaveTheirQueueWhenTheyAreToldTo() throws {
        func cycles(_ release: Core.LoadRelease) throws -> Int {
            let core = changed {
                ($0.loadQueue, $0.loadRelease, $0.dispatch) = (8, release, 4)
            }
            // Three loads in a chain, and others that could go on meanwhile.
            return try run(core) { trace in
                for index in 1...100 {
                    trace.add(to: 7, load: 4096 * index)
                    trace.add([7], to: 8, load: 4096 * index + 64)
                    trace.add([8], to: 9, load: 4096 * index + 128)
                    for other in 3..<15 { trace.add(load: 4096 * index + 64 * other) }
                }
            }.cycles
        }
        let (early, late) = (try cycles(.completion), try cycles(.retirement))
        #expect(Double(early) < 0.9 * Double(late))
    }

    /// The second load overlaps with the first one only where it is among the oldest that wait.
    @Test func theSchedulerIsAWindowOfItsOwn() throws {
        func cycles(_ scheduler: Int) throws -> Int {
            try run(latency: 200, changed { ($0.scheduler, $0.dispatch) = (scheduler, 4) }) { trace in
                trace.add(to: 7, load: 64)
                for _ in 0..<20 { trace.add([7], to: 8) }
                trace.add(load: 128)
            }.cycles
        }
        #expect(try cycles(64) < 230)
        #expect(try cycles(16) > 400)
    }

    /// Each load holds a register from its scheduling until the next one has retired; one more holds the value before.
    @Test(arguments: [9, 17])
    func physicalRegistersLimitLoadsUnderWay(registers: Int) throws {
        let core = changed { $0.registers = registers }
        let run = try run(core) { for index in 1...960 { $0.add(to: 7, load: 64 * index) } }
        #expect(run.memory.most == registers)
        let steady = Double(run.cycles) / 960
        #expect(abs(steady - 51.0 / Double(registers - 1)) < 0.15)
    }

    /// As long as none retires, loads take all 12 registers but `margin` − 1, one of them where that is none; the next waits for one that retires.
    @Test(arguments: [(1, 12), (2, 11), (4, 9), (12, 1)])
    func aMarginOfRegistersKeepsLoadsOut(margin: Int, most: Int) throws {
        let core = changed { ($0.registers, $0.registerMargin) = (12, margin) }
        func cycles(_ loads: Int) throws -> Int {
            try run(core) { for index in 1...loads { $0.add(to: 7, load: 64 * index) } }.cycles
        }
        #expect(try cycles(most) < 75)
        #expect(try cycles(most + 1) > 95)
    }

    @Test func aTakenBranchEndsAFetch() throws {
        let core = changed { ($0.dispatch, $0.takenBranches) = (4, 1) }
        let run = try run(core) { for _ in 0..<200 { $0.add(branch: true, taken: true) } }
        #expect(run.cycles == 199 + 2)
    }

    /// Execution, request, answer, result: a node of a chase takes them all.
    @Test func addressesAndAnswersTakeTheirTime() throws {
        let core = changed { ($0.addressLatency, $0.answerLatency) = (1, 1) }
        let run = try run(core) { for index in 1...100 { $0.add([7], to: 7, load: 64 * index) } }
        #expect(run.cycles == 1 + 100 * 52)
    }

    @Test func aChaseTakesALatencyANode() throws {
        let run = try run(latency: 70) { for index in 1...100 { $0.add([7], to: 7, load: 64 * index) } }
        #expect(run.cycles == 1 + 100 * 70)
    }

    // MARK: Stores

    @Test func aLoadTakesTheValueOfAnOlderStore() throws {
        let run = try run { trace in
            for index in 1...10 {
                trace.add(store: 64 * index)
                trace.add(to: 7, load: 64 * index)
            }
        }
        #expect(run.counter("forwarded loads", of: "core") == 10)
        #expect(run.memory.requests.count { !$0.isWrite } == 0)
        #expect(run.counter("load", of: "core") == 10)
        #expect(run.counter("memory written", of: "core:bytes") == 80)
    }

    @Test(arguments: Core.StoreRelease.allCases)
    func theStoreQueueIsHeldUntilItsRelease(release: Core.StoreRelease) throws {
        let core = changed {
            ($0.storeQueue, $0.storeRelease) = (2, release)
        }
        let run = try run(core) { for index in 1...100 { $0.add(store: 64 * index) } }
        // A store is dispatched in d, done and sent in d + 2, and done there 50 later.
        #expect(run.cycles == (release == .acceptance ? 99 + 52 : 49 * 52 + 1 + 52))
        #expect(run.memory.requests.map(\.address) == (1...100).map { 64 * $0 })
    }

    // MARK: Branches

    /// Dispatched in d, done in d + 2, and the next one after the penalty.
    @Test(arguments: [0, 12])
    func aWrongPredictionStopsTheFetch(penalty: Int) throws {
        let core = changed {
            ($0.predictor, $0.mispredictPenalty) = (.taken, penalty)
        }
        let run = try run(core) { for _ in 0..<100 { $0.add(branch: true, taken: false) } }
        #expect(run.cycles == 99 * (2 + penalty) + 2)
        #expect(run.counter("mispredicted branches", of: "core") == 100)
    }

    @Test func twoBitCountersLearnALoop() throws {
        let core = changed { $0.predictor = .bimodal }
        let run = try run(core) { trace in
            for index in 0..<1000 { trace.add(branch: true, taken: index % 10 != 9) }
        }
        // The last turn of each loop, and the first one of the first.
        #expect(run.counter("mispredicted branches", of: "core") == 101)
    }

    // MARK: In order

    /// Load, use, load, use: in order the second load waits for the first one's use.
    @Test func inOrderALoadWaitsBehindAUse() throws {
        func cycles(_ order: Core.Order) throws -> Int {
            try run(changed { $0.order = order }) { trace in
                for index in 1...20 {
                    trace.add(to: 7, load: 64 * index)
                    trace.add([7], to: 8)
                }
            }.cycles
        }
        #expect(try cycles(.inOrder) == 1 + 20 * 50 + 1)
        #expect(try cycles(.outOfOrder) < 40 + 60)
    }

    // MARK: Memory

    @Test func whatTheMemoryRefusesWaits() throws {
        let run = try run(capacity: 1, changed { $0.dispatch = 4 }) { for index in 1...50 { $0.add(load: 64 * index) } }
        #expect(run.cycles == 1 + 50 * 50)
        #expect(run.counter("port memory", of: "core:stalls") > 2000)
    }

    /// What is measured begins and ends with a retirement; what is begun behind it is dropped.
    @Test func aPartIsMeasured() throws {
        let run = try run(latency: 20, repeats: true, warmUp: 100, count: 300) { trace in
            for index in 1...40 { trace.add([7], to: 7, load: 64 * index) }
        }
        #expect(run.measuredCycles == 300 * 20)
    }

    @Test func compressedTracesAreNamed() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString).xz").path
        try Data([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00] + [UInt8](repeating: 0, count: 58)).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect {
            try TraceFile(path: path).instructions()
        } throws: { error in "\(error)".contains("compressed with xz") && "\(error)".contains("xz -dk") }
        #expect(AccessStream(.trace(TraceFile(path: "/nowhere")), count: 1).problem?.contains("cannot open") == true)
    }

    /// A run that cannot read its trace fails, however much of it was there: it never ends as if there had been nothing to do.
    @Test(arguments: [0, 100, 900], [false, true])
    func aTraceThatVanishesEndsTheRun(left: Int, isCore: Bool) throws {
        var trace = TestTrace()
        for index in 1...1000 { trace.add(load: 64 * index) }
        let path = try trace.write()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let stream = AccessStream(.trace(TraceFile(path: path)), count: 1000)
        let memory = TestMemory(latency: 5)
        let engine: Engine =
            isCore
            ? Core(path: "unit", memory: memory, Self.plain)
            : TrafficGenerator(path: "unit", memory: memory, TrafficGenerator.Configuration(outstanding: 4))
        let work = Work(opcode: 0, actions: [Work.ActionCount(0, stream.total)], accesses: 0)
        let program = Program(
            operators: ["x"], accesses: [stream],
            queues: [QueueProgram(engine: "unit", instructions: [.command(Command(variants: [work]))])])
        let clock = Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)
        let simulation = try Simulation(
            clocks: try #require(ClockSet([clock])), components: [memory, engine], program: program)
        if left == 0 {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try Data(trace.bytes.prefix(64 * left)).write(to: URL(filePath: path))
        }
        guard case .failed(let failure) = simulation.run() else {
            Issue.record("the run did not fail")
            return
        }
        #expect(failure.component == "unit" && failure.message.contains(path))
        #expect(failure.message.contains(left == 0 ? "cannot open" : "ended before \(1000 - left) of its"))
    }
}
