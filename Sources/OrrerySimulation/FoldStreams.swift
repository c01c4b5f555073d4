/// Which servers each address source of each command reaches: fixed for a run.
struct FoldStreams {
    /// A server that one address source reaches, and how far one request extends beyond its first byte.
    struct Reach {
        var server: Int
        var addressing: Addressing
        var extent: Int
    }

    /// By global stream id (`Engine.streamBase[pc] + source`).
    private(set) var reaches: [[Reach]]
    /// Servers that compare addresses.
    let comparing: [Int: (period: Int, unit: Int)]

    init(_ kernel: Kernel) {
        reaches = Array(repeating: [], count: kernel.streamCount)
        var comparing: [Int: (period: Int, unit: Int)] = [:]
        for component in kernel.components {
            if case .compared(let period, let unit) = component.addressing { comparing[component.id] = (period, unit) }
        }
        self.comparing = comparing
        for engine in kernel.engines {
            for (pc, step) in engine.steps.enumerated() where step.kind == .command {
                for work in step.variants {
                    for stream in work.streams { add(stream, engine: engine, pc: pc) }
                }
            }
        }
    }

    private mutating func add(_ stream: Work.Stream, engine: Engine, pc: Int) {
        let id = engine.streamBase[pc] + stream.address
        let extent = stream.bytes + max(0, stream.count - 1) * abs(stream.stride)
        var servers = [engine.ports[stream.port]]
        while let server = servers.popLast() {
            servers += server.behind
            if let known = reaches[id].firstIndex(where: { $0.server == server.id }) {
                reaches[id][known].extent = max(reaches[id][known].extent, extent)
            } else {
                reaches[id].append(Reach(server: server.id, addressing: server.addressing, extent: extent))
            }
        }
    }
}
