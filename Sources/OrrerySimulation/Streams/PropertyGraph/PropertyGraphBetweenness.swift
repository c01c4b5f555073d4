/// GraphBIG's betweenness centrality (Brandes'): from every vertex in turn a breadth-first search counts the shortest paths and keeps each vertex'
/// parents in a linked list; then, from the last vertex back, each one's dependency is added up for its parents. What is kept of a vertex
/// lies in arrays beside the graph: parents (24 bytes), paths (8), dependency (8), depth (1).
///
/// Parents' nodes take 32 bytes each, behind each other; those of the search before are freed and used again.
final class PropertyGraphBetweenness: PropertyGraphGenerator {
    private enum Own {
        static let clear = Site.own, free = Site.own + 1, reset = Site.own + 2, front = Site.own + 3,
            seen = Site.own + 4
        static let bucket = Site.own + 5, node = Site.own + 6, push = Site.own + 7, depth = Site.own + 8
        static let ownDepth = Site.own + 9, ownPaths = Site.own + 10, paths = Site.own + 11, addPaths = Site.own + 12
        static let parent = Site.own + 13, tail = Site.own + 14, link = Site.own + 15, head = Site.own + 16
        static let back = Site.own + 17, dependency = Site.own + 18, list = Site.own + 19, value = Site.own + 20
        static let nextParent = Site.own + 21, parentPaths = Site.own + 22, parentDependency = Site.own + 23
        static let addDependency = Site.own + 24, centrality = Site.own + 25, addCentrality = Site.own + 26
    }

    static let work =
        [3, 2, 4, 1, 1, 5]
        + [2, 12, 1, 4, 3, 6, 5, 4, 1, 4, 1, 3, 0, 13, 1, 0, 2, 4, 9, 2, 2, 1, 3, 2, 1, 3, 1]

    private enum Phase { case clear, search, add }

    /// Shortest paths, dependency, depth (-1 where it has not been reached) and centrality of each vertex.
    let paths: FixedArray<Int>
    private let dependencies: FixedArray<Double>
    private let depths: FixedArray<Int8>
    let centralities: FixedArray<Double>
    private let order: FixedArray<Int32>
    /// The parents' nodes: first and last of each vertex, and value and next of each node; -1 for none.
    private let firstParent: FixedArray<Int32>
    private let lastParent: FixedArray<Int32>
    private let parents: FixedArray<Int32>
    private let following: FixedArray<Int32>
    private var nodeCount = 0
    private var phase = Phase.clear
    private(set) var source = 0
    /// The vertex to be cleared, the next of the queue and its end, the parent that is added to and how that is known.
    private var (number, head, tail, parent) = (0, 0, 0, -1)
    private var parentPlace = PropertyGraphGenerator.nothing
    private var coefficient = 0.0

    init(_ stream: AccessStream) {
        let count = 1 << stream.value("scale")
        paths = FixedArray(repeating: 0, count: count)
        dependencies = FixedArray(repeating: 0, count: count)
        depths = FixedArray(repeating: -1, count: count)
        centralities = FixedArray(repeating: 0, count: count)
        order = FixedArray(repeating: 0, count: count)
        firstParent = FixedArray(repeating: -1, count: count)
        lastParent = FixedArray(repeating: -1, count: count)
        let edges = 2 * count * stream.value("degree")
        parents = FixedArray(repeating: 0, count: edges)
        following = FixedArray(repeating: 0, count: edges)
        super.init(stream, propertyBytes: 8)
        skip(stream.value("skip_edges"))
    }

    private var queue: Int { layout.end }
    private var stack: Int { queue &+ 8 &* graph.vertices }
    private func pathPlace(_ vertex: Int) -> Int { queue &+ 16 &* graph.vertices &+ 8 &* vertex }
    private func dependencyPlace(_ vertex: Int) -> Int { queue &+ 24 &* graph.vertices &+ 8 &* vertex }
    private func listPlace(_ vertex: Int) -> Int { queue &+ 32 &* graph.vertices &+ 24 &* vertex }
    private func depthPlace(_ vertex: Int) -> Int { queue &+ 56 &* graph.vertices &+ vertex }
    private func nodePlace(_ node: Int32) -> Int { queue &+ 57 &* graph.vertices &+ 32 &* Int(node) }

    override func advance() {
        switch phase {
        case .clear: clear()
        case .search: if edge < last { visit() } else { take() }
        case .add: if parent >= 0 { addToParent() } else { takeBack() }
        }
    }

    // MARK: Clearing

