import OrreryText

/// GraphBIG's graph colouring (Jones and Plassmann's): every vertex has a drawn number. Round by round the vertices without a colour are looked
/// at; one that has the largest number among its neighbours without an earlier colour gets the colour of the round, the others go into the list of the
/// next round. Begins anew, with other numbers, when all have a colour.
final class PropertyGraphColouring: PropertyGraphGenerator {
    private enum Own {
        static let task = Site.own, bucket = Site.own + 1, node = Site.own + 2, number = Site.own + 3
        static let largest = Site.own + 4, colour = Site.own + 5, later = Site.own + 6, read = Site.own + 7
        static let write = Site.own + 8
    }

    static let work = [3, 2, 4, 0, 1, 2] + [6, 2, 5, 1, 3, 2, 9, 0, 1]

    private static let none = UInt16(0xFFF0)
    /// The colour of each vertex; 0xFFF0 for none.
    let colours: FixedArray<UInt16>
    let numbers: FixedArray<UInt16>
    private let tasks: FixedArray<Int32>
    /// Vertices of the round, the next one's place, those for the next round, and how many of these have been copied.
    private var (count, place, later, copied) = (0, 0, 0, 0)
    private var colour = UInt16(0)
    private var random: StreamRandom

    init(_ stream: AccessStream) {
        random = StreamRandom(seed: stream.value("seed") &+ 1)
        let count = 1 << stream.value("scale")
        colours = FixedArray(repeating: Self.none, count: count)
        numbers = FixedArray(repeating: 0, count: count)
        tasks = FixedArray(repeating: 0, count: count)
        super.init(stream, propertyBytes: 8)
        skip(stream.value("skip_edges"))
    }

    private var input: Int { layout.end }
    private var output: Int { layout.end &+ 8 &* graph.vertices }

    override func advance() {
        if edge < last { return visit() }
        if place < count { return take() }
        if copied < later { return copy() }
        // The list for the next round is compact in the place of this one's: a round only ever shortens it.
        (count, place, later, copied) = (later, 0, 0, 0)
        colour &+= 1
        if count == 0 { restart() }
    }

    private func restart() {
        for vertex in 0..<graph.vertices {
            colours[vertex] = Self.none
            numbers[vertex] = UInt16(truncatingIfNeeded: random.next() >> 16)
            tasks[vertex] = Int32(vertex)
        }
        (count, colour) = (graph.vertices, 0)
    }

    private func take() {
        let number = Int(tasks[place])
        let task = load(Own.task, input &+ 8 &* place)
        place &+= 1
        let node = find(number, after: task, site: Own.bucket)
        load(Own.number, layout.property(number), bytes: 2, after: node)
        beginEdges(of: number, after: node)
        if edge == last { settle(isLargest: true) }
    }

    private func visit() {
        let (other, target) = readTarget()
        let node = find(other, after: target)
        let hasColour = colours[other] < colour
        load(Site.property, layout.property(other) &+ 2, bytes: 2, after: node, branch: hasColour)
        if !hasColour {
            let (own, others) = (numbers[vertex], numbers[other])
            let isLess = others > own || others == own && other < vertex
            load(Own.largest, layout.property(other), bytes: 2, after: node, branch: isLess)
            if isLess {
                leaveEdges()
                return settle(isLargest: false)
            }
        }
        if !nextEdge() { settle(isLargest: true) }
    }

    private func settle(isLargest: Bool) {
        if isLargest {
            store(Own.colour, layout.property(vertex) &+ 2, bytes: 2)
            colours[vertex] = colour
        } else {
            store(Own.later, output &+ 8 &* later)
            tasks[later] = Int32(vertex)
            later &+= 1
        }
        if place == count, later == 0 { completions += 1 }
    }

    /// Four elements of the list for the next round become those of this one.
    private func copy() {
        load(Own.read, output &+ 8 &* copied, bytes: 32)
        store(Own.write, input &+ 8 &* copied, bytes: 32)
        copied &+= 4
    }
}
