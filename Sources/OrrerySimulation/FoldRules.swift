/// The rules of folding that can be switched off one by one, so that a test can show what each is needed for.
package struct FoldRules: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The first iteration may differ from the others (3).
    package static let firstIteration = FoldRules(rawValue: 1 << 0)
    /// The last iteration may differ from the others (3).
    package static let lastIteration = FoldRules(rawValue: 1 << 1)
    /// Guards and rings modulo m need a step that m divides (3).
    package static let modulo = FoldRules(rawValue: 1 << 2)
    /// Inner bounds may depend on the moving index (3).
    package static let dependentBounds = FoldRules(rawValue: 1 << 3)
    /// A command that looks ahead sees the end of its nest earlier (3).
    package static let lookahead = FoldRules(rawValue: 1 << 4)
    /// Accruals are settled at the cut.
    package static let settle = FoldRules(rawValue: 1 << 5)
    /// Every command's shift is admissible for its server (4).
    package static let admissible = FoldRules(rawValue: 1 << 6)
    /// Queued addresses and open rows carry the id of their command (4).
    package static let commandIDs = FoldRules(rawValue: 1 << 7)
    /// Rows that were not touched in the period are not compared (4); completeness only.
    package static let untouched = FoldRules(rawValue: 1 << 8)
    /// Streams that move differently must not meet (5).
    package static let aliasing = FoldRules(rawValue: 1 << 9)
    /// Tokens may drift (6); completeness only.
    package static let drift = FoldRules(rawValue: 1 << 10)
    /// ...but not where somebody was blocked on them (6).
    package static let driftBlocked = FoldRules(rawValue: 1 << 11)
    /// Order and state inside components (wait queues, pending completions) are compared (1).
    package static let plainState = FoldRules(rawValue: 1 << 12)
    /// Pending wake-ups are compared relative to now (7).
    package static let pendingEvents = FoldRules(rawValue: 1 << 13)
    /// The phases of the clocks are compared (8).
    package static let clockPhases = FoldRules(rawValue: 1 << 14)
    /// The lead of a loop passes on when it leaves early; completeness only.
    package static let handOver = FoldRules(rawValue: 1 << 15)
    /// The strict snapshot table of a loop.
    package static let strictTable = FoldRules(rawValue: 1 << 16)
    /// The table in which pending events may stay where they are (7); completeness only.
    package static let staticTable = FoldRules(rawValue: 1 << 17)
    /// A fold ends before the first event that stays where it is (7).
    package static let staticBound = FoldRules(rawValue: 1 << 18)
    /// A drifting token bounds the fold by its capacity and by zero (6).
    package static let driftBound = FoldRules(rawValue: 1 << 19)

    /// What was proven to repeat need not be simulated again to be known; completeness only.
    package static let recollection = FoldRules(rawValue: 1 << 20)

    /// A passage of the history that was simulated once need not be again; completeness only.
    package static let passages = FoldRules(rawValue: 1 << 21)
    /// What is recalled elsewhere leaves no loop in which it begins in another iteration.
    package static let keptLoops = FoldRules(rawValue: 1 << 22)

    package static let all = FoldRules(rawValue: (1 << 23) - 1)
}
