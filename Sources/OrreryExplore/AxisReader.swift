import OrreryText

/// Reads the axes of a study and the settings of its points.
///
/// An axis is a list of values (`M: {values: [1Ki, 4Ki]}`), named values with settings of their own
/// (`design: {values: {flat: {machine: …}}}`), a geometric range (`M: {log2: [1Ki, 1Mi], step: 4}`, step a factor, 2 where
/// none is given), an arithmetic range (`lanes: {range: [64, 256], step: 64}`) or a table of settings
/// (`case: {columns: [M, N, K], rows: [[17, 5, 9], …]}`). `path:` names the parameter where it is not the axis's name.
struct AxisReader {
    let diagnostics: Diagnostics

    private static let kinds = ["values", "log2", "range", "columns"]
    private static let longest = 1_000_000

    init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

    func axes(_ node: Node?) -> [Axis] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error("expected axes by name, found \(node.summary)", at: node.mark, path: "axes")
            return []
        }
        return entries.compactMap { axis($0) }
    }

    /// Settings as a mapping; nested mappings are joined with dots.
    func settings(_ node: Node?, path: String) -> [Setting] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error("expected settings by path, found \(node.summary)", at: node.mark, path: path)
            return []
        }
        var result: [Setting] = []
        for entry in entries {
            switch entry.value.content {
            case .scalar, .sequence:
                result.append(Setting(path: entry.key, value: text(entry.value), mark: entry.value.mark))
            case .mapping:
                result += settings(entry.value, path: "\(path).\(entry.key)").map {
                    Setting(path: "\(entry.key).\($0.path)", value: $0.value, mark: $0.mark)
                }
            }
        }
        return result
    }

    private func axis(_ entry: Entry) -> Axis? {
        let path = "axes.\(entry.key)"
        let node = entry.value
        if let items = node.sequence { return checked(list(items, path: entry.key), entry, path) }
        let known = Self.kinds + ["path", "step", "rows", "label"]
        for key in node.mapping ?? [] where !known.contains(key.key) {
            diagnostics.error(
                "unknown key '\(key.key)'", at: key.keyMark, path: path, hint: suggestion(for: key.key, among: known))
        }
        let present = Self.kinds.filter { node[$0] != nil }
        guard present.count == 1, let kind = present.first, let content = node[kind] else {
            diagnostics.error("an axis has one of values, log2, range, columns", at: node.mark, path: path)
            return nil
        }
        let target = node["path"]?.string ?? entry.key
        let values: [Axis.Value]
        switch kind {
        case "values": values = named(content, target: target, path: path)
        case "columns": values = table(content, node["rows"], label: node["label"]?.string, path: path)
        default: values = range(content, step: node["step"], isGeometric: kind == "log2", target: target, path: path)
        }
        return checked(values, entry, path)
    }

    private func checked(_ values: [Axis.Value], _ entry: Entry, _ path: String) -> Axis {
        if values.isEmpty { diagnostics.error("the axis has no values", at: entry.value.mark, path: path) }
        var seen: Set<String> = []
        for value in values where !seen.insert(value.label).inserted {
            diagnostics.error(
                "the axis has the value '\(value.label)' twice", at: value.settings.first?.mark ?? entry.value.mark,
                path: path)
        }
        return Axis(name: entry.key, values: values)
    }

    private func list(_ items: [Node], path: String) -> [Axis.Value] {
        items.map { item in
            let text = text(item)
            return Axis.Value(label: text, settings: [Setting(path: path, value: text, mark: item.mark)])
        }
    }

    /// A value as a setting has it: the text of a scalar, anything else on one line.
    private func text(_ node: Node) -> String { node.string ?? YAMLEmitter.line(of: node) }

    private func named(_ node: Node, target: String, path: String) -> [Axis.Value] {
        if let items = node.sequence { return list(items, path: target) }
        guard let entries = node.mapping else {
            diagnostics.error("expected a list or named values, found \(node.summary)", at: node.mark, path: path)
            return []
        }
        return entries.map { Axis.Value(label: $0.key, settings: settings($0.value, path: "\(path).\($0.key)")) }
    }

    private func table(_ columns: Node, _ rows: Node?, label: String?, path: String) -> [Axis.Value] {
        guard let names = columns.sequence?.compactMap(\.string), let rows = rows?.sequence else {
            diagnostics.error(
                "a table axis has columns: [path, …] and rows: [[value, …], …]", at: columns.mark, path: path)
            return []
        }
        return rows.enumerated().compactMap { index, row in
            let cells = row.sequence ?? []
            let texts = cells.map(text)
            guard cells.count == names.count else {
                diagnostics.error(
                    "expected \(names.count) values, found \(cells.count)", at: row.mark, path: "\(path).rows[\(index)]"
                )
                return nil
            }
            let settings = zip(names, zip(texts, cells)).map { Setting(path: $0, value: $1.0, mark: $1.1.mark) }
            let own = label.flatMap { name in settings.first { $0.path == name }?.value }
            let text = own ?? texts.joined(separator: "/")
            return Axis.Value(label: text, settings: settings.filter { $0.path != label })
        }
    }

    private func range(_ node: Node, step: Node?, isGeometric: Bool, target: String, path: String) -> [Axis.Value] {
        guard let ends = node.sequence, ends.count == 2, let first = count(ends[0], path),
            let last = count(ends[1], path),
            first >= 1 || !isGeometric, last >= first
        else {
            diagnostics.error("expected [first, last] with 0 < first <= last", at: node.mark, path: path)
            return []
        }
        let increment = step.map { count($0, path) ?? 0 } ?? (isGeometric ? 2 : 1)
        guard increment >= (isGeometric ? 2 : 1) else {
            diagnostics.error("expected a step of at least \(isGeometric ? 2 : 1)", at: step?.mark, path: path)
            return []
        }
        var values: [Axis.Value] = []
        var value = first
        while value <= last && values.count < Self.longest {
            values.append(
                Axis.Value(
                    label: Self.label(value), settings: [Setting(path: target, value: String(value), mark: node.mark)]))
            let (next, overflow) =
                isGeometric
                ? value.multipliedReportingOverflow(by: increment) : value.addingReportingOverflow(increment)
            if overflow { break }
            value = next
        }
        return values
    }

    private func count(_ node: Node, _ path: String) -> Int? {
        guard let expression = Expression(node, path: path, diagnostics: diagnostics) else { return nil }
        do {
            return try expression.evaluate { _ in nil }.value.integer
        } catch {
            diagnostics.report(error.diagnostic(path: path))
            return nil
        }
    }

    /// 65536 as `64Ki`, as people write it.
    static func label(_ value: Int) -> String {
        for (suffix, unit) in [("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)]
        where value >= unit && value % unit == 0 {
            return "\(value / unit)\(suffix)"
        }
        return String(value)
    }
}
