import Foundation
import OrreryLowering
import OrreryText
import Testing

@testable import OrreryResults

/// `--mapping auto`.
@Suite struct MappingSearchTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func request(
        _ machine: String, _ workload: String, mapping: String? = "auto", _ overrides: [String: String] = [:]
    ) -> RunRequest {
        RunRequest(
            machine: "\(Self.root)/HardwareSpecs/\(machine).yaml", workload: "\(Self.root)/Workloads/\(workload).yaml",
            mapping: mapping.map { $0 == "auto" ? $0 : "\(Self.root)/Workloads/mappings/\($0).yaml" },
            overrides: overrides.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
    }

    /// The shipped mappings are among the candidates: what is found is no slower.
    @Test(arguments: [
        ("fusemax", "attention-1pass", "fusemax-binding", ["M": "4Ki", "B": "2", "H": "2"]),
        ("fusemax", "attention-1pass", "fusemax-binding", ["M": "1000", "P": "777", "B": "1", "H": "2"]),
        ("flat", "attention-3pass", "flat", ["M": "2Ki", "B": "1", "H": "2"]),
        ("fusemax", "gemm", "gemm-blocked", ["M": "1Ki", "N": "768", "K": "768"]),
    ])
    func isNoSlowerThanWhatShips(
        machine: String, workload: String, shipped: String, sizes: [String: String]
    ) throws {
        let plan = try RunPlan(request(machine, workload, sizes))
        let choice = try #require(plan.choices.first)
        let found = try Simulator.run(plan).result.latency.seconds
        let reference = try Simulator.run(request(machine, workload, mapping: shipped, sizes)).result.latency.seconds
        #expect(found <= reference)
        #expect(abs(found - choice.seconds) <= 1e-12 * found)
        #expect(choice.boundSeconds <= choice.seconds)
        #expect(choice.simulated >= 1 && choice.feasible >= choice.simulated && choice.considered >= choice.feasible)
    }

    /// Cascades without any mapping file: one Einsum after the other, which reconciles and can be saved and used again.
    @Test(arguments: ["softmax", "residual", "gemm"])
    func runsWhatHasNoMapping(workload: String) throws {
        let request = request(
            "fusemax", workload, workload == "gemm" ? ["M": "300", "N": "200", "K": "100"] : ["T": "100"])
        let plan = try RunPlan(request)
        let choice = try #require(plan.choices.first)
        let result = try Simulator.run(plan).result
        #expect(result.latency.seconds > 0)
        let path = NSTemporaryDirectory() + "orrery-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try choice.text.write(toFile: path, atomically: true, encoding: .utf8)
        var again = request
        again.mapping = path
        #expect(try Simulator.run(again).result.latency.seconds == result.latency.seconds)
    }

    @Test(arguments: ["128 KiB", "1 MiB", "64 MiB"])
    func respectsCapacity(capacity: String) throws {
        let plan = try RunPlan(
            request(
                "fusemax", "gemm",
                ["M": "2Ki", "N": "2Ki", "K": "2Ki", "buffer.capacity": capacity, "buffer.banks": "8"]))
        let bytes = try #require(try Quantity(parsing: capacity).value.integer)
        #expect(plan.parts[0].lowered.plan.usedBytes(of: "buffer") <= bytes)
    }

    @Test func findsTheSameAgain() throws {
        let sizes = ["M": "1Ki", "N": "768", "K": "768"]
        let first = try RunPlan(request("fusemax", "gemm", sizes)).choices
        #expect(try RunPlan(request("fusemax", "gemm", sizes)).choices == first)
    }

    /// With the operation that no engine has.
    @Test func saysWhyNothingIsFound() throws {
        let error = try #require(throws: InputErrors.self) { try RunPlan(request("fusemax", "layernorm")) }
        #expect("\(error)".contains("no mapping of 'layernorm'"))
        #expect("\(error)".contains("cannot run 'R'"))
    }

    @Test func valuesToSearchAreChecked() throws {
        let diagnostics = Diagnostics()
        let text = "mapping: m\nsearch: {depth.K: [], parameters.P1: {divisor: 4}, depth.V: 3}\n"
        #expect(Mapping.parse(text, file: "m.yaml", diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.count == 3)
    }
}
