import OrreryText
import Testing

@testable import OrreryLink
@testable import OrrerySimulation

@Suite struct LinkClassTests {
    private func make(_ text: String, servers: [String: Server] = [:]) throws -> [Component]? {
        let diagnostics = Diagnostics()
        let node = YAML.parse(text, file: "machine.yaml", diagnostics: diagnostics)
        let values = ParameterValues.decode(
            node, declared: linkClasses[0].parameters, path: "pcie", diagnostics: diagnostics)
        guard values.isComplete else { return nil }
        let clocks = try #require(ClockSet([gigahertz]))
        return try linkClasses[0].make(Site(path: "pcie", clocks: clocks, clock: 0, values: values, servers: servers))
    }

    private let text = "{bandwidth: 32 GB/s, latency: 250.5 ns, header: 24 B, payload: 256 B, credits: 64}"

    @Test func makesOneOrBothEnds() throws {
        let memory = FixedMemory(delay: 1)
        let one = try #require(try make(text, servers: ["to": memory]))
        #expect(one.map(\.path) == ["pcie"])
        #expect(
            (one[0] as? Link)?.configuration
                == .init(rate: Rate(bytes: 32), latency: 251, header: 24, payload: 256, credits: 64))
        let both = try #require(try make(text, servers: ["to": memory, "back": memory]))
        #expect(both.map(\.path) == ["pcie", "pcie.far"])
    }

    @Test(arguments: [
        "{bandwidth: 32 GB/s, latency: 250 ns, header: 24 B, payload: 0 B, credits: 64}",
        "{bandwidth: 32 GB/s, latency: 250 ns, header: 24 B, payload: 256 B, credits: 0}",
        "{bandwidth: 32 GB/s, latency: 250 ns, payload: 256 B, credits: 64}",
        "{bandwidth: 32, latency: 250 ns, header: 24 B, payload: 256 B, credits: 64}",
    ])
    func malformedParametersAreReported(text: String) throws {
        #expect(try make(text) == nil)
    }

    @Test func relaxedParametersExist() {
        let names = Set(linkClasses[0].parameters.map(\.name))
        #expect(linkClasses[0].relaxed.keys.allSatisfy(names.contains))
    }
}
