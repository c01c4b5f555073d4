import OrreryText

/// GraphBIG's single-source shortest paths: a priority queue of vertices with distances; for each edge of the nearest the neighbour is found, the
/// edge's weight read, and where the way is shorter the neighbour gets its distance and goes into the queue. From the next drawn root when
/// the queue is empty. Weights are 1, as there.
final class PropertyGraphPaths: PropertyGraphGenerator {
    private enum Own {
        static let bucket = Site.own, node = Site.own + 1, countPointer = Site.own + 2, distance = Site.own + 3
        static let count = Site.own + 4, weightPointer = Site.own + 5, weight = Site.own + 6, shorten = Site.own + 7
        /// Of the queue, which has sites of its own from here on.
        static let queue = Site.own + 8
    }

    static let work = [5, 2, 4, 1, 5, 4] + [6, 4, 1, 1, 2, 0, 3, 4] + BinaryHeapAccesses.work

    /// Distance of each vertex that has been reached, -1 of the others.
    let distances: FixedArray<Int32>
    private let heap: BinaryHeapAccesses
    private(set) var root = 0
    private var random: StreamRandom

    init(_ stream: AccessStream) {
        random = StreamRandom(seed: stream.value("seed") &+ 1)
        let count = 1 << stream.value("scale")
        distances = FixedArray(repeating: -1, count: count)
        heap = BinaryHeapAccesses(firstSite: Own.queue, capacity: count)
        super.init(stream, propertyBytes: 24)
        skip(stream.value("skip_edges"))
    }

    override func advance() {
        if edge < last { return visit() }
        if heap.count == 0 { restart() }
        let (nearest, top) = heap.pop(from: layout.end, self)
        let node = find(nearest, after: top, site: Own.bucket)
        beginEdges(of: nearest, after: node)
        if edge == last { finish() }
    }

    private func restart() {
        for vertex in 0..<graph.vertices { distances[vertex] = -1 }
        root = drawnRoot(&random)
        distances[root] = 0
        heap.push(root, key: 0, to: layout.end, self)
    }

    private func visit() {
        let (other, target) = readTarget()
        let node = find(other, after: target)
        // The assertion that there is a property reads its reference count.
        let counter = readEdge(Own.countPointer, layout.countPointer(edge))
        load(Own.distance, layout.property(vertex), bytes: 2)
        load(Own.count, layout.count(edge), bytes: 4, after: counter)
        let pointer = readEdge(Own.weightPointer, layout.propertyPointer(edge))
        load(Own.weight, layout.edgeProperty(edge), bytes: 2, after: pointer)
        let distance = distances[vertex] &+ 1
        let isShorter = distances[other] < 0 || distance < distances[other]
        load(Site.property, layout.property(other), bytes: 2, after: node, branch: isShorter)
        if isShorter {
            store(Own.shorten, layout.property(other), bytes: 16, after: node)
            distances[other] = distance
            heap.push(other, key: distance, to: layout.end, self)
        }
        if !nextEdge() { finish() }
    }

    private func finish() {
        if heap.count == 0 { completions += 1 }
    }
}
