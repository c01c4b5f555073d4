import Foundation

/// An elementary operation on scalars, the unit in which work is counted.
public enum Operation: Hashable, Sendable {
    /// `accumulator + a * b`: a multiplication whose product is summed at once.
    case multiplyAccumulate
    case multiply
    case add
    case subtract
    case divide
    case max
    case min
    case exp
    case log
    case sqrt
    case reciprocal
    case sigmoid
    case tanh
    /// An operation that the workload defines under `operations:`.
    case user(String)

    /// The name in files, results and statements.
    public var name: String {
        switch self {
        case .multiplyAccumulate: "mac"
        case .multiply: "multiply"
        case .add: "add"
        case .subtract: "subtract"
        case .divide: "divide"
        case .max: "max"
        case .min: "min"
        case .exp: "exp"
        case .log: "log"
        case .sqrt: "sqrt"
        case .reciprocal: "reciprocal"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .user(let name): name
        }
    }

    /// The built-in operations, in the order in which results list them.
    public static let builtIn: [Operation] = [
        .multiplyAccumulate, .multiply, .add, .subtract, .divide, .max, .min, .exp, .log, .sqrt, .reciprocal,
        .sigmoid, .tanh,
    ]

    /// The built-in operation with a given name, or nil.
    public init?(builtIn name: String) {
        guard let known = Self.builtIn.first(where: { $0.name == name }) else { return nil }
        self = known
    }

    /// Operations that statements call by name: `exp(x)`, `max(a, b)`.
    static let callable: [Operation] = [.exp, .log, .sqrt, .reciprocal, .sigmoid, .tanh, .max, .min]

    /// Number of operands; nil for user-defined operations, whose definition says.
    var arity: Int? {
        switch self {
        case .multiplyAccumulate: 3
        case .multiply, .add, .subtract, .divide, .max, .min: 2
        case .exp, .log, .sqrt, .reciprocal, .sigmoid, .tanh: 1
        case .user: nil
        }
    }

    /// Floating-point operations in the usual accounting: a multiply-accumulate is two, any other is one.
    public var flops: Int { self == .multiplyAccumulate ? 2 : 1 }

    /// The value on real numbers; nil for user-defined operations and for a wrong number of operands.
    func value(of x: [Double]) -> Double? {
        guard x.count == arity else { return nil }
        switch self {
        case .multiplyAccumulate: return x[0] + x[1] * x[2]
        case .multiply: return x[0] * x[1]
        case .add: return x[0] + x[1]
        case .subtract: return x[0] - x[1]
        case .divide: return x[0] / x[1]
        case .max: return Swift.max(x[0], x[1])
        case .min: return Swift.min(x[0], x[1])
        case .exp: return Foundation.exp(x[0])
        case .log: return Foundation.log(x[0])
        case .sqrt: return x[0].squareRoot()
        case .reciprocal: return 1 / x[0]
        case .sigmoid: return 1 / (1 + Foundation.exp(-x[0]))
        case .tanh: return Foundation.tanh(x[0])
        case .user: return nil
        }
    }
}

/// How an Einsum folds the points that share one output element.
public enum ReductionOperator: String, Hashable, Sendable, CaseIterable {
    case sum
    case max
    case min
    case product

    /// The operation done once for every point folded in.
    public var operation: Operation {
        switch self {
        case .sum: .add
        case .max: .max
        case .min: .min
        case .product: .multiply
        }
    }

    /// The value of an empty reduction.
    public var identity: Double {
        switch self {
        case .sum: 0
        case .max: -.infinity
        case .min: .infinity
        case .product: 1
        }
    }

    func combine(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .sum: left + right
        case .max: Swift.max(left, right)
        case .min: Swift.min(left, right)
        case .product: left * right
        }
    }
}
