import OrrerySimulation
import OrreryText

extension AccessStream {
    /// The stream without its length, as its file says it.
    public var descriptionWithoutLength: String { "{\(members.joined(separator: ", "))}" }

    /// The stream as a line of a saved program, which `StreamReader` reads back.
    var text: String {
        let length = ["count: \(count)"] + (warmUp > 0 ? ["warm_up: \(warmUp)"] : [])
        return "{\((members + length).joined(separator: ", "))}"
    }

    private var members: [String] {
        var members: [String] = []
        switch source {
        case .pattern(let pattern, let values):
            members.append("pattern: \(pattern.rawValue)")
            for (parameter, numbers) in zip(pattern.parameters, values) {
                members.append("\(parameter.name): \(Self.text(numbers, parameter.kind))")
            }
        case .nest(let nest): members += nest.members
        case .trace(let file):
            members += ["file: \(file.path.flowScalar)", "skip: \(file.skip)", "repeat: \(file.repeats)"]
        }
        if bytes > 0 { members.append("bytes: \(bytes) B") }
        switch writes {
        case nil: break
        case .some(.none): members.append("writes: none")
        case .all: members.append("writes: all")
        case .every(let period, let phase): members.append("writes: {every: \(period), phase: \(phase)}")
        case .drawn(let oneIn, let seed): members.append("writes: {one_in: \(oneIn), seed: \(seed)}")
        case .drawnAnew(let oneIn, let seed): members.append("writes: {one_in: \(oneIn), seed: \(seed), draw: each}")
        }
        if isChain { members.append("chain: true") }
        if let work { members.append("work: [\(work.map(String.init).joined(separator: ", "))]") }
        return members
    }

    private static func text(_ numbers: [Int], _ kind: AccessPattern.Parameter.Kind) -> String {
        switch kind {
        case .count, .address: String(numbers[0])
        case .bytes: "\(numbers[0]) B"
        case .counts: "[\(numbers.map(String.init).joined(separator: ", "))]"
        case .byteCounts: "[\(numbers.map { "\($0) B" }.joined(separator: ", "))]"
        }
    }
}
