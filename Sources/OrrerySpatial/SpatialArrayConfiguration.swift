import OrrerySimulation

extension SpatialArray {
    /// How operands reach the processing elements.
    public enum Delivery: String, CaseIterable, Hashable, Sendable {
        /// From neighbour to neighbour, one element a cycle: wavefronts are skewed.
        case systolic
        /// On row and column buses, to all elements of a row or column in the same cycle: no skew.
        case broadcast
    }

    /// What one fold leaves to the next.
    public enum FoldOverlap: String, CaseIterable, Hashable, Sendable {
        /// A fold fills the array and leaves it fully before the next begins.
        case none
        /// The next fold's first wavefront follows the last one directly.
        case stream
    }

    /// Which part of the array a fold that doesn't fill it uses.
    public enum EdgeFold: String, CaseIterable, Hashable, Sendable {
        /// Wavefronts, preload and shifting out go through all rows and columns.
        case fullArray = "full_array"
        /// They go through the rows and columns that hold elements.
        case usedPart = "used_part"
    }

    /// How results that are held in the elements leave.
    public enum OutputDrain: String, CaseIterable, Hashable, Sendable {
        /// Over a path of their own, in the background, by the unit `drain`.
        case separate
        /// They shift out through the array, which is occupied meanwhile.
        case inFold = "in_fold"
    }

    /// How a stationary operand comes into the elements.
    public enum StationaryLoad: String, CaseIterable, Hashable, Sendable {
        /// It shifts in through the array, row by row, before the fold's stream.
        case inFold = "in_fold"
        /// Into a second set of registers in the background, by the unit `loader`.
        case background
    }

    public enum Mode: String, CaseIterable, Hashable, Sendable {
        /// Phases and wavefronts.
        case fast
        /// Every processing element in every cycle.
        case pe
        /// A command takes one cycle: an array that never limits.
        case instant
    }

    public struct Configuration: Hashable, Sendable {
        public var rows: Int
        public var columns: Int
        public var delivery: Delivery
        public var foldOverlap: FoldOverlap
        public var edgeFold: EdgeFold
        /// Registers on the way of operands and results besides those of the elements; each adds a cycle to every fold.
        public var pipelineRegisters: Int
        public var outputDrain: OutputDrain
        public var stationaryLoad: StationaryLoad
        public var operations: OperationTable
        /// Cycles that a reduction over rows takes besides the elements' own, by the reducing operation's name. A broadcast array
        /// has a network for those that are named and for no others.
        public var reductions: [String: Int]
        public var mode: Mode

        public init(
            rows: Int, columns: Int, delivery: Delivery, foldOverlap: FoldOverlap, edgeFold: EdgeFold,
            pipelineRegisters: Int, outputDrain: OutputDrain, stationaryLoad: StationaryLoad,
            operations: OperationTable, reductions: [String: Int] = [:], mode: Mode = .fast
        ) {
            self.rows = rows
            self.columns = columns
            self.delivery = delivery
            self.foldOverlap = foldOverlap
            self.edgeFold = edgeFold
            self.pipelineRegisters = pipelineRegisters
            self.outputDrain = outputDrain
            self.stationaryLoad = stationaryLoad
            self.operations = operations
            self.reductions = reductions
            self.mode = mode
        }

        /// Cycles beyond the elements' own until a reduction over rows leaves the array.
        func reductionLatency(_ kind: OperationKind) throws(GenerationError) -> Int {
            if let latency = reductions[kind.description] { return latency }
            if delivery == .systolic { return 0 }
            let known = reductions.keys.sorted().joined(separator: ", ")
            throw GenerationError(
                "has no network that reduces columns by \(kind); it has \(known.isEmpty ? "none" : known)")
        }
    }
}
