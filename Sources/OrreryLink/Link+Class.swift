import OrrerySimulation
import OrreryText

extension Link {
    /// The class `link`.
    static let componentClass = ComponentClass(
        name: "link", role: .link, summary: "a serial link between two devices, with two directions",
        discussion: """
            Cycle by cycle: messages in order at (data + header) / bandwidth, an arrival a latency later, reads with \
            their data on the way back, writes answered by a header; credits bound the requests under way. With nothing \
            at port `to` a write is done when it arrives (a message).
            Not modelled: cut-through within a request, replay, flow control by bytes.
            """,
        parameters: [bandwidth, latency, header, payload, credits],
        ports: [
            Port("to", isRequired: false, help: "server at the far end, for requests from the near one"),
            Port("back", isRequired: false, help: "server at the near end, for requests from the far one"),
        ], actions: actionNames,
        relaxed: ["bandwidth": "1 PB/s", "latency": "0 s", "header": "0 B", "credits": "4096"],
        make: { (site) throws(ConfigurationError) in
            let near = Link(
                path: site.path, clock: site.clock, target: site.servers["to"], try configuration(site))
            return [near] + (site.servers["back"].map { [Link(farEndOf: near, target: $0)] } ?? [])
        })

    private typealias Port = ComponentClass.Port

    private static let bandwidth = Parameter.quantity(
        "bandwidth", .bytesPerSecond, help: "bytes that one direction moves in a second, headers included")
    private static let latency = Parameter.duration(
        "latency", help: "from the sending of a message's last byte to its arrival, rounded up to cycles")
    private static let header = Parameter.bytes("header", 0...(1 << 16), help: "overhead bytes of every message")
    private static let payload = Parameter.bytes("payload", 1...(1 << 40), help: "data bytes of a message at most")
    private static let credits = Parameter.integer("credits", 1...4096, help: "requests under way from one end")

    private static func configuration(_ site: Site) throws(ConfigurationError) -> Configuration {
        let values = site.values
        return Configuration(
            rate: try site.rate(bandwidth), latency: try site.cycles(latency), header: values[header],
            payload: values[payload], credits: values[credits])
    }
}
