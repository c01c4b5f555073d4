import OrreryCache
import OrreryHost
import OrreryLink
import OrreryMemory
import OrrerySimulation
import OrrerySpatial

/// Every class of components that a machine file can name: the families' lists, joined.
///
/// Adding a component is one file beside its model and one line in its family's list; nothing changes here.
public enum Catalog {
    /// All classes, family by family, in the order of `orrery components`.
    public static let classes: [ComponentClass] =
        spatialClasses + memoryClasses + cacheClasses + linkClasses + hostClasses

    /// The class of that name, nil where there is none.
    public static subscript(name: String) -> ComponentClass? { find(name) }

    /// The class of that name, nil where there is none.
    public static func find(_ name: String) -> ComponentClass? { classes.first { $0.name == name } }
}
