/// How many elementary operations of each kind some work takes; exact.
///
/// A reduction of n points counts n operations: each point is folded into an accumulator that starts at the
/// operator's identity. A product that is summed counts as one `multiplyAccumulate` a point, neither as a multiply
/// nor as an add.
public struct OperationCounts: Hashable, Sendable {
    private var counts: [Operation: Int] = [:]

    public init() {}

    /// Counts by kind; kinds with count 0 are left out.
    public init(_ counts: [Operation: Int]) {
        self.counts = counts.filter { $0.value != 0 }
    }

    /// Count of one kind; 0 where there is none.
    public subscript(operation: Operation) -> Int {
        get { counts[operation] ?? 0 }
        set { counts[operation] = newValue == 0 ? nil : newValue }
    }

    /// Every kind that occurs with its count: built-in kinds in their fixed order, then user-defined ones by name.
    public var byKind: [(operation: Operation, count: Int)] {
        let known = Operation.builtIn.filter { counts[$0] != nil }
        let others = counts.keys.filter { !Operation.builtIn.contains($0) }.sorted { $0.name < $1.name }
        return (known + others).map { ($0, self[$0]) }
    }

    /// Operations of all kinds; a multiply-accumulate is one.
    public var total: Int { counts.values.reduce(0, +) }

    /// Floating-point operations in the usual accounting; a multiply-accumulate is two.
    public var flops: Int { counts.reduce(0) { $0 + $1.key.flops * $1.value } }

    /// The counts with every user-defined operation replaced by what one application of it costs.
    public func expanded(_ definitions: [UserOperation]) -> OperationCounts {
        var result = OperationCounts()
        for (operation, count) in counts {
            if case .user(let name) = operation, let definition = definitions.first(where: { $0.name == name }) {
                result += definition.cost.expanded(definitions) * count
            } else {
                result[operation] += count
            }
        }
        return result
    }

    public static func + (left: OperationCounts, right: OperationCounts) -> OperationCounts {
        OperationCounts(left.counts.merging(right.counts, uniquingKeysWith: +))
    }

    public static func += (left: inout OperationCounts, right: OperationCounts) {
        left = left + right
    }

    public static func * (counts: OperationCounts, factor: Int) -> OperationCounts {
        OperationCounts(counts.counts.mapValues { $0 * factor })
    }
}
