import Foundation
import OrreryResults
import Testing

/// Command-level DRAM with refresh does not come back to a state: what is estimated then lies where the result says.
@Suite struct SampledMemoryValidation {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// 768 heads of 1024 tokens, FLAT's machine with the 1-pass cascade.
    private static func result(_ repetition: Repetition) throws -> RunResult {
        let request = RunRequest(
            machine: "\(root)/HardwareSpecs/flat-hbm2.yaml", workload: "\(root)/Workloads/attention-1pass.yaml",
            mapping: "\(root)/Workloads/mappings/flat-cascade.yaml",
            overrides: [.init(path: "B", value: "64"), .init(path: "H", value: "12"), .init(path: "M", value: "1Ki")])
        var options = RunOptions()
        options.repetition = repetition
        return try Simulator.run(request, options: options).result
    }

    @Test func theTruthLiesWithinTheInterval() throws {
        let (estimate, truth) = (try Self.result(.standard), try Self.result(.simulated))
        let sample = try #require(estimate.folding.sample)
        #expect(estimate.folding.kind == .sampled && truth.folding.kind == .off)
        #expect(estimate.folding.simulated * 4 < estimate.folding.iterations * 3)
        #expect(sample.relative < 0.005)
        #expect(abs(estimate.latency.seconds - truth.latency.seconds) <= sample.seconds)
        let joules = (try #require(estimate.energy?.joules), try #require(truth.energy?.joules))
        #expect(abs(joules.0 - joules.1) <= (try #require(sample.joules)))
        for (own, other) in zip(estimate.components, truth.components) {
            #expect(own.bytes == other.bytes, "\(own.path)")
        }
    }
}
