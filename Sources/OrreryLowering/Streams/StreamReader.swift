import OrrerySimulation
import OrreryText

/// Reads the description of a stream of accesses: `{pattern: random, span: 64 MiB, …}` or `{file: PATH, …}`, as it stands under
/// `traffic:` and `trace:` of a workload and in saved programs.
struct StreamReader {
    /// The value of an expression; nil after reporting that it has none.
    let evaluate: (Node) -> Quantity?
    let diagnostics: Diagnostics

    /// Keys of every stream, of generated ones, and of recorded ones.
    static let commonKeys = ["bytes", "warm_up"]
    static let generatedKeys = ["pattern", "writes", "chain", "work"]
    static let recordedKeys = ["file", "skip", "repeat"]

    /// A stream without its length.
    ///
    /// - Parameter others: keys that its reader takes care of.
    /// - Returns: nil after reporting what is wrong.
    func read(_ node: Node, others: [String]) -> AccessStream? {
        guard node.mapping != nil else {
            diagnostics.error(
                "expected a stream, found \(node.summary)", at: node.mark,
                hint: "for example {pattern: random, span: 64 MiB, accesses: 100000}")
            return nil
        }
        let problems = Diagnostics()
        defer { problems.all.forEach(diagnostics.report) }
        let reader = StreamReader(evaluate: evaluate, diagnostics: problems)
        let stream =
            node["file"] != nil ? reader.recorded(node, others: others) : reader.generated(node, others: others)
        return problems.hasErrors ? nil : stream
    }

    // MARK: Generated

    private func generated(_ node: Node, others: [String]) -> AccessStream? {
        let names = AccessPattern.allCases.map(\.rawValue)
        guard let name = node["pattern"] else {
            diagnostics.error(
                "a stream has a pattern, or the file of a trace", at: node.mark, path: "pattern",
                hint: "expected one of \(names.joined(separator: ", "))")
            return nil
        }
        guard let pattern = name.string.flatMap(AccessPattern.init(rawValue:)) else {
            diagnostics.error(
                "\(name.summary) is no pattern", at: name.mark, path: "pattern",
                hint: suggestion(for: name.string ?? "", among: names))
            return nil
        }
        let parameters = pattern.parameters
        allow(parameters.map(\.name) + Self.commonKeys + Self.generatedKeys + others, in: node)
        let bytes = node["bytes"].flatMap { number($0, "bytes", .bytes, 1...(1 << 16)) } ?? 0
        let size = bytes > 0 ? bytes : pattern.accessBytes
        let values = parameters.map { parameter -> [Int]? in
            if let given = node[parameter.name] { return self.values(given, parameter) }
            if let value = parameter.defaultValue(accessBytes: size) { return [value] }
            diagnostics.error(
                "the pattern \(pattern.rawValue) needs '\(parameter.name)': \(parameter.help)", at: name.mark,
                path: parameter.name)
            return nil
        }
        let known = values.compactMap { $0 }
        guard known.count == values.count else { return nil }
        if let problem = pattern.problem(known) {
            diagnostics.error(
                problem.message, at: node[problem.parameter]?.mark ?? name.mark, path: problem.parameter)
            return nil
        }
        return AccessStream(
            .pattern(pattern, values: known), bytes: bytes, writes: writes(node["writes"]),
            isChain: node["chain"].flatMap { flag($0, "chain") } ?? false, work: work(node["work"]), count: 1,
            warmUp: warmUp(node))
    }

    private func values(_ node: Node, _ parameter: AccessPattern.Parameter) -> [Int]? {
        switch parameter.kind {
        case .count: number(node, parameter.name, .dimensionless, parameter.range).map { [$0] }
        case .bytes: number(node, parameter.name, .bytes, parameter.range).map { [$0] }
        case .address: number(node, parameter.name, nil, parameter.range).map { [$0] }
        case .counts: list(node, parameter.name, .dimensionless, parameter.range)
        case .byteCounts: list(node, parameter.name, .bytes, parameter.range)
        }
    }

