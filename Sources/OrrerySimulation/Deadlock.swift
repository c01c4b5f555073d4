/// Who waits for what when work is left and nothing can move.
public struct Deadlock: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Wait: Hashable, Sendable {
        /// Path of the engine.
        public var engine: String
        /// Operator of the command that it stands at.
        public var operatorName: String
        /// What it waits for: a token, or a cause of its class.
        public var cause: String
        /// Engines that could post or take that token.
        public var others: [String]
    }

    public var waits: [Wait]
    /// Cycle of the first clock at which the machine stopped.
    public var cycle: Cycle

    init(_ stuck: [Engine], kernel: Kernel) {
        cycle = kernel.now(clock: 0)
        waits = stuck.map { engine in
            let step = engine.pc < engine.steps.count ? engine.steps[engine.pc] : nil
            let operators = kernel.ledger.operators
            let name =
                step.flatMap { operators.indices.contains($0.operatorID) ? operators[$0.operatorID] : nil } ?? "-"
            switch engine.state {
            case .waiting, .posting:
                let token = engine.waitingToken
                let others = engine.state == .waiting ? kernel.posterPaths(token) : kernel.takerPaths(token)
                return Wait(engine: engine.path, operatorName: name, cause: kernel.tokens[token].name, others: others)
            case .refused:
                return Wait(
                    engine: engine.path, operatorName: name, cause: engine.stallCauses[engine.refusal], others: [])
            default:
                return Wait(engine: engine.path, operatorName: name, cause: engine.standstill, others: [])
            }
        }
    }

    public var description: String {
        let lines = waits.map { wait in
            let others = wait.others.isEmpty ? "" : " (moved by \(wait.others.joined(separator: ", ")))"
            return "  \(wait.engine), at \(wait.operatorName), waits for \(wait.cause)\(others)"
        }
        return "deadlock at cycle \(cycle): work is left and nothing can move\n" + lines.joined(separator: "\n")
    }
}
