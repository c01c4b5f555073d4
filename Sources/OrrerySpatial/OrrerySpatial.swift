import OrrerySimulation

/// The classes of this family, for the catalog.
public let spatialClasses: [ComponentClass] = [SpatialArray.componentClass, VectorUnit.componentClass]
