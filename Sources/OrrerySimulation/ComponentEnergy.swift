import OrreryText

/// What a component's own parameters say that its actions and its time cost, such as the supply currents of a memory device.
///
/// A machine's `energy:` section and, for what is missing here, its table decide over everything else.
public struct ComponentEnergy: Sendable {
    /// A cost with where it comes from.
    public struct Cost: Hashable, Sendable {
        /// Joules of an action, or watts while a state lasts.
        public var value: Double
        /// How it follows from the component's parameters.
        public var formula: String
        public var sources: [String]
        /// The least certain of what went into it.
        public var status: SourceNote.Status

        public init(value: Double, formula: String, notes: [SourceNote]) {
            self.value = value
            self.formula = formula
            sources = []
            status = .sourced
            for note in notes { add(note) }
        }

        /// Adds the origin of something that went into it.
        public mutating func add(_ note: SourceNote) {
            if !sources.contains(note.source) { sources.append(note.source) }
            status = status.worse(note.status)
        }
    }

    /// By name of the action.
    public var actions: [String: Cost]
    /// By name of the counter that counts the cycles, of the component's clock, that a state lasts.
    public var states: [String: Cost]

    public init(actions: [String: Cost], states: [String: Cost] = [:]) {
        self.actions = actions
        self.states = states
    }
}
