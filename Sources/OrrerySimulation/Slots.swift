/// Which of a bounded number of slots are taken, in the order in which they were taken.
///
/// A slot's number is chance: two machines that differ in nothing else go on alike. What counts is its rank, oldest first; so
/// slots are named by rank in a recorded state, as the label of a tag (`Component.label`) and in lists of slots.
public struct Slots {
    /// Oldest first.
    public private(set) var taken: [Int] = []
    private var free: [Int]
    public let capacity: Int

    public init(_ capacity: Int) {
        self.capacity = capacity
        free = (0..<capacity).reversed()
        taken.reserveCapacity(capacity)
    }

    /// The slot that is taken next; nil where none is free.
    public var next: Int? { free.last }

    /// Takes a free slot; nil where there is none.
    @discardableResult
    public mutating func take() -> Int? {
        guard let slot = free.popLast() else { return nil }
        taken.append(slot)
        return slot
    }

    public mutating func release(_ slot: Int) {
        taken.remove(at: rank(of: slot))
        free.append(slot)
    }

    /// How many of the taken slots are older than this one, which is taken.
    public func rank(of slot: Int) -> Int {
        guard let rank = taken.firstIndex(of: slot) else { preconditionFailure("slot \(slot) is not taken") }
        return rank
    }

    /// How many are taken; a restored machine has those of these ranks.
    public mutating func visit(_ state: inout StateVisitor) {
        let count = state.count(taken.count)
        if state.isRestoring {
            taken = Array(0..<count)
            free = (count..<capacity).reversed()
        }
    }

    /// A taken slot, by its rank.
    public func visit(_ slot: inout Int, _ state: inout StateVisitor) {
        var rank = state.isRestoring ? 0 : rank(of: slot)
        state.plain(&rank)
        if state.isRestoring { slot = rank }
    }

    /// A list of taken slots.
    public func visit(_ list: inout [Int], _ state: inout StateVisitor) {
        let count = state.count(list.count)
        if state.isRestoring { list = Array(repeating: 0, count: count) }
        for index in list.indices { visit(&list[index], &state) }
    }
}
