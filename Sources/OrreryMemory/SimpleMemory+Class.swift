import OrrerySimulation
import OrreryText

extension SimpleMemory {
    /// The class `simple-memory`.
    static let componentClass = ComponentClass(
        name: "simple-memory", role: .memory, summary: "a memory known by bandwidth, latency and granules in flight",
        discussion: """
            Cycle by cycle: requests in order, granule by granule; a granule waits for the channel (granule / bandwidth, exact \
            fractions of a cycle) and for the completion of the one `outstanding` before it, and is complete a latency after \
            its transfer.
            Not modelled: banks, rows, refresh, turnaround; answers don't depend on addresses.
            """,
        parameters: [bandwidth, latency, outstanding, granule, queue, capacity], actions: ["read", "write"],
        relaxed: ["bandwidth": "1 PB/s", "latency": "0 s", "outstanding": "1Mi", "queue": "4096"],
        storage: { Storage(capacity: $0[capacity], rowBytes: $0[granule]) },
        make: { (site) throws(ConfigurationError) in
            let values = site.values
            return [
                SimpleMemory(
                    path: site.path, clock: site.clock,
                    Configuration(
                        rate: try site.rate(bandwidth), latency: try site.cycles(latency),
                        outstanding: values[outstanding], granule: values[granule], queue: values[queue],
                        capacity: values[capacity]))
            ]
        })

    private static let bandwidth = Parameter.quantity(
        "bandwidth", .bytesPerSecond, help: "bytes that the channel moves in a second, reads and writes together")
    private static let latency = Parameter.duration(
        "latency", help: "from the end of a granule's transfer to its completion, rounded up to cycles")
    private static let outstanding = Parameter.integer("outstanding", 1...(1 << 20), help: "granules in flight")
    private static let granule = Parameter.bytes("granule", 1...(1 << 20), help: "bytes of a transfer")
    private static let queue = Parameter.integer(
        "queue", 1...4096, default: 64, help: "requests it holds; further ones are refused and stall their requester")
    private static let capacity = Parameter.bytes("capacity", 1...(1 << 60), help: "bytes; unlimited if absent")
        .optional()
}
