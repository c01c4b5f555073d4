extension AccessStream {
    /// What keeps the stream from being run; nil where nothing does. Of a recorded one the file is looked at.
    public var problem: String? {
        if count < 1 || warmUp < 0 || count > Self.longest || warmUp > Self.longest {
            return "a stream has 1 to 2^50 accesses"
        }
        if bytes < 0 || bytes > 1 << 16 { return "an access has 1 B to 64 KiB" }
        if let work, work.isEmpty || !work.allSatisfy({ (0...Self.mostWork).contains($0) }) {
            return "0 to \(Self.mostWork) instructions follow an access"
        }
        switch writes {
        case .every(let period, let phase) where period < 1 || !(0..<period).contains(phase):
            return "the phase of the writes lies below their period"
        case .drawn(let oneIn, _) where oneIn < 1, .drawnAnew(let oneIn, _) where oneIn < 1:
            return "one access in 1 or more is a write"
        default: break
        }
        switch source {
        case .pattern(let pattern, let values): return Self.problem(pattern, values)
        case .nest(let nest): return nest.problem
        case .trace(let file):
            do throws(TraceError) {
                let length = try file.instructions() - file.skip
                if length < 1 { return "'\(file.path)' ends before what is skipped" }
                return nil
            } catch {
                return error.description
            }
        }
    }

    static let longest = 1 << 50
    /// Instructions that may follow an access.
    public static let mostWork = LoopInstructions.mostWork

    private static func problem(_ pattern: AccessPattern, _ values: [[Int]]) -> String? {
        for (parameter, numbers) in zip(pattern.parameters, values) {
            if let number = numbers.first(where: { !parameter.range.contains($0) }) {
                return "\(pattern.rawValue): \(parameter.name) is \(number), out of range"
            }
        }
        return pattern.problem(values).map { "\(pattern.rawValue): \($0.parameter) \($0.message)" }
    }
}
