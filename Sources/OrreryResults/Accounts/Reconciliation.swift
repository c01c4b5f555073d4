import OrrerySimulation

/// Two accounts of the same thing that must agree and don't: the simulation is wrong.
public struct ReconciliationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One side of an equation.
    public struct Side: Hashable, Sendable {
        public var name: String
        public var value: Double
    }

    /// Two sides that differ.
    public struct Violation: Hashable, Sendable, CustomStringConvertible {
        public var left: Side
        public var right: Side

        public var description: String {
            "\(left.name) is \(exact(left.value)), \(right.name) is \(exact(right.value))"
        }
    }

    public var violations: [Violation]

    public var description: String {
        (["the run's accounts don't agree:"] + violations.map { "  \($0)" }).joined(separator: "\n")
    }
}

/// The equations that hold in every run.
///
/// - Each engine is busy, stalled or idle in every cycle: none is counted twice.
/// - Each queue ran as many commands, and counted as many actions, as the loops and guards of its program have.
/// - The bytes that leave the ports to a memory or link are the bytes that it served.
/// - The operations that engines did for each operator are those that the workload has in it.
/// - The energy of all components is the energy of all operators and of time.
struct Reconciliation {
    private(set) var violations: [ReconciliationError.Violation] = []

    init(_ result: RunResult, _ context: RunContext, _ program: Program) {
        let counts = program.queues.map { (engine: $0.engine, count: ProgramCount($0)) }
        for component in result.components { checkTime(component) }
        for (engine, count) in counts {
            guard let count, let account = result.components.first(where: { $0.path == engine }) else { continue }
            checkCommands(account, count)
        }
        checkTraffic(result, context, Dictionary(counts.map { ($0.engine, $0.count) }) { first, _ in first })
        checkOperations(result)
        if let energy = result.energy { checkEnergy(energy) }
    }

    func throwIfBroken() throws(ReconciliationError) {
        if !violations.isEmpty { throw ReconciliationError(violations: violations) }
    }

    private mutating func require(_ left: (String, Int), _ right: (String, Int)) {
        if left.1 != right.1 { report((left.0, Double(left.1)), (right.0, Double(right.1))) }
    }

    private mutating func report(_ left: (String, Double), _ right: (String, Double)) {
        violations.append(
            .init(left: .init(name: left.0, value: left.1), right: .init(name: right.0, value: right.1)))
    }

    private mutating func checkTime(_ component: ComponentAccount) {
        guard let time = component.time, time.idle < 0 else { return }
        require(
            ("\(component.path): busy + stalled cycles", time.busy.total + time.stalled),
            ("the run in cycles of \(component.clock)", component.elapsed))
    }

    private mutating func checkCommands(_ account: ComponentAccount, _ count: ProgramCount) {
        if let commands = account.counters.first(where: { $0.name == "commands" }) {
            let expected = count.entries.reduce(0) { $0 + $1.runs.reduce(0, +) }
            require(
                ("\(account.path): commands run", commands.value), ("commands of its program", expected))
        }
        var expected: [Int: Int] = [:]
        for entry in count.entries {
            for (work, runs) in zip(entry.command.variants, entry.runs) {
                for action in work.actions { expected[action.action, default: 0] += action.count * runs }
            }
        }
        for (index, total) in expected.sorted(by: { $0.key < $1.key }) where account.actions.indices.contains(index) {
            let action = account.actions[index]
            require(("\(account.path): \(action.name) counted", action.total), ("\(action.name) in its program", total))
        }
    }

    /// Bytes out of the ports against bytes into each server that only queues and links of one direction send to.
    private mutating func checkTraffic(_ result: RunResult, _ context: RunContext, _ counts: [String: ProgramCount?]) {
        var expected: [String: (read: Int, written: Int)] = [:]
        var unknown: Set<String> = []
        for part in context.components where !part.ports.isEmpty {
            let account = result.components.first { $0.path == part.path }
            if let count = counts[part.path] {
                guard let count else {
                    unknown.formUnion(part.ports.map(\.server))
                    continue
                }
                for (port, isWrite, bytes) in count.streams where part.ports.indices.contains(port) {
                    let server = part.ports[port].server
                    expected[server, default: (0, 0)].read += isWrite ? 0 : bytes
                    expected[server, default: (0, 0)].written += isWrite ? bytes : 0
                }
                // What a stream of accesses moves is known by its engine, which counts it by port.
                for port in part.ports where count.runsStreams {
                    expected[port.server, default: (0, 0)].read += account?.bytes(of: port.name, "read") ?? 0
                    expected[port.server, default: (0, 0)].written += account?.bytes(of: port.name, "written") ?? 0
                }
            } else if part.role == .link, part.ports.count == 1, let account, account.isServer {
                expected[part.ports[0].server, default: (0, 0)].read += account.readBytes
                expected[part.ports[0].server, default: (0, 0)].written += account.writtenBytes
            } else if account?.isServer ?? false {
                unknown.formUnion(part.ports.map(\.server))
            }
        }
        for account in result.components where account.isServer && !unknown.contains(account.path) {
            let sent = expected[account.path] ?? (0, 0)
            require(
                ("bytes that requesters read of \(account.path)", sent.read),
                ("bytes that it served", account.readBytes))
            require(
                ("bytes that requesters write to \(account.path)", sent.written),
                ("bytes that it took", account.writtenBytes))
        }
    }

    private mutating func checkOperations(_ result: RunResult) {
        let engines = result.components.filter { $0.time != nil }
        for (index, name) in result.operators.enumerated() {
            for expected in result.workload.expectedActions[name] ?? [] {
                let done = engines.flatMap(\.actions).filter { $0.name == expected.name }
                    .reduce(0) { $0 + $1.byOperator[index] }
                require(
                    ("\(name): \(expected.name) done", done), ("\(expected.name) in the workload", expected.value))
            }
        }
    }

    /// Sums of the same terms in another order differ by rounding alone.
    private mutating func checkEnergy(_ energy: EnergyAccount) {
        let byComponent = energy.components.reduce(0) { $0 + $1.joules }
        let byOperator = energy.operators.reduce(0) { $0 + $1.joules } + energy.staticJoules
        if abs(byComponent - byOperator) > 1e-9 * max(byComponent, byOperator) {
            report(("joules of all components", byComponent), ("joules of all operators and of time", byOperator))
        }
    }
}

extension ComponentAccount {
    /// Bytes through one of its own ports.
    fileprivate func bytes(of port: String, _ direction: String) -> Int {
        bytes.first { $0.name == "\(port) \(direction)" }?.total ?? 0
    }
}

extension ProgramCount {
    /// Whether a command runs a stream of accesses.
    fileprivate var runsStreams: Bool {
        entries.contains { $0.command.variants.contains { $0.accesses != nil } }
    }

    /// Bytes of all streams by port and direction, over all runs.
    fileprivate var streams: [(port: Int, isWrite: Bool, bytes: Int)] {
        entries.flatMap { entry in
            zip(entry.command.variants, entry.runs).flatMap { work, runs in
                work.streams.map { ($0.port, $0.isWrite, $0.bytes * $0.count * runs) }
            }
        }
    }
}

/// A count as it is, anything else as the shortest decimal that tells it apart.
private func exact(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? value.description
}
