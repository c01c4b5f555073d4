/// GraphBIG's PageRank: for every vertex its rank is put aside; then every vertex adds its share to each neighbour's rank; then the changes
/// are summed. Round after round.
///
/// The addition is an atomic one there (`lock cmpxchg`), which waits for the stores before it; here it is a load and a store.
final class PropertyGraphRank: PropertyGraphGenerator {
    private enum Own {
        static let bucket = Site.own, node = Site.own + 1, old = Site.own + 2, rank = Site.own + 3
        static let degree = Site.own + 4, add = Site.own + 5
    }

    static let work = [4, 2, 4, 5, 4, 3] + [6, 5, 4, 4, 9, 1]

    private enum Phase { case keep, push, compare }

    private static let damping: Float = 0.85
    let ranks: FixedArray<Float>
    private let oldRanks: FixedArray<Float>
    private var share: Float = 0
    private var phase = Phase.keep
    /// The vertex that is next.
    private var number = 0

    init(_ stream: AccessStream) {
        let count = 1 << stream.value("scale")
        ranks = FixedArray(repeating: 1 / Float(count), count: count)
        oldRanks = FixedArray(repeating: 0, count: count)
        super.init(stream, propertyBytes: 8)
        skip(stream.value("skip_edges"))
    }

    override func advance() {
        if edge < last { return visit() }
        // Vertices are found by number, one after the other.
        let node = find(number, after: Self.nothing, site: Own.bucket)
        switch phase {
        case .keep:
            load(Own.rank, layout.property(number), bytes: 4, after: node)
            store(Own.old, layout.property(number), after: node)
            oldRanks[number] = ranks[number]
            ranks[number] = (1 - Self.damping) / Float(graph.vertices)
        case .push:
            load(Own.rank, layout.property(number) &+ 4, bytes: 4, after: node)
            load(Own.degree, layout.degree(number), after: node)
            beginEdges(of: number, after: node)
            share = last > edge ? Self.damping * oldRanks[number] / Float(last - edge) : 0
        case .compare:
            load(Own.rank, layout.property(number), after: node)
        }
        if edge == last { nextVertex() }
    }

    private func visit() {
        let (other, target) = readTarget()
        let node = find(other, after: target)
        load(Site.property, layout.property(other), bytes: 4, after: node)
        store(Own.add, layout.property(other), bytes: 4, after: node)
        ranks[other] += share
        if !nextEdge() { nextVertex() }
    }

    private func nextVertex() {
        number &+= 1
        if number < graph.vertices { return }
        number = 0
        switch phase {
        case .keep: phase = .push
        case .push: phase = .compare
        case .compare:
            phase = .keep
            completions += 1
        }
    }
}
