/// Which servers each address source of each command reaches: fixed for a run.
struct FoldStreams {
    /// A server that one address source reaches, and the first and last byte of its requests relative to their address.
    struct Reach {
        var server: Int
        var addressing: Addressing
        var lower: Int
        var upper: Int
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
        let travel = max(0, stream.count - 1) * stream.stride
        let (lower, upper) = (min(0, travel), max(0, travel) + max(1, stream.bytes) - 1)
        var servers = [engine.ports[stream.port]]
        var seen: Set<Int> = []
        while let server = servers.popLast() {
            if !seen.insert(server.id).inserted { continue }
            servers += server.behind
            if let known = reaches[id].firstIndex(where: { $0.server == server.id }) {
                reaches[id][known].lower = min(reaches[id][known].lower, lower)
                reaches[id][known].upper = max(reaches[id][known].upper, upper)
            } else {
                let reach = Reach(server: server.id, addressing: server.addressing, lower: lower, upper: upper)
                reaches[id].append(reach)
            }
        }
    }
}
