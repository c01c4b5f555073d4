import Foundation
import OrreryLowering
import OrreryText
import Testing

@testable import OrreryResults

/// Overrides of mapping files, from `--set` to the program.
@Suite struct MappingOverrideTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func request(_ overrides: [String: String], mapping: String? = nil) -> RunRequest {
        let values = ["B": "1", "H": "1", "M": "1Ki", "P": "512"].merging(overrides) { $1 }
        return RunRequest(
            machine: "\(Self.root)/HardwareSpecs/fusemax.yaml",
            workload: "\(Self.root)/Workloads/attention-1pass.yaml", mapping: mapping,
            overrides: values.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
    }

    private func program(_ overrides: [String: String]) throws -> String {
        ProgramText(try RunPlan(request(overrides)).parts[0].lowered.program).description
    }

    private func problems(_ overrides: [String: String], mapping: String? = nil) throws -> [String] {
        try #require(throws: InputErrors.self) { try RunPlan(request(overrides, mapping: mapping)) }.diagnostics.map(
            \.description)
    }

    /// Runs `body` with a mapping file of this text.
    private func withMapping<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func everyKindOfKeyCanBeReplaced() throws {
        let plain = try program([:])
        for (path, value) in [
            ("depth.K", "1"), ("depth.RM", "2"), ("order.array2d", "[QK + 1, LM + 1, SLN, SLD, SLNV]"),
            ("order", "null"), ("parameters.P1", "1"), ("partition.p", "[P / 128, 1, 128]"),
            ("fusemax-binding.depth.V", "1"), ("copy.K", "dma[1]"),
        ] {
            #expect(try program(["mapping.\(path)": value]) != plain, "\(path)")
        }
        // The same value gives the same program.
        #expect(try program(["mapping.place.RD": "buffer", "mapping.depth.K": "2"]) == plain)
        #expect(
            try program(["mapping.order.array2d.0": "QK + 1", "mapping.order.array2d.1": "LM + 1"])
                == program(["mapping.order.array2d": "[QK + 1, LM + 1, SLN, SLD, SLNV]"]))
    }

    @Test func theyAreRecordedAsTheUsers() throws {
        let plan = try RunPlan(request(["mapping.depth.K": "3"]))
        let set = try #require(plan.inputs.overrides.first { $0.path == "mapping.depth.K" })
        #expect(set.value == "3" && set.origin == "user")
        #expect(plan.inputs.hash != (try RunPlan(request([:]))).inputs.hash)
    }

    @Test func whatWasProbablyMeantIsSaid() throws {
        let found = try problems([
            "mapping.dept.K": "2", "mapping.depth.KK": "2", "mapping.parameters.P11": "2",
            "mapping.groups.a.depth.K": "2",
            "mapping.cases.a.when": "M > 4", "mapping.loops.9": "b", "mapping.": "2", "mapping": "x.yaml",
            "mapping.depth.K.x": "2", "dram.latencies": "1 ns", "mapping.order.array2d": "[QK + 2",
        ])
        for expected in [
            "--set mapping.dept.K=2:1:1: error: mapping.dept.K: a mapping has no 'dept'; did you mean 'depth'?",
            "--set mapping.depth.KK=2:1:1: error: depth: the cascade has no tensor 'KK'; did you mean 'K'?",
            "--set mapping.parameters.P11=2:1:1: error: mapping.parameters.P11: there is no parameter 'P11'; "
                + "did you mean 'P1'?",
            "--set mapping.groups.a.depth.K=2:1:1: error: mapping.groups.a.depth.K: there is no group 'a'",
            "--set mapping.cases.a.when=M > 4:1:1: error: mapping.cases.a.when: there is no case 'a'",
            "--set mapping.loops.9=b:1:1: error: mapping.loops.9: 'loops' has no entry '9'",
            "--set mapping.=2:1:1: error: mapping.: 'mapping.' is no path; expected a path such as mapping.depth.K",
            "--set mapping=x.yaml:1:1: error: there is no parameter 'mapping'; "
                + "give a file with --mapping, one of its values as mapping.depth.K",
        ] {
            #expect(found.contains(expected), "\(expected)")
        }
        #expect(found.contains { $0.contains("mapping.depth.K.x: cannot set 'x' inside '2'") })
        #expect(found.contains { $0.contains("did you mean 'latency'?") })
        #expect(found.contains { $0.hasPrefix("--set mapping.order.array2d=[QK + 2:") })
        #expect(found.count == 11, "\(found)")
    }

    @Test func namesAndValuesAreCheckedLikeThoseOfTheFile() throws {
        let found = try problems([
            "mapping.bind.array3d": "[QK]", "mapping.place.Q": "drum", "mapping.partition.q": "[2]",
        ])
        for message in ["has no engine 'array3d'", "has no memory 'drum'", "has no rank 'q'"] {
            #expect(found.contains { $0.contains(message) })
        }
        #expect(try problems(["mapping.depth.QK": "2"]).first?.contains("it needs 3") == true)
        #expect(try problems(["mapping.depth.K": "many"]).first?.contains("unknown name 'many'") == true)
    }

    @Test func aValueForTheWholeMappingReplacesThoseOfGroupsAndCases() throws {
        let text = """
            mapping: parts
            extends: \(Self.root)/Workloads/mappings/fusemax-binding.yaml
            groups: {all: {depth: {K: 4}}}
            cases: {long: {when: M > 512, depth: {QK: 3, LM: 2, K: 5, V: 2, AV: 4}}}
            """
        func depth(_ overrides: [String: String]) throws -> Int {
            try withMapping(text) { path in
                let plan = try RunPlan(request(overrides, mapping: path)).parts[0].lowered.plan
                return try #require(plan.areas.first { $0.tensor == "K" && $0.memory == "buffer" }).tiles
            }
        }
        // The case keeps the mapping's groups, and their depths are the groups' own.
        #expect(try depth([:]) == 4)
        #expect(try depth(["mapping.groups.all.depth.K": "1"]) == 1)
        #expect(try depth(["mapping.depth.K": "3"]) == 3)
        #expect(try depth(["mapping.cases.long.when": "M > 1Mi", "mapping.depth.K": "2"]) == 2)
        try withMapping(text) { path in
            let group = try problems(["mapping.groups.al.depth.K": "1"], mapping: path)
            #expect(group.first?.contains("did you mean 'all'?") == true)
            let when = try problems(["mapping.cases.long.whem": "1"], mapping: path)
            #expect(when.first?.contains("did you mean 'when'?") == true)
        }
    }
}
