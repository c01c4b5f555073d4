import OrrerySimulation
import OrreryText

/// What the actions of a machine's components cost, and what they draw while they do nothing.
public struct EnergyModel: Sendable {
    public enum Accounting: String, CaseIterable, Sendable {
        /// Every counted action, and static power for the whole run.
        case complete
        /// A paper's bookkeeping: elements that the table lists under `artifact: one_instance` (register files) are
        /// charged for one instance only, and there is no static power.
        case artifact
    }

    public var accounting: Accounting
    /// Name of the table.
    public var table: String
    /// By path of the component.
    var parts: [String: PartEnergy]

    struct PartEnergy: Sendable {
        var actions: [String: EnergyEntry] = [:]
        var statics = StaticPower(watts: 0, sources: [], status: .derived)
        var states: [String: StaticPower] = [:]
    }

    /// The energy of one action of a component; nil for one that the component does not count.
    public func energyPerAction(part: Machine.Part, action: String) -> EnergyEntry? {
        parts[part.path]?.actions[action]
    }

    /// What a component draws all the time; none with artifact accounting.
    public func staticPower(_ part: Machine.Part) -> StaticPower {
        parts[part.path]?.statics ?? StaticPower(watts: 0, sources: [], status: .derived)
    }

    /// What a component draws while it is in a state, by the name of the counter that counts its cycles there; none with
    /// artifact accounting.
    public func statePower(_ part: Machine.Part) -> [String: StaticPower] { parts[part.path]?.states ?? [:] }
}

/// The energy of one action.
public struct EnergyEntry: Hashable, Sendable {
    /// Joules that one counted action is charged.
    public var joules: Double
    /// Number of instances among which the action is shared: with artifact accounting `joules` is what the table says,
    /// divided by this; else 1.
    public var instances: Int
    /// The formula over the table's elements, such as `6 * mac`, or over the component's own parameters; `free` for
    /// actions that cost nothing.
    public var formula: String
    public var sources: [String]
    /// The least certain of what went into it.
    public var status: SourceNote.Status
}

/// Power that is drawn whatever happens.
public struct StaticPower: Hashable, Sendable {
    public var watts: Double
    public var sources: [String]
    public var status: SourceNote.Status
}

/// How large the components of a machine are.
public struct AreaModel: Sendable {
    /// Name of the table.
    public var table: String
    /// By path of the component.
    var parts: [String: [AreaEntry]]

    /// Square metres of a component.
    public func area(_ part: Machine.Part) -> Double { elements(part).reduce(0) { $0 + $1.squareMetres } }

    /// What makes up a component's area.
    public func elements(_ part: Machine.Part) -> [AreaEntry] { parts[part.path] ?? [] }

    /// Square metres of all components; wires between them are no part of it.
    public func total(_ machine: Machine) -> Double { machine.components.reduce(0) { $0 + area($1) } }
}

/// The area of all elements of a kind in a component.
public struct AreaEntry: Hashable, Sendable {
    public var element: String
    public var count: Int
    public var squareMetres: Double
    public var sources: [String]
    public var status: SourceNote.Status
}
