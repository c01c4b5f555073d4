import OrrerySimulation

/// What a run gave: where its time and its energy went, with everything that is needed to judge it.
///
/// Nothing in it depends on the host or on the time of day: equal inputs give equal results. ``json(detail:)`` is the
/// documented form of it; summary, table, report and trace are made from the same values.
public struct RunResult: Sendable {
    /// Name and version of the JSON form. The number rises when a reader would have to change.
    public static let schema = "orrery-result/1"

    public var inputs: RunInputs
    public var start: StartState
    public var latency: Latency
    /// Names of the operators that actions are attributed to.
    public var operators: [String]
    /// In the order of the machine.
    public var components: [ComponentAccount]
    /// Nil where the machine gives no energy.
    public var energy: EnergyAccount?
    /// Square metres by component that has an area, in the order of the machine; nil where the machine gives none.
    public var areas: [Area]?
    public var workload: WorkloadContext
    public var limiting: Limiting
    public var folding: FoldingAccount
    public var assumptions: [String]
    /// The stages of a workload that has several, in their order; together they are the run.
    public var stages: [Stage] = []

    /// What one stage of a workload took, over all its runs.
    public struct Stage: Hashable, Sendable {
        public var name: String
        public var runs: Int
        public var seconds: Double
        /// Nil where the machine gives no energy.
        public var joules: Double?
        /// Bytes that the memories which hold its inputs and outputs read and wrote; nil where none is known.
        public var bytes: Int?

        /// A stage that runs several times alike.
        init(_ name: String, runs: Int, each result: RunResult) {
            self.name = name
            self.runs = runs
            seconds = Double(runs) * result.latency.seconds
            joules = result.energy.map { Double(runs) * $0.joules }
            bytes = result.homeBytes.map { runs * $0 }
        }
    }

    /// How long a run took.
    public struct Latency: Hashable, Sendable {
        public var seconds: Double
        /// Whole cycles of each clock.
        public var cycles: [Measurements.Counter]
        /// The outermost loops that ran several times.
        public var iterations: [Iterations] = []
    }

    /// How long the iterations of an outermost loop took, as means over its runs; ``Measurements/IterationTimes`` says what
    /// an iteration is.
    public struct Iterations: Hashable, Sendable {
        /// The ranks that the loop runs over, such as `b·h·p2`.
        public var loop: String
        public var trips: Int
        /// How often the loop ran.
        public var runs: Int
        /// Seconds of the first iteration.
        public var first: Double
        /// Seconds of each one between the first and the last; nil where there is none.
        public var steady: Double?
        /// Seconds of the last iteration.
        public var last: Double
    }

    public struct Area: Hashable, Sendable {
        public var path: String
        public var squareMetres: Double
    }

    /// Puts together what a run of one program counted and what is known about it.
    ///
    /// - Throws: `ReconciliationError` where two accounts of the same thing differ.
    public init(_ context: RunContext, _ run: Measurements, program: Program) throws(ReconciliationError) {
        self.init(context, run, parts: [program])
        try Reconciliation(self, context, program).throwIfBroken()
    }

    /// Puts together what was counted over runs of several programs, each of which was reconciled on its own.
    init(_ context: RunContext, _ run: Measurements, parts programs: [Program]) {
        inputs = context.inputs
        start = context.start
        operators = run.operators
        workload = context.workload
        assumptions = context.assumptions
        let seconds = run.seconds(run.ticks)
        latency = Latency(
            seconds: seconds,
            cycles: run.clocks.clocks.indices.map {
                Measurements.Counter(run.clocks.clocks[$0].name, run.cycles(clock: $0))
            },
            iterations: run.outermost.map {
                Iterations(
                    loop: $0.name, trips: $0.trips, runs: $0.runs, first: run.first($0), steady: run.steady($0),
                    last: run.last($0))
            })
        var measured: [String: Measurements.Component] = [:]
        for component in run.components { measured[component.path] = component }
        let accounts = context.components.map {
            ComponentAccount($0, measured[$0.path] ?? Measurements.Component(path: $0.path), run)
        }
        components = accounts
        energy = context.costs.map {
            EnergyAccount(accounts, operators: run.operators, $0, seconds: seconds)
        }
        areas = context.areas.map { areas in
            context.components.compactMap { part in
                areas[part.path].map { Area(path: part.path, squareMetres: $0) }
            }
        }
        limiting = Limiting(components: accounts, StallGraph(context.components, programs))
        folding = FoldingAccount(run)
        if let costs = context.costs, let uncertainty = run.uncertainty {
            let off = uncertainty.ticks * run.seconds(1)
            folding.sample?.joules = uncertainty.joules(costs, seconds: off)
        }
    }

    /// Joules a second on average; nil without energy.
    public var power: Double? {
        energy.flatMap { latency.seconds > 0 ? $0.joules / latency.seconds : nil }
    }

    /// Square metres of everything that has an area.
    public var squareMetres: Double? { areas.map { $0.reduce(0) { $0 + $1.squareMetres } } }

    /// Bytes that the memories which hold the workload's inputs and outputs read and wrote; nil where none is known.
    public var homeBytes: Int? {
        let homes = components.filter { workload.homes.contains($0.path) }
        return homes.isEmpty ? nil : homes.reduce(0) { $0 + $1.readBytes + $1.writtenBytes }
    }
}
