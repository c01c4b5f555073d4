import OrrerySimulation

extension ToyMachine: CustomStringConvertible {
    /// The machine and its program as a person would write them down.
    var description: String {
        var lines: [String] = []
        if clocks.count > 1 {
            lines.append(
                "clocks " + clocks.map { "\($0.periodNumerator)/\($0.periodDenominator) s" }.joined(separator: ", "))
        }
        for (index, server) in servers.enumerated() {
            let clock = serverClocks[index].map { " on clock \($0)" } ?? ""
            lines.append("s\(index)\(clock): \(server)")
        }
        lines.append(serversFirst ? "servers wake first" : "engines wake first")
        for token in tokens { lines.append("\(token.name): \(token.initial) of \(token.capacity)") }
        for (index, queue) in queues.enumerated() {
            let clock = engineClocks[index].map { " on clock \($0)" } ?? ""
            lines.append("e\(index)\(clock): \(queue.map(\.description).joined(separator: "; "))")
        }
        return lines.map { "  \($0)" }.joined(separator: "\n")
    }
}

extension Code: CustomStringConvertible {
    var description: String {
        switch self {
        case .loop(let id, let trips, let body):
            return "loop \(id) × \(trips.text) { \(body.map(\.description).joined(separator: "; ")) }"
        case .command(let command): return command.text
        }
    }
}

extension TripCount {
    fileprivate var text: String {
        if level < 0 { return "\(constant)" }
        let limit = limit == Int.max ? "" : " ≤ \(limit)"
        return "(\(constant) + \(coefficient) i\(level)\(limit))"
    }
}

extension Guard {
    fileprivate var text: String {
        isEmpty ? "" : "[" + conditions.map { "\($0.kind) i\($0.level)" }.joined(separator: ", ") + "] "
    }
}

extension Command {
    fileprivate var text: String {
        var text = guards.text
        for use in waits { text += "\(use.guards.text)wait t\(use.token) × \(use.count) " }
        if let work = variants.first {
            switch work.opcode {
            case ToyEngine.compute:
                text += "compute \(work.numbers[0])" + (work.numbers[1] > 0 ? " + \(work.numbers[1])" : "")
            case ToyEngine.fence: text += "fence \(work.numbers[0])"
            default:
                let mode = RequestMode(rawValue: work.numbers[0]).map { "\($0)" } ?? "?"
                let stream = work.streams[0]
                text += "request(\(mode)) s\(stream.port) \(stream.bytes) B"
                if stream.count > 1 { text += " × \(stream.count) by \(stream.stride)" }
            }
        }
        for address in addresses {
            text += " @\(address.base)"
            for (level, stride) in address.strides.enumerated() where stride != 0 { text += " + \(stride) i\(level)" }
            if address.ringLevel >= 0 {
                text += " + \(address.ringStride) (i\(address.ringLevel) mod \(address.ringLength))"
            }
        }
        if !raggedLevels.isEmpty { text += " ragged \(raggedLevels)" }
        if lookahead > 0 { text += " ahead \(lookahead)" }
        for use in posts { text += " \(use.guards.text)post t\(use.token) × \(use.count)" }
        return text
    }
}
