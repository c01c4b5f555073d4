import OrreryText

/// Reads `sample: {method: sobol, points: 64, seed: 7, axes: [rows, dram.bandwidth]}` and picks the points.
struct SampleReader {
    let diagnostics: Diagnostics

    private static let keys = ["method", "points", "seed", "axes"]
    private static let mostPoints = 1_000_000

    /// The sample, with the values of sampled axes that have ends and no values put into `axes`.
    func sample(_ node: Node?, _ axes: inout [Axis]) -> Sample? {
        guard let node, !node.isNull else {
            for axis in axes where axis.spread != nil { reportUnsampled(axis) }
            return nil
        }
        guard node.mapping != nil else {
            diagnostics.error(
                "expected {method: …, points: …}, found \(node.summary)", at: node.mark, path: "sample")
            return nil
        }
        node.hasOnly(Self.keys, path: "sample", diagnostics: diagnostics)
        let methods = Sample.Method.allCases.map(\.rawValue)
        let text = node["method"]?.string ?? ""
        guard let method = Sample.Method(rawValue: text) else {
            diagnostics.error(
                "unknown method '\(text)'", at: node["method"]?.mark ?? node.mark, path: "sample.method",
                hint: suggestion(for: text, among: methods))
            return nil
        }
        guard let count = number(node["points"]), (1...Self.mostPoints).contains(count) else {
            diagnostics.error(
                "expected a whole number of points from 1 to \(Self.mostPoints)", at: node["points"]?.mark ?? node.mark,
                path: "sample.points")
            return nil
        }
        guard let seed = node["seed"] == nil ? 0 : number(node["seed"]) else {
            diagnostics.error("expected a whole number", at: node["seed"]?.mark, path: "sample.seed")
            return nil
        }
        let chosen = places(node["axes"], axes)
        for (place, axis) in axes.enumerated() where axis.spread != nil && !chosen.contains(place) {
            reportUnsampled(axis)
        }
        guard method != .sobol || chosen.count <= SobolSequence.mostDimensions else {
            diagnostics.error(
                "a Sobol sequence of at most \(SobolSequence.mostDimensions) axes can be had, found \(chosen.count)",
                at: node.mark, path: "sample.method", hint: "take latin-hypercube, or name fewer under axes:")
            return nil
        }
        // An axis without values, which has been reported, leaves nothing to pick.
        if chosen.contains(where: { axes[$0].spread == nil && axes[$0].values.isEmpty }) {
            return Sample(method: method, count: count, seed: seed, axes: chosen, picks: [])
        }
        let fractions = Sample.fractions(method, count: count, dimensions: chosen.count, seed: seed)
        let columns = chosen.enumerated().map { column, place in
            pick(fractions.map { $0[column] }, &axes[place])
        }
        var seen: Set<[Int]> = []
        let picks = fractions.indices.map { row in columns.map { $0[row] } }.filter { seen.insert($0).inserted }
        return Sample(method: method, count: count, seed: seed, axes: chosen, picks: picks)
    }

    private func reportUnsampled(_ axis: Axis) {
        diagnostics.error(
            "the axis has no number of points", at: axis.spread?.mark, path: "axes.\(axis.name)",
            hint: "give points:, or sample the axis with sample:")
    }

    private func number(_ node: Node?) -> Int? {
        node?.string.flatMap { Rational($0) }?.integer
    }

    private func places(_ node: Node?, _ axes: [Axis]) -> [Int] {
        guard let node else { return Array(axes.indices) }
        return (node.sequence ?? [node]).compactMap { item in
            let name = item.string ?? ""
            guard let place = axes.firstIndex(where: { $0.name == name }) else {
                diagnostics.error(
                    "there is no axis \(item.summary)", at: item.mark, path: "sample.axes",
                    hint: suggestion(for: name, among: axes.map(\.name)))
                return nil
            }
            return place
        }
    }

    /// The index of the value that each fraction means.
    private func pick(_ fractions: [Double], _ axis: inout Axis) -> [Int] {
        guard let spread = axis.spread else {
            return fractions.map { min(axis.values.count - 1, Int($0 * Double(axis.values.count))) }
        }
        let texts = fractions.map { spread.text(at: $0) }
        var order: [String: Int] = [:]
        let ordered = zip(fractions, texts).sorted { $0.0 < $1.0 }.map(\.1)
        for text in ordered where order[text] == nil { order[text] = order.count }
        axis.values = order.sorted { $0.value < $1.value }.map { spread.value($0.key) }
        return texts.map { order[$0] ?? 0 }
    }
}
