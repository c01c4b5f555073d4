/// How a run ended.
public enum Outcome {
    case completed
    /// Work is left and nothing can move.
    case deadlock(Deadlock)
    case interrupted
}
