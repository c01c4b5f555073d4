import OrreryText

/// Holds the Einsums in an order in which they can be evaluated.
struct OrderCheck {
    let scope: Scope
    let einsums: [Einsum]
    let graph: DependencyGraph

    init(_ scope: Scope, _ einsums: [Einsum]) {
        self.scope = scope
        self.einsums = einsums
        graph = DependencyGraph(einsums)
    }

    func check() {
        let members = Array(einsums.indices)
        let ranks = Set(einsums.flatMap(\.iterativeRanks))
        var cyclic: Set<Int> = []
        for component in graph.components(of: members, settled: ranks) {
            let selfReads = component.contains { graph.producers(of: $0).contains($0) }
            guard component.count > 1 || selfReads, let first = component.first else { continue }
            cyclic.formUnion(component)
            report(component, first: first)
        }
        for edge in graph.dependencies where edge.generational == nil && edge.producer >= edge.consumer {
            guard !cyclic.contains(edge.consumer) || !cyclic.contains(edge.producer) else { continue }
            scope.error(
                "'\(einsums[edge.producer].name)' is read before it is written", at: einsums[edge.consumer].mark,
                hint: "its statement is at line \(einsums[edge.producer].mark.line)")
        }
        guard cyclic.isEmpty else { return }
        do {
            _ = try Schedule.of(einsums, members: members, graph: graph)
        } catch {
            let names = error.members.map { einsums[$0].name }.joined(separator: ", ")
            scope.error(
                "the recurrence through \(names) can't advance one generation at a time",
                at: einsums[error.members.first ?? 0].mark,
                hint: "each of them must have the iterative rank and read the others in the same generation")
        }
    }

    private func report(_ component: [Int], first: Int) {
        let path = cycle(from: first, within: Set(component)).map { einsums[$0].name }
        let hint = "an iterative rank breaks a cycle: write generation r + 1 from generation r"
        if component.count == 1 {
            scope.error("'\(einsums[first].name)' reads itself", at: einsums[first].mark, hint: hint)
        } else {
            scope.error("cycle: \(path.joined(separator: " → "))", at: einsums[first].mark, hint: hint)
        }
    }

    /// A shortest way from an Einsum back to itself, from written to read: each name reads the one after it.
    private func cycle(from start: Int, within members: Set<Int>) -> [Int] {
        var previous: [Int: Int] = [:]
        var frontier = [start]
        while !frontier.isEmpty {
            var next: [Int] = []
            for node in frontier {
                for producer in graph.producers(of: node) where members.contains(producer) {
                    if producer == start {
                        var path = [start]
                        var step: Int? = node
                        while let place = step, place != start {
                            path.insert(place, at: 0)
                            step = previous[place]
                        }
                        return [start] + path
                    }
                    guard previous[producer] == nil else { continue }
                    previous[producer] = node
                    next.append(producer)
                }
            }
            frontier = next
        }
        return [start]
    }
}
