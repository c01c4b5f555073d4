import OrrerySimulation

/// A loop of a queue: fused loops are shared by everything in the nest, a pass belongs to one entry of the order.
struct LoopKey: Hashable {
    var rank: String
    /// 0 for a fused loop.
    var scope: Int
}

/// A condition on the index of the loop over a rank.
struct LoopCondition: Hashable {
    enum Kind: Hashable { case first, last, notFirst, notLast }
    var rank: String
    var kind: Kind

    static func first(_ ranks: [String]) -> [LoopCondition] { ranks.map { LoopCondition(rank: $0, kind: .first) } }
    static func last(_ ranks: [String]) -> [LoopCondition] { ranks.map { LoopCondition(rank: $0, kind: .last) } }
}

/// A take or a post of a token, where its conditions hold.
struct TaskUse: Hashable {
    var token: Int
    var count = 1
    var conditions: [LoopCondition] = []
    /// Index of the task's address that it guards, where it does.
    var address: Int?
    /// It is about the task's result, and not about its operands.
    var isResult = false
}

/// Where an operand lies, by the ranks of the loops around it.
struct TaskAddress: Hashable {
    var base = 0
    var strides: [String: Int] = [:]
    /// The loop whose index modulo `ringLength` selects a copy `ringStride` bytes further.
    var ring: String?
    var ringLength = 1
    var ringStride = 0
}

/// One way in which a task's command can look: under conditions, with work that depends on which loops are at their end.
struct Emission {
    var conditions: [LoopCondition] = []
    /// Loops whose last iteration changes the work.
    var variantLoops: [String] = []
    /// The work where the loops in the set are in their last iteration.
    var work: [Set<String>: Work] = [:]
}

/// A command of a queue with its loops by name: what becomes one instruction, and its copies in the prologue.
struct Task {
    /// Name of the operator that its work counts for.
    var name: String
    /// Path of the queue's engine.
    var queue: String
    /// Loops around it, outermost first; the fused ones come first.
    var chain: [LoopKey]
    /// Iterations of the fused nest that it runs ahead.
    var lookahead = 0
    /// Place in the queue's order.
    var position = 0
    var waits: [TaskUse] = []
    var posts: [TaskUse] = []
    var addresses: [TaskAddress] = []
    var emissions: [Emission] = []

    /// It leaves something in memory that a later group may read, where these conditions hold.
    var leaves = false
    var leavingConditions: [LoopCondition] = []

    var ranks: [String] { chain.map(\.rank) }

    /// How often it leaves something.
    func runs(in space: RankSpace) -> Int {
        let once = Set((leavingConditions + (emissions.first?.conditions ?? [])).map(\.rank))
        return chain.reduce(1) { once.contains($1.rank) ? $0 : $0 * space.extent($1.rank) }
    }

    var fused: [LoopKey] { chain.filter { $0.scope == 0 } }

    /// Whether it runs before `other` in the same queue, for the same iteration of the nest.
    func precedes(_ other: Task) -> Bool {
        lookahead != other.lookahead ? lookahead > other.lookahead : position < other.position
    }
}
