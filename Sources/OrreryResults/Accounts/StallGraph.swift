import OrrerySimulation

/// Who waits for whom: for every engine the servers behind its ports, and the engines that move each token.
struct StallGraph {
    /// Path of the server behind an engine's port, by engine and port name.
    private var servers: [String: [String: String]] = [:]
    /// Names of the tokens that an engine takes and posts.
    private var taken: [String: Set<String>] = [:]
    private var posted: [String: Set<String>] = [:]
    private let engines: [String]

    init(_ components: [ComponentContext], _ programs: [Program]) {
        var engines: [String] = []
        for component in components {
            for port in component.ports { servers[component.path, default: [:]][port.name] = port.server }
        }
        for program in programs {
            for queue in program.queues {
                if !engines.contains(queue.engine) { engines.append(queue.engine) }
                for case .command(let command) in queue.instructions {
                    taken[queue.engine, default: []].formUnion(command.waits.map { program.tokens[$0.token].name })
                    posted[queue.engine, default: []].formUnion(command.posts.map { program.tokens[$0.token].name })
                }
            }
        }
        self.engines = engines
    }

    /// What a stall of an engine waits for.
    enum Blame: Hashable {
        /// A server, or the engine itself.
        case component(String)
        /// Engines that would have to post a token, and engines that would have to take one.
        case engines(posters: [String], takers: [String])
    }

    func blame(for cause: String, of engine: String) -> Blame {
        if cause.hasPrefix("port "), let server = server(cause.dropFirst("port ".count), of: engine) {
            return .component(server)
        }
        func others(_ movers: [String: Set<String>], where moves: [String: Set<String>]) -> [String] {
            guard moves[engine]?.contains(cause) ?? false else { return [] }
            return engines.filter { $0 != engine && movers[$0]?.contains(cause) ?? false }
        }
        let (posters, takers) = (others(posted, where: taken), others(taken, where: posted))
        return posters.isEmpty && takers.isEmpty ? .component(engine) : .engines(posters: posters, takers: takers)
    }

    /// The server behind a port of an engine, or of the component that it is a unit of.
    func server(_ port: Substring, of engine: String) -> String? {
        var path = engine[...]
        while true {
            if let server = servers[String(path)]?[String(port)] { return server }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }
}
