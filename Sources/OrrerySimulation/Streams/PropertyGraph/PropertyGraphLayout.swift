/// Where the objects of a property graph lie, as GraphBIG keeps them by default: vertices and edges in linked lists, each list with a
/// hash table from numbers to its nodes.
///
/// - A vertex is a list node (next and previous, number, property, the lists of edges that come and go with a hash table each); the
///   node of the hash table that names it and what else is allocated with it make up its `record`.
/// - The hash table's buckets are an array of pointers; no two vertices share a bucket, as its length is a prime above their count
///   and hashing is the identity.
/// - An edge is a list node (next and previous, number, target, a shared pointer), with its property, that one's reference count, its node
///   in a hash table, and the same edge in the list of its target: its `edgeRecord`. Edges lie in the order of the file, which
///   has those of a vertex one behind the other.
///
/// Offsets are those of GraphBIG (github.com/graphbig/graphBIG, 9ceb9d1) compiled with GCC 12 for x86-64 with glibc's `malloc`: measured
/// on graphs of 8192 to 300,000 vertices, where all vertices lie 576 or 592 bytes apart by their property's size, and 87 % of the edges 272 bytes,
/// in the mean 290.
struct PropertyGraphLayout {
    /// First byte of the vertices, of the buckets, of the edges, and behind all of them.
    let vertices, buckets, edges, end: Int
    /// Bytes from a vertex to the next, from an edge to the next, and of a vertex' property.
    let record, edgeRecord, propertyBytes: Int

    init(_ stream: AccessStream, propertyBytes: Int, graph: KroneckerGraph) {
        self.propertyBytes = propertyBytes
        (record, edgeRecord) = (stream.value("vertex"), stream.value("edge"))
        vertices = stream.value("base")
        buckets = vertices + record * graph.vertices
        edges = (buckets + 8 * graph.vertices + 4095) & ~4095
        end = (edges + edgeRecord * graph.edges + 4095) & ~4095
    }

    /// Least bytes of a vertex and of an edge: up to the end of what is read of them.
    static let (leastRecord, leastEdgeRecord) = (360, 144)

    // MARK: A vertex

    /// The list node, which begins with the pointer to the next.
    func vertex(_ number: Int) -> Int { vertices &+ record &* number }
    func property(_ number: Int) -> Int { vertex(number) &+ 24 }
    /// The pointer to the first of its edges, behind the list of those that come, and their number.
    func firstEdge(_ number: Int) -> Int { vertex(number) &+ 96 &+ propertyBytes }
    func degree(_ number: Int) -> Int { firstEdge(number) &+ 16 }
    /// Its pointer in the buckets, and the hash table's node: number, pointer to the list node, next.
    func bucket(_ number: Int) -> Int { buckets &+ 8 &* number }
    func node(_ number: Int) -> Int { vertex(number) &+ record &- 160 }

    // MARK: An edge

    /// The list node, which begins with the pointer to the next.
    func edge(_ number: Int) -> Int { edges &+ edgeRecord &* number }
    func target(_ number: Int) -> Int { edge(number) &+ 24 }
    /// The two halves of the shared pointer, and what they point to.
    func propertyPointer(_ number: Int) -> Int { edge(number) &+ 32 }
    func countPointer(_ number: Int) -> Int { edge(number) &+ 40 }
    func edgeProperty(_ number: Int) -> Int { edge(number) &+ 96 }
    func count(_ number: Int) -> Int { edge(number) &+ 136 }
}
