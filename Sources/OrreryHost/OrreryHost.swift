import OrrerySimulation

/// The classes of this family, for the catalog.
public let hostClasses: [ComponentClass] = [TrafficGenerator.componentClass, Core.componentClass]
