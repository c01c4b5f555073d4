/// What is wrong with a program.
public enum ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownEngine(String)
    case secondQueue(String)
    case invalid(queue: String, instruction: Int, String)
    case invalidToken(String, String)

    public var description: String {
        switch self {
        case .unknownEngine(let path): "the program has a queue for '\(path)', which is no engine of the machine"
        case .secondQueue(let path): "the program has more than one queue for '\(path)'"
        case .invalid(let queue, let instruction, let message):
            "queue '\(queue)', instruction \(instruction): \(message)"
        case .invalidToken(let name, let message): "token '\(name)': \(message)"
        }
    }
}

/// All problems of a program.
public struct ProgramErrors: Error, Hashable, Sendable, CustomStringConvertible {
    public var errors: [ProgramError]
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Checks that a program can be walked: loops match, levels, tokens and variants exist, a look-ahead stays in loops of
/// constant length.
struct ProgramCheck {
    private(set) var errors: [ProgramError] = []

    init(_ program: Program) {
        for token in program.tokens where token.initial < 0 || token.capacity < 1 || token.initial > token.capacity {
            errors.append(
                .invalidToken(token.name, "its initial count \(token.initial) must lie in 0...\(token.capacity)"))
        }
        var engines: Set<String> = []
        for queue in program.queues {
            if !engines.insert(queue.engine).inserted { errors.append(.secondQueue(queue.engine)) }
            check(queue, program)
        }
    }

    func throwIfInvalid() throws(ProgramErrors) {
        if !errors.isEmpty { throw ProgramErrors(errors: errors) }
    }

    private mutating func check(_ queue: QueueProgram, _ program: Program) {
        var open: [(index: Int, trips: TripCount)] = []
        for (index, instruction) in queue.instructions.enumerated() {
            func report(_ message: String) { errors.append(.invalid(queue: queue.engine, instruction: index, message)) }
            switch instruction {
            case .loopBegin(let loop, let trips, let mate):
                if loop < 0 { report("a loop's id must not be negative") }
                if trips.level >= open.count {
                    report("a loop's length depends on level \(trips.level), which does not enclose it")
                }
                if !queue.instructions.indices.contains(mate) { report("the loop has no end") }
                open.append((index, trips))
            case .loopEnd(let mate):
                guard let begin = open.popLast() else {
                    report("a loop ends that did not begin")
                    continue
                }
                var matches = false
                if case .loopBegin(_, _, let end) = queue.instructions[begin.index] {
                    matches = end == index && mate == begin.index
                }
                if !matches { report("the ends of a loop do not name each other") }
            case .command(let command):
                for message in Self.problems(command, depth: open.count, open.map(\.trips), program) { report(message) }
            }
        }
        if !open.isEmpty {
            errors.append(.invalid(queue: queue.engine, instruction: queue.instructions.count, "a loop is not closed"))
        }
    }

    private static func problems(_ command: Command, depth: Int, _ trips: [TripCount], _ program: Program) -> [String] {
        var problems: [String] = []
        let conditions = command.guards.conditions + (command.waits + command.posts).flatMap(\.guards.conditions)
        if conditions.contains(where: { !(0..<depth).contains($0.level) })
            || command.raggedLevels.contains(where: { !(0..<depth).contains($0) })
        {
            problems.append("a condition names a loop level that does not enclose the command")
        }
        if conditions.contains(where: { if case .divisible(let divisor) = $0.kind { divisor < 1 } else { false } }) {
            problems.append("a condition divides by less than 1")
        }
        if command.variants.count != 1 << command.raggedLevels.count {
            problems.append(
                "\(command.raggedLevels.count) short levels need \(1 << command.raggedLevels.count) variants, not \(command.variants.count)"
            )
        }
        for use in command.waits + command.posts where !program.tokens.indices.contains(use.token) || use.count < 1 {
            problems.append("token \(use.token) × \(use.count) does not exist")
        }
        for address in command.addresses
        where address.ringLevel >= depth || address.ringLength < 1 || address.strides.count > depth {
            problems.append("an address names a loop level that does not enclose the command")
        }
        let sources = command.variants.flatMap { $0.streams.map(\.address) }
        if command.variants.contains(where: { $0.accesses.map { !program.accesses.indices.contains($0) } ?? false }) {
            problems.append("a stream of accesses does not exist")
        }
        if sources.contains(where: { !command.addresses.indices.contains($0) }) {
            problems.append("a stream has no address")
        }
        if command.operatorID < 0 || command.operatorID >= max(1, program.operators.count) {
            problems.append("operator \(command.operatorID) does not exist")
        }
        if command.lookahead < 0 { problems.append("a look-ahead must not be negative") }
        if command.lookahead > 0, trips.contains(where: { $0.level >= 0 }) {
            problems.append("a look-ahead needs loops of constant length")
        }
        return problems
    }
}
