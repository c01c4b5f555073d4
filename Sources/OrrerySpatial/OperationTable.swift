import OrrerySimulation

/// What one elementary operation costs a processing element or a lane.
public struct OperationCost: Hashable, Sendable {
    /// Issue slots: cycles until the same element can begin its next operation.
    public var slots: Int
    /// Cycles from the first slot to the result; at least `slots`, more where the operation runs through a deeper pipeline.
    public var latency: Int
    /// Index into `OperationTable.actionNames` of what it is counted as.
    public var action: Int
    /// How many of that action it is: 1, or its slots where it is a chain of another operation.
    public var times: Int
}

/// The operation set of a processing element or a lane, with costs.
public struct OperationTable: Hashable, Sendable {
    /// Actions that spatial arrays and vector units count.
    public static let actionNames = [
        "multiply-accumulate", "multiply", "add", "max", "min", "exp", "divide", "square-root", "sigmoid", "copy",
        "register_read", "register_write",
    ]
    static let registerRead = 10
    static let registerWrite = 11
    /// Numbers that each action takes from registers; each leaves one there. In the order of `actionNames`.
    private static let inputs = [3, 2, 2, 2, 2, 1, 2, 1, 1, 1]

    private var costs: [String: OperationCost] = [:]

    public init() {}

    /// Adds an operation.
    ///
    /// - Parameters:
    ///   - name: as `OperationKind` describes itself, or one that workloads define.
    ///   - latency: `slots` where nil.
    ///   - chain: the operation that it is a chain of, one a slot, and counted as: a Taylor series of multiply-accumulates.
    public mutating func add(
        _ name: String, slots: Int, latency: Int? = nil, asChainOf chain: String? = nil
    ) throws(ConfigurationError) {
        guard let action = Self.elementary.firstIndex(of: chain ?? (name == "subtract" ? "add" : name)) else {
            let known = Self.elementary.joined(separator: ", ")
            throw ConfigurationError(
                parameter: "operations",
                "'\(chain ?? name)' has no energy of its own; say 'as:' and one of \(known)")
        }
        if let latency, latency < slots {
            throw ConfigurationError(
                parameter: "operations", "'\(name)' has a latency of \(latency) cycles, below its \(slots) slots")
        }
        costs[name] = OperationCost(
            slots: slots, latency: latency ?? slots, action: action, times: chain == nil ? 1 : slots)
    }

    private static var elementary: ArraySlice<String> { actionNames[..<registerRead] }

    func cost(_ kind: OperationKind) throws(GenerationError) -> OperationCost {
        if let cost = costs[kind.description] { return cost }
        let known = costs.keys.sorted().joined(separator: ", ")
        throw GenerationError("has no operation '\(kind)'; it has \(known.isEmpty ? "none" : known)")
    }

    /// The operations at one point of a tile, the reducing one included.
    ///
    /// A sum of products is one multiply-accumulate where the element has it: the product is added to the partial sum that it
    /// holds, or that its neighbour hands on.
    func chain(of tile: TileOperation) throws(GenerationError) -> OperationChain {
        var kinds = tile.chain
        if let reduction = tile.reduction {
            let accumulate = OperationKind.multiplyAccumulate
            if reduction == .add, kinds.last == .multiply, costs[accumulate.description] != nil {
                kinds[kinds.count - 1] = accumulate
            } else if !(reduction == .add && kinds.last == accumulate) {
                kinds.append(reduction)
            }
        }
        if kinds.isEmpty { throw GenerationError("a tile needs at least one operation") }
        var chain = OperationChain()
        for kind in kinds { chain.costs.append(try cost(kind)) }
        return chain
    }

    /// The register accesses of `count` times an action.
    static func reads(_ action: Int, _ count: Int) -> Int { inputs[action] * count }
}

/// The elementary operations at one point, in order.
struct OperationChain: Hashable {
    var costs: [OperationCost] = []

    /// Cycles that an element issues for one step.
    var slots: Int { costs.reduce(0) { $0 + $1.slots } }
    /// Cycles that the last result comes after the last slot.
    var pipelineLatency: Int { costs.reduce(0) { $0 + $1.latency - $1.slots } }
    /// Cycles until the last operation's result can be handed on.
    var lastLatency: Int { costs.last?.latency ?? 1 }

    /// What is counted for `points` points: the operations, their operands read from registers and results written there. An
    /// operand that comes over a wire is counted as read from the register that it arrives in.
    func actions(points: Int) -> [Work.ActionCount] {
        var counts = Array(repeating: 0, count: OperationTable.actionNames.count)
        for cost in costs {
            let count = cost.times * points
            counts[cost.action] += count
            counts[OperationTable.registerRead] += OperationTable.reads(cost.action, count)
            counts[OperationTable.registerWrite] += count
        }
        return counts.enumerated().compactMap { $1 > 0 ? Work.ActionCount($0, $1) : nil }
    }
}
