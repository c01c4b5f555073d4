/// Integer counters of a run: actions by component and operator, and the cycles of each engine by what it did.
///
/// Every counter is an integer, so that folding can add whole periods without loss; energy is computed once, at the end.
public final class Ledger {
    /// One registered block of counters.
    public struct Block: Sendable {
        /// Path of the component that owns it.
        public var component: String
        /// Counter names, in order.
        public var names: [String]
        /// Index of the first counter.
        public var base: Int
        /// 1, or the number of operators where each name is kept by operator (`base + name × operators + operator`).
        public var width: Int
    }

    /// Names of the operators (Einsums, copies) that actions are attributed to.
    public let operators: [String]
    public private(set) var blocks: [Block] = []
    private var size = 0
    @exclusivity(unchecked) @usableFromInline private(set) var values: FixedArray<Int>

    public init(operators: [String]) {
        self.operators = operators
        values = FixedArray(repeating: 0, count: 0)
    }

    /// Registers actions that are counted by operator. Called while a component is attached to a run.
    /// - Returns: the base; add to `base + action × operators.count + operator`.
    public func registerActions(_ names: [String], of component: String) -> Int {
        register(names, of: component, width: max(operators.count, 1))
    }

    /// Registers plain counters. - Returns: the base; add to `base + k`.
    public func registerCounters(_ names: [String], of component: String) -> Int {
        register(names, of: component, width: 1)
    }

    private func register(_ names: [String], of component: String, width: Int) -> Int {
        let base = size
        blocks.append(Block(component: component, names: names, base: base, width: width))
        size += names.count * width
        return base
    }

    /// Allocates the counters once everything is registered.
    func seal() { values = FixedArray(repeating: 0, count: size) }

    public var count: Int { size }

    @inlinable @inline(__always)
    public func add(_ amount: Int, to counter: Int) { values[counter] &+= amount }

    public subscript(counter: Int) -> Int { values[counter] }

    func copy() -> [Int] { values.elements }

    func set(_ recorded: [Int]) { for index in 0..<size { values[index] = recorded[index] } }

    /// The counters with `n` times what was counted since `before` added.
    func repeated(since before: [Int], _ n: Int) -> [Int] {
        (0..<size).map { values[$0] + n * (values[$0] - before[$0]) }
    }
}
