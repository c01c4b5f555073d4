/// The volume that a set of points dominates within a box: what a front is worth as one number (Zitzler and Thiele, 1998).
public enum Hypervolume {
    /// Volume of all that lies between at least one of `points` and `reference`, everything being minimised; exact.
    ///
    /// Points are sliced along the last coordinate, from the worst to the best: each adds its depth times the part of the
    /// space below that only it dominates, which is a volume of one dimension less (While, Bradstreet and Barone, IEEE TEVC 16,
    /// 2012). Points that are not better than the reference in every coordinate add nothing.
    ///
    /// - Complexity: n log n for two coordinates, n² log n for three, exponential in their number at worst.
    public static func volume(of points: [[Double]], reference: [Double]) -> Double {
        if reference.isEmpty { return 0 }
        let inside = points.filter { point in zip(point, reference).allSatisfy { $0 < $1 } }
        return volume(front(inside), reference[...])
    }

    private static func front(_ points: [[Double]]) -> [[Double]] {
        let rows = ParetoFront.indices(of: points).map { points[$0] }
        return Array(Set(rows))
    }

    /// - Parameter points: none of them dominates another or equals it.
    private static func volume(_ points: [[Double]], _ reference: ArraySlice<Double>) -> Double {
        guard let last = reference.last, !points.isEmpty else { return 0 }
        if reference.count == 1 { return last - (points.map { $0[0] }.min() ?? last) }
        if reference.count == 2 { return area(points, reference) }
        let sorted = points.sorted { a, b in
            for (x, y) in zip(a.reversed(), b.reversed()) where x != y { return x > y }
            return false
        }
        let below = reference.dropLast()
        var sum = 0.0
        for (index, point) in sorted.enumerated() {
            let base = Array(point.dropLast())
            // What later points, all of them better in the last coordinate, share with this one.
            let shared = sorted[(index + 1)...].map { other in zip(base, other).map { max($0, $1) } }
            let whole = zip(base, below).reduce(1) { $0 * ($1.1 - $1.0) }
            sum += (last - point[point.count - 1]) * (whole - volume(front(shared), below))
        }
        return sum
    }

    private static func area(_ points: [[Double]], _ reference: ArraySlice<Double>) -> Double {
        var height = reference[reference.startIndex + 1]
        var sum = 0.0
        for point in points.sorted(by: { $0[0] < $1[0] }) {
            sum += (reference[reference.startIndex] - point[0]) * (height - point[1])
            height = point[1]
        }
        return sum
    }
}
