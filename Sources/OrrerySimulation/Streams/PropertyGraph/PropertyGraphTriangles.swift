/// GraphBIG's triangle count: every vertex has the sorted array of its neighbours' numbers, which lie behind each other in the order of the vertices;
/// for each edge to a vertex of no smaller number both arrays are merged, and both vertices' counts grow by what they share. Begins
/// anew when the list of vertices ends. The arrays are made before, untimed.
final class PropertyGraphTriangles: PropertyGraphGenerator {
    private enum Own {
        static let vertex = Site.own, ownArray = Site.own + 1, array = Site.own + 2, left = Site.own + 3
        static let right = Site.own + 4, count = Site.own + 5, add = Site.own + 6
    }

    static let work = [2, 2, 4, 0, 2, 4] + [2, 2, 4, 3, 3, 1, 0]

    /// What the vertices' counts have grown by: six times the triangles, where no edge is double or a loop.
    let counts: FixedArray<Int>
    private let neighbours: FixedArray<Int32>
    private let isSorted: FixedArray<Bool>
    private var number = 0
    private var place = PropertyGraphGenerator.nothing
    /// The places in both arrays while they are merged, their ends, and what they share.
    private var (left, leftEnd, right, rightEnd) = (0, 0, 0, 0)
    private var shared = 0
    private var other = 0
    private var isMerging = false
    private static let mergesOfStep = 64

    init(_ stream: AccessStream) {
        let count = 1 << stream.value("scale")
        counts = FixedArray(repeating: 0, count: count)
        isSorted = FixedArray(repeating: false, count: count)
        let graph = KroneckerGraph.shared(
            scale: stream.value("scale"), degree: stream.value("degree"), seed: stream.value("seed"))
        neighbours = graph.targetsCopy()
        super.init(stream, propertyBytes: 32)
        skip(stream.value("skip_edges"))
    }

    /// An element of the array of a vertex, each of which is a block of the heap with a header of 16 bytes.
    private func element(_ place: Int, of vertex: Int) -> Int { layout.end &+ 8 &* place &+ 16 &* vertex }

    override func advance() {
        if isMerging { return merge() }
        if edge < last { return visit() }
        if number == graph.vertices {
            for vertex in 0..<graph.vertices { counts[vertex] = 0 }
            (number, place) = (0, Self.nothing)
        }
        let source = place
        place = load(Own.vertex, layout.vertex(number), after: source)
        beginEdges(of: number, after: source)
        number &+= 1
        if edge == last { finish() }
    }

    private func visit() {
        let target: Int
        (other, target) = readTarget()
        if other < vertex {
            if !nextEdge() { finish() }
            return
        }
        let node = find(other, after: target)
        load(Own.ownArray, layout.property(vertex) &+ 8, bytes: 16)
        load(Own.array, layout.property(other) &+ 8, bytes: 16, after: node)
        (left, leftEnd) = sorted(vertex)
        (right, rightEnd) = sorted(other)
        (shared, isMerging) = (0, true)
    }

    /// Where the array of a vertex begins and ends.
    private func sorted(_ vertex: Int) -> (begin: Int, end: Int) {
        let (begin, end) = (Int(graph.offsets[vertex]), Int(graph.offsets[vertex &+ 1]))
        if !isSorted[vertex] {
            isSorted[vertex] = true
            neighbours.sort(begin..<end)
        }
        return (begin, end)
    }

    private func merge() {
        var steps = 0
        while left < leftEnd, right < rightEnd {
            if steps == Self.mergesOfStep { return }
            steps &+= 1
            let (one, two) = (neighbours[left], neighbours[right])
            load(Own.left, element(left, of: vertex))
            load(Own.right, element(right, of: other), branch: one < two)
            if one <= two { left &+= 1 }
            if two <= one { right &+= 1 }
            if one == two { shared &+= 1 }
        }
        isMerging = false
        count(vertex)
        count(other)
        if !nextEdge() { finish() }
    }

    private func count(_ vertex: Int) {
        load(Own.count, layout.property(vertex), bytes: 2)
        store(Own.add, layout.property(vertex), bytes: 2)
        counts[vertex] &+= shared
    }

    private func finish() {
        if number == graph.vertices { completions += 1 }
    }
}
