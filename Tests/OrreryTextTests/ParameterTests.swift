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

@Suite struct ParameterErrorTests {
    @Test func everyProblemIsReported() {
        let (values, problems) = decode(
            """
            class: simple-memory
            row: 16
            rows: 0
            bandwidth: 400
            latency: 3 GiB
            capacity: 1.5 B
            policy: close
            snoop: no
            depth:
            delays: [1 ns, 2, 3 B, x]
            ports: {a: 9, b: [1]}
            """, [rows, bandwidth, latency, capacity, policy, snoop, depth, delays, ports], ignoring: ["class"])
        #expect(!values.isComplete)
        #expect(
            problems == [
                "hw.yaml:2:1: error: dram: unknown key 'row'; did you mean 'rows'?",
                "hw.yaml:3:7: error: dram.rows: 0 is out of range; expected 1 to 65536",
                "hw.yaml:4:12: error: dram.bandwidth: '400' has no unit; expected a bandwidth, such as 400 GiB/s or 800 GB/s",
                "hw.yaml:5:10: error: dram.latency: '3 GiB' is a size; expected a time or a number of cycles, such as 100 ns or 1 cycle",
                "hw.yaml:6:11: error: dram.capacity: '1.5 B' is not whole: 1.5 B; expected a size, such as 64 B or 16 MiB",
                "hw.yaml:7:9: error: dram.policy: 'close' is not one of open, closed, closed-cap; did you mean 'closed'?",
                "hw.yaml:8:8: error: dram.snoop: expected true or false, found 'no'",
                "hw.yaml:9:7: error: dram.depth: has no value; expected a whole number (1 to 64)",
                "hw.yaml:10:9: error: dram.delays: has 4 values; expected 1 to 3",
                "hw.yaml:11:12: error: dram.ports.a: 9 is out of range; expected 1 to 8",
                "hw.yaml:11:18: error: dram.ports.b: expected a whole number (1 to 8), found a sequence",
            ])
    }

    @Test func missingParametersSayWhatTheyAre() {
        let (_, problems) = decode("{}", [rows, bandwidth, policy])
        #expect(
            problems == [
                "hw.yaml:1:1: error: dram.rows: is missing: rows of processing elements; expected a whole number (1 to 65536)",
                "hw.yaml:1:1: error: dram.bandwidth: is missing: peak bandwidth; expected a bandwidth, such as 400 GiB/s or 800 GB/s (greater than 0)",
            ])
        #expect(decode("[1]", [rows]).problems == ["hw.yaml:1:1: error: dram: expected a mapping, found a sequence"])
    }

    @Test(arguments: [
        ("-1", "hw.yaml:1:7: error: dram.rows: -1 is out of range; expected 1 to 65536"),
        (
            "99999999999999999999",
            "hw.yaml:1:7: error: dram.rows: 99999999999999999999 is out of range; expected 1 to 65536"
        ),
        (
            "1e99",
            "hw.yaml:1:7: error: dram.rows: the number is too large or too fine; expected a whole number (1 to 65536)"
        ),
        ("abc", "hw.yaml:1:7: error: dram.rows: expected a whole number (1 to 65536), found 'abc'"),
        ("N / 2", "hw.yaml:1:7: error: dram.rows: expected a whole number (1 to 65536), found 'N / 2'"),
        ("16 KB", "hw.yaml:1:10: error: dram.rows: unknown unit 'KB'; kB is 1000 bytes, KiB is 1024"),
        ("16 B", "hw.yaml:1:7: error: dram.rows: '16 B' is a size; expected a whole number (1 to 65536)"),
        ("'1 / 0'", "hw.yaml:1:10: error: dram.rows: division by zero; expected a whole number (1 to 65536)"),
        ("1 < 2", "hw.yaml:1:7: error: dram.rows: expected a whole number (1 to 65536), found '1 < 2'"),
        ("1:30", "hw.yaml:1:8: error: dram.rows: unexpected ':'; expected a whole number (1 to 65536)"),
    ])
    func badIntegers(_ text: String, _ problem: String) {
        #expect(decode("rows: \(text)", [rows]).problems == [problem])
    }

    @Test(arguments: [("256 / 2", 128), ("'2 * (3 + 4)'", 14), ("1Ki", 1024), ("0x10", 16), ("010", 10), ("2^4", 16)])
    func arithmeticOnLiterals(_ text: String, _ value: Int) {
        let (values, problems) = decode("rows: \(text)", [rows])
        #expect(problems == [])
        #expect(values.value(of: rows) == value)
    }

    @Test func realNumbersAndInfinity() {
        let finite = Parameter.real("x", 0...1, help: "a share")
        let any = Parameter.real("x", allowsInfinity: true, help: "a start value")
        #expect(decode("x: 3 %", [finite]).values[finite] == 0.03)
        #expect(decode("x: -inf", [any]).values[any] == -.infinity)
        #expect(
            decode("x: 2", [finite]).problems == [
                "hw.yaml:1:4: error: dram.x: 2.0 is out of range; expected 0.0 to 1.0"
            ])
        #expect(
            decode("x: inf", [finite]).problems == [
                "hw.yaml:1:4: error: dram.x: expected a plain number, such as 0.5, 1Ki or 3 % (0.0 to 1.0), found 'inf'"
            ])
    }

    @Test func sourcesInPlace() {
        let (values, problems) = decode(
            "latency: {value: 14 ns, source: \"data sheet, table 3\", status: sourced}\nrows: 4\n", [latency, rows])
        #expect(problems == [])
        #expect(values[latency] == "14 ns")
        #expect(values.source(of: latency)?.source == "data sheet, table 3")
        #expect(values.source(of: latency)?.status == .sourced)
        #expect(values.source(of: rows) == nil)
        #expect(values.givenNames == ["latency", "rows"])
        #expect(
            decode(
                "latency: {value: 14, source: x, status: gessed, sauce: 1}\nrows: {source: a, status: sourced}\n",
                [latency, rows]
            ).problems == [
                "hw.yaml:1:49: error: dram.latency: unknown key 'sauce'; did you mean 'source'?",
                "hw.yaml:1:41: error: dram.latency: 'gessed' is no status; expected sourced, derived, recalled or fitted",
                "hw.yaml:1:18: error: dram.latency: '14' has no unit; expected a time or a number of cycles, such as 100 ns or 1 cycle",
                "hw.yaml:2:7: error: dram.rows: expected a whole number (1 to 65536), found a mapping without 'value'",
            ])
    }

    @Test func groupsAndExpressions() {
        let timing = Parameter.group("timing", [latency, rows], help: "timings")
        let where_ = Parameter.expression("where", help: "which points")
        let (values, problems) = decode("timing: {latency: 1 ns, rows: 3}\nwhere: M >= P\n", [timing, where_])
        #expect(problems == [])
        #expect(values[timing][rows] == 3)
        #expect(values[where_].names == ["M", "P"])
        #expect(
            decode("timing: {latency: 1 ns, rws: 3}\nwhere: M >=\n", [timing, where_]).problems == [
                "hw.yaml:1:25: error: dram.timing: unknown key 'rws'; did you mean 'rows'?",
                "hw.yaml:1:9: error: dram.timing.rows: is missing: rows of processing elements; expected a whole number (1 to 65536)",
                "hw.yaml:2:12: error: dram.where: the expression ends too early; expected a value",
            ])
    }

    @Test func declarationsDescribeThemselves() {
        #expect(rows.isRequired && !policy.isRequired && !depth.isRequired)
        #expect(policy.defaultDescription == "open")
        #expect(latency.rangeDescription == "at least 0")
        #expect(bandwidth.unit == "B/s")
        #expect(
            ParameterValues.jsonSchema(of: [policy, rows]).text()
                == #"{"type":"object","properties":{"policy":{"description":"when rows close","default":"open","anyOf":[{"enum":["open","closed","closed-cap"]},"#
                + noted(#"{"enum":["open","closed","closed-cap"]}"#)
                + #"]},"rows":{"description":"rows of processing elements (1 to 65536)","anyOf":["#
                + integer + "," + noted(integer) + #"]}},"required":["rows"],"additionalProperties":false}"#)
    }

    private let integer = #"{"anyOf":[{"type":"integer","minimum":1,"maximum":65536},{"type":"string"}]}"#

    private func noted(_ value: String) -> String {
        #"{"type":"object","additionalProperties":false,"required":["value","source","status"],"properties":{"value":"#
            + value + #","source":{"type":"string"},"status":{"enum":["sourced","derived","recalled","fitted"]}}}"#
    }
}
