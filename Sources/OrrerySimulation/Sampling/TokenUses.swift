/// What the queues post and take in one copy of a window, by their programs: what is late to be posted is not under way as often at both ends
/// of a window, so that tokens that were counted there would run away from the queues.
struct TokenUses {
    /// By token.
    private(set) var posted: [Int]
    private(set) var taken: [Int]

    /// - Parameter motions: by how much each queue moves in a copy.
    /// - Throws: where a program does not say, see `ProgramCount`.
    init(_ motions: [FoldMatch.Motion], _ kernel: Kernel) throws(SampleWindow.Rejection) {
        posted = Array(repeating: 0, count: kernel.tokens.count)
        taken = posted
        for motion in motions {
            guard let count = motion.nextCopy else { throw .uncounted(motion.engine.path) }
            for entry in count.entries {
                for (use, times) in zip(entry.command.waits, entry.waits) { taken[use.token] += use.count * times }
                for (use, times) in zip(entry.command.posts, entry.posts) { posted[use.token] += use.count * times }
            }
        }
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
