/// What an engine answers when it is given a command.
public enum Issue {
    /// The unit is occupied until `until`; what it announces is delivered at `result`, at the same time or later (a
    /// pipelined result).
    case occupied(until: Cycle, result: Cycle)
    /// The unit works on it and calls `Engine.finish` when it is done.
    case working
    /// The command runs on in the background; the unit can issue the next one at `next` and calls `Engine.deliver` when
    /// this one is done.
    case accepted(next: Cycle)
    /// There is no room: stalled for the class's cause with this index, tried again at the next poke.
    case refused(cause: Int)
}
