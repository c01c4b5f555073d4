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

    /// Divides the time of the busiest of the engines that were at work (busy or stalled) nearly as long as the longest.
    ///
    /// Its busy cycles are its own, a stall at a port is the server's, and a stall for a token is divided as the time of
    /// the engines that move the token is. What a copy engine announces was on its way in the background: to wait for it
    /// is to wait for the fullest of the servers that it copies between, as far as that server was full, and for the
    /// engine itself beyond that.
    init(components: [ComponentAccount], _ graph: StallGraph) {
        let engines = components.filter { $0.time != nil && $0.worked > 0 }
        let accounts = Dictionary(components.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        func family(_ path: String) -> String {
            accounts[path]?.family ?? components.first { path.hasPrefix("\($0.path).") }?.family ?? path
        }
        var announced: [String: [String: Double]] = [:]
        for engine in engines {
            let servers = engine.copiedPorts.compactMap { graph.server($0[...], of: engine.path) }
            let fullest = servers.compactMap { accounts[$0] }.max {
                ($0.achievedFraction ?? 0, $1.path) < ($1.achievedFraction ?? 0, $0.path)
            }
            guard let fullest, let achieved = fullest.achievedFraction else { continue }
            let share = min(achieved, 1)
            announced[engine.path] = [fullest.family: share, engine.family: 1 - share]
        }
        var shares: [String: [String: Double]] = [:]
        // Each round follows the blame over one more token; what is left after the last is a circle of waits.
        for _ in 0..<16 {
            let last = shares
            for engine in engines {
                let parts = engine.divided(graph, last, announced: announced).sorted { $0.key < $1.key }
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

    /// The ports between which a copy engine copies; empty for other engines.
    fileprivate var copiedPorts: [String] {
        bytes.compactMap { $0.name.hasSuffix(" read") && $0.total > 0 ? String($0.name.dropLast(" read".count)) : nil }
            + bytes.compactMap {
                $0.name.hasSuffix(" written") && $0.total > 0 ? String($0.name.dropLast(" written".count)) : nil
            }
    }

    /// The engine's time as shares of what it went to.
    ///
    /// - Parameters:
    ///   - others: the shares of the other engines' time.
    ///   - announced: what a wait for something that an engine announces is divided into, where that is not `others`.
    fileprivate func divided(
        _ graph: StallGraph, _ others: [String: [String: Double]], announced: [String: [String: Double]]
    ) -> [String: Double] {
        guard let time, worked > 0 else { return [:] }
        let whole = Double(worked)
        var result = [path: Double(time.busy.total) / whole]
        for stall in time.stalls where stall.value > 0 {
            let share = Double(stall.value) / whole
            switch graph.blame(for: stall.name, of: path) {
            case .component(let name): result[name, default: 0] += share
            case .engines(let posters, let takers):
                let parts = posters.map { announced[$0] ?? others[$0] ?? [:] } + takers.map { others[$0] ?? [:] }
                for part in parts {
                    for (name, value) in part.sorted(by: { $0.key < $1.key }) {
                        result[name, default: 0] += share * value / Double(parts.count)
                    }
                }
            }
        }
        return result
    }
}
