import OrreryText

/// Breadth-first search, top down with a queue: a vertex is taken from the queue, its row of edges is read, and for each edge the
/// other end's parent; where it has none it gets one and goes into the queue. From the next drawn root when the queue is empty.
///
/// Arrays of 4-byte elements behind each other: offsets, targets, parents (`record` bytes apart), queue.
final class BreadthFirstGenerator: AccessGenerator {
    private enum Stage { case take, begin, end, target, parent, claim, push }

    private let graph: KroneckerGraph
    private let (offsets, targets, parents, queue): (Int, Int, Int, Int)
    private let record: Int
    private let hasParent: FixedArray<Bool>
    private let waiting: FixedArray<Int32>
    private var (head, tail) = (0, 0)
    private var stage = Stage.take
    private var (vertex, edge, last, other) = (0, 0, 0, 0)
    private var random: StreamRandom

    override init(_ stream: AccessStream) {
        graph = KroneckerGraph.shared(
            scale: stream.value("scale"), degree: stream.value("degree"), seed: stream.value("seed"))
        offsets = stream.value("base")
        targets = offsets + 4 * (graph.vertices + 1)
        parents = targets + 4 * graph.edges
        record = stream.value("record")
        queue = parents + record * graph.vertices
        hasParent = FixedArray(repeating: false, count: graph.vertices)
        waiting = FixedArray(repeating: 0, count: graph.vertices)
        random = StreamRandom(seed: stream.value("seed") &+ 1)
        super.init(stream)
    }

    private func restart() {
        for vertex in 0..<graph.vertices { hasParent[vertex] = false }
        // A vertex without edges would end the search at once.
        var root = random.next(below: graph.vertices)
        while graph.offsets[root] == graph.offsets[root + 1] { root = root + 1 == graph.vertices ? 0 : root + 1 }
        hasParent[root] = true
        waiting[0] = Int32(root)
        (head, tail) = (0, 1)
    }

    override func generate() -> Access {
        switch stage {
        case .take:
            if head == tail { restart() }
            vertex = Int(waiting[head])
            let access = Access(queue &+ 4 &* head, bytes: 4)
            head &+= 1
            stage = .begin
            return access
        case .begin:
            edge = Int(graph.offsets[vertex])
            last = Int(graph.offsets[vertex &+ 1])
            stage = .end
            return Access(offsets &+ 4 &* vertex, bytes: 4, site: 1, dependence: 1)
        case .end:
            stage = edge < last ? .target : .take
            return Access(
                offsets &+ 4 &* vertex &+ 4, bytes: 4, site: 2, dependence: 2, endsIteration: edge == last)
        case .target:
            other = Int(graph.targets[edge])
            stage = .parent
            return Access(targets &+ 4 &* edge, bytes: 4, site: 3, dependence: 0)
        case .parent:
            let isNew = !hasParent[other]
            if isNew { stage = .claim } else { nextEdge() }
            return Access(
                parents &+ record &* other, bytes: 4, site: 4, dependence: 1, endsIteration: !isNew)
        case .claim:
            hasParent[other] = true
            stage = .push
            return Access(parents &+ record &* other, bytes: 4, isWrite: true, site: 5, dependence: 2)
        case .push:
            waiting[tail] = Int32(other)
            let access = Access(queue &+ 4 &* tail, bytes: 4, isWrite: true, site: 6, endsIteration: true)
            tail &+= 1
            nextEdge()
            return access
        }
    }

    private func nextEdge() {
        edge &+= 1
        stage = edge < last ? .target : .take
    }
}

/// PageRank in pull form: for each vertex its row of edges is read, and for each edge the contribution of the other end (8 bytes); then the
/// vertex' new value is written. Round after round.
///
/// Arrays behind each other: offsets (4 bytes), targets (4), contributions and values (8, `record` bytes apart).
final class PageRankGenerator: AccessGenerator {
    private enum Stage { case begin, target, value, write }

    private let graph: KroneckerGraph
    private let (offsets, targets, contributions, values): (Int, Int, Int, Int)
    private let record: Int
    private var stage = Stage.begin
    private var (vertex, edge, last) = (0, 0, 0)

    override init(_ stream: AccessStream) {
        graph = KroneckerGraph.shared(
            scale: stream.value("scale"), degree: stream.value("degree"), seed: stream.value("seed"))
        offsets = stream.value("base")
        targets = offsets + 4 * (graph.vertices + 2)
        contributions = targets + 4 * graph.edges
        record = stream.value("record")
        values = contributions + record * graph.vertices
        super.init(stream)
    }

    override func generate() -> Access {
        switch stage {
        case .begin:
            edge = Int(graph.offsets[vertex])
            last = Int(graph.offsets[vertex &+ 1])
            stage = edge < last ? .target : .write
            return Access(offsets &+ 4 &* vertex &+ 4, bytes: 4)
        case .target:
            stage = .value
            return Access(targets &+ 4 &* edge, bytes: 4, site: 1)
        case .value:
            let other = Int(graph.targets[edge])
            edge &+= 1
            stage = edge < last ? .target : .write
            return Access(contributions &+ record &* other, bytes: 8, site: 2, dependence: 1, endsIteration: true)
        case .write:
            let access = Access(values &+ record &* vertex, bytes: 8, isWrite: true, site: 3, endsIteration: true)
            vertex = vertex &+ 1 == graph.vertices ? 0 : vertex &+ 1
            stage = .begin
            return access
        }
    }
}
