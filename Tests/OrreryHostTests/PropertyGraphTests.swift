import Testing

@testable import OrrerySimulation

/// GraphBIG's kernels: what they compute against references that share nothing with them, and the accesses on the way.
@Suite struct PropertyGraphTests {
    private func stream(_ pattern: AccessPattern, scale: Int = 8, degree: Int = 4, skip: Int = 0) -> AccessStream {
        let stream = AccessStream(
            pattern, ["scale": [scale], "degree": [degree], "skip_edges": [skip]], count: 1)
        #expect(stream.problem == nil)
        return stream
    }

    /// The accesses up to the kernel's end.
    @discardableResult
    private func complete(_ generator: PropertyGraphGenerator, times: Int = 1) -> [Access] {
        var accesses: [Access] = []
        while generator.completions < times || !generator.isBetweenSteps { accesses.append(generator.next()) }
        return accesses
    }

    private func rows(_ graph: KroneckerGraph) -> [[Int]] {
        (0..<graph.vertices).map { vertex in
            (graph.offsets[vertex]..<graph.offsets[vertex + 1]).map { Int(graph.targets[Int($0)]) }
        }
    }

    /// Lengths of the shortest ways from everywhere to everywhere by relaxing all edges until nothing changes; nil for none.
    private func distances(_ rows: [[Int]], from root: Int) -> [Int?] {
        var distances: [Int?] = rows.map { _ in nil }
        distances[root] = 0
        var changes = true
        while changes {
            changes = false
            for (vertex, row) in rows.enumerated() {
                guard let distance = distances[vertex] else { continue }
                for other in row where distances[other].map({ $0 > distance + 1 }) ?? true {
                    distances[other] = distance + 1
                    changes = true
                }
            }
        }
        return distances
    }

    // MARK: Results

    @Test func aSearchFindsTheLevels() {
        let generator = PropertyGraphSearch(stream(.objectSearch))
        for search in 1...3 {
            complete(generator, times: search)
            let expected = distances(rows(generator.graph), from: generator.root)
            #expect(generator.levels.elements.map { $0 < 0 ? nil : Int($0) } == expected)
        }
    }

    @Test func pathsHaveTheirDistances() {
        let generator = PropertyGraphPaths(stream(.objectPaths))
        for search in 1...3 {
            complete(generator, times: search)
            let expected = distances(rows(generator.graph), from: generator.root)
            #expect(generator.distances.elements.map { $0 < 0 ? nil : Int($0) } == expected)
        }
    }

    @Test func componentsAreConnected() {
        let generator = PropertyGraphComponents(stream(.objectComponents, degree: 1))
        complete(generator)
        // The least number that reaches a vertex is its component's.
        var labels = Array(0..<generator.graph.vertices)
        let rows = rows(generator.graph)
        for root in rows.indices where labels[root] == root {
            for (vertex, distance) in distances(rows, from: root).enumerated() where distance != nil {
                labels[vertex] = root
            }
        }
        #expect(generator.labels.elements.map { Int($0) } == labels)
        #expect(Set(labels).count > 10)
    }

    /// GraphBIG itself finds 1855 components in this graph.
    @Test func componentsAreAsManyAsGraphBIGFinds() {
        let generator = PropertyGraphComponents(stream(.objectComponents, scale: 13, degree: 14))
        complete(generator)
        #expect(Set(generator.labels.elements).count == 1855)
    }

    @Test func coloursFollowFromTheNumbers() {
        let generator = PropertyGraphColouring(stream(.objectColouring))
        complete(generator)
        let (rows, numbers) = (rows(generator.graph), generator.numbers.elements)
        // A vertex' colour is one more than the largest of those neighbours that go before it.
        var colours: [Int?] = rows.map { _ in nil }
        func colour(_ vertex: Int) -> Int {
            if let known = colours[vertex] { return known }
            let before = rows[vertex].filter {
                numbers[$0] > numbers[vertex] || numbers[$0] == numbers[vertex] && $0 < vertex
            }
            let result = (before.map(colour).max() ?? -1) + 1
            colours[vertex] = result
            return result
        }
        #expect(generator.colours.elements.map { Int($0) } == rows.indices.map(colour))
        for (vertex, row) in rows.enumerated() {
            for other in row where other != vertex {
                #expect(generator.colours[vertex] != generator.colours[other])
            }
        }
    }

