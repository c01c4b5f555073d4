import OrreryMachine
import OrrerySimulation

extension Hardware {
    /// What a machine offers. A port that leads through a link counts as one to the memory behind it.
    public init(_ machine: Machine) {
        var memories: [Memory] = []
        var units: [Unit] = []
        for part in machine.components {
            if let storage = part.classInfo.storage(part.values) {
                memories.append(Memory(path: part.path, storage: storage))
            }
            guard part.classInfo.role == .engine else { continue }
            var ports: [Int: String] = [:]
            for connection in part.connections {
                if let port = part.classInfo.ports.firstIndex(where: { $0.name == connection.port }),
                    let memory = Self.memory(behind: connection.server, of: machine)
                {
                    ports[port] = memory
                }
            }
            units.append(Unit(path: part.path, classInfo: part.classInfo, values: part.values, ports: ports))
        }
        self.init(
            name: machine.name, units: units, memories: memories, names: machine.parameterPaths,
            number: { machine.parameter($0) })
    }

    /// The component in which a request that goes to `server` ends.
    private static func memory(behind server: String, of machine: Machine) -> String? {
        var path = server
        for _ in 0...machine.components.count {
            guard let part = machine.part(at: path) else { return nil }
            if part.classInfo.storage(part.values) != nil { return part.path }
            // A link's first port leads away from its near end, the second one back from its far end.
            let port = part.classInfo.ports.dropFirst(part.path == path ? 0 : 1).first
            guard let way = part.connections.first(where: { $0.port == port?.name }) else { return nil }
            path = way.server
        }
        return nil
    }
}
