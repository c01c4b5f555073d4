import OrrerySimulation

/// Pairs of engines that hand tokens to each other through a deep buffer, with periods that are all co-prime: nothing recurs.
enum Unfoldable {
    private static let periods = [
        9973, 10_007, 9967, 10_009, 9949, 10_037, 9941, 10_039, 9931, 10_061, 9929, 10_067, 9923, 10_069, 9907, 10_079,
    ]

    static func simulation(pairs: Int, trips: Int, folds: Bool) throws -> Simulation {
        let hub = Hub(path: "hub")
        var engines: [Component] = []
        var program = Program(operators: ["work"])
        for pair in 0..<pairs {
            program.tokens.append(Program.Token(name: "t\(pair)", capacity: 1 << 40))
            for side in 0..<2 {
                let path = "e\(2 * pair + side)"
                engines.append(Worker(path: path, ports: [hub]))
                let cycles = periods[(2 * pair + side) % periods.count] + 2 * (2 * pair + side) / periods.count
                let use = [TokenUse(pair)]
                let command = Command(
                    variants: [Work(opcode: 0, numbers: [cycles])], waits: side == 1 ? use : [],
                    posts: side == 0 ? use : [])
                program.queues.append(
                    QueueProgram(
                        engine: path,
                        instructions: [
                            .loopBegin(loop: pair, trips: TripCount(trips), mate: 2), .command(command),
                            .loopEnd(mate: 0),
                        ]))
            }
        }
        guard let clocks = ClockSet([Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)]) else {
            preconditionFailure("one clock has a common measure")
        }
        return try Simulation(clocks: clocks, components: engines + [hub], program: program, folds: folds)
    }

    /// - Returns: wake-ups that were simulated.
    static func run(pairs: Int, trips: Int, folds: Bool) throws -> Int {
        let simulation = try simulation(pairs: pairs, trips: trips, folds: folds)
        _ = simulation.run()
        return simulation.kernels.reduce(0) { $0 + $1.events }
    }
}

/// Occupied for as many cycles as the command says.
private final class Worker: Engine {
    override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        let end = kernel.now(self) + work.numbers[0]
        return .occupied(until: end, result: end)
    }
}

/// Joins all engines into one part.
private final class Hub: Server {}
