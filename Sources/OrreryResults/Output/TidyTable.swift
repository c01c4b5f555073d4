/// The result as one tidy table: a row a number, with the columns `component,kind,name,operator,value,unit`.
///
/// Every row has every column; what does not apply is empty. Numbers are plain, in the unit that the row names. Texts with
/// a comma, a quote or a line break stand in quotes (RFC 4180). Lines end with LF.
public struct TidyTable {
    private struct Row {
        var component = ""
        var kind: String
        var name: String
        var operatorName = ""
        var value: String
        var unit: String
    }

    private var rows: [Row] = []

    /// - Parameter detail: instances of counted components one by one, not what they are together.
    public init(_ result: RunResult, detail: Bool = false) {
        addWhole(result)
        let families =
            detail ? result.components.map { RunResult.Family(name: $0.path, members: [$0]) } : result.families
        for family in families { add(family, result) }
    }

    /// The whole table with its header.
    public var csv: String {
        let lines = rows.map { row in
            [row.component, row.kind, row.name, row.operatorName, row.value, row.unit].map(Self.quoted)
                .joined(separator: ",")
        }
        return (["component,kind,name,operator,value,unit"] + lines).map { "\($0)\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
        return "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }

    private mutating func addWhole(_ result: RunResult) {
        rows.append(Row(kind: "latency", name: "seconds", value: result.latency.seconds.description, unit: "s"))
        for clock in result.latency.cycles {
            rows.append(Row(kind: "latency", name: clock.name, value: String(clock.value), unit: "cycles"))
        }
        for loop in result.latency.iterations {
            let times = [("first", loop.first), ("last", loop.last)] + (loop.steady.map { [("steady", $0)] } ?? [])
            for (name, seconds) in times {
                let name = "\(loop.loop) \(name) iteration"
                rows.append(Row(kind: "latency", name: name, value: seconds.description, unit: "s"))
            }
        }
        for stage in result.stages {
            rows.append(Row(kind: "stage", name: stage.name, value: stage.seconds.description, unit: "s"))
            if let joules = stage.joules {
                rows.append(Row(kind: "stage", name: stage.name, value: joules.description, unit: "J"))
            }
            if let bytes = stage.bytes {
                rows.append(Row(kind: "stage", name: stage.name, value: String(bytes), unit: "B"))
            }
        }
        for kind in result.workload.operations {
            rows.append(Row(kind: "workload", name: kind.name, value: String(kind.value), unit: "op"))
        }
        if let tokens = result.workload.tokens {
            rows.append(Row(kind: "workload", name: "tokens", value: String(tokens), unit: "tokens"))
        }
        if let bytes = result.workload.minimumBytes {
            rows.append(Row(kind: "workload", name: "minimum_bytes", value: String(bytes), unit: "B"))
        }
    }

    private mutating func add(_ family: RunResult.Family, _ result: RunResult) {
        addSeries(family, "busy", "cycles", result.operators) { $0.time.map { [$0.busy] } ?? [] }
        for member in Self.names(family, { $0.time?.stalls ?? [] }) {
            let sum = family.sum { $0.time?.stalls.filter { $0.name == member }.reduce(0) { $0 + $1.value } ?? 0 }
            rows.append(Row(component: family.name, kind: "stall", name: member, value: String(sum), unit: "cycles"))
        }
        if family.first.time != nil {
            let idle = family.sum { $0.time?.idle ?? 0 }
            rows.append(Row(component: family.name, kind: "idle", name: "idle", value: String(idle), unit: "cycles"))
        }
        addSeries(family, "action", "count", result.operators, \.actions)
        addSeries(family, "bytes", "B", result.operators, \.bytes)
        for name in Self.names(family, \.counters) {
            let sum = family.sum { $0.counters.filter { $0.name == name }.reduce(0) { $0 + $1.value } }
            rows.append(Row(component: family.name, kind: "counter", name: name, value: String(sum), unit: "count"))
        }
        let views = [
            ("utilisation", family.mean(\.utilisation)), ("achieved_fraction", family.mean(\.achievedFraction)),
        ]
        for (name, value) in views {
            guard let value else { continue }
            rows.append(Row(component: family.name, kind: "view", name: name, value: value.description, unit: "1"))
        }
        for metric in family.first.streamMetrics.map(\.name) {
            let values = family.members.compactMap { member in member.streamMetrics.first { $0.name == metric } }
            let isCount = values.first?.unit == "count"
            let sum = values.reduce(0) { $0 + $1.value }
            let value = isCount ? sum : sum / Double(max(values.count, 1))
            rows.append(
                Row(
                    component: family.name, kind: "view", name: metric, value: value.description,
                    unit: values.first?.unit ?? ""))
        }
        addEnergy(family, result)
    }

    private mutating func addEnergy(_ family: RunResult.Family, _ result: RunResult) {
        let paths = Set(family.members.map(\.path))
        let areas = (result.areas ?? []).filter { paths.contains($0.path) }.map(\.squareMetres)
        if !areas.isEmpty {
            let sum = areas.reduce(0, +).description
            rows.append(Row(component: family.name, kind: "area", name: "area", value: sum, unit: "m2"))
        }
        guard let energy = result.energy?.components.filter({ paths.contains($0.path) }), let first = energy.first
        else {
            return
        }
        for (index, action) in first.actions.enumerated() {
            let joules = energy.reduce(0) { $0 + ($1.actions.indices.contains(index) ? $1.actions[index].joules : 0) }
            rows.append(
                Row(component: family.name, kind: "energy", name: action.name, value: joules.description, unit: "J"))
        }
        for (index, state) in first.states.enumerated() {
            let joules = energy.reduce(0) { $0 + ($1.states.indices.contains(index) ? $1.states[index].joules : 0) }
            rows.append(
                Row(component: family.name, kind: "energy", name: state.name, value: joules.description, unit: "J"))
        }
        let still = energy.reduce(0) { $0 + $1.staticJoules - $1.states.reduce(0) { $0 + $1.joules } }
        rows.append(Row(component: family.name, kind: "energy", name: "static", value: still.description, unit: "J"))
    }

    /// A row for each series and operator, zeros left out.
    private mutating func addSeries(
        _ family: RunResult.Family, _ kind: String, _ unit: String, _ operators: [String],
        _ series: (ComponentAccount) -> [Measurements.Series]
    ) {
        var names: [String] = []
        for item in family.members.flatMap(series) where !names.contains(item.name) { names.append(item.name) }
        for name in names {
            let same = family.members.flatMap(series).filter { $0.name == name }
            for (index, operatorName) in operators.enumerated() {
                let sum = same.reduce(0) { $0 + ($1.byOperator.indices.contains(index) ? $1.byOperator[index] : 0) }
                if sum == 0 { continue }
                rows.append(
                    Row(
                        component: family.name, kind: kind, name: name, operatorName: operatorName, value: String(sum),
                        unit: unit))
            }
        }
    }

    private static func names(
        _ family: RunResult.Family, _ counters: (ComponentAccount) -> [Measurements.Counter]
    ) -> [String] {
        var names: [String] = []
        for counter in family.members.flatMap(counters) where !names.contains(counter.name) {
            names.append(counter.name)
        }
        return names
    }
}
