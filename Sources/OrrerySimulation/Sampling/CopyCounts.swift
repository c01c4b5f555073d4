/// What the queues do in one copy of a window, by their programs. What was counted in the window may differ: a token that is late to be
/// posted is not under way as often at both ends, nor is every queue at the same place of its program.
struct CopyCounts {
    /// By token.
    private(set) var posted: [Int] = []
    private(set) var taken: [Int] = []
    /// By counter: runs of commands, commands of queues, iterations of loops.
    private(set) var counters: [Int: Int] = [:]

    /// Of nothing.
    init() {}

    /// - Parameter motions: by how much each queue moves in a copy.
    /// - Throws: where a program does not say, see `ProgramCount`.
    init(_ motions: [FoldMatch.Motion], _ kernel: Kernel) throws(SampleWindow.Rejection) {
        posted = Array(repeating: 0, count: kernel.tokens.count)
        taken = posted
        for loop in 0..<kernel.loopCount { counters[kernel.loopCounter(loop)] = 0 }
        for engine in kernel.engines {
            counters[engine.commandCounter] = 0
            for run in engine.runCounters { counters[run] = 0 }
        }
        for motion in motions {
            guard let count = motion.nextCopy else { throw .uncounted(motion.engine.path) }
            add(count, motion.engine, kernel)
        }
    }

    private mutating func add(_ count: ProgramCount, _ engine: Engine, _ kernel: Kernel) {
        for entry in count.entries {
            for (use, times) in zip(entry.command.waits, entry.waits) { taken[use.token] += use.count * times }
            for (use, times) in zip(entry.command.posts, entry.posts) { posted[use.token] += use.count * times }
            let first = engine.runBase + engine.heads[entry.place].firstRun
            for (variant, runs) in entry.runs.enumerated() {
                counters[first + variant, default: 0] += runs
                counters[engine.commandCounter, default: 0] += runs
            }
        }
        for (loop, iterations) in count.iterations { counters[kernel.loopCounter(loop), default: 0] += iterations }
    }
}

extension FoldMatch.Motion {
    /// What the queue does in the next iterations, as many as it moves by.
    fileprivate var nextCopy: ProgramCount? {
        ProgramCount(
            engine.instructions, loopAt: begin, iterations: to..<to + delta, of: engine.trips[level],
            outer: (0..<level).map { (engine.indices[$0], engine.trips[$0]) })
    }
}
