import OrreryText

/// Reads the published figures of a study.
///
/// `references:` holds single figures (`{at: {design: fusemax, M: 1Ki}, metric: latency.seconds, value: 2 ms, source: …}`) or
/// tables (`{at: {design: fusemax}, source: …, columns: [model, M, latency.seconds], rows: [[BERT, 1Ki, 2 ms], …]}`), in
/// which a column is an axis or a metric. `tolerance:` is `3 %`, `{absolute: 0.02}`, or either by metric.
struct ReferenceReader {
    let axes: [Axis]
    /// The study's own metrics.
    let derived: [String]
    let diagnostics: Diagnostics

    private static let keys = ["at", "metric", "value", "source", "tolerance", "columns", "rows"]

    func references(_ node: Node?) -> [Reference] {
        guard let node, !node.isNull else { return [] }
        guard let items = node.sequence else {
            diagnostics.error("expected a list, found \(node.summary)", at: node.mark, path: "references")
            return []
        }
        return items.enumerated().flatMap { reference($1, path: "references[\($0)]") }
    }

    private func reference(_ node: Node, path: String) -> [Reference] {
        check(node, keys: Self.keys, path)
        let place = place(node["at"], path: "\(path).at")
        guard let source = node["source"]?.string, !source.isEmpty else {
            diagnostics.error("a figure needs its source", at: node.mark, path: path)
            return []
        }
        let metrics = (node["columns"]?.sequence ?? [node["metric"]].compactMap { $0 }).compactMap(\.string)
        checkTolerance(node["tolerance"], metrics, path)
        if let columns = node["columns"] {
            return table(columns, node["rows"], at: place, source: source, tolerance: node["tolerance"], path: path)
        }
        guard let metric = metric(node["metric"], path), let value = value(node["value"], of: metric, path) else {
            diagnostics.error("a figure needs a metric and a value", at: node.mark, path: path)
            return []
        }
        return [
            Reference(
                at: place, metric: metric, value: value, source: source,
                tolerance: tolerance(node["tolerance"], metric, path),
                mark: node.mark)
        ]
    }

    private func table(
        _ columns: Node, _ rows: Node?, at place: [(axis: String, label: String)], source: String, tolerance: Node?,
        path: String
    ) -> [Reference] {
        guard let names = columns.sequence?.compactMap(\.string), let rows = rows?.sequence else {
            diagnostics.error("a table has columns: […] and rows: [[…], …]", at: columns.mark, path: path)
            return []
        }
        for (name, node) in zip(names, columns.sequence ?? []) where !axes.contains(where: { $0.name == name }) {
            _ = metric(node, path)
        }
        return rows.flatMap { row -> [Reference] in
            let cells = row.sequence ?? []
            guard cells.count == names.count else {
                diagnostics.error("expected \(names.count) values, found \(cells.count)", at: row.mark, path: path)
                return []
            }
            var at = place
            for (name, cell) in zip(names, cells) where axes.contains(where: { $0.name == name }) {
                at.append((name, checked(cell.string ?? "", axis: name, at: cell.mark, path)))
            }
            return zip(names, cells).compactMap { name, cell in
                if axes.contains(where: { $0.name == name }) || cell.isNull { return nil }
                guard let value = value(cell, of: name, path) else { return nil }
                return Reference(
                    at: at, metric: name, value: value, source: source,
                    tolerance: self.tolerance(tolerance, name, path),
                    mark: cell.mark)
            }
        }
    }

    func comparisons(_ node: Node?) -> [Comparison] {
        guard let node, !node.isNull else { return [] }
        let keys = ["name", "metric", "ratio", "mean", "value", "source", "tolerance"]
        return (node.sequence ?? []).enumerated().compactMap { index, item in
            let path = "comparisons[\(index)]"
            check(item, keys: keys, path)
            checkTolerance(item["tolerance"], [item["metric"]?.string ?? ""], path)
            guard let metric = metric(item["metric"], path), let value = number(item["value"], path),
                let source = item["source"]?.string, let ratio = item["ratio"],
                let mean = Comparison.Mean(rawValue: item["mean"]?.string ?? "arithmetic")
            else {
                diagnostics.error(
                    "a comparison needs metric, value, source and ratio: {of: {…}, to: {…}}; mean is arithmetic or geometric",
                    at: item.mark, path: path)
                return nil
            }
            return Comparison(
                name: item["name"]?.string ?? metric, metric: metric, numerator: place(ratio["of"], path: path),
                denominator: place(ratio["to"], path: path), mean: mean, value: value, source: source,
                tolerance: tolerance(item["tolerance"], metric, path))
        }
    }

