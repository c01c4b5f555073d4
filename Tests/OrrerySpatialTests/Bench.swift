import OrrerySimulation
import Testing

@testable import OrrerySpatial

/// One array or vector unit with a memory, and what happened when commands ran on it.
struct Bench {
    /// What a run tells.
    struct Report: Equatable {
        /// When the last command left its unit.
        var cycles: Cycle
        /// When the last result was there.
        var resultAt: Cycle
        var busy: Int
        /// Stalled cycles by cause, where any.
        var stalls: [String: Int]
        /// Actions by name, where any.
        var actions: [String: Int]
    }

    /// Runs commands in a row, `times` times.
    static func run(
        _ unit: ScheduledEngine, _ works: [Work], times: Int = 1, memory: IdealMemory = IdealMemory(),
        folds: Bool = false
    ) throws -> Report {
        try run(unit, loops: [times], works.map { [$0] }, memory: memory, folds: folds)
    }

    /// Runs commands in a row in a nest of loops; a second engine waits for every result. A command with several variants has
    /// one for each combination of loops that are in their last iteration.
    static func run(
        _ unit: ScheduledEngine, loops: [Int], _ commands: [[Work]], memory: IdealMemory, folds: Bool = false
    ) throws -> Report {
        let watcher = Watcher(path: "watcher")
        let program = Program(
            operators: ["op"], tokens: [Program.Token(name: "result")],
            queues: [
                queue(
                    unit.path, loops,
                    commands.map { variants in
                        Command(
                            variants: variants, raggedLevels: variants.count > 1 ? Array(loops.indices) : [],
                            addresses: addresses(of: variants[0]), posts: [TokenUse(0)])
                    }),
                queue(
                    watcher.path, loops,
                    commands.map { _ in Command(variants: [Work(opcode: 0)], waits: [TokenUse(0)]) }),
            ])
        let clock = Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)
        let clocks = try #require(ClockSet([clock]))
        let simulation = try Simulation(
            clocks: clocks, components: [unit, memory, watcher], program: program, folds: folds)
        guard case .completed = simulation.run() else { throw Stuck() }
        if folds {
            let skipped = simulation.kernels[0].foldReports.contains { $0.simulated < $0.iterations }
            #expect(skipped, "nothing folded, so nothing is compared")
        }
        let ledger = simulation.kernels[0].ledger
        func total(_ component: String, _ names: (String) -> Bool) -> [String: Int] {
            var sums: [String: Int] = [:]
            for block in ledger.blocks where block.component == component {
                for (index, name) in block.names.enumerated() where names(name) {
                    for column in 0..<block.width {
                        sums[name, default: 0] += ledger[block.base + index * block.width + column]
                    }
                }
            }
            return sums.filter { $0.value != 0 }
        }
        let own = total(unit.path) { $0 != "commands" }
        let stalls = total("\(unit.path):stalls") { _ in true }
        let busy = own["busy", default: 0]
        return Report(
            cycles: busy + stalls.values.reduce(0, +),
            resultAt: total("watcher:stalls") { _ in true }.values.reduce(0, +), busy: busy, stalls: stalls,
            actions: own.filter { $0.key != "busy" })
    }

    struct Stuck: Error {}

    /// Takes tokens and does nothing.
    private final class Watcher: Engine {}

    private static func addresses(of work: Work) -> [AddressSource] {
        let last = work.streams.map(\.address).max() ?? -1
        return (0..<(last + 1)).map { AddressSource(base: $0 << 20) }
    }

    private static func queue(_ engine: String, _ loops: [Int], _ commands: [Command]) -> QueueProgram {
        let count = 2 * loops.count + commands.count
        let begins = loops.enumerated().map {
            Instruction.loopBegin(loop: $0, trips: TripCount($1), mate: count - 1 - $0)
        }
        let ends = loops.indices.reversed().map { Instruction.loopEnd(mate: $0) }
        return QueueProgram(engine: engine, instructions: begins + commands.map { .command($0) } + ends)
    }
}
