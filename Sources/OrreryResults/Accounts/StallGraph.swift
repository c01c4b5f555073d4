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
        /// Engines that would have to post or take a token.
        case engines([String])
    }

    func blame(for cause: String, of engine: String) -> Blame {
        if cause.hasPrefix("port "), let server = server(cause.dropFirst("port ".count), of: engine) {
            return .component(server)
        }
        var others: [String] = []
        if taken[engine]?.contains(cause) ?? false { others += engines.filter { posted[$0]?.contains(cause) ?? false } }
        if posted[engine]?.contains(cause) ?? false { others += engines.filter { taken[$0]?.contains(cause) ?? false } }
        let distinct = engines.filter { $0 != engine && others.contains($0) }
        return distinct.isEmpty ? .component(engine) : .engines(distinct)
    }

    /// The server behind a port of an engine, or of the component that it is a unit of.
    private func server(_ port: Substring, of engine: String) -> String? {
        var path = engine[...]
        while true {
            if let server = servers[String(path)]?[String(port)] { return server }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }
}
