/// How points are picked from axes instead of taking every combination: `sample: {method: sobol, points: 64, seed: 7}`.
public struct Sample: Sendable {
    public enum Method: String, Hashable, Sendable, CaseIterable {
        /// Independent uniform picks.
        case random
        /// Each axis is cut into as many equal parts as there are points, and each part is picked once.
        case latinHypercube = "latin-hypercube"
        /// A Sobol sequence with the direction numbers of Joe and Kuo (2008), shifted by a random digital shift.
        case sobol
    }

    public var method: Method
    /// Number of picks; points that are picked twice are one.
    public var count: Int
    /// The same seed gives the same points.
    public var seed: Int
    /// Places of the sampled axes in the study.
    public var axes: [Int]
    /// For each pick the index of a value on each of `axes`.
    public var picks: [[Int]]

    /// Numbers in 0 ..< 1 for each pick and dimension.
    static func fractions(_ method: Method, count: Int, dimensions: Int, seed: Int) -> [[Double]] {
        var random = SplitMix(seed: UInt64(bitPattern: Int64(seed)))
        switch method {
        case .random:
            return (0..<count).map { _ in (0..<dimensions).map { _ in random.fraction() } }
        case .latinHypercube:
            let columns = (0..<dimensions).map { _ in random.permutation(count) }
            return (0..<count).map { row in
                columns.map { (Double($0[row]) + random.fraction()) / Double(count) }
            }
        case .sobol:
            var sequence = SobolSequence(dimensions: dimensions)
            let shifts = (0..<dimensions).map { _ in UInt32(truncatingIfNeeded: random.next() >> 32) }
            return (0..<count).map { _ in
                zip(sequence.next(), shifts).map { Double($0 ^ $1) / 4_294_967_296 }
            }
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// 53 random bits as a number in 0 ..< 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The numbers 0 ..< count in a random order.
    mutating func permutation(_ count: Int) -> [Int] { Array(0..<count).shuffled(using: &self) }
}
