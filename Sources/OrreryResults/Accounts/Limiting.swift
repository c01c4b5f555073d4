/// What the latency of a run is made of, and what would change it.
public struct Limiting: Hashable, Sendable {
    /// A part of the latency that one component answers for.
    public struct Share: Hashable, Sendable {
        /// The path that the component shares with its like.
        public var component: String
        /// Of the latency, 0 to 1.
        public var share: Double
    }

    /// A rerun in which one component never limits.
    public struct Counterfactual: Hashable, Sendable {
        public var component: String
        /// The values that were relaxed.
        public var overrides: [RunInputs.Override]
        public var seconds: Double
        /// A part of the rerun was estimated.
        public var isSampled: Bool

        public init(
            component: String, overrides: [RunInputs.Override], seconds: Double, isSampled: Bool = false
        ) {
            self.component = component
            self.overrides = overrides
            self.seconds = seconds
            self.isSampled = isSampled
        }
    }

    /// The engine whose time stands for the latency.
    public var engine: String?
    /// How that engine's time is divided over what it worked on and waited for, the greatest first.
    public var attribution: [Share]
    /// Empty where none were asked for.
    public var counterfactuals: [Counterfactual] = []

    /// Takes the time of the busiest of the engines that were at work (busy or stalled) nearly as long as the longest; see
    /// `Attribution` for how it is divided.
    init(components: [ComponentAccount], _ graph: StallGraph) {
        let engines = components.filter { $0.worked > 0 }
        let longest = engines.map(\.workedFraction).max() ?? 0
        let lead = engines.filter { $0.workedFraction >= Self.nearly * longest }
            .max { ($0.utilisation ?? 0, $1.path) < ($1.utilisation ?? 0, $0.path) }
        engine = lead?.path
        attribution = (lead.flatMap { Attribution(components, graph).shares[$0.path] } ?? [:])
            .map { Share(component: $0.key, share: $0.value * (lead?.workedFraction ?? 0)) }
            .filter { $0.share > 0 }
            .sorted { ($1.share, $0.component) < ($0.share, $1.component) }
    }

    private static let nearly = 0.9

    /// What the latency waits for most.
    public var component: String? { attribution.first?.component }
}

extension ComponentAccount {
    /// Share of the run after which it was done.
    fileprivate var workedFraction: Double { elapsed > 0 ? Double(worked) / Double(elapsed) : 0 }
}
