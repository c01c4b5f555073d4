/// How a run ended.
public enum Outcome {
    case completed
    /// Work is left and nothing can move.
    case deadlock(Deadlock)
    /// A component could not go on.
    case failed(ComponentFailure)
    case interrupted
}

/// What kept a component from doing what it was told, such as a trace that cannot be read.
public struct ComponentFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the component.
    public var component: String
    public var message: String

    public var description: String { "\(component): \(message)" }
}
