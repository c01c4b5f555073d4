import OrrerySimulation

/// What came of a range of random programs on random machines, each run folded and unfolded: the two must agree in end time,
/// every cycle and counter, end state and deadlock.
public struct RandomSummary: CustomStringConvertible, Sendable {
    /// Programs that were compared, and those that were too long to be.
    public private(set) var programs = 0
    public private(set) var skipped = 0
    /// Those of them that folded, and those that ended in deadlock.
    public private(set) var folded = 0
    public private(set) var deadlocked = 0
    /// Iterations of all loops, and those of them that the folded runs simulated.
    public private(set) var iterations = 0
    public private(set) var simulated = 0
    /// Seeds where the two runs differ, with the number of iterations.
    public private(set) var failures: [(seed: Int, iterations: Int)] = []

    /// Of no programs.
    public init() {}

    /// Runs the programs of these seeds with all rules of folding.
    /// - Throws: `ProgramError` where a program does not fit its machine, which is a mistake of the generator.
    public init(seeds: Range<Int>, _ scale: RandomScale) throws { try self.init(seeds: seeds, scale, rules: .all) }

    /// - Parameters:
    ///   - rules: those that the folded runs keep.
    ///   - limit: runs of more time steps are skipped.
    package init(seeds: Range<Int>, _ scale: RandomScale, rules: FoldRules, limit: Int = 2_000_000) throws {
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

    /// Both together.
    public static func + (a: RandomSummary, b: RandomSummary) -> RandomSummary {
        var sum = a
        sum.programs += b.programs
        sum.skipped += b.skipped
        sum.folded += b.folded
        sum.deadlocked += b.deadlocked
        sum.iterations += b.iterations
        sum.simulated += b.simulated
        sum.failures += b.failures
        return sum
    }

    public var description: String {
        """
        \(programs) programs, \(skipped) skipped, \(deadlocked) deadlocked, \(folded) folded, \
        \(simulated) of \(iterations) iterations simulated, \(failures.count) differ
        """
    }

    /// The shortest failing program, and in what its runs differ; empty where none fails.
    public func report(_ scale: RandomScale) -> String { report(scale, rules: .all) }

    package func report(_ scale: RandomScale, rules: FoldRules) -> String {
        guard let least = failures.min(by: { $0.iterations < $1.iterations }) else { return "" }
        let machine = ToyMachine(seed: least.seed, scale)
        guard let unfolded = try? RunResult(machine, folds: false),
            let folded = try? RunResult(machine, folds: true, rules: rules)
        else { return "seed \(least.seed) does not run" }
        return "seed \(least.seed), unfolded and folded:\n"
            + unfolded.differences(from: folded).map { "  \($0)" }.joined(separator: "\n") + "\n\(machine)"
    }
}
