import OrreryEinsum
import OrrerySimulation
import OrreryText

/// An Einsum at its place in its unit's queue.
struct Issue {
    var einsum: MappedEinsum
    var chain: [LoopKey]
    var lookahead: Int
    var position: Int

    var name: String { einsum.name }
    var unit: Int { einsum.unit }
    var ranks: [String] { chain.map(\.rank) }

    func precedes(_ other: Issue) -> Bool {
        lookahead != other.lookahead ? lookahead > other.lookahead : position < other.position
    }
}

/// Reads `order` and gives each Einsum its queue position, its look-ahead and its loops.
struct IssueReader {
    let cascade: Cascade
    let group: Mapping.Group
    let einsums: [MappedEinsum]
    let hardware: Hardware
    let scope: ParameterScope
    let diagnostics: Diagnostics

    /// Issues of the engines that run Einsums, unit by unit in issue order.
    func read() -> [Issue] {
        for entry in group.order where hardware.unit(entry.name.text) == nil {
            diagnostics.error(
                "the machine '\(hardware.name)' has no engine '\(entry.name.text)'", at: entry.name.mark, path: "order",
                hint: suggestion(for: entry.name.text, among: hardware.units.map(\.path)))
        }
        var result: [Issue] = []
        var passScope = 0
        for unit in hardware.units.indices {
            let own = einsums.filter { $0.unit == unit }
            if own.isEmpty { continue }
            let path = hardware.units[unit].path
            var place = 0
            for entry in entries(of: own, unit: path) {
                passScope += 1
                for (name, lookahead) in entry {
                    guard let einsum = own.first(where: { $0.name == name }) else { continue }
                    let chain =
                        einsum.loops.map { LoopKey(rank: $0, scope: 0) }
                        + einsum.passes.map { LoopKey(rank: $0, scope: passScope) }
                    result.append(Issue(einsum: einsum, chain: chain, lookahead: lookahead, position: place))
                    place += 1
                }
            }
        }
        return result
    }

    /// The order of a unit: what the mapping says, else the cascade's.
    private func entries(of own: [MappedEinsum], unit: String) -> [[(String, Int)]] {
        guard let order = group.order.first(where: { $0.name.text == unit }) else { return own.map { [($0.name, 0)] } }
        let path = "order.\(unit)"
        var seen: Set<String> = []
        let result = order.value.map { entry in
            entry.compactMap { issue -> (String, Int)? in
                guard own.contains(where: { $0.name == issue.name.text }) else {
                    guard cascade.einsums.contains(where: { $0.name == issue.name.text }) else { return nil }
                    diagnostics.error(
                        "'\(issue.name.text)' is not bound to '\(unit)'", at: issue.name.mark, path: path,
                        hint: suggestion(for: issue.name.text, among: own.map(\.name)))
                    return nil
                }
                if !seen.insert(issue.name.text).inserted {
                    diagnostics.error("'\(issue.name.text)' occurs twice", at: issue.name.mark, path: path)
                    return nil
                }
                let lookahead = issue.lookahead.flatMap { scope.integer($0, path, in: 0...4096) } ?? 0
                return (issue.name.text, lookahead)
            }
        }
        for einsum in own where !seen.contains(einsum.name) {
            diagnostics.error(
                "'\(einsum.name)' is bound to '\(unit)' and missing here", at: order.name.mark, path: path)
        }
        return result
    }
}
