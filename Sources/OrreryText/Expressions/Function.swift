import Glibc

/// The functions of expressions.
enum Function: String, CaseIterable, Sendable {
    case ceil, floor, min, max, log2
    case largestDivisor = "largest_divisor"
    case nextPower = "next_pow2"
    case select

    var signature: String {
        switch self {
        case .ceil: "ceil(x)"
        case .floor: "floor(x)"
        case .min: "min(x, …)"
        case .max: "max(x, …)"
        case .log2: "log2(x)"
        case .largestDivisor: "largest_divisor(n, limit)"
        case .nextPower: "next_pow2(n)"
        case .select: "select(condition, a, b)"
        }
    }

    var argumentCounts: ClosedRange<Int> {
        switch self {
        case .ceil, .floor, .log2, .nextPower: 1...1
        case .min, .max: 1...Int.max
        case .largestDivisor: 2...2
        case .select: 3...3
        }
    }

    /// The value for arguments whose number is right. Throws without a place, which the caller knows.
    func apply(_ arguments: ArraySlice<Quantity>) throws(ExpressionError) -> Quantity {
        guard let first = arguments.first, let last = arguments.last else { throw tooLarge }
        switch self {
        case .ceil: return try rounded(first, first.value.ceiling)
        case .floor: return try rounded(first, first.value.floor)
        case .min, .max:
            var best = first
            for next in arguments.dropFirst() {
                try requireSameDimension(best, next, in: rawValue)
                if self == .min ? next.value < best.value : next.value > best.value { best = next }
            }
            return best
        case .log2: return try binaryLogarithm(first)
        case .nextPower:
            let value = try wholeNumber(first)
            guard let power = Rational(Self.powerOfTwo(notBelow: value), 1) else { throw tooLarge }
            return Quantity(power, first.dimension)
        case .largestDivisor:
            try requireSameDimension(first, last, in: rawValue)
            return try largestDivisor(of: first, notAbove: last)
        case .select: throw ExpressionError("select takes a condition")
        }
    }

    private var tooLarge: ExpressionError { ExpressionError("the result of \(rawValue) is too large") }

    private func rounded(_ argument: Quantity, _ value: Int128) throws(ExpressionError) -> Quantity {
        guard argument.dimension.isCounted else {
            throw ExpressionError(
                "\(rawValue) of \(argument.dimension.name) has no meaning",
                hint: "divide by a unit first, as in x / 1 ns")
        }
        guard let value = Rational(value, 1) else { throw tooLarge }
        return Quantity(value, argument.dimension)
    }

    /// Exact for powers of two; else the nearest multiple of 2^-40.
    private func binaryLogarithm(_ argument: Quantity) throws(ExpressionError) -> Quantity {
        guard argument.dimension.isDimensionless, argument.value > .zero else {
            throw ExpressionError("log2 takes a positive plain number, not \(argument)")
        }
        let (top, bottom) = (argument.value.numerator, argument.value.denominator)
        if top.nonzeroBitCount == 1, bottom.nonzeroBitCount == 1 {
            return Quantity(top.trailingZeroBitCount - bottom.trailingZeroBitCount)
        }
        let logarithm = Glibc.log2(Double(top)) - Glibc.log2(Double(bottom))
        let scaled = Int128((logarithm * 0x1p40).rounded())
        guard let value = Rational(scaled, 1 << 40) else { throw tooLarge }
        return Quantity(value)
    }

    private func wholeNumber(_ argument: Quantity) throws(ExpressionError) -> Int128 {
        guard argument.dimension.isCounted, argument.value.isWhole, argument.value >= .one else {
            throw ExpressionError("\(rawValue) takes a whole number from 1, not \(argument)")
        }
        guard argument.value.numerator <= Self.largestWhole else { throw tooLarge }
        return argument.value.numerator
    }

    private static let largestWhole = Int128(1) << 100

    private static func powerOfTwo(notBelow value: Int128) -> Int128 {
        var power: Int128 = 1
        while power < value { power <<= 1 }
        return power
    }

    private func largestDivisor(of argument: Quantity, notAbove limit: Quantity) throws(ExpressionError) -> Quantity {
        let number = try wholeNumber(argument)
        let bound = limit.value.floor
        guard bound >= 1 else {
            throw ExpressionError("largest_divisor finds no divisor of \(argument) up to \(limit)")
        }
        if bound >= number { return argument }
        // Trial division goes up to the root; more would keep a user waiting.
        guard number <= Self.largestFactored, let small = Int(exactly: number), let top = Int(exactly: bound) else {
            throw ExpressionError("largest_divisor takes numbers up to 2^44, not \(argument)")
        }
        var best = 1
        var factor = 1
        while factor * factor <= small {
            if small % factor == 0 {
                if factor <= top { best = Swift.max(best, factor) }
                if small / factor <= top { best = Swift.max(best, small / factor) }
            }
            factor += 1
        }
        return Quantity(best, argument.dimension)
    }

    private static let largestFactored = Int128(1) << 44
}

func requireSameDimension(_ a: Quantity, _ b: Quantity, in user: String) throws(ExpressionError) {
    guard a.dimension != b.dimension else { return }
    throw ExpressionError("\(user) takes values of one kind, not \(a.dimension.name) and \(b.dimension.name)")
}
