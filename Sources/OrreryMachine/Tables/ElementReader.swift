import OrreryText

/// Reads one element of a table.
///
/// ```yaml
/// mac: {energy: {value: 17.1645 pJ, source: …, status: sourced}, area: …}
/// sram:
///   parameters: [capacity, width]                    # interpolated along the first
///   points: [{capacity: 16 MiB, width: 512 B, read: 12.5 nJ, …}, …]
///   scaling: {width: {read: 1, source: …, status: …}}  # read goes with width to the power of 1
///   source: …                                        # of all numbers that don't name their own
///   status: sourced
/// ```
struct ElementReader {
    let name: String
    let node: Node
    let diagnostics: Diagnostics

    private static let structure: Set = ["parameters", "points", "scaling", "source", "status"]
    private static let areas: Set = ["area"]
    private static let powers: Set = ["static"]

    private var path: String { "elements.\(name)" }

    func read() -> CostElement {
        let before = diagnostics.all.count
        let parameters = node["parameters"]?.sequence?.compactMap(\.string) ?? []
        let common = note(node, nil)
        var found: [CostElement.Point] = []
        if let points = node["points"]?.sequence {
            for (place, point) in points.enumerated() {
                found.append(self.point(point, parameters, common, "\(path).points[\(place)]"))
            }
            for entry in node.mapping ?? [] where !Self.structure.contains(entry.key) {
                diagnostics.error("belongs in a point", at: entry.keyMark, path: "\(path).\(entry.key)")
            }
        } else {
            found = [point(node, [], common, path)]
        }
        if found.allSatisfy(\.numbers.isEmpty), diagnostics.all.count == before {
            diagnostics.error("has no numbers", at: node.mark, path: path)
        }
        var scaling: [String: [String: CostElement.Number]] = [:]
        for entry in node["scaling"]?.mapping ?? [] { scaling[entry.key] = exponents(entry, parameters, common) }
        return CostElement(name: name, parameters: parameters, points: found, exponents: scaling)
    }

    private func note(_ node: Node, _ outer: SourceNote?) -> SourceNote? {
        guard node["source"] != nil || node["status"] != nil else { return outer }
        return SourceNote(node, ignoring: Set(node.keys), path: path, diagnostics: diagnostics)
    }

    private func point(
        _ node: Node, _ parameters: [String], _ outer: SourceNote?, _ path: String
    ) -> CostElement.Point {
        let common = note(node, outer)
        var result = CostElement.Point(sizes: [:], numbers: [:])
        for parameter in parameters where node[parameter] == nil {
            diagnostics.error("is missing", at: node.mark, path: "\(path).\(parameter)")
        }
        for entry in node.mapping ?? [] where !Self.structure.contains(entry.key) {
            if parameters.contains(entry.key) {
                result.sizes[entry.key] = entry.value.quantity
                if entry.value.quantity == nil { expected("a size", entry, path) }
            } else {
                result.numbers[entry.key] = number(entry, dimension(of: entry.key), common, path)
            }
        }
        return result
    }

    /// Everything that is no area and no static power is the energy of an action.
    private func dimension(of column: String) -> Dimension {
        if Self.areas.contains(column) { return .squareMetres }
        return Self.powers.contains(column) ? .watts : .joules
    }

    private func number(
        _ entry: Entry, _ dimension: Dimension, _ common: SourceNote?, _ path: String
    ) -> CostElement.Number? {
        let note = entry.value.isNoted ? note(entry.value, common) : common
        guard let value = entry.value.unnoted.quantity, value.dimension == dimension else {
            expected(dimension.isDimensionless ? "a plain number" : dimension.expectation, entry, path)
            return nil
        }
        guard let note else {
            diagnostics.error(
                "has no source", at: entry.value.mark, path: "\(path).\(entry.key)",
                hint: "expected {value: …, source: …, status: …}, or source: and status: around it")
            return nil
        }
        return CostElement.Number(value: value, note: note)
    }

    private func expected(_ what: String, _ entry: Entry, _ path: String) {
        diagnostics.error(
            "expected \(what), found \(entry.value.unnoted.summary)", at: entry.value.mark, path: "\(path).\(entry.key)"
        )
    }

    private func exponents(
        _ scaling: Entry, _ parameters: [String], _ outer: SourceNote?
    ) -> [String: CostElement.Number] {
        let path = "\(path).scaling.\(scaling.key)"
        if !parameters.contains(scaling.key) {
            diagnostics.error(
                "is no parameter of '\(name)'", at: scaling.keyMark, path: path,
                hint: suggestion(for: scaling.key, among: parameters))
        }
        let common = note(scaling.value, outer)
        var result: [String: CostElement.Number] = [:]
        for entry in scaling.value.mapping ?? [] where !Self.structure.contains(entry.key) {
            result[entry.key] = number(entry, .dimensionless, common, path)
        }
        return result
    }
}
