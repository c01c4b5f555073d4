import OrrerySimulation

/// What is known about a run beside what it counted: the inputs, the machine's parts and prices, the workload's needs.
public struct RunContext: Sendable {
    public var inputs: RunInputs
    /// In the order of the machine file; units of a component (`array2d.loader`) follow it.
    public var components: [ComponentContext]
    /// What actions and idling cost; nil where the machine gives no energy.
    public var costs: EnergyCosts?
    /// Square metres by component; nil where the machine gives no area.
    public var areas: [String: Double]?
    public var workload: WorkloadContext
    public var start: StartState
    /// What the mapping and the machine take for granted.
    public var assumptions: [String]

    public init(
        inputs: RunInputs, components: [ComponentContext], costs: EnergyCosts? = nil, areas: [String: Double]? = nil,
        workload: WorkloadContext, start: StartState = .cold, assumptions: [String] = []
    ) {
        self.inputs = inputs
        self.components = components
        self.costs = costs
        self.areas = areas
        self.workload = workload
        self.start = start
        self.assumptions = assumptions
    }
}

/// Whether caches, rows and buffers hold something when the clock starts.
public enum StartState: String, Hashable, Sendable { case cold, warm }

/// A component as results see it.
public struct ComponentContext: Hashable, Sendable {
    /// Path in the machine, such as `gpu.sm[3].l1`.
    public var path: String
    /// The path that all its instances share, `gpu.sm.l1`: what results aggregate by.
    public var family: String
    public var className: String
    public var role: ComponentClass.Role
    /// Index of its clock.
    public var clock: Int
    /// The most bytes that it moves in one of its cycles (a link: in one direction); nil where it moves none.
    public var peakBytesPerCycle: Double?
    /// Paths of the servers that it sends to, by port.
    public var ports: [Port]

    public struct Port: Hashable, Sendable {
        public var name: String
        public var server: String

        public init(_ name: String, _ server: String) {
            self.name = name
            self.server = server
        }
    }

    public init(
        path: String, family: String? = nil, className: String, role: ComponentClass.Role, clock: Int = 0,
        peakBytesPerCycle: Double? = nil, ports: [Port] = []
    ) {
        self.path = path
        self.family = family ?? path
        self.className = className
        self.role = role
        self.clock = clock
        self.peakBytesPerCycle = peakBytesPerCycle
        self.ports = ports
    }
}

/// What each action and each second costs.
public struct EnergyCosts: Hashable, Sendable {
    /// Joules of one action, by path and action.
    public var actions: [String: [String: Double]]
    /// Watts that a component draws all the time, by path.
    public var staticPower: [String: Double]
    /// Watts that a component draws while it is in a state, by path and by the counter of its cycles there.
    public var statePower: [String: [String: Double]]
    /// How the machine file counts: `complete`, or `artifact`.
    public var accounting: String

    public init(
        actions: [String: [String: Double]], staticPower: [String: Double] = [:],
        statePower: [String: [String: Double]] = [:], accounting: String = "complete"
    ) {
        self.actions = actions
        self.staticPower = staticPower
        self.statePower = statePower
        self.accounting = accounting
    }
}

/// What the workload asks for, whatever the machine does about it.
public struct WorkloadContext: Hashable, Sendable {
    public var name: String
    /// Elementary operations by kind, in a fixed order.
    public var operations: [Measurements.Counter]
    /// Tokens that the run makes; nil where the workload counts none.
    public var tokens: Int?
    /// Least bytes between the chip and the memory behind everything; nil where the workload doesn't say.
    public var minimumBytes: Int?
    /// Actions that engines must count for an operator, as far as its operations decide them.
    public var expectedActions: [String: [Measurements.Counter]]
    /// Paths of the memories that hold its inputs and outputs: their traffic is what the least is compared with.
    public var homes: [String]

    public init(
        name: String, operations: [Measurements.Counter] = [], tokens: Int? = nil, minimumBytes: Int? = nil,
        homes: [String] = [], expectedActions: [String: [Measurements.Counter]] = [:]
    ) {
        self.name = name
        self.operations = operations
        self.tokens = tokens
        self.minimumBytes = minimumBytes
        self.homes = homes
        self.expectedActions = expectedActions
    }
}

/// What went into a run.
public struct RunInputs: Hashable, Sendable {
    /// A file that was read, with a fingerprint of its bytes.
    public struct File: Hashable, Sendable {
        /// As the user or another file names it.
        public var path: String
        public var hash: Fingerprint

        public init(path: String, hash: Fingerprint) {
            self.path = path
            self.hash = hash
        }
    }

    /// A value that replaces one of the files.
    public struct Override: Hashable, Sendable {
        /// The origin of what the user set on the command line.
        public static let user = "user"

        public var path: String
        public var value: String
        /// Who asked for it, such as `user`.
        public var origin: String

        public init(path: String, value: String, origin: String = Self.user) {
            self.path = path
            self.value = value
            self.origin = origin
        }
    }

    public var machine: String
    public var workload: String
    public var mapping: String?
    public var files: [File]
    public var overrides: [Override]
    /// Of everything that decides the run's numbers, resolved: machine, workload, mapping.
    public var hash: Fingerprint

    public init(
        machine: String, workload: String, mapping: String? = nil, files: [File] = [], overrides: [Override] = [],
        hash: Fingerprint = Fingerprint()
    ) {
        self.machine = machine
        self.workload = workload
        self.mapping = mapping
        self.files = files
        self.overrides = overrides
        self.hash = hash
    }
}
