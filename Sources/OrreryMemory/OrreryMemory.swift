import OrrerySimulation

/// The classes of this family, for the catalog.
public let memoryClasses: [ComponentClass] = [
    Scratchpad.componentClass, SimpleMemory.componentClass, CopyEngine.componentClass, DRAMMemory.componentClass,
]
