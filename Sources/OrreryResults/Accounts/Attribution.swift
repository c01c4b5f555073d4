import OrrerySimulation

/// Divides the time of every engine over the components that it worked on or waited for.
///
/// Busy cycles are the engine's own, a stall at a port is the server's, and a stall for a token is divided as the time of
/// the engines that move the token is, and so on along the chain of waits. What a core or generator waits for answers is the
/// memory's behind its port. A server passes its part on to what is behind it (caches, TLBs, page walks, memory) as the mean
/// time of its requests is divided.
///
/// A copy engine announces what was on its way in the background, so its own time says little about why that came late.
/// Where it waited for the very unit that waits for it (for a free buffer), or for nobody, the wait belongs to the fullest
/// of the servers that it copies between, as far as that one was full, and to the engine beyond that. Where it waited for
/// somebody else, the blame goes on to them.
struct Attribution {
    /// Shares by family, of each engine's time until it was done.
    private(set) var shares: [String: [String: Double]] = [:]
    private let graph: StallGraph
    private let accounts: [String: ComponentAccount]
    /// Whom a wait for a copy engine's background work belongs to, by the engine's path.
    private var background: [String: [String: Double]] = [:]

    init(_ components: [ComponentAccount], _ graph: StallGraph) {
        self.graph = graph
        accounts = Dictionary(components.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let engines = components.filter { $0.worked > 0 }
        for engine in engines { background[engine.path] = backgroundShares(of: engine) }
        // Each round follows the blame over one more token; what is left after the last is a circle of waits.
        for _ in 0..<16 {
            let last = shares
            for engine in engines { shares[engine.path] = divided(engine, last) }
            // A round that changes nothing is followed by more of the same.
            if shares == last { break }
        }
    }

    private func family(_ path: String) -> String {
        accounts[path]?.family ?? accounts[owner(of: path)]?.family ?? path
    }

    /// The component that a unit such as `array2d.loader` belongs to.
    private func owner(of path: String) -> String {
        var end = path.endIndex
        while let dot = path[..<end].lastIndex(of: ".") {
            if accounts[String(path[..<dot])] != nil { return String(path[..<dot]) }
            end = dot
        }
        return path
    }

    private func backgroundShares(of engine: ComponentAccount) -> [String: Double]? {
        let servers = engine.copiedPorts.compactMap { graph.server($0[...], of: engine.path) }
        let fullest = servers.compactMap { accounts[$0] }.max {
            ($0.achievedFraction ?? 0, $1.path) < ($1.achievedFraction ?? 0, $0.path)
        }
        guard let fullest, let achieved = fullest.achievedFraction else { return nil }
        let share = min(achieved, 1)
        return [fullest.family: share, engine.family: 1 - share]
    }

    private func divided(_ engine: ComponentAccount, _ last: [String: [String: Double]]) -> [String: Double] {
        guard let time = engine.time else { return [:] }
        let whole = Double(engine.worked)
        var result = [engine.family: Double(time.busy.total) / whole]
        var own = 0.0
        func latency(at server: String) -> Double? {
            engine.behind.first { graph.server($0.port[...], of: engine.path) == server }.map {
                $0.latency / engine.frequency
            }
        }
        for stall in time.stalls where stall.value > 0 {
            let share = Double(stall.value) / whole
            switch graph.blame(for: stall.name, of: engine.path) {
            case .component(engine.path): own += share
            case .component(let name):
                result.add(divided(at: name, for: latency(at: name)), times: share)
            case .engines(let posters, let takers):
                let parts = posters.map { wait(for: $0, by: engine.path, last) } + takers.map { last[$0] ?? [:] }
                for part in parts { result.add(part, times: share / Double(parts.count)) }
            }
        }
        for part in engine.behind {
            guard let server = graph.server(part.port[...], of: engine.path) else { continue }
            let share = min(part.cycles / whole, own)
            own -= share
            result.add(divided(at: server, for: latency(at: server)), times: share)
        }
        result[engine.family, default: 0] += own
        return result
    }

    /// More than stand one behind the other in any machine.
    private static let mostServers = 32

    /// Divides the time that requests spend at a server over it and what is behind it.
    ///
    /// - Parameters:
    ///   - seconds: what one of them takes on average; nil where nobody knows, and the server itself has no part of it.
    ///   - depth: of servers that they have come through; a page walk through a cache comes through that twice.
    private func divided(
        at server: String, for seconds: Double?, _ kind: Request.Kind = .data, depth: Int = 0
    ) -> [String: Double] {
        guard let account = accounts[server], depth < Self.mostServers else { return [family(server): 1] }
        let behind = kind == .translation ? account.behindTranslations : account.behind
        let parts = behind.compactMap { part in
            graph.server(part.port[...], of: server).map { (part, $0) }
        }
        let sum = parts.reduce(0) { $0 + $1.0.cycles }
        if sum == 0 { return [family(server): 1] }
        let whole = max(seconds.map { $0 * account.frequency } ?? sum, sum)
        var result = [family(server): (whole - sum) / whole]
        for (part, next) in parts {
            let latency = part.latency / account.frequency
            let own = divided(at: next, for: latency, part.kind ?? kind, depth: depth + 1)
            result.add(own, times: part.cycles / whole)
        }
        return result
    }

    /// What `waiter` waits for while it waits for something that `path` announces.
    private func wait(for path: String, by waiter: String, _ last: [String: [String: Double]]) -> [String: Double] {
        guard let own = background[path], let engine = accounts[path], let time = engine.time else {
            return last[path] ?? [:]
        }
        let whole = Double(engine.worked)
        var result: [String: Double] = [:]
        result.add(own, times: Double(time.busy.total) / whole)
        for stall in time.stalls where stall.value > 0 {
            let share = Double(stall.value) / whole
            guard case .engines(let posters, let takers) = graph.blame(for: stall.name, of: path),
                !(posters + takers).contains(where: { owner(of: $0) == owner(of: waiter) })
            else {
                result.add(own, times: share)
                continue
            }
            let movers = posters + takers
            for mover in movers { result.add(last[mover] ?? [:], times: share / Double(movers.count)) }
        }
        return result
    }
}

extension [String: Double] {
    /// Adds terms in a fixed order, so that sums come out the same in every run.
    fileprivate mutating func add(_ terms: [String: Double], times factor: Double) {
        for (name, value) in terms.sorted(by: { $0.key < $1.key }) { self[name, default: 0] += value * factor }
    }
}

extension ComponentAccount {
    /// Cycles until it was done; 0 for what keeps no account of its time.
    var worked: Int { time.map { $0.busy.total + $0.stalled } ?? 0 }

    /// The ports between which a copy engine copies; empty for other engines.
    fileprivate var copiedPorts: [String] {
        bytes.filter { $0.total > 0 }.compactMap { series in
            [" read", " written"].first { series.name.hasSuffix($0) }.map { String(series.name.dropLast($0.count)) }
        }
    }
}
