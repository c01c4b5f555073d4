import OrreryMachine
import OrrerySimulation

/// A program with what its simulation on a machine gave, for a run that comes to the same program on it again.
struct SimulatedProgram: Sendable {
    let program: Program
    /// Of the whole run.
    let entire: Measurements
    /// Of what engines marked as measured, where they did.
    let measured: Measurements?
    /// Wake-ups that were simulated.
    let events: Int
    private let folds: Bool
    private let sampling: Sampling?

    /// - Parameter simulation: has run to its end.
    init(_ program: Program, _ simulation: Simulation, _ assembly: Assembly, _ machine: Machine, _ options: RunOptions)
    {
        let order = ComponentContext.list(machine, assembly, queues: Set(assembly.byPath.keys)).map(\.path)
        let actions = assembly.actions(of: machine)
        func measurements(isPart: Bool) -> Measurements {
            Measurements(
                simulation, program: program, order: order, actions: actions, folds: options.folds, isPart: isPart)
        }
        self.program = program
        entire = measurements(isPart: false)
        measured = simulation.kernels.contains { $0.measurement.isPart } ? measurements(isPart: true) : nil
        events = simulation.kernels.reduce(0) { $0 + $1.events }
        (folds, sampling) = (options.folds, options.sampling)
    }

    /// Whether a simulation with these options would give the same.
    func holds(for options: RunOptions) -> Bool {
        folds == options.folds && sampling == options.sampling && !options.recordsTimeline
    }
}

extension Simulation {
    /// How far it is.
    func progress(label: String, _ clocks: ClockSet) -> RunProgress {
        let ticks = kernels.map(\.instant).max() ?? 0
        return RunProgress(
            label: label, seconds: Double(ticks) * clocks.clocks[0].seconds(1) / Double(clocks.ticks[0]),
            events: kernels.reduce(0) { $0 + $1.events })
    }
}
