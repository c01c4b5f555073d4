import OrrerySimulation

/// The classes of this family, for the catalog.
public let cacheClasses: [ComponentClass] = [Cache.componentClass, TLB.componentClass, PageWalker.componentClass]
