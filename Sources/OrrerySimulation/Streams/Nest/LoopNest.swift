import OrreryText

/// A nest of loops whose body loads elements of tensors, computes with them and stores what comes out, as data: an Einsum as a core
/// runs it.
///
/// Addresses are affine in the loop indices, to which elements of other tensors may be added (a gather). What an operand's address does
/// not depend on leaves it in its register: an element is loaded where the innermost loop that its address depends on begins an
/// iteration. The innermost loop may be unrolled over registers, whose neighbouring elements then lie in vector registers.
public struct LoopNest: Hashable, Sendable {
    /// One loop; the list of a nest goes from the outermost to the innermost.
    public struct Loop: Hashable, Sendable {
        public var name: String
        public var trips: Int
        /// What the body computes is folded over it.
        public var isReduced: Bool

        public init(_ name: String, trips: Int, isReduced: Bool = false) {
            self.name = name
            self.trips = trips
            self.isReduced = isReduced
        }
    }

    /// A number in mixed radix over loop indices that stays below a limit: only the points that it admits exist.
    public struct Bound: Hashable, Sendable {
        /// For each loop; 0 for those that are no digit of the number.
        public var coefficients: [Int]
        public var limit: Int

        public init(_ coefficients: [Int], below limit: Int) {
            self.coefficients = coefficients
            self.limit = limit
        }
    }

    /// Number of an element within its tensor.
    public struct Index: Hashable, Sendable {
        /// `coefficient` times the element that a load has brought.
        public struct Lookup: Hashable, Sendable {
            public var load: Int
            public var coefficient: Int

            public init(_ load: Int, coefficient: Int = 1) {
                self.load = load
                self.coefficient = coefficient
            }
        }

        public var constant: Int
        /// For each loop.
        public var coefficients: [Int]
        public var lookups: [Lookup]

        public init(_ coefficients: [Int], plus constant: Int = 0, lookups: [Lookup] = []) {
            self.coefficients = coefficients
            self.constant = constant
            self.lookups = lookups
        }
    }

    /// An element that is loaded or stored.
    public struct Operand: Hashable, Sendable {
        public var tensor: String
        /// Address of the tensor's first element.
        public var start: Int
        public var elementBytes: Int
        public var index: Index
        /// The tensor's elements, where an index is made of them.
        public var values: GeneratedValues?

        public init(_ tensor: String, at start: Int, elementBytes: Int, _ index: Index, values: GeneratedValues? = nil)
        {
            self.tensor = tensor
            self.start = start
            self.elementBytes = elementBytes
            self.index = index
            self.values = values
        }
    }

    /// What an instruction takes.
    public enum Source: Hashable, Sendable {
        case load(Int)
        case step(Int)
        /// What has been folded so far; nothing at the beginning.
        case sum
    }

    /// An arithmetic instruction of the body.
    public struct Step: Hashable, Sendable {
        public var operation: ScalarOperation
        public var sources: [Source]
        /// So many, each of which takes what the one before leaves.
        public var count: Int

        public init(_ operation: ScalarOperation, _ sources: [Source], count: Int = 1) {
            self.operation = operation
            self.sources = sources
            self.count = count
        }
    }

    /// Outermost first, each of 2 trips or more.
    public var loops: [Loop]
    /// So many of the outermost loops are run by the program around the command, whose addresses are their indices.
    public var fixed: Int
    /// The innermost loop is laid over registers.
    public var isUnrolled: Bool
    /// Elements in a vector register; 1 without vectors.
    public var width: Int
    /// No two share a loop.
    public var bounds: [Bound]
    /// In the order in which they are loaded: a lookup before who uses it.
    public var loads: [Operand]
    /// In order. The last one takes `sum` where the body is folded, and leaves it.
    public var steps: [Step]
    /// What is stored; nil for a constant.
    public var stored: Source?
    public var result: Operand

    public init(
        loops: [Loop], fixed: Int = 0, isUnrolled: Bool = false, width: Int = 1, bounds: [Bound] = [], loads: [Operand],
        steps: [Step] = [], stored: Source?, result: Operand
    ) {
        self.loops = loops
        self.fixed = fixed
        self.isUnrolled = isUnrolled
        self.width = width
        self.bounds = bounds
        self.loads = loads
        self.steps = steps
        self.stored = stored
        self.result = result
    }

    /// Lanes of a loop that is unrolled at most.
    public static let mostLanes = 1024
    /// Arithmetic instructions of a step at most.
    public static let mostCount = 4096
    public static let mostLoops = 32
    /// Loads that one instruction makes at most.
    static let loadsOfInstruction = 4
}

/// An elementary operation of an instruction, by the name that it is counted under. A subtraction is an addition.
public enum ScalarOperation: String, CaseIterable, Hashable, Sendable {
    case multiplyAccumulate = "multiply-accumulate"
    case multiply, add, max, min, exp, divide
    case squareRoot = "square-root"
    case sigmoid, log, reciprocal, tanh
}
