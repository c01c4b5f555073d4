import OrreryText

/// Reads the axes of a study and the settings of its points.
///
/// An axis is a list of values (`M: {values: [1Ki, 4Ki]}`), named values with settings of their own
/// (`design: {values: {flat: {machine: …}}}`), a geometric range (`M: {log2: [1Ki, 1Mi], step: 4}`, step a factor, 2 where
/// none is given), an arithmetic range (`lanes: {range: [64, 256], step: 64}`), values spread evenly or by equal factors
/// (`clock: {linear: [1 GHz, 2 GHz], points: 5}`, `dram.bandwidth: {log: [100 GB/s, 3 TB/s], points: 8}`), lists that run together
/// (`shape: {zip: {rows: [64, 128], columns: [128, 64]}}`) or a table of settings
/// (`case: {columns: [M, N, K], rows: [[17, 5, 9], …]}`). `path:` names the parameter where it is not the axis's name.
struct AxisReader {
    let diagnostics: Diagnostics

    private static let kinds = ["values", "log2", "range", "linear", "log", "zip", "columns"]
    static let longest = 1_000_000

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
        let known = Self.kinds + ["path", "step", "points", "multiple", "rows", "label"]
        for key in node.mapping ?? [] where !known.contains(key.key) {
            diagnostics.error(
                "unknown key '\(key.key)'", at: key.keyMark, path: path, hint: suggestion(for: key.key, among: known))
        }
        let present = Self.kinds.filter { node[$0] != nil }
        guard present.count == 1, let kind = present.first, let content = node[kind] else {
            diagnostics.error("an axis has one of \(Self.kinds.joined(separator: ", "))", at: node.mark, path: path)
            return nil
        }
        let target = node["path"]?.string ?? entry.key
        let values: [Axis.Value]
        switch kind {
        case "values": values = named(content, target: target, path: path)
        case "zip": values = zipped(content, path: path)
        case "linear", "log":
            guard let spread = AxisSpread(node, kind: kind, target: target, path: path, diagnostics: diagnostics) else {
                return nil
            }
            guard let count = spread.count else { return Axis(name: entry.key, values: [], spread: spread) }
            values = spread.values(count)
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

    /// Lists of values by path, all of the same length.
    private func zipped(_ node: Node, path: String) -> [Axis.Value] {
        guard let entries = node.mapping, let first = entries.first?.value.sequence else {
            diagnostics.error("expected lists by path, found \(node.summary)", at: node.mark, path: path)
            return []
        }
        let lists = entries.map { ($0.key, $0.value.sequence ?? [], $0.value.mark) }
        for (name, items, mark) in lists where items.count != first.count {
            diagnostics.error(
                "expected \(first.count) values, as '\(entries[0].key)' has, found \(items.count)", at: mark,
                path: "\(path).\(name)")
            return []
        }
        return first.indices.map { index in
            let settings = lists.map { Setting(path: $0.0, value: text($0.1[index]), mark: $0.1[index].mark) }
            return Axis.Value(label: settings.map(\.value).joined(separator: "/"), settings: settings)
        }
    }

    private func range(_ node: Node, step: Node?, isGeometric: Bool, target: String, path: String) -> [Axis.Value] {
        guard let ends = node.sequence, ends.count == 2, let first = quantity(ends[0], path),
            let last = quantity(ends[1], path), first.value > .zero || !isGeometric, last.value >= first.value
        else {
            diagnostics.error("expected [first, last] with 0 < first <= last", at: node.mark, path: path)
            return []
        }
        let least = Quantity(isGeometric ? 2 : 1, isGeometric ? .dimensionless : first.dimension)
        let increment = step.map { quantity($0, path) } ?? least
        guard let increment, first.dimension == last.dimension, increment.dimension == least.dimension,
            increment.value > (isGeometric ? .one : .zero)
        else {
            diagnostics.error(
                "the ends and the step are not of one kind, or the step is no step", at: step?.mark ?? node.mark,
                path: path, hint: isGeometric ? "a factor above 1" : "in the unit of the ends")
            return []
        }
        if !isGeometric, (last.doubleValue - first.doubleValue) / increment.doubleValue > Double(Self.longest) {
            diagnostics.error("the axis has more than \(Self.longest) values", at: node.mark, path: path)
            return []
        }
        var values: [Axis.Value] = []
        var next: Rational? = first.value
        while let value = next, value <= last.value {
            if values.count == Self.longest {
                diagnostics.error("the axis has more than \(Self.longest) values", at: node.mark, path: path)
                break
            }
            let quantity = Quantity(value, first.dimension)
            let label = quantity.integer.map(Self.label) ?? quantity.description
            values.append(
                Axis.Value(
                    label: label,
                    settings: [
                        Setting(path: target, value: quantity.integer.map(String.init) ?? label, mark: node.mark)
                    ]))
            next = isGeometric ? value.multiplied(by: increment.value) : value.adding(increment.value)
        }
        return values
    }

    func quantity(_ node: Node, _ path: String) -> Quantity? {
        Quantity(arithmetic: node, path: path, diagnostics: diagnostics)
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

extension Quantity {
    /// A whole number without a unit.
    fileprivate var integer: Int? { dimension.isDimensionless ? value.integer : nil }
}
