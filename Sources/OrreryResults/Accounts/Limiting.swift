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

        public init(component: String, overrides: [RunInputs.Override], seconds: Double) {
            self.component = component
            self.overrides = overrides
            self.seconds = seconds
        }
    }

    /// The engine whose time stands for the latency.
    public var engine: String?
    /// How that engine's time is divided over what it worked on and waited for, the greatest first.
    public var attribution: [Share]
    /// Empty where none were asked for.
    public var counterfactuals: [Counterfactual] = []

    /// Divides the time of the busiest of the engines that were at work (busy or stalled) nearly as long as the longest: its
    /// busy cycles are its own, a stall at a port is the server's, and a stall for a token is divided as the time of the
    /// engines that move the token is.
    init(components: [ComponentAccount], _ graph: StallGraph) {
        let engines = components.filter { $0.time != nil && $0.worked > 0 }
        let families = Dictionary(components.map { ($0.path, $0.family) }, uniquingKeysWith: { first, _ in first })
        func family(_ path: String) -> String {
            families[path] ?? components.first { path.hasPrefix("\($0.path).") }?.family ?? path
        }
        var shares: [String: [String: Double]] = [:]
        // Each round follows the blame over one more token; what is left after the last is a circle of waits.
        for _ in 0..<16 {
            let last = shares
            for engine in engines {
                let parts = engine.divided(graph, last).sorted { $0.key < $1.key }
                shares[engine.path] = parts.reduce(into: [:]) { $0[family($1.key), default: 0] += $1.value }
            }
        }
        let longest = engines.map(\.workedSeconds).max() ?? 0
        let lead = engines.filter { $0.workedSeconds >= Self.nearly * longest }
            .max { ($0.utilisation ?? 0, $1.path) < ($1.utilisation ?? 0, $0.path) }
        self.engine = lead?.path
        let ofRun = lead.map { $0.elapsed > 0 ? Double($0.worked) / Double($0.elapsed) : 0 } ?? 0
        attribution = (lead.flatMap { shares[$0.path] } ?? [:])
            .map { Share(component: $0.key, share: $0.value * ofRun) }
            .filter { $0.share > 0 }
            .sorted { ($1.share, $0.component) < ($0.share, $1.component) }
    }

    private static let nearly = 0.9

    /// What the latency waits for most.
    public var component: String? { attribution.first?.component }
}

extension ComponentAccount {
    /// Cycles until it was done.
    fileprivate var worked: Int { time.map { $0.busy.total + $0.stalled } ?? 0 }
    fileprivate var workedSeconds: Double { Double(worked) / frequency }

    /// The engine's time as shares of what it went to, given the shares of the other engines' time.
    fileprivate func divided(_ graph: StallGraph, _ others: [String: [String: Double]]) -> [String: Double] {
        guard let time, worked > 0 else { return [:] }
        let whole = Double(worked)
        var result = [path: Double(time.busy.total) / whole]
        for stall in time.stalls where stall.value > 0 {
            let share = Double(stall.value) / whole
            switch graph.blame(for: stall.name, of: path) {
            case .component(let name): result[name, default: 0] += share
            case .engines(let engines):
                for engine in engines {
                    for (name, part) in (others[engine] ?? [:]).sorted(by: { $0.key < $1.key }) {
                        result[name, default: 0] += share * part / Double(engines.count)
                    }
                }
            }
        }
        return result
    }
}
