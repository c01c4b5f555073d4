import OrrerySimulation
import OrreryText

/// A machine as its file and the overrides describe it: resolved, checked, and ready to be built as often as one likes.
public struct Machine: Sendable {
    public var name: String
    public var clocks: ClockSet
    /// The components, in file order; groups and counted components are laid out to paths such as `gpu.sm[3].l1`.
    public var components: [Part]
    /// The groups and counted components, by the path that their instances share.
    public var groups: [Group]
    /// What actions and idling cost; nil where the file has no `energy:`.
    public var energy: EnergyModel?
    /// How large the components are; nil where the file has no `area:`.
    public var area: AreaModel?
    /// Every number that the file or an override gives, and where it comes from; in file order.
    public var sources: [ValueSource]
    /// The files that the machine was read from: what is extended first, tables last.
    public var files: [String]
    /// The tree with everything that was extended and overridden, for `--resolved`: as YAML text (`YAMLEmitter`) it
    /// reads back, beside the file that it came from, as the same machine.
    public var resolvedNode: Node

    /// What it takes to build the machine again with other values.
    var recipe: MachineRecipe
    /// Index of a part by its path.
    var index: [String: Int]

    /// A component of a machine.
    public struct Part: Sendable {
        /// Path in the machine, such as `gpu.sm[3].l1`.
        public var path: String
        /// The path without indices, `gpu.sm.l1`: what its like share, and what a result aggregates by.
        public var family: String
        public var classInfo: ComponentClass
        public var values: ParameterValues
        /// Index of its clock in the machine's `clocks`.
        public var clock: Int
        /// What each connected port sends requests to, in the order of the file.
        public var connections: [Connection]
        /// Where the file declares it.
        public var mark: SourceMark
        /// Its numbers by path below the component, defaults included: `rows`, `operations.exp.slots`.
        public var quantities: [String: Quantity]
        /// All its values as they are written, defaults included, by path below the component.
        public var settings: [String: String]
        /// Paths of the groups it stands in, the outermost first.
        public var groups: [String]
        /// What hardware it is made of as the file says, under `made_of`; the tables add their defaults.
        var madeOf: Node?
    }

    /// A port of a component, and the server that answers its requests.
    public struct Connection: Hashable, Sendable {
        public var port: String
        /// Path of the server; a unit of a component (`link.far`) or a component.
        public var server: String
        public var mark: SourceMark
    }

    /// A group, or a component with a count.
    public struct Group: Hashable, Sendable {
        /// The path that its instances share.
        public var path: String
        /// Number of instances in the machine.
        public var count: Int
        /// True for `class: group`.
        public var hasMembers: Bool
        /// How addresses are meant to spread over a counted member; checked, and without a component that does it.
        public var interleave: Interleave?
        public var mark: SourceMark
    }

    /// How addresses spread over the instances of a counted component.
    public struct Interleave: Hashable, Sendable {
        public enum Hash: String, CaseIterable, Sendable { case none, xor }

        /// Path of the counted component.
        public var over: String
        /// Bytes that lie together.
        public var granule: Int
        public var hash: Hash
    }
}

extension Machine {
    /// The part at `path`, or the one that a unit such as `array2d.loader` belongs to.
    public func part(at path: String) -> Part? {
        var path = path[...]
        while true {
            if let place = index[String(path)] { return components[place] }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }

    /// The parts at a path: one, all instances of `gpu.sm`, or everything in a group.
    public func parts(at path: String) -> [Part] {
        if let place = index[path] { return [components[place]] }
        return components.filter { part in
            part.family == path || part.groups.contains(path) || part.groups.contains { familyPath($0) == path }
        }
    }
}
