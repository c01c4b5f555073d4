/// One Einsum reading what another writes.
public struct Dependency: Hashable, Sendable {
    /// Position in the cascade of the Einsum that writes.
    public let producer: Int
    /// Position in the cascade of the Einsum that reads.
    public let consumer: Int
    public let access: Access
    /// The rank along which the element read belongs to an earlier generation: no dependency within an iteration of
    /// that rank. Nil for an ordinary dependency.
    public let generational: String?
}

/// Which Einsum waits for which.
public struct DependencyGraph: Sendable {
    public let dependencies: [Dependency]
    private let count: Int

    init(_ einsums: [Einsum]) {
        count = einsums.count
        var writers: [String: Int] = [:]
        for (position, einsum) in einsums.enumerated() { writers[einsum.name] = position }
        dependencies = einsums.enumerated().flatMap { consumer, einsum in
            einsum.reads.compactMap { read in
                writers[read.tensor].map { producer in
                    Dependency(
                        producer: producer, consumer: consumer, access: read,
                        generational: Self.earlierGeneration(read, of: einsums[producer]))
                }
            }
        }
    }

    /// The Einsums that must be done before another within an iteration, by position.
    public func producers(of consumer: Int) -> [Int] {
        Set(dependencies.filter { $0.consumer == consumer && $0.generational == nil }.map(\.producer)).sorted()
    }

    /// The groups of Einsums that depend on each other, each sorted, a group after those it depends on.
    ///
    /// - Parameters:
    ///   - members: the Einsums to group.
    ///   - settled: ranks whose generations are already taken one at a time: dependencies along them are met.
    func components(of members: [Int], settled: Set<String>) -> [[Int]] {
        let inside = Set(members)
        var successors: [Int: [Int]] = [:]
        for edge in dependencies where inside.contains(edge.producer) && inside.contains(edge.consumer) {
            if let rank = edge.generational, settled.contains(rank) { continue }
            successors[edge.consumer, default: []].append(edge.producer)
        }
        var search = ComponentSearch(successors: successors)
        for member in members.sorted() { search.visit(member) }
        return search.components
    }

    /// The rank of which `read` names a generation that is older than the one being written, if it does.
    private static func earlierGeneration(_ read: Access, of producer: Einsum) -> String? {
        guard let place = producer.output.indices.firstIndex(where: { $0.successor != nil }),
            let rank = producer.output.indices[place].successor
        else { return nil }
        let index = read.indices[place]
        let isInitial = index.isConstant && index.constant == 0
        let isCurrent =
            index.terms == [.init(rank: rank, coefficient: 1)] && index.lookups.isEmpty && index.constant <= 0
        return isInitial || isCurrent ? rank : nil
    }
}

/// Tarjan's search for strongly connected components; those reached first are complete first.
private struct ComponentSearch {
    let successors: [Int: [Int]]
    private(set) var components: [[Int]] = []
    private var number: [Int: Int] = [:]
    private var lowest: [Int: Int] = [:]
    private var stack: [Int] = []

    init(successors: [Int: [Int]]) {
        self.successors = successors
    }

    mutating func visit(_ node: Int) {
        guard number[node] == nil else { return }
        let own = number.count
        number[node] = own
        lowest[node] = own
        stack.append(node)
        var low = own
        for next in successors[node] ?? [] {
            if number[next] == nil {
                visit(next)
                low = min(low, lowest[next] ?? low)
            } else if stack.contains(next) {
                low = min(low, number[next] ?? low)
            }
        }
        lowest[node] = low
        guard low == own, let start = stack.firstIndex(of: node) else { return }
        components.append(stack[start...].sorted())
        stack.removeSubrange(start...)
    }
}
