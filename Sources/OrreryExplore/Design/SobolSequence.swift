/// The Sobol sequence in Gray-code order (Antonov and Saleev 1979), with the primitive polynomials and initial direction numbers
/// of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008, set new-joe-kuo-6).
struct SobolSequence {
    /// Degree, coefficients and initial direction numbers of each dimension from the second on.
    private static let parameters: [(degree: Int, coefficients: UInt32, numbers: [UInt32])] = [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
        (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]),
        (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]), (5, 14, [1, 3, 5, 5, 31]),
        (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]), (6, 16, [1, 3, 1, 13, 27, 49]),
        (6, 19, [1, 1, 1, 15, 7, 5]), (6, 22, [1, 3, 1, 15, 13, 25]), (6, 25, [1, 1, 5, 5, 19, 61]),
        (7, 1, [1, 3, 7, 11, 23, 15, 103]), (7, 4, [1, 3, 7, 13, 13, 15, 69]),
    ]
    /// Dimensions that a sequence may have.
    static let mostDimensions = parameters.count + 1

    private static let bits = 32
    private let directions: [[UInt32]]
    private var point: [UInt32]
    private var index: UInt32 = 0

    init(dimensions: Int) {
        directions = (0..<dimensions).map(Self.directions)
        point = Array(repeating: 0, count: dimensions)
    }

    private static func directions(_ dimension: Int) -> [UInt32] {
        guard dimension > 0 else { return (0..<bits).map { 1 << UInt32(bits - 1 - $0) } }
        let (degree, coefficients, numbers) = parameters[dimension - 1]
        var result = numbers.enumerated().map { $1 << UInt32(bits - 1 - $0) }
        for index in degree..<bits {
            var value = result[index - degree] ^ (result[index - degree] >> UInt32(degree))
            for step in 1..<max(1, degree) where (coefficients >> UInt32(degree - 1 - step)) & 1 == 1 {
                value ^= result[index - step]
            }
            result.append(value)
        }
        return result
    }

    /// The next point, each coordinate as a fraction of 2^32.
    mutating func next() -> [UInt32] {
        defer {
            let lowestZero = (~index).trailingZeroBitCount
            for dimension in point.indices where lowestZero < Self.bits {
                point[dimension] ^= directions[dimension][lowestZero]
            }
            index &+= 1
        }
        return point
    }
}
