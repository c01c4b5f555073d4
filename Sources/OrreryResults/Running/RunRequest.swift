import OrreryEinsum
import OrrerySimulation

/// What to run, as one names it: files, and values that replace some of theirs.
public struct RunRequest: Hashable, Sendable {
    /// Path of the machine file.
    public var machine: String
    /// Path of the workload file.
    public var workload: String
    /// Path of the mapping file, or `auto` to search one; nil takes what the workload names for the machine.
    public var mapping: String?
    /// By what fraction of its time a searched mapping may be slower than the fastest of those looked at; see ``MappingChoice/gap``.
    public var mappingGap: Double
    /// By path: a parameter of the workload (`M`), of one of its stages (`prefill.M`), of the machine
    /// (`dram.bandwidth`), or a value of the mappings (`mapping.depth.K`).
    public var overrides: [RunInputs.Override]

    public init(
        machine: String, workload: String, mapping: String? = nil, mappingGap: Double = MappingChoice.standardGap,
        overrides: [RunInputs.Override] = []
    ) {
        self.mappingGap = mappingGap
        self.machine = machine
        self.workload = workload
        self.mapping = mapping
        self.overrides = overrides
    }

    /// Whether the mapping is to be searched.
    public var isSearchingMappings: Bool { mapping == MappingChoice.keyword }
}

extension RunInputs.Override {
    /// Whether it changes the machine, and not the workload (nil where that cannot be read) or a mapping.
    public func isOfMachine(_ workload: Workload?) -> Bool { RunLoader.Target(of: path, workload) == .machine }
}

/// How to run it. Nothing here but `sampling` changes the numbers of a result.
public struct RunOptions: Sendable {
    /// False simulates every cycle.
    public var folds = true
    /// How to estimate what does not repeat exactly, where the run folds; nil refuses to.
    public var sampling: Sampling? = .standard
    /// Whether to record what each unit did when.
    public var recordsTimeline = false
    /// Reruns with a relaxed component at most, to see what limits; 0 for none.
    public var counterfactuals = 0
    /// Asked now and then from the thread that runs; true ends the run with `RunInterrupted`.
    public var shouldStop: @Sendable () -> Bool = { false }
    /// Told now and then from the thread that runs how far it is.
    public var progress: @Sendable (RunProgress) -> Void = { _ in }

    public init() {}
}

/// How far a run is.
public struct RunProgress: Hashable, Sendable {
    /// What is being simulated: `run`, a part of the workload, or a rerun with a relaxed component.
    public var label: String
    /// Seconds of simulated time, skipped time included.
    public var seconds: Double
    /// Wake-ups that were simulated.
    public var events: Int
}

/// A run was told to stop.
public struct RunInterrupted: Error, Hashable, Sendable, CustomStringConvertible {
    public var progress: RunProgress

    public var description: String {
        let time = Display.scaled(progress.seconds, "s")
        return "interrupted: \(progress.label) had reached \(time) of simulated time after \(progress.events) events"
    }
}

/// What a run cost the host. It is no part of a result.
public struct RunStatistics: Hashable, Sendable {
    /// Wake-ups that were simulated, reruns included.
    public var events = 0
    /// Simulations, reruns included.
    public var simulations = 0
}
