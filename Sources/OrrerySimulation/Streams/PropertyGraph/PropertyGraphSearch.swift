import OrreryText

/// GraphBIG's breadth-first search: a queue of pointers to vertices; each neighbour is found, and its colour tested; a white one gets colour,
/// order and level and goes into the queue, a grey or black one is counted. From the next drawn root when the queue is empty.
final class PropertyGraphSearch: PropertyGraphGenerator {
    private enum Own {
        static let front = Site.own, counter = Site.own + 1, claim = Site.own + 2, level = Site.own + 3
        static let push = Site.own + 4, finish = Site.own + 5
    }

    static let work = [5, 2, 5, 1, 1, 3] + [4, 1, 2, 3, 8, 2]

    private static let (white, grey, black) = (UInt8(0), UInt8(1), UInt8(2))
    private let colours: FixedArray<UInt8>
    /// Level of each vertex that has been reached, -1 of the others.
    let levels: FixedArray<Int32>
    private let waiting: FixedArray<Int32>
    private var (head, tail) = (0, 0)
    private(set) var root = 0
    private var random: StreamRandom

    init(_ stream: AccessStream) {
        random = StreamRandom(seed: stream.value("seed") &+ 1)
        let count = 1 << stream.value("scale")
        colours = FixedArray(repeating: Self.white, count: count)
        levels = FixedArray(repeating: -1, count: count)
        waiting = FixedArray(repeating: 0, count: count)
        super.init(stream, propertyBytes: 24)
        skip(stream.value("skip_edges"))
    }

    private var queue: Int { layout.end }
    private var counter: Int { layout.end &+ 8 &* graph.vertices }

    override func advance() {
        if edge < last { return visit() }
        if head == tail { restart() }
        vertex = Int(waiting[head])
        let front = load(Own.front, queue &+ 8 &* head)
        head &+= 1
        beginEdges(of: vertex, after: front)
        if edge == last { finish() }
    }

    private func restart() {
        for vertex in 0..<graph.vertices { (colours[vertex], levels[vertex]) = (Self.white, -1) }
        root = drawnRoot(&random)
        (colours[root], levels[root], waiting[0]) = (Self.grey, 0, Int32(root))
        (head, tail) = (0, 1)
    }

    private func visit() {
        let (other, target) = readTarget()
        let node = find(other, after: target)
        let colour = colours[other]
        let place = load(
            Site.property, layout.property(other), bytes: 1, after: node, branch: colour == Self.white)
        if colour == Self.white {
            store(Own.claim, layout.property(other), bytes: 24, after: node)
            load(Own.level, layout.property(vertex) &+ 16, bytes: 2)
            store(Own.push, queue &+ 8 &* tail)
            (colours[other], levels[other], waiting[tail]) = (Self.grey, levels[vertex] &+ 1, Int32(other))
            tail &+= 1
        } else {
            load(Own.counter, counter, after: place, branch: colour == Self.grey)
        }
        if !nextEdge() { finish() }
    }

    private func finish() {
        store(Own.finish, layout.property(vertex), bytes: 1)
        colours[vertex] = Self.black
        if head == tail { completions += 1 }
    }
}
