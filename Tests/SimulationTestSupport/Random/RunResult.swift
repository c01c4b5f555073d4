import OrrerySimulation

/// The end of a run, and what folding did in it.
struct RunResult {
    private let state: FinalState
    let isInterrupted: Bool
    /// Iterations of all loops over all engines, and those of them that were simulated.
    let iterations: Int
    let simulated: Int
    let effort: FoldingEffort
    let events: Int
    /// When each queue went through its outermost loops.
    let outermost: [OutermostLoop]

    /// - Parameter limit: time steps after which the run is given up.
    init(_ machine: ToyMachine, folds: Bool, rules: FoldRules = .all, limit: Int = .max) throws {
        let kernel = try machine.kernel(folds: folds, rules: rules)
        kernel.start()
        let outcome = kernel.resume(upToStep: limit)
        state = FinalState(kernel, outcome)
        if case .interrupted = outcome { isInterrupted = true } else { isInterrupted = false }
        iterations = (0..<kernel.loopCount).reduce(0) { $0 + kernel.iterations(ofLoop: $1) }
        simulated = folds ? kernel.foldReports.reduce(0) { $0 + $1.simulated } : iterations
        effort = kernel.foldingEffort
        events = kernel.events
        outermost = kernel.outermostLoops
    }

    var folds: Int { effort.folds }
    var isDeadlocked: Bool { state.isDeadlocked }
    var end: Cycle { state.end }

    func counter(_ name: String, of component: String) -> Int? { state.counter(name, of: component) }

    func differences(from other: RunResult) -> [String] {
        let loops = outermost == other.outermost ? [] : ["outermost loops: \(outermost) and \(other.outermost)"]
        return state.differences(from: other.state) + loops
    }
}
