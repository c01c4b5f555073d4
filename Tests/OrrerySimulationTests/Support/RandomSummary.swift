@testable import OrrerySimulation

/// What came of a range of random programs.
struct RandomSummary: CustomStringConvertible {
    private(set) var programs = 0
    private(set) var skipped = 0
    private(set) var folded = 0
    private(set) var deadlocked = 0
    private(set) var iterations = 0
    private(set) var simulated = 0
    /// Seeds where the two runs differ, with the number of iterations.
    private(set) var failures: [(seed: Int, iterations: Int)] = []

    /// - Parameter limit: runs of more time steps are skipped.
    init(seeds: Range<Int>, _ scale: RandomScale, rules: FoldRules = .all, limit: Int = 2_000_000) throws {
        for seed in seeds {
            let machine = ToyMachine(seed: seed, scale)
            let unfolded = try RunResult(machine, folds: false, limit: limit)
            if unfolded.isInterrupted {
                skipped += 1
                continue
            }
            let folded = try RunResult(machine, folds: true, rules: rules, limit: 2 * limit)
            programs += 1
            self.folded += folded.folds > 0 ? 1 : 0
            deadlocked += unfolded.isDeadlocked ? 1 : 0
            iterations += unfolded.iterations
            simulated += folded.simulated
            if !unfolded.differences(from: folded).isEmpty || folded.isInterrupted {
                failures.append((seed, unfolded.iterations))
            }
        }
    }

    var description: String {
        """
        \(programs) programs, \(skipped) skipped, \(deadlocked) deadlocked, \(folded) folded, \
        \(simulated) of \(iterations) iterations simulated, \(failures.count) differ
        """
    }

    /// The shortest failing program, and in what its runs differ.
    func report(_ scale: RandomScale, rules: FoldRules = .all) -> String {
        guard let least = failures.min(by: { $0.iterations < $1.iterations }) else { return "" }
        let machine = ToyMachine(seed: least.seed, scale)
        guard let unfolded = try? RunResult(machine, folds: false),
            let folded = try? RunResult(machine, folds: true, rules: rules)
        else { return "seed \(least.seed) does not run" }
        return "seed \(least.seed), unfolded and folded:\n"
            + unfolded.differences(from: folded).map { "  \($0)" }.joined(separator: "\n") + "\n\(machine)"
    }
}
