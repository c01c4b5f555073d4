import OrrerySimulation

/// The components of one run: made for it, used once.
public struct Assembly {
    public var clocks: ClockSet
    /// In wake order: all servers in file order, then all engines in file order, units (`array2d.loader`) behind
    /// theirs. The order depends on the machine alone.
    public var components: [Component]
    public var byPath: [String: Component]
}

extension Machine {
    /// Makes the components of one run.
    ///
    /// - Throws: `AssemblyError`; never for a machine that was loaded, which has been assembled once already.
    public func instantiate() throws -> Assembly {
        var made: [String: [Component]] = [:]
        var byPath: [String: Component] = [:]
        for place in try order() {
            let part = components[place]
            var servers: [String: Server] = [:]
            for connection in part.connections where !part.isLate(connection) {
                guard let server = byPath[connection.server] as? Server else {
                    throw AssemblyError(part: part, connection: connection, units: byPath)
                }
                servers[connection.port] = server
            }
            let site = Site(
                path: part.path, clocks: clocks, clock: part.clock, values: part.values, servers: servers)
            do {
                let units = try part.classInfo.make(site)
                made[part.path] = units
                for unit in units { byPath[unit.path] = unit }
            } catch {
                throw AssemblyError(part: part, error)
            }
        }
        try connectLate(made, byPath)
        let inFileOrder = components.flatMap { made[$0.path] ?? [] }
        let servers = inFileOrder.filter { $0 is Server }
        return Assembly(clocks: clocks, components: servers + inFileOrder.filter { !($0 is Server) }, byPath: byPath)
    }

    private func connectLate(_ made: [String: [Component]], _ byPath: [String: Component]) throws {
        for part in components {
            for connection in part.connections where part.isLate(connection) {
                guard let server = byPath[connection.server] as? Server else {
                    throw AssemblyError(part: part, connection: connection, units: byPath)
                }
                do throws(ConfigurationError) {
                    try made[part.path]?.first?.connect(port: connection.port, to: server)
                } catch {
                    throw AssemblyError(part: part, error)
                }
            }
        }
    }

    /// Indices of the parts such that each comes after the servers it sends to; in file order where that leaves a
    /// choice.
    private func order() throws(AssemblyError) -> [Int] {
        enum Visit { case under, done }
        var visits: [Int: Visit] = [:]
        var result: [Int] = []
        func visit(_ place: Int, from connection: (Part, Connection)?) throws(AssemblyError) {
            switch visits[place] {
            case .done: return
            case .under:
                guard let (part, connection) = connection else { return }
                throw AssemblyError(
                    path: part.path, parameter: "connect",
                    message: "port '\(connection.port)' closes a circle of connections through '\(connection.server)'",
                    mark: connection.mark)
            case nil:
                visits[place] = .under
                for connection in components[place].connections where !components[place].isLate(connection) {
                    guard let server = part(at: connection.server), let next = index[server.path] else { continue }
                    try visit(next, from: (components[place], connection))
                }
                visits[place] = .done
                result.append(place)
            }
        }
        for place in components.indices { try visit(place, from: nil) }
        return result
    }
}

extension Machine.Part {
    /// Whether the connection leaves from a late port.
    func isLate(_ connection: Machine.Connection) -> Bool {
        classInfo.ports.contains { $0.name == connection.port && $0.isLate }
    }
}
