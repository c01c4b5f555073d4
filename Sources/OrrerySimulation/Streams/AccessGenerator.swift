/// Yields the accesses of a generated stream, without end.
///
/// A generator works in constant space but for what its pattern is made of (the cycle of a pointer chase, a graph, a hash
/// table), which is built when it is made.
public class AccessGenerator {
    @exclusivity(unchecked) final var position = 0
    private let writes: AccessStream.Writes?
    private let isChain: Bool

    init(_ stream: AccessStream) {
        writes = stream.writes
        isChain = stream.isChain
    }

    /// The generator of a stream; nil for one that is recorded, and for a nest, which are instructions.
    public static func make(_ stream: AccessStream) -> AccessGenerator? {
        guard case .pattern(let pattern, _) = stream.source else { return nil }
        switch pattern {
        case .sequential, .strided, .rowConflict, .pingPong, .nested: return NestGenerator(stream, pattern)
        case .random: return RandomGenerator(stream)
        case .pointerChase: return ChaseGenerator(stream)
        case .gups: return UpdateGenerator(stream)
        case .gather: return GatherGenerator(stream)
        case .embedding: return EmbeddingGenerator(stream)
        case .hotCold: return HotColdGenerator(stream)
        case .matrixProduct: return MatrixGenerator(stream)
        case .copy: return CopyGenerator(stream)
        case .triad: return TriadGenerator(stream)
        case .crossSections: return CrossSectionGenerator(stream)
        case .breadthFirst: return BreadthFirstGenerator(stream)
        case .pageRank: return PageRankGenerator(stream)
        case .kmerCount: return KmerGenerator(stream)
        case .objectSearch: return PropertyGraphSearch(stream)
        case .objectRank: return PropertyGraphRank(stream)
        case .objectBetweenness: return PropertyGraphBetweenness(stream)
        case .objectComponents: return PropertyGraphComponents(stream)
        case .objectColouring: return PropertyGraphColouring(stream)
        case .objectTriangles: return PropertyGraphTriangles(stream)
        case .objectPaths: return PropertyGraphPaths(stream)
        }
    }

    /// The access as the pattern makes it.
    func generate() -> Access { Access(0, bytes: 1) }

    /// The next access.
    public final func next() -> Access {
        var access = generate()
        if let writes { access.isWrite = writes.includes(position) }
        if isChain, position > 0 { access.dependence = 1 }
        position &+= 1
        return access
    }
}
