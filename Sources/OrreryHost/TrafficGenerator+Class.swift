import OrrerySimulation
import OrreryText

extension TrafficGenerator {
    /// The class `traffic-generator`.
    static let componentClass = ComponentClass(
        name: "traffic-generator", role: .engine, summary: "issues the requests of a stream to a memory",
        discussion: """
            Cycle by cycle: requests in the order of the stream, `issue` in a cycle and then none for `interval` cycles, while fewer \
            than `outstanding` are under way; a refused request, and one whose address depends on one under way, holds up those \
            behind it.
            Not modelled: a core. Streams are never folded.
            """,
        parameters: [outstanding, issue, interval],
        ports: [Port("memory", help: "where the requests go")],
        actions: ["access"], relaxed: ["outstanding": "64Ki", "issue": "64", "interval": "1 cycle"],
        streams: .accesses,
        behind: { counted, _ in
            let done = counted("reads done") + counted("writes done")
            let latency = done > 0 ? (counted("read latency cycles") + counted("write latency cycles")) / done : 0
            let waiting = counted("outstanding") + counted("dependence")
            return [TimeBehind(port: "memory", cycles: waiting, latency: latency)]
        },
        make: { (site) throws(ConfigurationError) in
            guard let memory = site.servers["memory"] else {
                throw ConfigurationError(
                    parameter: "connect", "a traffic-generator needs a server at its port 'memory'")
            }
            return [
                TrafficGenerator(
                    path: site.path, clock: site.clock, memory: memory,
                    Configuration(
                        outstanding: site.values[outstanding], issue: site.values[issue],
                        interval: site.values[interval]))
            ]
        })

    private typealias Port = ComponentClass.Port

    private static let outstanding = Parameter.integer(
        "outstanding", 1...(1 << 16), help: "requests under way at most")
    private static let issue = Parameter.integer(
        "issue", 1...1024, default: 1, help: "requests that go out in a cycle at most")
    private static let interval = Parameter.cycles(
        "interval", 1...(1 << 30), default: 1, help: "from one cycle with requests to the next")
}