    /// `none`, `all`, `{every: 3, phase: 2}`, `{one_in: 3, seed: 2}`, `{one_in: 4, seed: 0xABCDEF, draw: each}`.
    private func writes(_ node: Node?) -> AccessStream.Writes? {
        guard let node else { return nil }
        switch node.string {
        case "none": return AccessStream.Writes.none
        case "all": return .all
        default: break
        }
        guard node.mapping != nil else {
            diagnostics.error(
                "expected which accesses are writes, found \(node.summary)", at: node.mark, path: "writes",
                hint: "none, all, {every: 3, phase: 2} or {one_in: 3, seed: 2}")
            return nil
        }
        if let every = node["every"] {
            allow(["every", "phase"], in: node)
            guard let period = number(every, "writes.every", .dimensionless, 1...(1 << 30)) else { return nil }
            let phase = node["phase"].flatMap { number($0, "writes.phase", .dimensionless, 0...(period - 1)) } ?? 0
            return .every(period: period, phase: phase)
        }
        allow(["one_in", "seed", "draw"], in: node)
        guard let oneIn = node["one_in"] else {
            diagnostics.error("'one_in' or 'every' is missing", at: node.mark, path: "writes")
            return nil
        }
        guard let count = number(oneIn, "writes.one_in", .dimensionless, 1...(1 << 30)) else { return nil }
        let seed = node["seed"].flatMap { number($0, "writes.seed", .dimensionless, 0...Int.max) } ?? 2
        switch node["draw"]?.string ?? "sequence" {
        case "sequence": return .drawn(oneIn: count, seed: seed)
        case "each": return .drawnAnew(oneIn: count, seed: seed)
        default:
            diagnostics.error(
                "expected sequence or each, found \(node["draw"]?.summary ?? "")", at: node["draw"]?.mark,
                path: "writes.draw")
            return nil
        }
    }

    private func work(_ node: Node?) -> [Int]? {
        guard let node else { return nil }
        let range = 0...AccessStream.mostWork
        return node.sequence == nil
            ? number(node, "work", .dimensionless, range).map { [$0] } : list(node, "work", .dimensionless, range)
    }

    // MARK: Recorded

    private func recorded(_ node: Node, others: [String]) -> AccessStream? {
        allow(Self.commonKeys + Self.recordedKeys + others, in: node)
        guard let file = node["file"], let name = file.string, !file.isNull else {
            diagnostics.error("expected the path of a trace", at: node["file"]?.mark ?? node.mark, path: "file")
            return nil
        }
        let trace = TraceFile(
            path: Self.path(name, beside: file.mark.file),
            skip: node["skip"].flatMap { number($0, "skip", .dimensionless, 0...(1 << 50)) } ?? 0,
            repeats: node["repeat"].flatMap { flag($0, "repeat") } ?? false)
        do throws(TraceError) {
            let length = try trace.instructions()
            if trace.skip >= length {
                diagnostics.error(
                    "the trace has only \(length) instructions", at: node["skip"]?.mark ?? node.mark, path: "skip")
                return nil
            }
        } catch {
            diagnostics.error(error.message, at: file.mark, path: "file", hint: error.remedy)
            return nil
        }
        let bytes = node["bytes"].flatMap { number($0, "bytes", .bytes, 1...4096) } ?? 0
        return AccessStream(.trace(trace), bytes: bytes, count: 1, warmUp: warmUp(node))
    }

    private static func path(_ name: String, beside file: String) -> String {
        guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
        return String(file[...slash]) + name
    }

    // MARK: Values

    private func warmUp(_ node: Node) -> Int {
        node["warm_up"].flatMap { number($0, "warm_up", .dimensionless, 0...(1 << 50)) } ?? 0
    }

    private func allow(_ keys: [String], in node: Node) {
        for entry in node.mapping ?? [] where !keys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, hint: suggestion(for: entry.key, among: keys))
        }
    }

    private func flag(_ node: Node, _ path: String) -> Bool? {
        if node.string == "true" || node.string == "false" { return node.string == "true" }
        diagnostics.error("expected true or false, found \(node.summary)", at: node.mark, path: path)
        return nil
    }

    private func list(_ node: Node, _ path: String, _ dimension: Dimension, _ range: ClosedRange<Int>) -> [Int]? {
        guard let items = node.sequence else {
            diagnostics.error("expected a list, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        let numbers = items.map { number($0, path, dimension, range) }
        let known = numbers.compactMap { $0 }
        return known.count == numbers.count ? known : nil
    }

    /// A whole number of the dimension; nil for either plain or bytes.
    func number(_ node: Node, _ path: String, _ dimension: Dimension?, _ range: ClosedRange<Int>) -> Int? {
        guard let quantity = evaluate(node) else { return nil }
        let fits = dimension.map { quantity.dimension == $0 } ?? [.bytes, .dimensionless].contains(quantity.dimension)
        guard fits else {
            let expected = dimension == .bytes ? "a number of bytes, such as 64 MiB" : "a plain number"
            diagnostics.error("expected \(expected), found \(quantity)", at: node.mark, path: path)
            return nil
        }
        guard let value = quantity.value.integer, range.contains(value) else {
            let bounds =
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            diagnostics.error("\(quantity) is out of range", at: node.mark, path: path, hint: "expected \(bounds)")
            return nil
        }
        return value
    }
}
