import OrrerySimulation
import OrreryText

/// The parameters that spatial arrays and vector units share: what an element or lane can do, and where streams go.
enum OperationParameters {
    static let operations = Parameter.map(
        "operations", values: .group("operation", [slots, latency, chain], help: "costs of one operation"),
        help: "what each element can do: operation name to {slots, latency, as}")

    static let slots = Parameter.integer(
        "slots", 1...65536, help: "cycles until the element can begin another operation")
    static let latency = Parameter.cycles(
        "latency", 1...65536, help: "from the first slot to the result; as many cycles as slots where not given"
    ).optional()
    static let chain = Parameter.text(
        "as", help: "the operation that it is a chain of, one a slot, and is counted as; itself where not given"
    ).optional()

    static func table(_ values: ParameterValues) throws(ConfigurationError) -> OperationTable {
        var table = OperationTable()
        for (name, cost) in values[operations] {
            try table.add(name, slots: cost[slots], latency: cost[latency], asChainOf: cost[chain])
        }
        return table
    }

    static let ports = [
        ComponentClass.Port("operands", help: "the memory that operands are read from"),
        ComponentClass.Port(
            "results", isRequired: false,
            help: "the memory that results go to; that of the operands where not connected"),
        ComponentClass.Port(
            ComponentClass.Port.direct, isRequired: false,
            help: "a memory further off to and from which results and operands go straight where a mapping says so"),
    ]

    /// The servers of all ports. A unit none of whose tiles uses a port may be made without.
    static func servers(_ site: Site) -> [Server] {
        guard let operands = site.servers["operands"] else { return [] }
        let results = site.servers["results"] ?? operands
        return [operands, results, site.servers[ComponentClass.Port.direct] ?? results]
    }
}
