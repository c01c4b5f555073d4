import Testing

@testable import OrreryText

private enum RowPolicy: String, CaseIterable, Sendable {
    case open, closed
    case closedCap = "closed-cap"
}

private let rows = Parameter.integer("rows", 1...65536, help: "rows of processing elements")
private let bandwidth = Parameter.quantity("bandwidth", .bytesPerSecond, help: "peak bandwidth")
private let latency = Parameter.duration("latency", help: "time to the first byte")
private let capacity = Parameter.bytes("capacity", 1...(1 << 50), help: "bytes held")
private let policy = Parameter.choice("policy", of: RowPolicy.self, default: .open, help: "when rows close")
private let snoop = Parameter.flag("snoop", default: false, help: "whether it snoops")
private let depth = Parameter.integer("depth", 1...64, help: "queue depth").optional()
private let delays = Parameter.list("delays", of: .duration("delay", help: "one delay"), 1...3, help: "delays by bank")
private let ports = Parameter.map("ports", values: .integer("width", 1...8, help: "width"), help: "port widths")

@Suite struct ParameterTests {
    @Test func everyKindOfValue() throws {
        let (values, problems) = decode(
            """
            class: simple-memory
            rows: 1_024
            bandwidth: 400 GiB/s
            latency: 5 cycles
            capacity: 16 MiB
            policy: closed-cap
            snoop: true
            delays: [1 ns, 2 cycles]
            ports: {a: 1, b: 0x8}
            """, [rows, bandwidth, latency, capacity, policy, snoop, depth, delays, ports], ignoring: ["class"])
        #expect(problems == [])
        #expect(values.isComplete)
        #expect(values[rows] == 1024)
        #expect(values[bandwidth] == Quantity(400 << 30, .bytesPerSecond))
        #expect(values[latency] == .cycles(5))
        #expect(values[capacity] == 16 << 20)
        #expect(values[policy] == .closedCap)
        #expect(values[snoop])
        #expect(values[depth] == nil)
        #expect(values[delays] == ["1 ns", "2 cycles"])
        #expect(values[ports].map(\.key) == ["a", "b"])
        #expect(values[ports].map(\.value) == [1, 8])
        #expect(values.mark(of: rows)?.description == "hw.yaml:2:7")
        #expect(values.mark(of: depth) == nil)
    }
}
