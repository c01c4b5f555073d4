import OrrerySimulation
import OrreryText

extension Scratchpad {
    /// The class `scratchpad`.
    static let componentClass = ComponentClass(
        name: "scratchpad", role: .memory, summary: "a software-managed buffer of banks behind shared ports",
        discussion: """
            Cycle by cycle: every row of a request takes one port for a cycle and its bank (row number modulo banks) for \
            bank_cycle cycles, accesses of a request in order, the oldest request first; a full queue refuses.
            Not modelled: topology of the wires between ports and banks, merging of accesses to the same row.
            """,
        parameters: [capacity, banks, ports, width, latency, bankCycle, queue], actions: ["read", "write"],
        relaxed: ["ports": "4096", "bank_cycle": "0 cycles", "latency": "0 cycles", "queue": "4096"],
        storage: { Storage(capacity: $0[capacity], rowBytes: $0[width]) },
        make: { (site) throws(ConfigurationError) in
            let values = site.values
            return [
                try Scratchpad(
                    path: site.path, clock: site.clock,
                    Configuration(
                        capacity: values[capacity], banks: values[banks], ports: values[ports], width: values[width],
                        latency: try site.cycles(latency), bankCycle: values[bankCycle], queue: values[queue]))
            ]
        })

    private static let capacity = Parameter.bytes(
        "capacity", 1...(1 << 50), help: "bytes it holds, a multiple of banks × width")
    private static let banks = Parameter.integer("banks", 1...4096, help: "single-ported banks, interleaved by rows")
    private static let ports = Parameter.integer(
        "ports", 1...4096, help: "accesses in a cycle, over all banks together")
    private static let width = Parameter.bytes(
        "width", 1...(1 << 20), help: "bytes of a row: what one access through one port moves")
    private static let latency = Parameter.duration("latency", help: "from the cycle of an access to its data")
    private static let bankCycle = Parameter.cycles(
        "bank_cycle", 0...1024, default: 1, help: "cycles that a bank is busy with an access; 0 for no conflicts")
    private static let queue = Parameter.integer(
        "queue", 1...4096, default: 16, help: "requests under way; further ones are refused and stall their requester")
}
