import OrreryResults
import OrreryText

/// A study as one table, a row a point: what CSV and JSON Lines hold, with a description of every column.
///
/// The columns are the axes (labels as the study writes them), the metrics that the study names, `error`; then the settings
/// that vary as plain numbers with their unit in the name, whether the point is on the front, and where its time and energy
/// went. Numbers are in SI units without prefixes. What a point has no value for is empty.
public struct StudyTable: Sendable {
    public enum Cell: Hashable, Sendable {
        case number(Double)
        case text(String)
        case truth(Bool)
        case nothing
    }

    public struct Column: Hashable, Sendable {
        public var name: String
        /// `number`, `string` or `boolean`.
        public var type: String
        /// The unit's symbol, `1` for plain numbers; nil for texts, and for metrics of the study whose unit their formula decides.
        public var unit: String?
        public var meaning: String
    }

    public private(set) var columns: [Column] = []
    /// By column, then by point.
    private var cells: [[Cell]] = []
    private let count: Int

    public init(_ run: StudyRun) {
        count = run.points.count
        for (place, axis) in run.study.axes.enumerated() {
            add(axis.name, "string", nil, "label on the axis \(axis.name)", run.points.map { .text($0.labels[place]) })
        }
        for name in run.study.metrics {
            let derived = run.study.derived.first { $0.name == name }
            let meaning = derived.map { "\($0.name) = \($0.expression)" } ?? "metric of the result"
            add(
                name, "number", MetricUnit.symbol(of: name), meaning,
                run.points.indices.map {
                    run.metric(name, ofPoint: $0).map(Cell.number) ?? .nothing
                })
        }
        if !run.sampledPoints.isEmpty {
            add(
                "half_width_relative", "number", "1",
                "half of the 99 % interval of an estimated latency, over the latency",
                run.points.indices.map { run.metric(StudyRun.uncertainty, ofPoint: $0).map(Cell.number) ?? .nothing })
        }
        add(
            "error", "string", nil, "why the point failed",
            run.answers.map { answer in
                if case .failure(let message, _)? = answer { .text(message) } else { .text("") }
            })
        addSettings(run)
        addFront(run)
        addBreakdowns(run)
    }

    private mutating func add(_ name: String, _ type: String, _ unit: String?, _ meaning: String, _ values: [Cell]) {
        var own = name
        while columns.contains(where: { $0.name == own }) { own += "_" }
        columns.append(Column(name: own, type: type, unit: unit, meaning: meaning))
        cells.append(values)
    }

    private mutating func addSettings(_ run: StudyRun) {
        for parameter in run.parameters {
            guard let numbers = parameter.numbers, let dimension = parameter.dimension else { continue }
            add(
                "\(parameter.path)_\(SettingUnit.suffix(of: dimension))", "number", SettingUnit.symbol(of: dimension),
                "the setting \(parameter.path) as a number", numbers.map { $0.map(Cell.number) ?? .nothing })
        }
    }

    private mutating func addFront(_ run: StudyRun) {
        let tradeoff = run.tradeoff
        if tradeoff.front.isEmpty { return }
        let front = Set(tradeoff.front)
        let known = Set(tradeoff.candidates)
        add(
            "on_front", "boolean", nil, "no other point beats it in all objectives",
            run.points.indices.map {
                known.contains($0) ? .truth(front.contains($0)) : .nothing
            })
    }

    private mutating func addBreakdowns(_ run: StudyRun) {
        let all = run.points.indices.map { run.breakdown(ofPoint: $0) }
        if all.allSatisfy({ $0 == nil }) { return }
        add(
            "limited_by", "string", nil, "component that the latency waits for most",
            all.map {
                ($0?.limiting.first?.name).map(Cell.text) ?? .text("")
            })
        func addParts(
            _ parts: (PointBreakdown) -> [PointBreakdown.Part], _ name: (String) -> String, _ unit: String,
            _ meaning: String
        ) {
            var names: [String] = []
            var rows: [[String: Double]] = []
            for breakdown in all {
                let own = breakdown.map(parts) ?? []
                for part in own where !names.contains(part.name) { names.append(part.name) }
                rows.append(Dictionary(own.map { ($0.name, $0.value) }, uniquingKeysWith: +))
            }
            for component in names {
                add(
                    name(component), "number", unit, "\(meaning) \(component)",
                    rows.indices.map { row in
                        all[row] == nil ? .nothing : .number(rows[row][component] ?? 0)
                    })
            }
        }
        addParts(\.limiting, { "limiting.\($0)_fraction" }, "1", "share of the latency that is up to")
        addParts(
            { $0.engines.map { .init($0.name, $0.busy) } }, { "engines.\($0).busy_fraction" }, "1", "busy share of")
        addParts(
            { $0.engines.map { .init($0.name, $0.stalled) } }, { "engines.\($0).stalled_fraction" }, "1",
            "stalled share of")
        addParts(
            { $0.memories.compactMap { memory in memory.achieved.map { .init(memory.name, $0) } } },
            { "memories.\($0).achieved_fraction" }, "1", "share of the peak bandwidth of")
        addParts(
            { $0.memories.map { .init($0.name, $0.bytes) } }, { "memories.\($0)_bytes" }, "B",
            "bytes read and written of")
        addParts(\.energy, { "energy.\($0)_joules" }, "J", "energy of")
        addParts(\.area, { "area.\($0)_square_metres" }, "m2", "area of")
    }

    /// With a header, RFC 4180, lines ending with LF.
    public var csv: String {
        func quoted(_ text: String) -> String {
            guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
            return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }
        var lines = [columns.map { quoted($0.name) }.joined(separator: ",")]
        for row in 0..<count {
            lines.append(
                cells.map { column in
                    switch column[row] {
                    case .number(let value): value.isFinite ? "\(value)" : ""
                    case .text(let text): quoted(text)
                    case .truth(let value): value ? "true" : "false"
                    case .nothing: ""
                    }
                }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A JSON object a line, with every column in each.
    public var jsonLines: String {
        (0..<count).map { row in
            let members = zip(columns, cells).map { column, values -> JSONValue.Member in
                switch values[row] {
                case .number(let value): .init(column.name, value.isFinite ? .number(value) : .null)
                case .text(let text): .init(column.name, text.isEmpty ? .null : .string(text))
                case .truth(let value): .init(column.name, .bool(value))
                case .nothing: .init(column.name, .null)
                }
            }
            return JSONValue.object(members).text() + "\n"
        }.joined()
    }

    /// What the columns mean, as a Table Schema of Frictionless Data with a `unit` of each number.
    public var schema: JSONValue {
        let fields = columns.map { column -> JSONValue in
            var members: [JSONValue.Member] = [
                .init("name", .string(column.name)), .init("type", .string(column.type)),
            ]
            if let unit = column.unit { members.append(.init("unit", .string(unit))) }
            members.append(.init("description", .string(column.meaning)))
            return .object(members)
        }
        return ["fields": .array(fields), "missingValues": [""]]
    }
}
