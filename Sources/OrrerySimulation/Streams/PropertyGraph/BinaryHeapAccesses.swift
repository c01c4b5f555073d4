/// The accesses of a priority queue of pairs (vertex, key; 16 bytes) with the least key on top, as libstdc++'s `std::priority_queue` makes
/// them: the hole that the top leaves goes down to a leaf, along the smaller child, and what was last goes up from there.
final class BinaryHeapAccesses {
    private enum Place { static let top = 0, end = 1, child = 2, move = 3, parent = 4, lower = 5, settle = 6 }

    /// Instructions behind the access of each site.
    static let work = [3, 4, 4, 2, 4, 2, 2]

    private let firstSite: Int
    private let vertices: FixedArray<Int32>
    private let keys: FixedArray<Int32>
    private(set) var count = 0

    /// - Parameter capacity: how many there can be.
    init(firstSite: Int, capacity: Int) {
        self.firstSite = firstSite
        vertices = FixedArray(repeating: 0, count: capacity)
        keys = FixedArray(repeating: 0, count: capacity)
    }

    /// Adds a vertex. - Parameter base: first byte of the queue.
    func push(_ vertex: Int, key: Int32, to base: Int, _ kernel: PropertyGraphGenerator) {
        count &+= 1
        rise(from: count &- 1, Int32(truncatingIfNeeded: vertex), key, base, kernel)
    }

    /// Takes the vertex with the least key. - Returns: it, and the access that read it.
    func pop(from base: Int, _ kernel: PropertyGraphGenerator) -> (vertex: Int, access: Int) {
        let (result, top) = (Int(vertices[0]), kernel.load(firstSite &+ Place.top, base))
        count &-= 1
        if count == 0 { return (result, top) }
        let (vertex, key) = (vertices[count], keys[count])
        kernel.load(firstSite &+ Place.end, base &+ 16 &* count, bytes: 16)
        var hole = 0
        while 2 &* hole &+ 1 < count {
            var child = 2 &* hole &+ 2
            if child < count {
                let isLeft = keys[child] > keys[child &- 1]
                kernel.load(firstSite &+ Place.child, base &+ 16 &* child &+ 8, branch: isLeft)
                if isLeft { child &-= 1 }
            } else {
                child &-= 1
            }
            kernel.load(firstSite &+ Place.move, base &+ 16 &* child, bytes: 16)
            kernel.store(firstSite &+ Place.lower, base &+ 16 &* hole, bytes: 16)
            (vertices[hole], keys[hole]) = (vertices[child], keys[child])
            hole = child
        }
        rise(from: hole, vertex, key, base, kernel)
        return (result, top)
    }

    /// What belongs in the hole goes up as far as its key is less than that above.
    private func rise(
        from start: Int, _ vertex: Int32, _ key: Int32, _ base: Int, _ kernel: PropertyGraphGenerator
    ) {
        var hole = start
        while hole > 0 {
            let parent = (hole &- 1) / 2
            let isAbove = keys[parent] > key
            kernel.load(firstSite &+ Place.parent, base &+ 16 &* parent, bytes: 16, branch: isAbove)
            if !isAbove { break }
            kernel.store(firstSite &+ Place.lower, base &+ 16 &* hole, bytes: 16)
            (vertices[hole], keys[hole]) = (vertices[parent], keys[parent])
            hole = parent
        }
        (vertices[hole], keys[hole]) = (vertex, key)
        kernel.store(firstSite &+ Place.settle, base &+ 16 &* hole, bytes: 16)
    }
}
