/// Time that a component waits for what is behind one of its ports, as its own counters tell.
///
/// Results divide the latency of a run by it: what an engine waits for goes to the servers that its requests spend their time at.
public struct TimeBehind: Hashable, Sendable {
    public var port: String
    /// Cycles of the component's clock: of a server, those that one of its requests waits there on average; of an engine, those
    /// among its stalls in which it waits for answers.
    public var cycles: Double
    /// Cycles of the component's clock that a request which goes through the port takes on average.
    public var latency: Double
    /// What the component asks for there on behalf of its requests, where that is something else than they ask for.
    public var kind: Request.Kind?

    public init(port: String, cycles: Double, latency: Double, kind: Request.Kind? = nil) {
        self.port = port
        self.cycles = cycles
        self.latency = latency
        self.kind = kind
    }

    /// The value of a counter, or of an engine's stalls, by name.
    public typealias Counted = (String) -> Double
}