    private func check(_ node: Node, keys: [String], _ path: String) {
        for entry in node.mapping ?? [] where !keys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, path: path,
                hint: suggestion(for: entry.key, among: keys))
        }
    }

    private func place(_ node: Node?, path: String) -> [(axis: String, label: String)] {
        (node?.mapping ?? []).map { entry in
            (entry.key, checked(entry.value.string ?? "", axis: entry.key, at: entry.value.mark, path))
        }
    }

    /// A label that the axis has; otherwise a problem is reported.
    private func checked(_ label: String, axis name: String, at mark: SourceMark, _ path: String) -> String {
        guard let axis = axes.first(where: { $0.name == name }) else {
            diagnostics.error(
                "there is no axis '\(name)'", at: mark, path: path, hint: suggestion(for: name, among: axes.map(\.name))
            )
            return label
        }
        let labels = axis.values.map(\.label)
        if !labels.contains(label) {
            diagnostics.error(
                "the axis '\(name)' has no value '\(label)'", at: mark, path: path,
                hint: suggestion(for: label, among: labels))
        }
        return label
    }

    /// The path of a metric that a result can have; of others a problem is reported.
    private func metric(_ node: Node?, _ path: String) -> String? {
        guard let node, let name = node.string else { return nil }
        MetricName(path: name).check(derived: derived, at: node.mark, path: path, diagnostics)
        return name
    }

    /// A figure of a metric; one in another unit than the metric's is reported.
    private func value(_ node: Node?, of metric: String, _ path: String) -> Double? {
        if let bare = node?.string.flatMap(Double.init) { return bare }
        let dimension = MetricName(path: metric).dimension
        guard let node, let quantity = quantity(node, path) else { return nil }
        if !quantity.dimension.isDimensionless, !dimension.isDimensionless, quantity.dimension != dimension {
            diagnostics.error(
                "\(node.summary) is no value of \(metric)", at: node.mark, path: path,
                hint: "its unit is \(dimension.canonicalUnit)")
        }
        return quantity.doubleValue
    }

    private func number(_ node: Node?, _ path: String) -> Double? {
        node?.string.flatMap(Double.init) ?? node.flatMap { quantity($0, path) }?.doubleValue
    }

    private func quantity(_ node: Node, _ path: String) -> Quantity? {
        Quantity(arithmetic: node, path: path, diagnostics: diagnostics)
    }

    /// Reports keys of a tolerance that are neither `absolute` nor one of the metrics that it may be for.
    private func checkTolerance(_ node: Node?, _ metrics: [String], _ path: String) {
        for entry in node?.mapping ?? [] {
            if entry.key != "absolute", !metrics.contains(entry.key) {
                diagnostics.error(
                    "unknown key '\(entry.key)' in a tolerance", at: entry.keyMark, path: path,
                    hint: suggestion(for: entry.key, among: ["absolute"] + metrics))
            }
            checkTolerance(entry.value, [], path)
        }
        if let node, node.mapping == nil, !node.isNull, let value = number(node, path), value < 0 {
            diagnostics.error("a tolerance must not be negative", at: node.mark, path: path)
        }
    }

    private func tolerance(_ node: Node?, _ metric: String, _ path: String) -> Tolerance? {
        guard let node, !node.isNull else { return nil }
        if let absolute = node["absolute"] { return number(absolute, path).map(Tolerance.absolute) }
        if node.mapping != nil { return tolerance(node[metric], metric, path) }
        return number(node, path).map(Tolerance.relative)
    }
}
