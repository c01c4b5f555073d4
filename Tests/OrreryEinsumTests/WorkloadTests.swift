import Foundation
import OrreryText
import Testing

@testable import OrreryEinsum

struct WorkloadTests {
    @Test func everyWorkloadLoadsWithoutAWarning() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: workloads).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 28)
        for file in files {
            let diagnostics = Diagnostics()
            let workload = Workload.load(workloads + file, diagnostics: diagnostics)
            #expect(diagnostics.all.map(\.description) == [], "\(file)")
            #expect(workload?.name == String(file.dropLast(5)))
        }
    }

    @Test func overridesPrevailAndDependentsFollow() throws {
        let attention = try load("attention-1pass", ["M": 65536])
        #expect(attention[parameter: "P"] == Quantity(65536))
        #expect(attention.cascade?.extent(of: "m1") == 256)
        #expect(try load("attention-1pass", ["M": 65536, "P": 1])[parameter: "P"] == Quantity(1))
        let layer = try load("encoder-layer", ["attention.M0": 128, "M": 512])
        #expect(layer.stages[3].workload.cascade?.extent(of: "m1") == 4)
    }

    @Test func theBatchRanksAreInEveryAccess() throws {
        let attention = try #require(try load("attention-1pass").cascade)
        #expect(attention.batchRanks == ["b", "h"])
        let scores = try #require(attention.einsum(named: "QK"))
        #expect(scores.output.description == "QK[b, h, m1, m0, p]")
        #expect(scores.inputs.map(\.description) == ["Q[b, h, e, p]", "K[b, h, e, m1 * 256 + m0]"])
        #expect(scores.iterationRanks == ["b", "h", "m1", "m0", "p", "e"])
        #expect(scores.reduction == Reduction(operation: .sum, ranks: ["e"]))
        let running = try #require(attention.einsum(named: "RM"))
        #expect(running.output.description == "RM[b, h, m1 + 1, p]" && running.iterativeRanks == ["m1"])
        #expect(attention.tensor(named: "AV")?.isOutput == true)
        #expect(attention.tensors.filter(\.isInput).map(\.name) == ["Q", "K", "V"])
        #expect(attention.tensor(named: "RNV")?.type == .fp16)
    }

    @Test func mappingsGoByTheMachinesName() throws {
        let attention = try load("attention-1pass")
        #expect(attention.mapping(for: "fusemax-cloud")?.path == workloads + "mappings/fusemax-binding.yaml")
        #expect(attention.mapping(for: "flat-cloud") == nil)
        for (text, pattern, expected) in [
            ("", "*", true), ("", "?", false), ("ab", "a?", true), ("ab", "?", false), ("abcbc", "a*bc", true),
            ("abcb", "a*bc", false), ("a", "a**", true), ("fusemax", "fusemax-*", false),
        ] {
            #expect(matches(text, pattern: pattern) == expected, "\(text) \(pattern)")
        }
    }

    @Test func phasesBindTheirOwnParameters() throws {
        let layer = try load("llama-2-7b-layer", ["PROMPT": 1000, "GENERATED": 5])
        #expect(layer.phases.map(\.name) == ["prefill", "decode"])
        #expect(layer.phases.map(\.steps) == [1, 5])
        func macs(_ phase: Int, _ step: Int) throws -> Int {
            let diagnostics = Diagnostics()
            let bound = layer.bound(to: layer.phases[phase], step: step, diagnostics: diagnostics)
            #expect(diagnostics.all.isEmpty)
            return try #require(bound).operationCounts[.multiplyAccumulate]
        }
        func expected(new: Int, all: Int) -> Int {
            // Projections, feed-forward, both rotations, two norms' sums of squares, scores and values.
            new * (4 * 4096 * 4096 + 3 * 4096 * 11008 + 2 * 4096 * 2 + 2 * 4096) + new * all * 2 * 4096
        }
        #expect(try macs(0, 0) == expected(new: 1000, all: 1000))
        #expect(try macs(1, 0) == expected(new: 1, all: 1001))
        #expect(try macs(1, 4) == expected(new: 1, all: 1005))
        let model = try load("llama-2-7b", ["PROMPT": 1000, "GENERATED": 5])
        let step = try #require(model.bound(to: model.phases[1], step: 4, diagnostics: Diagnostics()))
        #expect(
            step.operationCounts[.multiplyAccumulate] == 32 * expected(new: 1, all: 1005) + 4096 + 4096 * 32000)
        #expect(step.cascades.first { $0.path == ["layers", "attention"] }?.count == 32)
    }

    @Test func stagesHandTensorsOn() throws {
        let bert = try load("bert")
        #expect(bert.stages[3].inputs.map(\.stage) == ["query", "key", "value"])
        #expect(bert.sources["H"]?.status == .sourced)
        #expect(try load("bert-3pass").stages[3].workload.name == "attention-3pass")
        #expect(try load("llama-2-7b-layer").sources["S"]?.status == .recalled)
    }

    @Test func contentOfAnotherKindPassesThrough() throws {
        let diagnostics = Diagnostics()
        let workload = Workload.parse(
            "workload: w\ntraffic: {pattern: sequential}", file: "w.yaml", diagnostics: diagnostics)
        guard case .traffic(let node)? = workload?.content else { return #expect(Bool(false), "no traffic") }
        #expect(node["pattern"]?.string == "sequential")
        #expect(workload?.cascade == nil && workload?.stages.isEmpty == true)
    }
}
