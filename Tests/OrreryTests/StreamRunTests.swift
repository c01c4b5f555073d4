import Foundation
import Orrery
import Testing

/// Streams of accesses as workloads: read, lowered, run, saved and run again.
@Suite struct StreamRunTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let machine = root.appending(path: "HardwareSpecs/traffic-ddr4.yaml").path

    private static let workloads = [
        "sequential", "random", "copy", "pointer-chase", "gups", "embedding", "graph", "lookups",
    ]

    private func path(_ name: String) -> String { Self.root.appending(path: "Workloads/traffic/\(name).yaml").path }

    /// Writes a workload to a file that is gone at the end.
    private func with<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString).yaml").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test(arguments: workloads)
    func shippedStreamsRun(name: String) throws {
        let sizes: [RunInputs.Override] =
            name == "embedding" ? [.init(path: "SAMPLES", value: "4")] : [.init(path: "N", value: "5Ki")]
        let small = name == "graph" ? [RunInputs.Override(path: "SCALE", value: "8")] : []
        let run = try Simulator.run(
            RunRequest(machine: Self.machine, workload: path(name), overrides: sizes + small)
        ).result
        let json = run.json()
        #expect(
            json["engines"]?["generator"]?["accesses"]?.integer
                ?? Int(json["engines"]?["generator"]?["accesses"]?.double ?? 0) > 1000)
        #expect(try #require(json["engines"]?["generator"]?["mean_read_latency_cycles"]?.double) > 20)
        #expect(try #require(json["memories"]?["dram"]?["achieved_fraction"]?.double) > 0)
        #expect(Summary(run).text.contains("generator"))
    }

    /// Reads in order reach nearly the peak of the channel.
    @Test func sequentialReadsFillAChannel() throws {
        let run = try Simulator.run(machine: Self.machine, workload: path("sequential"))
        let dram = try #require(run.components.first { $0.path == "dram" })
        #expect(try #require(dram.achievedFraction) > 0.9)
        #expect(dram.readBytes == 200 * 1024 * 64)
    }

    @Test func aSavedProgramGivesTheSameResult() throws {
        let request = RunRequest(
            machine: Self.machine, workload: path("gups"),
            overrides: [.init(path: "N", value: "2Ki"), .init(path: "WARM", value: "512")])
        let plan = try RunPlan(request)
        let diagnostics = Diagnostics()
        #expect(SavedProgram.parse(plan.program.text, file: "p.yaml", diagnostics: diagnostics) == plan.program)
        #expect(diagnostics.all.map(\.description) == [])
        let direct = try Simulator.run(plan).result
        #expect(direct.start == .warm)
        try with(plan.program.text) { path in
            let again = try Simulator.run(RunRequest(machine: Self.machine, workload: path)).result
            #expect(again.latency == direct.latency)
            #expect(again.components == direct.components)
        }
    }

    @Test(arguments: [
        (
            "{pattern: randum, span: 4 KiB, accesses: 1}",
            "2:20: error: pattern: 'randum' is no pattern; did you mean 'random'?"
        ),
        ("{pattern: random, spam: 4 KiB, accesses: 1}", "2:28: error: unknown key 'spam'; did you mean 'span'?"),
        ("{pattern: random, accesses: 1}", "2:20: error: span: the pattern random needs 'span': bytes of the region"),
        (
            "{pattern: random, span: 4096, accesses: 1}",
            "2:34: error: span: expected a number of bytes, such as 64 MiB, found 4096"
        ),
        (
            "{pattern: random, span: 4 KiB}",
            "2:10: error: a stream needs its length; accesses: N for a traffic generator, instructions: N for a core, or both"
        ),
        (
            "{pattern: random, span: 4 KiB, instructions: 5}",
            "2:10: error: accesses: 'generator' counts accesses, and the stream does not say how many; accesses: N"
        ),
        (
            "{pattern: random, span: 4 KiB, accesses: 5, engine: generater}",
            "2:62: error: engine: the machine 'traffic-ddr4' has no engine 'generater'; did you mean 'generator'?"
        ),
        ("{pattern: random, span: S, accesses: 5}", "2:34: error: unknown name 'S'"),
        (
            "{pattern: random, span: 4 KiB, accesses: 5, writes: {one_in: 0}}",
            "2:71: error: writes.one_in: 0 is out of range; expected 1 to 1073741824"
        ),
        ("{pattern: kmer-count, genome: 100, slots: 1000, accesses: 5}", "2:52: error: slots: is no power of two"),
        ("[]", "2:10: error: expected a stream, found none"),
        ("{file: nowhere.champsim}", "cannot open"),
    ])
    func badStreamsAreNamed(text: String, message: String) throws {
        _ = try with("workload: bad\ntraffic: \(text)\n") { path in
            #expect {
                try RunPlan(RunRequest(machine: Self.machine, workload: path))
            } throws: { error in
                let found = "\(error)"
                if !found.contains(message) { Issue.record("\(found)") }
                return error is InputErrors && found.contains(message)
            }
        }
    }

    /// A trace's loads and stores, in the order of its instructions.
    @Test func aTraceIsRunByAGenerator() throws {
        var bytes: [UInt8] = []
        for index in 1...100 {
            func word(_ value: Int) -> [UInt8] { (0..<8).map { UInt8(value >> (8 * $0) & 255) } }
            bytes += word(0x400) + [0, 0, 0, 0, 0, 0, 0, 0] + word(index % 4 == 0 ? 4096 : 0) + word(0)
            bytes += word(64 * index) + word(0) + word(0) + word(0)
        }
        let trace = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString).champsim").path
        try Data(bytes).write(to: URL(filePath: trace))
        defer { try? FileManager.default.removeItem(atPath: trace) }
        try with("workload: t\ntrace: {file: \(trace)}\n") { path in
            let run = try Simulator.run(machine: Self.machine, workload: path)
            let generator = try #require(run.components.first { $0.path == "generator" })
            #expect(generator.actions[0].total == 125)
            #expect(run.inputs.files.contains { $0.path == trace })
        }
    }
}
