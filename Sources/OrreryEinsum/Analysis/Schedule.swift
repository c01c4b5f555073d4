/// An order in which Einsums can be evaluated: one whole Einsum after the other, except where a recurrence through
/// several of them has to be taken a generation at a time.
public indirect enum Schedule: Hashable, Sendable {
    /// The Einsum at this position of the cascade, over what is left of its iteration space.
    case einsum(Int)
    /// For each value of an iterative rank in turn, the steps.
    case loop(rank: String, [Schedule])

    /// A recurrence that no order satisfies: the checker rejects cascades that have one.
    public struct Unsatisfiable: Error, Hashable, Sendable, CustomStringConvertible {
        /// Positions of its Einsums in the cascade.
        public let members: [Int]

        public var description: String {
            "no order of evaluation satisfies the recurrence through the Einsums \(members.map { "\($0 + 1)" }.joined(separator: ", "))"
        }
    }

    /// The schedule of some Einsums.
    static func of(
        _ einsums: [Einsum], members: [Int], graph: DependencyGraph, settled: Set<String> = []
    ) throws(Unsatisfiable) -> [Schedule] {
        var steps: [Schedule] = []
        for component in graph.components(of: members, settled: settled) {
            let inner = graph.dependencies.filter { edge in
                component.contains(edge.producer) && component.contains(edge.consumer)
                    && edge.generational.map { !settled.contains($0) } ?? true
            }
            if inner.isEmpty {
                steps += component.map(Schedule.einsum)
                continue
            }
            let candidates = inner.compactMap(\.generational).filter { rank in
                inner.allSatisfy { staysInStep($0, einsums: einsums, rank: rank) }
            }
            guard let rank = candidates.first else { throw Unsatisfiable(members: component) }
            let body = try of(einsums, members: component, graph: graph, settled: settled.union([rank]))
            steps.append(.loop(rank: rank, body))
        }
        return steps
    }

    /// Whether producer and consumer can advance along `rank` together: what is read was written in this iteration of
    /// the rank or before it.
    private static func staysInStep(_ edge: Dependency, einsums: [Einsum], rank: String) -> Bool {
        let output = einsums[edge.producer].output
        guard einsums[edge.consumer].output.ranks.contains(rank),
            let place = output.indices.firstIndex(where: { $0.variable == rank || $0.successor == rank })
        else { return false }
        if edge.generational == rank { return true }
        return edge.access.indices[place] == output.indices[place]
    }
}

extension Cascade {
    /// Which Einsum waits for which.
    public var dependencies: DependencyGraph { DependencyGraph(einsums) }

    /// An order of evaluation. Every cascade that passed the checker has one.
    public var schedule: [Schedule] {
        get throws(Schedule.Unsatisfiable) {
            try Schedule.of(einsums, members: Array(einsums.indices), graph: dependencies)
        }
    }
}
