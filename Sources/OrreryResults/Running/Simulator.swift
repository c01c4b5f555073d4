import OrreryLowering
import OrreryMachine
import OrrerySimulation

/// Runs plans. Without state of its own: any number of runs may go on at once.
public enum Simulator {
    /// What a run gave.
    public struct Run: Sendable {
        public var result: RunResult
        /// Where the options asked for it.
        public var timeline: RunTimeline?
        public var statistics: RunStatistics
    }

    /// Reads, lowers and runs what a request names: a workload, or a program that was saved.
    ///
    /// - Throws: `InputErrors`, `CapacityErrors`; `Deadlock`, `ComponentFailure`, `ReconciliationError`, `ProgramErrors`
    ///   where the simulation failed; `RunInterrupted`.
    public static func run(_ request: RunRequest, options: RunOptions = RunOptions()) throws -> Run {
        if ProgramRun.isProgram(request.workload) { return try run(ProgramRun(request), options: options) }
        return try run(RunPlan(request, options: options), options: options)
    }

    /// Runs a workload file on a machine file; see ``run(_:options:)``.
    public static func run(
        machine: String, workload: String, mapping: String? = nil, overrides: [RunInputs.Override] = [],
        options: RunOptions = RunOptions()
    ) throws -> RunResult {
        let request = RunRequest(machine: machine, workload: workload, mapping: mapping, overrides: overrides)
        return try run(request, options: options).result
    }

    /// Runs a plan, and the reruns with relaxed components that the options ask for.
    public static func run(_ plan: RunPlan, options: RunOptions = RunOptions()) throws -> Run {
        try run(ProgramRun(plan), options) { component in
            // Where the mapping does not fit the relaxed machine, no run of it would show what the component costs.
            plan.machine.relaxed(component).flatMap { try? plan.moved(to: $0) }.map(ProgramRun.init)
        }
    }

    /// Runs a program that is lowered already.
    ///
    /// Reruns relax memories, links and copies. What the engines are given to do was decided when the program was lowered, so that
    /// a rerun could not show what a relaxed one would gain.
    public static func run(_ program: ProgramRun, options: RunOptions = RunOptions()) throws -> Run {
        try run(program, options) { component in
            let parts = program.machine.parts(at: component)
            guard parts.allSatisfy({ $0.classInfo.generate == nil }) else { return nil }
            return program.machine.relaxed(component).map { machine in
                var relaxed = program
                relaxed.machine = machine
                return relaxed
            }
        }
    }

    /// - Parameter relaxed: the same with a component that never limits; nil where that cannot be had.
    private static func run(
        _ program: ProgramRun, _ options: RunOptions, relaxed: (String) -> ProgramRun?
    ) throws -> Run {
        var run = try runOnce(program, label: "run", options)
        guard options.counterfactuals > 0 else { return run }
        var quiet = options
        quiet.recordsTimeline = false
        for share in run.result.limiting.attribution where share.share >= smallestShare {
            if run.result.limiting.counterfactuals.count == options.counterfactuals { break }
            guard let relaxed = relaxed(share.component) else { continue }
            let rerun = try runOnce(relaxed, label: "rerun with \(share.component) relaxed", quiet)
            run.statistics.events += rerun.statistics.events
            run.statistics.simulations += rerun.statistics.simulations
            run.result.limiting.counterfactuals.append(
                Limiting.Counterfactual(
                    component: share.component, overrides: program.machine.relaxations(of: share.component),
                    seconds: rerun.result.latency.seconds, isSampled: rerun.result.folding.kind == .sampled))
        }
        return run
    }

    /// What answers for less of the latency is not worth a rerun.
    private static let smallestShare = 0.01

