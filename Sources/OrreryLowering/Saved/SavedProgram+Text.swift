import OrrerySimulation
import OrreryText

extension SavedProgram {
    /// The program as YAML: one line for each command, loops as nested lists.
    ///
    /// In commands, `i0` is the index of the outermost loop around, `i1` that of the next one. `orrery schema program` describes
    /// the keys.
    public var text: String {
        var lines = [
            "program: \(workload.flowScalar)", "machine: \(machine.flowScalar)", "mapping: \(mapping.flowScalar)",
        ]
        if let tokens { lines.append("tokens: \(tokens)") }
        lines.append(parts.isEmpty ? "parts: []" : "parts:")
        for part in parts { lines += ProgramWriter(part).lines }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Writes one part.
private struct ProgramWriter {
    let part: SavedProgram.Part
    let tokens: Labels
    let loops: Labels
    let operators: Labels

    private var program: Program { part.program }

    init(_ part: SavedProgram.Part) {
        self.part = part
        tokens = Labels(part.program.tokens.map(\.name))
        loops = Labels(part.program.loopNames)
        operators = Labels(part.program.operators)
    }

    var lines: [String] {
        var lines = ["- name: \(part.name.flowScalar)", "  runs: \(part.count)"]
        lines.append("  operations: \(flow(part.operations))")
        lines.append("  minimum_bytes: \(part.minimumBytes)")
        lines.append("  homes: \(flow(part.homes.map(\.flowScalar)))")
        lines += section("actions", part.actions.map { "\($0.operation.flowScalar): \(flow($0.counts))" }, "{}")
        lines += section("assumptions", part.assumptions.map { "- \($0.flowScalar)" }, "[]")
        lines.append("  operators: \(flow(program.operators.map(\.flowScalar)))")
        lines += section("tokens", program.tokens.map { "- \(text($0))" }, "[]")
        lines.append("  loops: \(flow(program.loopNames.map(\.flowScalar)))")
        if !program.accesses.isEmpty { lines += section("accesses", program.accesses.map { "- \($0.text)" }, "[]") }
        lines.append(program.queues.isEmpty ? "  queues: {}" : "  queues:")
        for queue in program.queues {
            lines.append("    \(queue.engine.flowScalar):\(queue.instructions.isEmpty ? " []" : "")")
            var depth = 0
            for (index, instruction) in queue.instructions.enumerated() {
                let indent = String(repeating: " ", count: 6 + 4 * depth)
                switch instruction {
                case .loopBegin(let loop, let trips, let mate):
                    lines.append("\(indent)- loop: \(loops[loop].flowScalar)")
                    lines.append("\(indent)  trips: \(text(trips))")
                    lines.append("\(indent)  do:\(mate == index + 1 ? " []" : "")")
                    depth += 1
                case .loopEnd: depth -= 1
                case .command(let command): lines.append("\(indent)- \(text(command))")
                }
            }
        }
        return lines
    }

    private func section(_ name: String, _ items: [String], _ empty: String) -> [String] {
        items.isEmpty ? ["  \(name): \(empty)"] : ["  \(name):"] + items.map { "    \($0)" }
    }

    private func flow(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    private func flow(_ counts: [SavedProgram.Count]) -> String {
        "{\(counts.map { "\($0.name.flowScalar): \($0.value)" }.joined(separator: ", "))}"
    }

    private func text(_ token: Program.Token) -> String {
        let plain = Program.Token(name: token.name)
        var members = ["name: \(token.name.flowScalar)"]
        if token.initial != plain.initial { members.append("initial: \(token.initial)") }
        if token.capacity != plain.capacity { members.append("capacity: \(token.capacity)") }
        return "{\(members.joined(separator: ", "))}"
    }

    private func text(_ trips: TripCount) -> String {
        if trips == TripCount(trips.constant) { return String(trips.constant) }
        var members = ["first: \(trips.constant)", "step: \(trips.coefficient)", "index: i\(trips.level)"]
        if trips.limit != .max { members.append("most: \(trips.limit)") }
        return "{\(members.joined(separator: ", "))}"
    }

    private func text(_ command: Command) -> String {
        var members = ["run: \(operators.texts.isEmpty ? "0" : operators[command.operatorID].flowScalar)"]
        if command.lookahead != 0 { members.append("ahead: \(command.lookahead)") }
        if !command.guards.isEmpty { members.append("if: \(text(command.guards))") }
        if !command.waits.isEmpty { members.append("wait: \(flow(command.waits.map(text)))") }
        if !command.posts.isEmpty { members.append("post: \(flow(command.posts.map(text)))") }
        if !command.addresses.isEmpty { members.append("addresses: \(flow(command.addresses.map(\.text)))") }
        if !command.raggedLevels.isEmpty { members.append("short: \(flow(command.raggedLevels.map { "i\($0)" }))") }
        members.append("work: \(flow(command.variants.map(text)))")
        return "{\(members.joined(separator: ", "))}"
    }

    private func text(_ use: TokenUse) -> String {
        let name = tokens[use.token].flowScalar
        if use.count == 1, use.guards.isEmpty { return name }
        var members = ["token: \(name)"]
        if use.count != 1 { members.append("count: \(use.count)") }
        if !use.guards.isEmpty { members.append("if: \(text(use.guards))") }
        return "{\(members.joined(separator: ", "))}"
    }

    private func text(_ guards: OrrerySimulation.Guard) -> String { flow(guards.conditions.map(\.text)) }

    private func text(_ work: Work) -> String {
        var members = ["opcode: \(work.opcode)"]
        if !work.numbers.isEmpty { members.append("numbers: \(flow(work.numbers.map(String.init)))") }
        if !work.streams.isEmpty { members.append("streams: \(flow(work.streams.map(text)))") }
        if !work.actions.isEmpty {
            members.append("actions: \(flow(work.actions.map { "{action: \($0.action), count: \($0.count)}" }))")
        }
        if let stream = work.accesses { members.append("accesses: \(stream)") }
        return "{\(members.joined(separator: ", "))}"
    }

    private func text(_ stream: Work.Stream) -> String {
        let kind = stream.isWrite ? "write" : "read"
        return
            "{port: \(stream.port), \(kind): \(stream.address), count: \(stream.count), bytes: \(stream.bytes), stride: \(stream.stride)}"
    }
}

extension Program {
    /// A name for each loop id that occurs.
    var loopNames: [String] {
        let ids = queues.flatMap(\.instructions).compactMap { instruction in
            if case .loopBegin(let id, _, _) = instruction { id } else { nil }
        }
        let count = max(loops.count, (ids.max() ?? -1) + 1)
        return (0..<count).map(name(ofLoop:))
    }
}

extension Guard.Condition {
    /// `i0 first`, `i1 < 4`.
    var text: String {
        let index = "i\(level)"
        switch kind {
        case .first: return "\(index) first"
        case .notFirst: return "\(index) not first"
        case .last: return "\(index) last"
        case .notLast: return "\(index) not last"
        case .divisible(let divisor): return "\(index) % \(divisor) = 0"
        case .below(let bound): return "\(index) < \(bound)"
        case .atLeast(let bound): return "\(index) >= \(bound)"
        }
    }
}

extension AddressSource {
    /// `4096 + 512 i0 + 65536 (i1 % 2)`: levels without a stride are left out.
    var text: String {
        var parts = ["\(base)"]
        for (level, stride) in strides.enumerated() where stride != 0 { parts.append("\(stride) i\(level)") }
        if ringLevel >= 0 { parts.append("\(ringStride) (i\(ringLevel) % \(ringLength))") }
        return parts.joined(separator: " + ")
    }
}

extension String {
    /// The text as a scalar within a flow collection, between quotes where it needs them.
    var flowScalar: String { YAMLEmitter.flowScalar(self) }
}
