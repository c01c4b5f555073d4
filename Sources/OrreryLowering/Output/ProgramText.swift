import OrrerySimulation

/// A program as people read it: the tokens, then each queue with its loops indented.
public struct ProgramText: CustomStringConvertible {
    private let program: Program

    public init(_ program: Program) { self.program = program }

    public var description: String {
        var lines = program.tokens.enumerated().map { index, token in
            "token \(index) '\(token.name)' starts at \(token.initial)"
        }
        for (index, stream) in program.accesses.enumerated() { lines.append("stream \(index) \(stream.text)") }
        for queue in program.queues {
            lines.append("queue \(queue.engine)")
            var depth = 1
            for instruction in queue.instructions {
                switch instruction {
                case .loopBegin(let loop, let trips, _):
                    lines.append("\(indent(depth))loop \(program.name(ofLoop: loop)) × \(text(trips)) {")
                    depth += 1
                case .loopEnd:
                    depth -= 1
                    lines.append("\(indent(depth))}")
                case .command(let command): lines.append(indent(depth) + text(command))
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    private func text(_ trips: TripCount) -> String {
        trips.level < 0 ? "\(trips.constant)" : "(\(trips.constant) + \(trips.coefficient) × i\(trips.level))"
    }

    private func text(_ command: Command) -> String {
        let name = program.operators.indices.contains(command.operatorID) ? program.operators[command.operatorID] : "?"
        var parts = [name]
        if command.lookahead > 0 { parts.append("+\(command.lookahead)") }
        if !command.guards.isEmpty { parts.append("if \(text(command.guards))") }
        for use in command.waits { parts.append("wait \(text(use))") }
        if let work = command.variants.first {
            if let stream = work.accesses { parts.append("run stream \(stream)") }
            for stream in work.streams {
                let source =
                    command.addresses.indices.contains(stream.address) ? text(command.addresses[stream.address]) : "?"
                parts.append("\(stream.isWrite ? "write" : "read") \(stream.count) × \(stream.bytes) B at \(source)")
            }
        }
        if !command.raggedLevels.isEmpty {
            parts.append("varies at the end of \(command.raggedLevels.map { "i\($0)" }.joined(separator: ", "))")
        }
        for use in command.posts { parts.append("post \(text(use))") }
        return parts.joined(separator: "; ")
    }

    private func text(_ use: TokenUse) -> String {
        let name = program.tokens.indices.contains(use.token) ? program.tokens[use.token].name : "?"
        let count = use.count == 1 ? "" : " × \(use.count)"
        return "'\(name)'\(count)\(use.guards.isEmpty ? "" : " if \(text(use.guards))")"
    }

    private func text(_ guards: OrrerySimulation.Guard) -> String {
        guards.conditions.map(\.text).joined(separator: " and ")
    }

    private func text(_ address: AddressSource) -> String { address.text }
}