    private static func runOnce(_ run: ProgramRun, label: String, _ options: RunOptions) throws -> Run {
        var statistics = RunStatistics()
        let parts = run.program.parts
        let queues = Set(parts.flatMap { $0.program.queues.map(\.engine) })
        let components = ComponentContext.list(run.machine, try run.machine.instantiate(), queues: queues)
        let context = RunContext(run, components: components)
        var whole: (result: RunResult, measurements: Measurements, timeline: RunTimeline?)?
        var stages: [RunResult.Stage] = []
        // Each part starts cold, so that equal programs do the same.
        var known: [Program: (simulated: SimulatedProgram, timeline: RunTimeline?)] = [:]
        for part in parts {
            let label = part.name.isEmpty ? label : "\(label) of \(part.name)"
            let (simulated, timeline) =
                try known[part.program]
                ?? run.simulated.first { $0.program == part.program && $0.holds(for: options) }.map { ($0, nil) }
                ?? simulate(part.program, run.machine, order: components.map(\.path), label, options)
            if known.updateValue((simulated, timeline), forKey: part.program) == nil {
                statistics.events += simulated.events
                statistics.simulations += 1
            }
            let (entire, measuredPart) = (simulated.entire, simulated.measured)
            var own = context
            own.workload.expectedActions = part.expectedActions
            // All accounts must agree over the whole run, also where the result is about a part of it.
            var result = try RunResult(own, entire, program: part.program)
            let measured = measuredPart ?? entire
            if measuredPart != nil {
                own.start = .warm
                result = RunResult(own, measured, parts: [part.program])
            }
            result.folding.sample?.tolerance = options.sampling?.tolerance
            stages.append(RunResult.Stage(part.name, runs: part.count, each: result))
            let next = measured.repeated(part.count, prefix: part.name)
            let after = timeline?.repeated(part.count, prefix: part.name)
            if let before = whole {
                whole?.measurements = before.measurements.followed(by: next)
                whole?.timeline = before.timeline.flatMap { first in after.map { first.followed(by: $0) } }
            } else {
                whole = (result, next, after)
            }
        }
        guard let whole else { throw EmptyWorkload(name: run.program.workload) }
        let isOne = parts.count == 1 && parts[0].count == 1
        var joined = context
        joined.start = whole.result.start
        var result = isOne ? whole.result : RunResult(joined, whole.measurements, parts: parts.map(\.program))
        result.stages = isOne ? [] : stages
        result.folding.sample?.tolerance = options.sampling?.tolerance
        return Run(
            result: result, timeline: whole.timeline, statistics: statistics)
    }

    private static func simulate(
        _ program: Program, _ machine: Machine, order: [String], _ label: String, _ options: RunOptions
    ) throws -> (SimulatedProgram, RunTimeline?) {
        let assembly = try machine.instantiate()
        let simulation = try Simulation(
            clocks: assembly.clocks, components: assembly.components, program: program, folds: options.folds,
            sampling: options.sampling, timeline: { options.recordsTimeline ? Timeline() : nil })
        var progress: RunProgress { simulation.progress(label: label, assembly.clocks) }
        let outcome = simulation.run {
            options.progress(progress)
            return options.shouldStop()
        }
        switch outcome {
        case .completed: break
        case .deadlock(let deadlock): throw deadlock
        case .failed(let failure): throw failure
        case .interrupted: throw RunInterrupted(progress: progress)
        }
        return (
            SimulatedProgram(program, simulation, assembly, machine, options),
            RunTimeline(simulation, program: program, components: order.compactMap { assembly.byPath[$0] })
        )
    }
}

/// A workload in which nothing runs.
public struct EmptyWorkload: Error, Hashable, Sendable, CustomStringConvertible {
    public var name: String
    public var description: String { "the workload '\(name)' has nothing to run" }
}

extension Machine {
    /// The values that make a component never limit.
    fileprivate func relaxations(of component: String) -> [RunInputs.Override] {
        guard let part = parts(at: component).first else { return [] }
        return part.classInfo.relaxed.sorted { $0.key < $1.key }.map {
            RunInputs.Override(path: "\(component).\($0.key)", value: $0.value, origin: "relaxed")
        }
    }
}
