import OrrerySimulation

/// A machine and a program as values, so that they can be printed and run more than once.
struct ToyMachine {
    enum Memory {
        case scratchpad(ToyScratchpad.Configuration)
        case memory(ToyMemory.Configuration)
        case dram(ToyDRAM.Configuration)
        case link(ToyLink.Configuration)
        case noise(ToyNoise.Configuration)
    }

    var clocks = [Clock(name: "core", periodNumerator: 1, periodDenominator: 1_000_000_000)]
    var servers: [Memory] = []
    /// Clock of each server and of each engine, where it is not the first.
    var serverClocks: [Int: Int] = [:]
    var engineClocks: [Int: Int] = [:]
    /// Servers wake before engines.
    var serversFirst = false
    var tokens: [Program.Token] = []
    var queues: [[Code]] = []

    init(servers: [Memory] = [], tokens: [Program.Token] = []) {
        self.servers = servers
        self.tokens = tokens
    }

    /// The next engine runs this.
    mutating func engine(@CodeBuilder _ code: () -> [Code]) { queues.append(code()) }

    var program: Program {
        Program(
            operators: ["op"], tokens: tokens,
            queues: queues.enumerated().map { QueueProgram(engine: "e\($0)", instructions: compile($1)) })
    }

    var components: [Component] {
        var servers: [Server] = []
        for (index, server) in self.servers.enumerated() {
            let (path, clock) = ("s\(index)", serverClocks[index] ?? 0)
            switch server {
            case .scratchpad(let configuration): servers.append(ToyScratchpad(path: path, clock: clock, configuration))
            case .memory(let configuration): servers.append(ToyMemory(path: path, clock: clock, configuration))
            case .dram(let configuration): servers.append(ToyDRAM(path: path, clock: clock, configuration))
            case .noise(let configuration): servers.append(ToyNoise(path: path, clock: clock, configuration))
            case .link(let configuration):
                let target = servers[configuration.target]
                servers.append(ToyLink(path: path, clock: clock, target: target, configuration))
            }
        }
        let engines = queues.indices.map { ToyEngine(path: "e\($0)", clock: engineClocks[$0] ?? 0, ports: servers) }
        return serversFirst ? servers + engines : engines + servers
    }

    func kernel(folds: Bool, rules: FoldRules = .all, sampling: Sampling? = nil) throws -> Kernel {
        guard let clocks = ClockSet(clocks) else { throw ToyError.clocks }
        return try Kernel(
            clocks: clocks, components: components, program: program, folds: folds, rules: rules, sampling: sampling)
    }

    /// The same as independent parts.
    func simulation(folds: Bool) throws -> Simulation {
        guard let clocks = ClockSet(clocks) else { throw ToyError.clocks }
        return try Simulation(clocks: clocks, components: components, program: program, folds: folds)
    }

    enum ToyError: Error { case clocks }
}
