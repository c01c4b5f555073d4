import Foundation
import Orrery
import Testing

/// Einsums with indirect access on a core: run, inspected, saved, told apart, refused.
@Suite struct IndirectRunTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let machine = root.appending(path: "HardwareSpecs/champsim-a.yaml").path
    private static let sizes: [String: [RunInputs.Override]] = [
        "embedding": [.init(path: "T", value: "64"), .init(path: "D", value: "16")],
        "embedding-bag": [.init(path: "SAMPLES", value: "2")],
        "spmv": [.init(path: "N", value: "512")],
        "chained-gather": [.init(path: "N", value: "512")],
    ]

    private func path(_ name: String) -> String { Self.root.appending(path: "Workloads/\(name).yaml").path }

    private func request(_ name: String, _ more: [RunInputs.Override] = []) -> RunRequest {
        RunRequest(machine: Self.machine, workload: path(name), overrides: (Self.sizes[name] ?? []) + more)
    }

    /// Writes a file that is gone at the end.
    private func with<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString).yaml").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// A core counts the operations of the cascade and the loads and stores of the closed forms, by operator.
    @Test func countsAreThoseOfTheLoops() throws {
        let run = try Simulator.run(request("spmv")).result
        let core = try #require(run.components.first { $0.path == "core" })
        func total(_ action: String) -> Int? { core.actions.first { $0.name == action }?.total }
        #expect(total("multiply-accumulate") == 512 * 16)
        #expect(total("load") == 512 + 3 * 512 * 16)
        #expect(total("store") == 512)
        #expect(total("instruction") == 512 + 3 * 8192 + 512 + 8192 + 512 + 8192)
        #expect(run.operators == ["Y"])
        let json = run.json()
        #expect(json["workload"]?["operations"]?["multiply-accumulate"]?.integer == 8192)
        #expect(Summary(run).text.contains("a stream's place in it never recurs"))
    }

    @Test(arguments: ["embedding", "embedding-bag", "spmv", "chained-gather"])
    func aSavedProgramGivesTheSameResult(name: String) throws {
        let plan = try RunPlan(request(name))
        let direct = try Simulator.run(plan).result
        try with(plan.program.text) { path in
            let again = try Simulator.run(RunRequest(machine: Self.machine, workload: path)).result
            #expect(again.latency == direct.latency && again.components == direct.components)
        }
    }

    /// What a core waits for is what its loads wait for, and that is what helps.
    @Test func whatACoreWaitsForIsNamed() throws {
        func shares(_ stream: String) throws -> (shares: [String: Double], factors: [String: Double]) {
            try with("workload: w\ntraffic: {\(stream), instructions: 60Ki}\n") { path in
                var options = RunOptions()
                options.counterfactuals = 3
                let run = try Simulator.run(RunRequest(machine: Self.machine, workload: path), options: options).result
                let shares = run.limiting.attribution.map { ($0.component, $0.share) }
                let factors = run.limiting.counterfactuals.map { ($0.component, run.latency.seconds / $0.seconds) }
                return (Dictionary(uniqueKeysWithValues: shares), Dictionary(uniqueKeysWithValues: factors))
            }
        }
        let far = try shares("pattern: pointer-chase, nodes: 64Ki, stride: 64 B")
        #expect(abs(far.shares.values.reduce(0, +) - 1) < 1e-9)
        #expect(try #require(far.shares["dram"]) > 0.4, "\(far.shares)")
        #expect(try #require(far.factors["dram"]) > 1.4, "\(far.factors)")
        let near = try shares("pattern: pointer-chase, nodes: 64, stride: 64 B")
        #expect(abs(near.shares.values.reduce(0, +) - 1) < 1e-9)
        // Its own dispatch, then the latency of the cache that holds all.
        #expect(near.shares.max { $0.value < $1.value }?.key == "core", "\(near.shares)")
        #expect(near.shares["dram", default: 0] < 0.1, "\(near.shares)")
        #expect(try #require(near.factors["hierarchy.l1d"]) > 1.3, "\(near.factors)")
    }

    /// Folded or not, and a second time: the same.
    @Test func repeatedRunsAreEqual() throws {
        var options = RunOptions()
        options.folds = false
        let (one, two) = (
            try Simulator.run(request("embedding-bag")), try Simulator.run(request("embedding-bag"), options: options)
        )
        #expect(one.result.latency == two.result.latency && one.result.components == two.result.components)
    }

    /// Another seed is another point and another result; vectors another program.
    @Test func inputsAreToldApart() throws {
        let variants: [[(String, String)]] = [[], [("SEED", "2")], [("core.vector", "64 B")]]
        let plans = try variants.map { changes in
            try RunPlan(request("embedding-bag", changes.map { .init(path: $0.0, value: $0.1) }))
        }
        #expect(Set(plans.map { $0.inputs.hash.description }).count == 3)
        let runs = try plans.map { try Simulator.run($0).result }
        let instructions = runs.map { $0.components.first { $0.path == "core" }?.actions[0].total }
        // 512 rows of 64 numbers each, 32 to a sum: indices, rows, additions, sums, branches.
        #expect(instructions[0] == 512 * (1 + 64 + 64) + 16 * 64 + 2 + 16 + 512)
        #expect(instructions[1] == instructions[0])
        #expect(instructions[2] == 512 * (1 + 4 + 4) + 16 * 4 + 2 + 16 + 512)
        #expect(runs[0].latency.seconds != runs[1].latency.seconds)
        #expect(runs[2].latency.seconds < runs[0].latency.seconds)
        var identity = InputIdentity()
        let seeds: [[(String, String)]] = [[], [("SEED", "2")], [("SEED", "1")]]
        let hashes = seeds.map { changes in
            identity.hash(of: request("embedding-bag", changes.map { .init(path: $0.0, value: $0.1) }))
        }
        #expect(hashes[0] != hashes[1] && hashes[0] == hashes[2])
    }

    /// Values of the mapping may be set also where the machine leaves no choice.
    @Test func loopsCanBeSet() throws {
        let plan = try RunPlan(request("spmv", [.init(path: "mapping.loops", value: "[k, i]")]))
        let core = try #require(Simulator.run(plan).result.components.first { $0.path == "core" })
        // The sum of a row is stored at each of its elements, and loaded again at all but the first.
        #expect(core.actions.first { $0.name == "store" }?.total == 8192)
        #expect(core.actions.first { $0.name == "load" }?.total == 4 * 8192 + 8192 - 512)
        let error = try #require(throws: InputErrors.self) {
            try RunPlan(request("spmv", [.init(path: "mapping.loops", value: "[k, x]")]))
        }
        #expect(error.diagnostics.map(\.message) == ["there is no rank 'x'"])
    }

    /// More frequent rows are found in the caches.
    @Test func frequentRowsAreFaster() throws {
        let seconds = try ["0", "1.2"].map { exponent in
            try Simulator.run(request("embedding-bag", [.init(path: "EXPONENT", value: exponent)])).result.latency
                .seconds
        }
        #expect(seconds[1] < 0.8 * seconds[0])
    }

    @Test(arguments: [
        (
            ["run", "HardwareSpecs/champsim-a.yaml", "BAD"], 2,
            ":5:50: error: values: 'unifrm' is no pattern of values; did you mean 'uniform'?"
        ),
        (["check", "BAD"], 2, ":5:50: error: values: 'unifrm' is no pattern of values; did you mean 'uniform'?"),
        (
            ["inspect", "HardwareSpecs/champsim-a.yaml", "Workloads/spmv.yaml"], 0,
            "dram 524288: COLUMN, whole, 1 × 4194304 B"
        ),
        (["lower", "HardwareSpecs/champsim-a.yaml", "Workloads/spmv.yaml"], 0, "element: 1 v2"),
        (
            ["run", "HardwareSpecs/champsim-a.yaml", "Workloads/embedding.yaml", "--set", "VOCABULARY=1Gi"], 5,
            "'dram' holds"
        ),
        (["schema", "workload"], 0, "permutation"),
    ])
    func commandsSayWhatIsThere(arguments: [String], code: Int, text: String) throws {
        let bad = """
            workload: w
            ranks: {i: 6, v: 5}
            tensors:
              T: {ranks: [v], type: fp32}
              I: {ranks: [i], type: int32, values: {pattern: unifrm}}
            cascade:
              - Y[i] = T[I[i]]
            """
        try with(bad) { path in
            let outcome = try Products.run(
                "orrery",
                arguments.map {
                    $0 == "BAD" ? path : $0.hasSuffix(".yaml") ? Self.root.appending(path: $0).path : $0
                })
            #expect(Int(outcome.exitCode) == code)
            #expect((outcome.output + outcome.errors).contains(text), "\(outcome.output)\(outcome.errors)")
        }
    }
}
