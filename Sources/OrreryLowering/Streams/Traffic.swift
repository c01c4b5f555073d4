import OrreryEinsum
import OrrerySimulation
import OrreryText

/// A stream of a workload, before it is known which engine runs it.
public struct TrafficStream: Sendable {
    /// The operator that it counts for.
    public var name: String
    /// Path of the engine; nil for the only one of the machine that runs streams.
    public var engine: String?
    /// With a length of 1 until the engine is known.
    public var stream: AccessStream
    /// Its length where an engine counts accesses, and where it counts instructions.
    public var accesses: Int?
    public var instructions: Int?
    /// Where it stands, and the place of the engine's name.
    public var mark: SourceMark
    public var engineMark: SourceMark
}

/// Reads `traffic:` and `trace:` of workloads: one stream, or a list of streams. Those of the same engine run one after the other.
///
/// ```yaml
/// traffic: {pattern: random, span: SPAN, writes: {one_in: 3}, accesses: 100000}
/// trace: {file: gups.champsim, warm_up: 100000, instructions: 200000}
/// ```
public struct TrafficReader {
    private let parameters: [String: Quantity]
    private let diagnostics: Diagnostics

    private static let keys = ["name", "engine", "accesses", "instructions"]

    /// - Parameter parameters: of the workload, which expressions may name.
    public init(_ parameters: [String: Quantity], diagnostics: Diagnostics) {
        self.parameters = parameters
        self.diagnostics = diagnostics
    }

    /// The streams of a workload; nil where it consists of anything else, or after reporting what is wrong.
    public static func streams(of workload: Workload, diagnostics: Diagnostics) -> [TrafficStream]? {
        let parameters = Dictionary(
            workload.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let reader = TrafficReader(parameters, diagnostics: diagnostics)
        switch workload.content {
        case .traffic(let node): return reader.read(node, isTrace: false)
        case .trace(let node): return reader.read(node, isTrace: true)
        case .cascade, .stages: return nil
        }
    }

    private func read(_ node: Node, isTrace: Bool) -> [TrafficStream]? {
        let items = node.sequence ?? [node]
        if items.isEmpty { diagnostics.error("expected a stream, found none", at: node.mark) }
        let streams = items.enumerated().map { stream($1, number: items.count > 1 ? $0 : nil, isTrace: isTrace) }
        let known = streams.compactMap { $0 }
        return known.count == streams.count && !known.isEmpty ? known : nil
    }

    private func evaluate(_ node: Node) -> Quantity? {
        guard let expression = Expression(node, diagnostics: diagnostics) else { return nil }
        do throws(ExpressionError) {
            return try expression.evaluate(known: parameters.keys.sorted()) { parameters[$0] }
        } catch {
            diagnostics.report(error.diagnostic())
            return nil
        }
    }

    private func stream(_ node: Node, number: Int?, isTrace: Bool) -> TrafficStream? {
        var node = node
        if isTrace, node.string != nil, !node.isNull {
            // A trace may be its path alone.
            node = Node(.mapping([Entry(key: "file", keyMark: node.mark, value: node)]), at: node.mark)
        }
        let reader = StreamReader(evaluate: evaluate, diagnostics: diagnostics)
        guard let stream = reader.read(node, others: Self.keys) else { return nil }
        if isTrace, case .pattern = stream.source {
            diagnostics.error("a trace is a file", at: node.mark, hint: "generated streams stand under traffic:")
            return nil
        }
        func length(_ key: String) -> Int?? {
            guard let value = node[key] else { return .some(nil) }
            return reader.number(value, key, .dimensionless, 1...(1 << 50)).map { .some($0) }
        }
        guard let accesses = length("accesses"), let instructions = length("instructions") else { return nil }
        if accesses == nil, instructions == nil, case .pattern = stream.source {
            diagnostics.error(
                "a stream needs its length", at: node.mark,
                hint: "accesses: N for a traffic generator, instructions: N for a core, or both")
            return nil
        }
        let suffix = number.map { " \($0)" } ?? ""
        return TrafficStream(
            name: node["name"]?.string ?? stream.defaultName + suffix, engine: node["engine"]?.string, stream: stream,
            accesses: accesses, instructions: instructions, mark: node.mark,
            engineMark: node["engine"]?.mark ?? node.mark)
    }
}

extension AccessStream {
    /// The pattern, or the trace's file.
    fileprivate var defaultName: String {
        switch source {
        case .pattern(let pattern, _): pattern.rawValue
        case .nest(let nest): nest.result.tensor
        case .trace(let file): file.path.split(separator: "/").last.map(String.init) ?? "trace"
        }
    }
}
