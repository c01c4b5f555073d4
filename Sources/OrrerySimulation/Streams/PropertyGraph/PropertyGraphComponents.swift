/// GraphBIG's connected components: the list of vertices is walked; from each that has no level yet a breadth-first search gives its
/// component level and label. Begins anew when the list ends.
final class PropertyGraphComponents: PropertyGraphGenerator {
    private enum Own {
        static let vertex = Site.own, scan = Site.own + 1, begin = Site.own + 2, front = Site.own + 3
        static let level = Site.own + 4, claim = Site.own + 5, push = Site.own + 6, leave = Site.own + 7
    }

    /// A component's queue is allocated where its search begins and freed where that ends.
    static let work = [5, 2, 4, 1, 1, 3] + [2, 1, 62, 6, 2, 2, 8, 62]

    /// The vertex from which each one's component was found, -1 where it has not been.
    let labels: FixedArray<Int32>
    private let waiting: FixedArray<Int32>
    private var (head, tail) = (0, 0)
    private var scanned = 0
    private var place = PropertyGraphGenerator.nothing

    init(_ stream: AccessStream) {
        let count = 1 << stream.value("scale")
        labels = FixedArray(repeating: -1, count: count)
        waiting = FixedArray(repeating: 0, count: count)
        super.init(stream, propertyBytes: 8)
        skip(stream.value("skip_edges"))
    }

    private var queue: Int { layout.end }

    override func advance() {
        if edge < last { return visit() }
        if head < tail { return take() }
        scan()
    }

    private func scan() {
        if scanned == graph.vertices {
            for vertex in 0..<graph.vertices { labels[vertex] = -1 }
            (scanned, place) = (0, Self.nothing)
        }
        let root = scanned
        let isNew = labels[root] < 0
        load(Own.scan, layout.property(root), bytes: 2, after: place, branch: isNew)
        if isNew {
            store(Own.begin, layout.property(root), bytes: 4)
            store(Own.push, queue)
            labels[root] = Int32(root)
            waiting[0] = Int32(root)
            (head, tail) = (0, 1)
        }
        place = load(Own.vertex, layout.vertex(root), after: place)
        scanned &+= 1
        if scanned == graph.vertices, head == tail { completions += 1 }
    }

    private func take() {
        let front = load(Own.front, queue &+ 8 &* head)
        beginEdges(of: Int(waiting[head]), after: front)
        head &+= 1
        if edge == last { finish() }
    }

    private func visit() {
        let (other, target) = readTarget()
        let node = find(other, after: target)
        let isNew = labels[other] < 0
        load(Site.property, layout.property(other), bytes: 2, after: node, branch: isNew)
        if isNew {
            load(Own.level, layout.property(vertex), bytes: 2)
            store(Own.claim, layout.property(other), bytes: 4, after: node)
            store(Own.push, queue &+ 8 &* tail)
            (labels[other], waiting[tail]) = (labels[vertex], Int32(other))
            tail &+= 1
        }
        if !nextEdge() { finish() }
    }

    private func finish() {
        if head < tail { return }
        load(Own.leave, queue)
        if scanned == graph.vertices { completions += 1 }
    }
}