    private func clear() {
        if firstParent[number] >= 0 {
            // One of its parents a step: a hub's list is long.
            let node = firstParent[number]
            load(Own.free, nodePlace(node))
            firstParent[number] = following[Int(node)]
            if firstParent[number] >= 0 { return }
        }
        load(Own.clear, listPlace(number), branch: lastParent[number] >= 0)
        lastParent[number] = -1
        store(Own.reset, listPlace(number), bytes: 24)
        store(Own.reset, pathPlace(number))
        store(Own.reset, depthPlace(number), bytes: 1)
        store(Own.reset, dependencyPlace(number))
        (paths[number], depths[number], dependencies[number]) = (number == source ? 1 : 0, number == source ? 0 : -1, 0)
        number &+= 1
        if number < graph.vertices { return }
        order[0] = Int32(source)
        (number, head, tail, nodeCount, phase) = (0, 0, 1, 0, .search)
    }

    // MARK: Search

    private func take() {
        let front = load(Own.front, queue &+ 8 &* head)
        store(Own.seen, stack &+ 8 &* head)
        let number = Int(order[head])
        head &+= 1
        beginEdges(of: number, after: find(number, after: front, site: Own.bucket))
        if edge == last { finishVertex() }
    }

    private func visit() {
        let (other, target) = readTarget()
        let isNew = depths[other] < 0
        load(Own.depth, depthPlace(other), bytes: 1, after: target, branch: !isNew)
        if isNew {
            store(Own.push, queue &+ 8 &* tail)
            store(Own.push, depthPlace(other), bytes: 1, after: target)
            order[tail] = Int32(other)
            tail &+= 1
            depths[other] = depths[vertex] &+ 1
        }
        let isBehind = depths[other] == depths[vertex] &+ 1
        load(Own.ownDepth, depthPlace(vertex), bytes: 1, branch: isBehind)
        if isBehind { addParent(of: other, after: target) }
        if !nextEdge() { finishVertex() }
    }

    private func addParent(of other: Int, after target: Int) {
        load(Own.ownPaths, pathPlace(vertex))
        load(Own.paths, pathPlace(other), after: target)
        store(Own.addPaths, pathPlace(other), after: target)
        paths[other] &+= paths[vertex]
        let node = Int32(truncatingIfNeeded: nodeCount)
        nodeCount &+= 1
        store(Own.parent, nodePlace(node), bytes: 24)
        // The new node goes between the last one and the list's head.
        let tail = load(Own.tail, listPlace(other) &+ 8, after: target)
        let end = lastParent[other]
        store(Own.link, end < 0 ? listPlace(other) : nodePlace(end), after: tail)
        store(Own.head, listPlace(other) &+ 8, bytes: 16, after: target)
        (parents[Int(node)], following[Int(node)]) = (Int32(vertex), -1)
        if end < 0 { firstParent[other] = node } else { following[Int(end)] = node }
        lastParent[other] = node
    }

    private func finishVertex() {
        if head == tail { phase = .add }
    }

    // MARK: Adding up

    private func takeBack() {
        head &-= 1
        let number = Int(order[head])
        let top = load(Own.back, stack &+ 8 &* head)
        load(Own.paths, pathPlace(number), after: top)
        load(Own.dependency, dependencyPlace(number), after: top)
        coefficient = (1 + dependencies[number]) / Double(paths[number])
        parent = Int(firstParent[number])
        parentPlace = load(Own.list, listPlace(number), after: top, branch: parent >= 0)
        if number != source {
            let node = find(number, after: top, site: Own.bucket)
            load(Own.centrality, layout.property(number), after: node)
            store(Own.addCentrality, layout.property(number), after: node)
            centralities[number] += dependencies[number] / 2
        }
        if parent < 0 { finishBack() }
    }

    private func addToParent() {
        let node = Int32(parent)
        let number = Int(parents[parent])
        let value = load(Own.value, nodePlace(node) &+ 16, after: parentPlace)
        load(Own.parentPaths, pathPlace(number), after: value)
        load(Own.parentDependency, dependencyPlace(number), after: value)
        store(Own.addDependency, dependencyPlace(number), after: value)
        dependencies[number] += Double(paths[number]) * coefficient
        parent = Int(following[parent])
        parentPlace = load(Own.nextParent, nodePlace(node), after: parentPlace, branch: parent >= 0)
        if parent < 0 { finishBack() }
    }

    private func finishBack() {
        if head > 0 { return }
        phase = .clear
        source &+= 1
        if source < graph.vertices { return }
        source = 0
        completions += 1
    }
}