    @Test func ranksAreThoseOfTheIteration() {
        let generator = PropertyGraphRank(stream(.objectRank))
        complete(generator, times: 3)
        let rows = rows(generator.graph)
        var ranks = rows.map { _ in 1 / Double(rows.count) }
        for _ in 0..<3 {
            var next = rows.map { _ in 0.15 / Double(rows.count) }
            for (vertex, row) in rows.enumerated() {
                for other in row { next[other] += 0.85 * ranks[vertex] / Double(row.count) }
            }
            ranks = next
        }
        for (rank, expected) in zip(generator.ranks.elements, ranks) {
            #expect(abs(Double(rank) - expected) < 1e-5 * expected)
        }
    }

    @Test func centralitiesAreTheSharesOfShortestPaths() {
        let generator = PropertyGraphBetweenness(stream(.objectBetweenness, scale: 5, degree: 2))
        complete(generator)
        let rows = rows(generator.graph)
        let distances = rows.indices.map { self.distances(rows, from: $0) }
        // Shortest paths from a vertex by its distances, nearest first; double edges are two ways.
        let paths = rows.indices.map { source -> [Int] in
            var paths = rows.map { _ in 0 }
            paths[source] = 1
            let reached = rows.indices.filter { distances[source][$0] != nil }
            for vertex in reached.sorted(by: { distances[source][$0]! < distances[source][$1]! }) {
                for other in rows[vertex] where distances[source][other] == distances[source][vertex]! + 1 {
                    paths[other] += paths[vertex]
                }
            }
            return paths
        }
        for vertex in rows.indices {
            var expected = 0.0
            for one in rows.indices where one != vertex {
                for other in rows.indices where other != one && other != vertex {
                    guard let whole = distances[one][other], let first = distances[one][vertex],
                        let second = distances[vertex][other], first + second == whole
                    else { continue }
                    expected += Double(paths[one][vertex] * paths[vertex][other]) / Double(paths[one][other]) / 2
                }
            }
            #expect(abs(generator.centralities[vertex] - expected) < 1e-9 * max(1, expected))
        }
    }

    @Test func trianglesAreWhatNeighboursShare() {
        let generator = PropertyGraphTriangles(stream(.objectTriangles, scale: 6))
        complete(generator)
        let counted = rows(generator.graph).map { row in
            Dictionary(row.map { ($0, 1) }, uniquingKeysWith: +)
        }
        var expected = counted.map { _ in 0 }
        for (vertex, row) in counted.enumerated() {
            for (other, edges) in row where other >= vertex {
                let shared = row.map { min($0.value, counted[other][$0.key] ?? 0) }.reduce(0, +) * edges
                expected[vertex] += shared
                expected[other] += shared
            }
        }
        #expect(generator.counts.elements == expected)
        #expect(expected.reduce(0, +) > 1000)
    }

    // MARK: Accesses

    private static let patterns: [AccessPattern] = [
        .objectSearch, .objectRank, .objectBetweenness, .objectComponents, .objectColouring, .objectTriangles,
        .objectPaths,
    ]

    private func generator(_ stream: AccessStream) throws -> PropertyGraphGenerator {
        try #require(AccessGenerator.make(stream) as? PropertyGraphGenerator)
    }

    /// Targets are read from edges, found by what says where the edge lies; buckets by targets, nodes by buckets, vertices by nodes.
    @Test(arguments: patterns) func addressesDependOnWhatNamesThem(pattern: AccessPattern) throws {
        let generator = try generator(stream(pattern))
        let (graph, layout) = (generator.graph, generator.layout)
        let accesses = (0..<100_000).map { _ in generator.next() }
        func source(_ index: Int) -> Access? {
            let dependence = accesses[index].dependence
            return dependence > 0 && dependence <= index ? accesses[index - dependence] : nil
        }
        var seen: Set<Int> = []
        for (index, access) in accesses.enumerated() where index > 100 {
            switch access.site {
            case PropertyGraphGenerator.Site.target:
                let edge = (access.address - layout.edges) / layout.edgeRecord
                #expect(access.address == layout.target(edge) && (0..<graph.edges).contains(edge))
                seen.insert(edge)
                // Between one edge and the next of a triangle count lie whole arrays.
                guard let source = source(index) else { continue }
                #expect([PropertyGraphGenerator.Site.first, PropertyGraphGenerator.Site.next].contains(source.site))
                if source.site == PropertyGraphGenerator.Site.next {
                    #expect(source.address == layout.edge(edge - 1))
                }
            case PropertyGraphGenerator.Site.bucket:
                let vertex = (access.address - layout.buckets) / 8
                let source = try #require(source(index))
                #expect(source.site == PropertyGraphGenerator.Site.target)
                #expect(Int(graph.targets[(source.address - layout.edges) / layout.edgeRecord]) == vertex)
            case PropertyGraphGenerator.Site.node:
                let vertex = (access.address - layout.vertices) / layout.record
                #expect(try #require(source(index)).address == layout.bucket(vertex))
                #expect(access.address == layout.node(vertex))
            case PropertyGraphGenerator.Site.property:
                let vertex = (access.address - layout.vertices) / layout.record
                #expect(try #require(source(index)).address == layout.node(vertex))
            default: break
            }
        }
        // A triangle count merges two arrays for an edge.
        #expect(seen.count > (pattern == .objectTriangles ? 100 : graph.edges / 3))
    }

