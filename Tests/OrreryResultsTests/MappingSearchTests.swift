import Foundation
import OrreryEinsum
import OrreryLowering
import OrreryMachine
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryResults

/// `--mapping auto`.
@Suite struct MappingSearchTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func request(
        _ machine: String, _ workload: String, mapping: String? = "auto", gap: Double = MappingChoice.standardGap,
        _ overrides: [String: String] = [:]
    ) -> RunRequest {
        RunRequest(
            machine: "\(Self.root)/HardwareSpecs/\(machine).yaml", workload: "\(Self.root)/Workloads/\(workload).yaml",
            mapping: mapping.map { $0 == "auto" ? $0 : "\(Self.root)/Workloads/mappings/\($0).yaml" }, mappingGap: gap,
            overrides: overrides.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
    }

    /// The shipped mappings are among the candidates, the workload's own the first: what is found is no slower, with any gap.
    @Test(
        arguments: [
            ("fusemax", "attention-1pass", "fusemax-binding", ["M": "4Ki", "B": "2", "H": "2"]),
            ("fusemax", "attention-1pass", "fusemax-binding", ["M": "1000", "P": "777", "B": "1", "H": "2"]),
            ("flat", "attention-3pass", "flat", ["M": "2Ki", "B": "1", "H": "2"]),
            ("fusemax", "gemm", "gemm-blocked", ["M": "1Ki", "N": "768", "K": "768"]),
            ("fusemax", "gemm", "gemm-blocked", ["M": "2Ki", "N": "2Ki", "K": "2Ki"]),
        ], [0, MappingChoice.standardGap, 0.5])
    func isNoSlowerThanWhatShips(
        point: (machine: String, workload: String, shipped: String, sizes: [String: String]), gap: Double
    ) throws {
        let (machine, workload, shipped, sizes) = point
        let plan = try RunPlan(request(machine, workload, gap: gap, sizes))
        let choice = try #require(plan.choices.first)
        let found = try Simulator.run(plan).result.latency.seconds
        let reference = try Simulator.run(request(machine, workload, mapping: shipped, sizes)).result.latency.seconds
        #expect(found <= reference)
        #expect(abs(found - choice.seconds) <= 1e-12 * found)
        #expect(choice.boundSeconds <= choice.seconds)
        #expect(choice.simulated >= 1 && choice.feasible >= choice.simulated && choice.considered >= choice.feasible)
    }

    /// The search ends when nothing that is left could be faster by more than the gap, and says by how much it could; without a gap it
    /// looks at all that it would ever look at, and finds nothing that is faster by more than that.
    @Test(arguments: [
        ("gemm", ["M": "2Ki", "N": "2Ki", "K": "2Ki"]), ("gemm", ["M": "512", "N": "512", "K": "512"]),
        ("attention-1pass", ["M": "2Ki", "B": "1", "H": "2"]),
    ])
    func endsWithinTheGap(workload: String, sizes: [String: String]) throws {
        func choice(_ gap: Double) throws -> MappingChoice {
            try #require(try RunPlan(request("fusemax", workload, gap: gap, sizes)).choices.first)
        }
        let full = try choice(0)
        for gap in [0.002, 0.01, 0.05, 0.3] {
            let found = try choice(gap)
            #expect(found.gap <= gap || found.simulated == full.simulated)
            #expect(found.simulated <= full.simulated && found.considered == full.considered)
            #expect(found.seconds >= full.seconds && found.seconds * (1 - found.gap) <= full.seconds)
            #expect(found.summary.contains(found.gap > 0 ? "could be more than" : "none of them is faster"))
        }
        // One is enough where the gap leaves nothing to win.
        #expect(try choice(0.99).simulated == 1 && full.simulated > 1)
        for text in ["0", "1 %", "0.5"] { #expect(MappingChoice.gap(text) != nil) }
        for text in ["-1 %", "100 %", "1 s", "many"] { #expect(MappingChoice.gap(text) == nil) }
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

    /// What the search has simulated is not simulated again, and is what a run of its own gives.
    @Test func simulationsAreUsedAgain() throws {
        let plan = try RunPlan(request("fusemax", "gemm", ["M": "512", "N": "512", "K": "512"]))
        #expect(plan.simulated.count == 1)
        var fresh = plan
        fresh.machine = plan.machine
        #expect(fresh.simulated.isEmpty)
        var options = RunOptions()
        let (first, second) = (try Simulator.run(plan, options: options), try Simulator.run(fresh, options: options))
        #expect(first.statistics.events == second.statistics.events && first.statistics.simulations == 1)
        #expect(first.result.json(detail: true) == second.result.json(detail: true))
        options.folds = false
        #expect(try Simulator.run(plan, options: options).result.folding.loops.isEmpty)
    }

    /// At every moment of a run the least time that it can take is no more than it takes.
    @Test(arguments: [
        ("gemm", "gemm-blocked", ["M": "2000", "N": "1536", "K": "1400"]),
        ("gemm", "gemm-weight-stationary", ["M": "1024", "N": "1024", "K": "1024"]),
        ("attention-1pass", "fusemax-binding", ["M": "4000", "B": "1", "H": "2"]),
    ])
    func remainingBoundsHold(workload: String, mapping: String, sizes: [String: String]) throws {
        let plan = try RunPlan(request("fusemax", workload, mapping: mapping, sizes))
        let program = plan.parts[0].lowered.program
        let rates = try MemoryRates(plan.machine)
        let bound = try #require(ProgramBound(program, on: plan.machine, Hardware(plan.machine), rates))
        for folds in [true, false] {
            let assembly = try plan.machine.instantiate()
            let simulation = try Simulation(
                clocks: assembly.clocks, components: assembly.components, program: program, folds: folds)
            let remaining = RemainingBound(bound, simulation, assembly.clocks, rates)
            var least: [Double] = []
            let outcome = simulation.run {
                least.append(remaining.seconds)
                return false
            }
            guard case .completed = outcome else { continue }
            let seconds = simulation.progress(label: "", assembly.clocks).seconds
            #expect(least.allSatisfy { $0 <= seconds * (1 + 1e-12) })
            #expect(folds || !least.isEmpty)
            // In the end nothing is left to do.
            #expect(abs(remaining.seconds - seconds) <= 1e-12 * seconds)
        }
    }

    /// Templates with the same tiles differ in order and copies alone: the units are busy for as long.
    @Test(arguments: [
        ("gemm", ["M": "300", "N": "520", "K": "700"]), ("softmax", ["T": "700"]), ("residual", ["T": "700"]),
        ("attention-3pass", ["M": "600", "P": "500", "B": "1", "H": "2"]),
    ])
    func sameTilesKeepUnitsAsBusy(workload: String, sizes: [String: String]) throws {
        let machine = try #require(
            Machine.load(path: "\(Self.root)/HardwareSpecs/fusemax.yaml", diagnostics: Diagnostics()))
        let loaded = try #require(
            Workload.load(
                "\(Self.root)/Workloads/\(workload).yaml",
                overrides: try sizes.mapValues { try Quantity(parsing: $0) }, diagnostics: Diagnostics()))
        let hardware = Hardware(machine)
        let rates = try MemoryRates(machine)
        let parameters = Dictionary(uniqueKeysWithValues: loaded.parameters.map { ($0.name, $0.value) })
        var compared = 0
        for instance in loaded.cascades {
            for einsum in instance.cascade.einsums {
                let part = try #require(instance.cascade.only(einsum.name))
                for ways in EinsumTemplates(einsum, of: part, on: hardware).groups {
                    let occupied = ways.compactMap { group -> Double? in
                        let text = EinsumTemplates.mapping(of: part, groups: [(einsum.name, group)], on: hardware)
                        guard let mapping = Mapping.parse(text, file: "auto", diagnostics: Diagnostics()),
                            let lowered = try? Lowering.lower(
                                part, parameters: parameters, mapping: mapping, hardware: hardware,
                                diagnostics: Diagnostics())
                        else { return nil }
                        return ProgramBound(lowered.program, on: machine, hardware, rates)?.occupied
                    }
                    #expect(Set(occupied).count <= 1)
                    compared += max(0, occupied.count - 1)
                }
            }
        }
        #expect(compared > 0)
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

    @Test func saysWhichMemoryIsTooSmall() throws {
        let small = [
            "M": "64Ki", "N": "64Ki", "K": "64Ki", "buffer.capacity": "8 KiB", "buffer.banks": "1",
            "array2d.rows": "4096", "array2d.columns": "4096", "array1d.lanes": "4096",
        ]
        let error = try #require(throws: InputErrors.self) { try RunPlan(request("fusemax", "gemm", small)) }
        #expect("\(error)".contains("'buffer' holds 8192 B"), "\(error)")
    }

    @Test func aFolderThatCannotBeListedIsAnError() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "w.yaml").path
        try "workload: w\nextends: \(Self.root)/Workloads/residual.yaml\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        var request = request("fusemax", "residual", ["T": "10"])
        request.workload = file
        #expect(throws: Never.self) { try RunPlan(request) }
        try "no folder".write(toFile: folder.appending(path: "mappings").path, atomically: true, encoding: .utf8)
        let error = try #require(throws: InputErrors.self) { try RunPlan(request) }
        #expect(
            "\(error)".contains("\(folder.path)/mappings:1:1: error: cannot list the mappings to search"), "\(error)")
    }

    @Test func valuesToSearchAreChecked() throws {
        let diagnostics = Diagnostics()
        let text = "mapping: m\nsearch: {depth.K: [], parameters.P1: {divisor: 4}, depth.V: 3}\n"
        #expect(Mapping.parse(text, file: "m.yaml", diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.count == 3)
    }
}
