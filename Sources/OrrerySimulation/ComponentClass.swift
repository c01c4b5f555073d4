import OrreryText

/// A class of components as the catalog knows it: everything about it in one place, from which decoding, help, JSON Schema
/// and the machine builder follow.
///
/// Adding a component is one file that declares its class beside its model, and one line in its family's list.
public struct ComponentClass: Sendable {
    /// Part that the class plays in results.
    public enum Role: String, Sendable { case engine, memory, link }

    /// A connection that leaves the component: it sends requests to a server.
    public struct Port: Hashable, Sendable {
        public var name: String
        public var help: String
        public var isRequired: Bool
        /// It is connected when all components are made, so that connections through it may go in a circle: a cache whose
        /// page walks go through that cache. The component gets the server by `Component.connect(port:to:)`.
        public var isLate: Bool

        /// Name of an engine's port to a memory further off than the one beside it, used where a mapping asks for it.
        public static let direct = "direct"

        public init(_ name: String, isRequired: Bool = true, isLate: Bool = false, help: String) {
            self.name = name
            self.isRequired = isRequired
            self.isLate = isLate
            self.help = help
        }
    }

    /// The class's name in machine files, such as `spatial-array`.
    public var name: String
    public var role: Role
    /// One line for `orrery components`.
    public var summary: String
    /// What is modelled cycle by cycle and what is abstracted, for `orrery components CLASS`.
    public var discussion: String
    public var parameters: [any AnyParameter]
    public var ports: [Port]
    /// Actions that it counts, in the order of the model's `actionNames` (or a server's own action list).
    public var actions: [String]
    /// What the component as a memory offers; nil where nothing can be placed in it.
    public var storage: @Sendable (ParameterValues) -> Storage?
    /// Makes the component: itself first, then its further units (loader, drain) with their own paths.
    public var make: @Sendable (Site) throws(ConfigurationError) -> [Component]
    /// Turns a tile operation into work for the class; nil for servers.
    public var generate: (@Sendable (TileOperation, ParameterValues) throws(GenerationError) -> GeneratedWork)?
    /// What the class counts in streams of accesses; nil where it runs none.
    public var streams: StreamUnit?
    /// Cycles that a unit is occupied by some work where nothing holds it up; nil where that follows from what is moved alone.
    public var occupation: (@Sendable (Work) -> Int)?
    /// What its parameters say about its energy; nil where they say nothing.
    public var energy: @Sendable (ParameterValues) -> ComponentEnergy?
    /// Where its requests of a kind wait, or what an engine waits for; nothing where its counters say nothing.
    public var behind: @Sendable (TimeBehind.Counted, Request.Kind) -> [TimeBehind]
    /// Parameter values under which the component never limits, for counterfactual reruns: name to YAML text.
    public var relaxed: [String: String]

    /// What an engine takes from a stream one at a time; it counts each as its first action.
    public enum StreamUnit: String, Sendable { case accesses, instructions }

    public init(
        name: String, role: Role, summary: String, discussion: String, parameters: [any AnyParameter],
        ports: [Port] = [],
        actions: [String], relaxed: [String: String] = [:], streams: StreamUnit? = nil,
        storage: @escaping @Sendable (ParameterValues) -> Storage? = { _ in nil },
        energy: @escaping @Sendable (ParameterValues) -> ComponentEnergy? = { _ in nil },
        behind: @escaping @Sendable (TimeBehind.Counted, Request.Kind) -> [TimeBehind] = { _, _ in [] },
        generate: (@Sendable (TileOperation, ParameterValues) throws(GenerationError) -> GeneratedWork)? = nil,
        occupation: (@Sendable (Work) -> Int)? = nil,
        make: @escaping @Sendable (Site) throws(ConfigurationError) -> [Component]
    ) {
        self.name = name
        self.role = role
        self.summary = summary
        self.discussion = discussion
        self.parameters = parameters
        self.ports = ports
        self.actions = actions
        self.relaxed = relaxed
        self.streams = streams
        self.storage = storage
        self.energy = energy
        self.behind = behind
        self.generate = generate
        self.occupation = occupation
        self.make = make
    }
}

/// Where and with what a component is made.
public struct Site {
    /// Path in the machine file.
    public var path: String
    public var clocks: ClockSet
    /// Index of the component's clock in `clocks`.
    public var clock: Int
    public var values: ParameterValues
    /// The server behind each connected port.
    public var servers: [String: Server]

    public init(path: String, clocks: ClockSet, clock: Int, values: ParameterValues, servers: [String: Server] = [:]) {
        self.path = path
        self.clocks = clocks
        self.clock = clock
        self.values = values
        self.servers = servers
    }
}

/// What a memory offers to a memory plan.
public struct Storage: Hashable, Sendable {
    /// Bytes; nil where the machine gives no limit.
    public var capacity: Int?
    /// Bytes of one row or granule: tensors are placed at its multiples.
    public var rowBytes: Int

    public init(capacity: Int?, rowBytes: Int) {
        self.capacity = capacity
        self.rowBytes = rowBytes
    }
}

/// The work of one tile operation, by the units of the component that it needs.
public struct GeneratedWork: Hashable, Sendable {
    /// Work of the component itself.
    public var compute: Work
    /// Work of its loader (path suffix `.loader`), which brings a stationary operand in the background and must be done before
    /// `compute`.
    public var load: Work?
    /// Work of its drain (path suffix `.drain`), which takes the result out in the background after `compute`.
    public var drain: Work?

    public init(compute: Work, load: Work? = nil, drain: Work? = nil) {
        self.compute = compute
        self.load = load
        self.drain = drain
    }
}

/// Parameters of a component that do not go together.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// The parameter at fault, such as `banks`.
    public var parameter: String
    public var message: String

    public init(parameter: String, _ message: String) {
        self.parameter = parameter
        self.message = message
    }
}

/// A class cannot run a tile operation.
public struct GenerationError: Error, Hashable, Sendable {
    public var message: String

    public init(_ message: String) { self.message = message }
}