    @Test(arguments: patterns) func aStreamIsItsSeeds(pattern: AccessPattern) throws {
        func addresses(_ seed: Int) throws -> [Access] {
            let generator = try generator(
                AccessStream(pattern, ["scale": [7], "degree": [4], "seed": [seed]], count: 1))
            return (0..<20_000).map { _ in generator.next() }
        }
        let first = try addresses(1)
        #expect(try addresses(1) == first)
        #expect(try addresses(2) != first)
    }

    /// A stream that begins later is the same from there on.
    @Test(arguments: patterns) func skippedEdgesAreTheStreamsFirst(pattern: AccessPattern) throws {
        let (whole, rest) = (try generator(stream(pattern)), try generator(stream(pattern, skip: 300)))
        #expect(rest.edgesVisited == 300)
        func shape(_ access: Access) -> [Int] { [access.address, access.site, access.isWrite ? 1 : 0] }
        let tail = (0..<500).map { _ in shape(rest.next()) }
        var head: [[Int]] = []
        while whole.edgesVisited < 300 { head.append(shape(whole.next())) }
        // What is left of the step that walked over the last edge.
        let following = (0..<800).map { _ in shape(whole.next()) }
        #expect((0..<256).contains { Array(following[$0..<$0 + 500]) == tail })
    }

    /// A search tests as many vertices as it walks over edges, and finds as many white ones as it reaches.
    @Test func branchesTellWhatWasFound() {
        let generator = PropertyGraphSearch(stream(.objectSearch))
        let accesses = complete(generator)
        let reached = generator.levels.elements.count { $0 >= 0 }
        let tests = accesses.filter { $0.site == PropertyGraphGenerator.Site.property }
        #expect(tests.count { $0.branch == true } == reached - 1)
        #expect(tests.count == accesses.count { $0.site == PropertyGraphGenerator.Site.next })
        let ends = accesses.filter { $0.site == PropertyGraphGenerator.Site.next && $0.branch == false }
        #expect(ends.count == reached)
    }

    /// As instructions, a test is a branch that waits for what is loaded, and goes where it goes.
    @Test func testsAreBranchesOfTheirLoads() throws {
        var search = stream(.objectSearch)
        search.work = [0]
        let instructions = try InstructionGenerator.make(search)
        let generator = try generator(search)
        var checked = 0
        for _ in 0..<20 {
            let count = instructions.refill()
            var index = 0
            while index < count {
                let access = generator.next()
                let load = instructions.chunk[index]
                index += 1
                guard let branch = access.branch else { continue }
                let test = instructions.chunk[index]
                index += 1
                #expect(test.isBranch && test.isTaken == branch && test.sources[1] == load.destinations[0])
                checked += 1
            }
        }
        #expect(checked > 1000)
    }

    /// The instructions of a whole run against those that callgrind counted in GraphBIG's own program (GCC 12, -O3) on the same graph. What
    /// is told apart here is the code, not the compiler: a tenth.
    @Test(arguments: [
        (AccessPattern.objectSearch, 5_844_779), (.objectComponents, 5_568_589), (.objectPaths, 10_078_974),
        (.objectTriangles, 1_302_250_085),
    ])
    func instructionsAreAsManyAsGraphBIGs(pattern: AccessPattern, counted: Int) throws {
        let generator = try generator(stream(pattern, scale: 13, degree: 14))
        var instructions = 0
        while generator.completions == 0 {
            let access = generator.next()
            instructions += 1 + pattern.work[access.site] + (access.branch == nil ? 0 : 1)
        }
        let ratio = Double(instructions) / Double(counted)
        #expect(abs(ratio - 1) < 0.1, "\(pattern.rawValue): \(ratio)")
    }

    @Test func smallRecordsAreRefused() {
        for (name, value) in [("vertex", 359), ("edge", 143)] {
            let stream = AccessStream(
                .objectSearch, ["scale": [6], name: [value]], count: 1)
            #expect(stream.problem == "graphbig-bfs: \(name) is less than the \(value + 1) bytes that are read")
        }
    }
}
