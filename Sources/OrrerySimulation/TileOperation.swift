/// An elementary operation on numbers.
public enum OperationKind: Hashable, Sendable, CustomStringConvertible {
    case multiplyAccumulate, multiply, add, subtract, max, min, exp, divide, squareRoot, sigmoid, copy
    /// An operation that the workload defines; a machine that runs it names its cost.
    case user(String)

    /// The name in machine files and results, such as `multiply-accumulate`.
    public var description: String {
        switch self {
        case .multiplyAccumulate: "multiply-accumulate"
        case .multiply: "multiply"
        case .add: "add"
        case .subtract: "subtract"
        case .max: "max"
        case .min: "min"
        case .exp: "exp"
        case .divide: "divide"
        case .squareRoot: "square-root"
        case .sigmoid: "sigmoid"
        case .copy: "copy"
        case .user(let name): name
        }
    }
}

/// A piece of an operator small enough for one command: what lowering hands to an engine class's code generator.
///
/// The iteration space of the tile is `rows × columns × steps`: `rows` and `columns` are laid out in space (a vector unit has
/// only `columns`, its lanes), `steps` follow each other in time.
public struct TileOperation: Hashable, Sendable {
    /// Elementary operations at each point, in order: `[subtract, exp]`.
    public var chain: [OperationKind]
    /// The operator that reduces over space or time; nil for an elementwise operation. Where it is folded into the chain (a
    /// multiply-accumulate over time) it is nil too.
    public var reduction: OperationKind?
    /// The reduction runs over the rows (through the array's columns), not only over steps.
    public var reducesRows: Bool
    public var rows: Int
    public var columns: Int
    public var steps: Int
    public var operands: [Operand]
    public var result: Operand

    public init(
        chain: [OperationKind], reduction: OperationKind? = nil, reducesRows: Bool = false, rows: Int, columns: Int,
        steps: Int, operands: [Operand], result: Operand
    ) {
        self.chain = chain
        self.reduction = reduction
        self.reducesRows = reducesRows
        self.rows = rows
        self.columns = columns
        self.steps = steps
        self.operands = operands
        self.result = result
    }

    /// An operand or result of a tile: which axes of the tile it spans, and where it lies.
    public struct Operand: Hashable, Sendable {
        public var tensor: String
        public var elementBytes: Int
        public var spansRows: Bool
        public var spansColumns: Bool
        /// Distinct values along time; 1 where it does not change with the steps.
        public var steps: Int
        /// Index of the engine's port to the memory it lies in; nil where it stays in the unit's registers or comes from, or goes
        /// to, another unit directly.
        public var port: Int?
        /// Index into the command's addresses; only with a port.
        public var address: Int

        public init(
            tensor: String, elementBytes: Int, spansRows: Bool, spansColumns: Bool, steps: Int, port: Int?,
            address: Int = -1
        ) {
            self.tensor = tensor
            self.elementBytes = elementBytes
            self.spansRows = spansRows
            self.spansColumns = spansColumns
            self.steps = steps
            self.port = port
            self.address = address
        }
    }
}
