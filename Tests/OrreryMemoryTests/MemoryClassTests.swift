import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

@Suite struct MemoryClassTests {
    private let yaml = [
        "scratchpad": "{capacity: 16 MiB, banks: 32, ports: 4, width: 64 B, latency: 2 cycles}",
        "simple-memory": "{bandwidth: 400 GiB/s, latency: 100 ns, outstanding: 64, granule: 64 B}",
        "dma": "{burst: 4 KiB, outstanding: 8, transfers: 4}",
    ]

    private func values(_ name: String, _ text: String) throws -> (ComponentClass, ParameterValues, [String]) {
        let diagnostics = Diagnostics()
        let found = try #require(memoryClasses.first { $0.name == name })
        let node = YAML.parse(text, file: "machine.yaml", diagnostics: diagnostics)
        let values = ParameterValues.decode(node, declared: found.parameters, path: name, diagnostics: diagnostics)
        return (found, values, diagnostics.all.map(\.message))
    }

    private func make(_ name: String, _ text: String, servers: [String: Server] = [:]) throws -> [Component] {
        let (found, values, problems) = try values(name, text)
        try #require(problems.isEmpty && values.isComplete, "\(problems)")
        let clocks = ClockSet([Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000)])
        let site = Site(path: name, clocks: try #require(clocks), clock: 0, values: values, servers: servers)
        return try found.make(site)
    }

    @Test func makesEachClassFromItsFile() throws {
        let buffer = try #require(try make("scratchpad", yaml["scratchpad"] ?? "").first as? Scratchpad)
        #expect(
            buffer.configuration
                == .init(capacity: 16 << 20, banks: 32, ports: 4, width: 64, latency: 2, bankCycle: 1, queue: 16))
        let dram = try #require(try make("simple-memory", yaml["simple-memory"] ?? "").first as? SimpleMemory)
        // 100 ns are 94 cycles exactly.
        #expect(
            dram.configuration
                == .init(
                    rate: Rate(bytes: 67_108_864, perCycles: 146_875), latency: 94, outstanding: 64, granule: 64,
                    queue: 64, capacity: nil))
        let dma = try #require(
            try make("dma", yaml["dma"] ?? "", servers: ["memory": dram, "buffer": buffer]).first as? CopyEngine)
        #expect(dma.configuration == .init(burst: 4096, outstanding: 8, transfers: 4))
        #expect(dma.ports.map(\.path) == ["simple-memory", "scratchpad"])
        #expect(throws: ConfigurationError.self) { try make("dma", yaml["dma"] ?? "", servers: ["memory": dram]) }
    }

    @Test func latencyIsRoundedUp() throws {
        let text = "{bandwidth: 1 GB/s, latency: 100.1 ns, outstanding: 1, granule: 64 B}"
        let dram = try #require(try make("simple-memory", text).first as? SimpleMemory)
        #expect(dram.configuration.latency == 95)
    }

    @Test func offersItsStorage() throws {
        let (scratchpad, values, _) = try values("scratchpad", yaml["scratchpad"] ?? "")
        #expect(scratchpad.storage(values) == Storage(capacity: 16 << 20, rowBytes: 64))
        let (memory, others, _) = try self.values("simple-memory", yaml["simple-memory"] ?? "")
        #expect(memory.storage(others) == Storage(capacity: nil, rowBytes: 64))
    }

    @Test(arguments: ["scratchpad", "simple-memory", "dma"]) func theRelaxedVariantIsValid(name: String) throws {
        let (found, _, _) = try values(name, yaml[name] ?? "")
        let relaxed = found.relaxed.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
        let names = Set(found.parameters.map(\.name))
        #expect(found.relaxed.keys.allSatisfy(names.contains))
        let rest = (yaml[name] ?? "").dropFirst().dropLast().split(separator: ", ").filter { entry in
            !found.relaxed.keys.contains { entry.hasPrefix("\($0):") }
        }
        let (_, values, problems) = try values(name, relaxed + "\n" + rest.joined(separator: "\n"))
        #expect(problems.isEmpty && values.isComplete)
    }

    @Test(arguments: [
        ("scratchpad", "{capacity: 16 MiB, banks: 0, ports: 4, width: 64 B, latency: 2 cycles}", "out of range"),
        ("scratchpad", "{capacity: 16 MiB, banks: 32, ports: 4, width: 64 B}", "is missing"),
        ("scratchpad", "{capacity: 16 MiB, bank: 32, ports: 4, width: 64 B, latency: 2 cycles}", "unknown key"),
        ("scratchpad", "{capacity: 16, banks: 32, ports: 4, width: 64 B, latency: 2 cycles}", "no unit"),
        ("simple-memory", "{bandwidth: 0 B/s, latency: 1 ns, outstanding: 1, granule: 64 B}", "out of range"),
        ("simple-memory", "{bandwidth: 1 GB, latency: 1 ns, outstanding: 1, granule: 64 B}", "a size"),
        ("simple-memory", "{bandwidth: 1 GB/s, latency: -1 ns, outstanding: 1, granule: 64 B}", "out of range"),
        ("dma", "{burst: 0 B, outstanding: 1, transfers: 1}", "out of range"),
    ])
    func malformedParametersAreReported(name: String, text: String, message: String) throws {
        let (_, values, problems) = try values(name, text)
        #expect(!values.isComplete && problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test(arguments: [
        ("scratchpad", "{capacity: 100 B, banks: 4, ports: 1, width: 16 B, latency: 0 s}", "capacity"),
        ("simple-memory", "{bandwidth: 1 GB/s, latency: 1e9 s, outstanding: 1, granule: 64 B}", "latency"),
        (
            "simple-memory", "{bandwidth: 1.0000000000000000000001 GB/s, latency: 1 s, outstanding: 1, granule: 64 B}",
            "bandwidth"
        ),
    ])
    func whatDoesNotGoTogetherNamesTheParameter(name: String, text: String, parameter: String) throws {
        do {
            _ = try make(name, text)
            Issue.record("made from \(text)")
        } catch let error as ConfigurationError {
            #expect(error.parameter == parameter)
        }
    }
}
