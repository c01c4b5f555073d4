import OrrerySimulation

/// An instruction in the reorder buffer.
struct CoreEntry {
    /// When its result is there; `.never` while nobody knows.
    var completeAt = Cycle.never
    /// When the last of its known sources is there.
    var readyAt: Cycle = 0
    /// Oldest of those that wait for it, by entry × 8 + source.
    var firstWaiter: Int32 = -1
    /// First of its loads.
    var firstLoad: Int32 = -1
    /// Sources that nobody knows the time of.
    var pending: UInt8 = 0
    /// Loads that have not come back.
    var loadsLeft: UInt8 = 0
    var loadCount: UInt8 = 0
    var storeCount: UInt8 = 0
    var isInScheduler = false
    /// Registers that it writes; 0 for none.
    var destinations: (UInt8, UInt8) = (0, 0)
}

/// A load in its queue.
struct CoreLoad {
    var address = 0
    /// Number of its instruction.
    var instruction = 0
    var sentAt: Cycle = 0
    /// Next load of the same instruction, and of the same cycle of the calendar.
    var nextOfInstruction: Int32 = -1
    var next: Int32 = -1
    var bytes: UInt16 = 0
    /// The low bits of the instruction's address.
    var pointer: Int32 = 0
}

/// A store in its queue.
struct CoreStore {
    var address = 0
    /// Number of its instruction.
    var instruction = 0
    var bytes: UInt16 = 0
    var pointer: Int32 = 0
    var isDone = false
}
