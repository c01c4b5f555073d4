import OrreryText

/// A kernel of GraphBIG on a Kronecker graph, access by access. Subclasses are the kernels; this is what they share: the edges of a
/// vertex are walked as a linked list, and a vertex is found by its number through a hash table.
///
/// The dependences are those of the code: an edge is known from the one before it; its target from the edge; the bucket, the hash table's
/// node and the vertex each from the one before. Tests of what was loaded are branches: whether there are more edges, whether a
/// vertex has been visited. What is always the same (the hash table's header, the stack) is no access but an instruction.
///
/// Not modelled: time between kernels (loading, resetting the graph); the 24 to 40 cycles of the division by which a bucket is found.
///
/// Source: Nai et al., "GraphBIG", SC 2015; github.com/graphbig/graphBIG, 9ceb9d1, benchmark/ and openG/, the sequential form of each
/// kernel where it has one.
class PropertyGraphGenerator: AccessGenerator {
    /// Accesses that all kernels have in their inner loop.
    enum Site {
        static let target = 0, bucket = 1, node = 2, property = 3, next = 4, first = 5
        /// The first of the kernel's own.
        static let own = 6
    }

    /// An access that no other depends on.
    static let nothing = Int.min

    let graph: KroneckerGraph
    let layout: PropertyGraphLayout
    /// How often the kernel has come to its end; then it begins anew.
    final var completions = 0
    /// Edges that have been walked over, and where the stream begins.
    @exclusivity(unchecked) final private(set) var edgesVisited = 0

    /// The vertex whose edges are walked, the next edge, and the end.
    @exclusivity(unchecked) final var vertex = 0
    @exclusivity(unchecked) final var edge = 0
    @exclusivity(unchecked) final var last = 0
    /// The access that said where the edge lies.
    @exclusivity(unchecked) private var pointer = PropertyGraphGenerator.nothing

    /// The accesses of a step of the kernel.
    private let pending = FixedArray<Access>(repeating: Access(0, bytes: 1), count: PropertyGraphGenerator.longestStep)
    @exclusivity(unchecked) private var read = 0
    @exclusivity(unchecked) private var count = 0
    /// Accesses that were made, those before the stream's begin included.
    @exclusivity(unchecked) private var made = 0
    /// Accesses that a step makes at most.
    static let longestStep = 256

    init(_ stream: AccessStream, propertyBytes: Int) {
        graph = KroneckerGraph.shared(
            scale: stream.value("scale"), degree: stream.value("degree"), seed: stream.value("seed"))
        layout = PropertyGraphLayout(stream, propertyBytes: propertyBytes, graph: graph)
        super.init(stream)
    }

    /// Whether all accesses of the last step have been taken.
    final var isBetweenSteps: Bool { read == count }

    /// Makes the accesses of the next step of the kernel, if any.
    func advance() {}

    /// Runs the kernel up to where the stream begins. - Parameter edges: how many are walked over before.
    final func skip(_ edges: Int) {
        while edgesVisited < edges {
            count = 0
            advance()
        }
        (read, count) = (0, 0)
    }

    final override func generate() -> Access {
        while read == count {
            (read, count) = (0, 0)
            advance()
        }
        read &+= 1
        return pending[read &- 1]
    }

    // MARK: Accesses

    /// Adds an access to the step.
    ///
    /// - Parameters:
    ///   - source: the access that said the address.
    ///   - branch: the outcome of a branch that tests what was loaded.
    /// - Returns: its number.
    @discardableResult
    @inline(__always)
    final func load(
        _ site: Int, _ address: Int, bytes: Int = 8, after source: Int = PropertyGraphGenerator.nothing,
        branch: Bool? = nil
    ) -> Int {
        add(site, address, bytes, isWrite: false, source, branch)
    }

    @inline(__always)
    final func store(_ site: Int, _ address: Int, bytes: Int = 8, after source: Int = PropertyGraphGenerator.nothing) {
        _ = add(site, address, bytes, isWrite: true, source, nil)
    }

    @inline(__always)
    private func add(_ site: Int, _ address: Int, _ bytes: Int, isWrite: Bool, _ source: Int, _ branch: Bool?) -> Int {
        let distance = source == PropertyGraphGenerator.nothing ? 0 : made &- source
        pending[count] = Access(
            address, bytes: bytes, isWrite: isWrite, site: site,
            dependence: distance > Access.farthestDependence ? 0 : distance, branch: branch)
        count &+= 1
        made &+= 1
        return made &- 1
    }

    // MARK: What all kernels do

    /// Finds a vertex by its number. - Returns: the access that says where it lies.
    @inline(__always)
    final func find(_ vertex: Int, after source: Int, site: Int = Site.bucket) -> Int {
        let bucket = load(site, layout.bucket(vertex), after: source)
        return load(site &+ 1, layout.node(vertex), bytes: 16, after: bucket)
    }

    /// Begins the edges of a vertex. - Parameter source: the access that said where it lies.
    @inline(__always)
    final func beginEdges(of vertex: Int, after source: Int) {
        self.vertex = vertex
        edge = Int(graph.offsets[vertex])
        last = Int(graph.offsets[vertex &+ 1])
        pointer = load(Site.first, layout.firstEdge(vertex), after: source, branch: edge < last)
    }

    /// Reads whom the edge leads to. - Returns: the vertex, and the access.
    @inline(__always)
    final func readTarget() -> (vertex: Int, access: Int) {
        (Int(graph.targets[edge]), load(Site.target, layout.target(edge), after: pointer))
    }

    /// Reads another part of the edge.
    @inline(__always)
    final func readEdge(_ site: Int, _ address: Int) -> Int { load(site, address, after: pointer) }

    /// Goes on to the next edge. - Returns: whether there is one.
    @inline(__always)
    @discardableResult
    final func nextEdge() -> Bool {
        pointer = load(Site.next, layout.edge(edge), after: pointer, branch: edge &+ 1 < last)
        edge &+= 1
        edgesVisited &+= 1
        return edge < last
    }

    /// Leaves the edges that are left.
    @inline(__always)
    final func leaveEdges() {
        edgesVisited &+= 1
        edge = last
    }

    /// The first vertex from a drawn one on that has edges: another would end a search at once.
    final func drawnRoot(_ random: inout StreamRandom) -> Int {
        var root = random.next(below: graph.vertices)
        while graph.offsets[root] == graph.offsets[root + 1] { root = root + 1 == graph.vertices ? 0 : root + 1 }
        return root
    }
}
