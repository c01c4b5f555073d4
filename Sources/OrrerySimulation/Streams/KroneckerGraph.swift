import OrreryText

import Synchronization

/// An undirected R-MAT (Kronecker) graph in compressed rows: what graph kernels walk.
///
/// 2^scale vertices and `degree` edges for each, drawn with the probabilities 0.57, 0.19, 0.19 and 0.05 of Graph500; every edge lies
/// in the rows of both its ends, multiple edges and loops are kept, and vertices are renumbered so that a number says nothing
/// about a degree.
///
/// Source: Chakrabarti, Zhan, Faloutsos, "R-MAT", SDM 2004; parameters of the Graph500 specification.
final class KroneckerGraph: Sendable {
    let vertices: Int
    /// First edge of each vertex, and the number of all edges behind the last.
    let offsets: [Int32]
    /// Other end of each edge.
    let targets: [Int32]

    init(scale: Int, degree: Int, seed: Int) {
        vertices = 1 << scale
        let count = vertices * degree
        var random = StreamRandom(seed: seed)
        let ends = FixedArray<(Int32, Int32)>(repeating: (0, 0), count: count)
        let offsets = FixedArray<Int32>(repeating: 0, count: vertices + 1)
        let targets = FixedArray<Int32>(repeating: 0, count: 2 * count)
        let mask = UInt64(vertices - 1)
        func renumbered(_ vertex: UInt64) -> Int {
            // An odd factor and a shifted XOR are both invertible.
            let product = (vertex &* 0x9E37_79B1) & mask
            return Int((product ^ (product >> UInt64((scale + 1) / 2))) & mask)
        }
        for edge in 0..<count {
            var (from, to) = (UInt64(0), UInt64(0))
            var draw: UInt64 = 0
            for level in 0..<scale {
                if level % 4 == 0 { draw = random.next() }
                // 0.57, 0.76 and 0.95 of 2^16.
                let part = draw & 0xFFFF
                draw >>= 16
                from = from << 1 | (part >= 49807 ? 1 : 0)
                to = to << 1 | (part >= 37356 && part < 49807 || part >= 62259 ? 1 : 0)
            }
            let (a, b) = (renumbered(from), renumbered(to))
            ends[edge] = (Int32(a), Int32(b))
            offsets[a + 1] += 1
            offsets[b + 1] += 1
        }
        for vertex in 0..<vertices { offsets[vertex + 1] += offsets[vertex] }
        let filled = FixedArray<Int32>(repeating: 0, count: vertices)
        for edge in 0..<count {
            let (a, b) = ends[edge]
            for (one, other) in [(a, b), (b, a)] {
                let vertex = Int(one)
                targets[Int(offsets[vertex] + filled[vertex])] = other
                filled[vertex] += 1
            }
        }
        (self.offsets, self.targets) = (offsets.elements, targets.elements)
    }

    var edges: Int { targets.count }

    // MARK: Sharing

    private struct Key: Hashable {
        var scale, degree, seed: Int
    }

    /// The graph that was asked for last: the points of a study ask for the same one again and again, and it takes seconds to build.
    private static let latest = Mutex<(key: Key, graph: KroneckerGraph)?>(nil)

    /// The graph of these parameters, built only where the last one that was asked for is another.
    static func shared(scale: Int, degree: Int, seed: Int) -> KroneckerGraph {
        let key = Key(scale: scale, degree: degree, seed: seed)
        return latest.withLock { latest in
            if let latest, latest.key == key { return latest.graph }
            let graph = KroneckerGraph(scale: scale, degree: degree, seed: seed)
            latest = (key, graph)
            return graph
        }
    }

    /// The other ends of all edges, to be reordered.
    func targetsCopy() -> FixedArray<Int32> { FixedArray(targets) }
}

extension FixedArray<Int32> {
    /// Sorts a part of it.
    func sort(_ range: Range<Int>) {
        for (place, value) in zip(range, range.map { self[$0] }.sorted()) { self[place] = value }
    }
}
