import Foundation
import Orrery
import Testing

/// The commands as one types them.
@Suite struct CommandLineTests {
    private static let machine = "HardwareSpecs/fusemax.yaml"
    private static let workload = "Workloads/attention-1pass.yaml"
    private static let small = ["--set", "B=1", "--set", "H=2", "--set", "M=1Ki"]

    @Test(arguments: FileKind.allCases)
    func schemasArePrinted(kind: FileKind) throws {
        let outcome = try Products.run("orrery", ["schema", kind.rawValue])
        #expect(outcome.exitCode == 0)
        #expect(try JSONValue(parsing: outcome.output) == SchemaTests.schemas[kind.rawValue])
    }

    @Test func aProgramIsSavedRunAndCompared() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String) -> String { folder.appending(path: name).path }
        let base = [Self.machine, Self.workload] + Self.small
        #expect(try Products.run("orrery", ["lower"] + base + ["--output", file("p.yaml")]).exitCode == 0)
        #expect(try Products.run("orrery", ["run"] + base + ["--no-limits", "--json", file("a.json")]).exitCode == 0)
        let again = ["run", Self.machine, file("p.yaml"), "--no-limits", "--json", file("b.json")]
        #expect(try Products.run("orrery", again).exitCode == 0)
        let same = try Products.run("orrery", ["diff", file("a.json"), file("b.json")])
        #expect(same.exitCode == 1 && same.output.contains("set M: 1Ki -> as in the files"))
        #expect(!same.output.contains("whole run"))
        let slow = ["run"] + base + ["--set", "dram.bandwidth=50 GB/s", "--no-limits", "--json", file("c.json")]
        #expect(try Products.run("orrery", slow).exitCode == 0)
        let other = try Products.run("orrery", ["diff", file("a.json"), file("c.json")])
        #expect(other.exitCode == 1 && other.output.contains("set dram.bandwidth: as in the files -> 50 GB/s"))
        #expect(try Products.run("orrery", ["diff", file("a.json"), file("a.json")]).exitCode == 0)
        #expect(try Products.run("orrery", ["lower", Self.machine, file("p.yaml")]).output.contains("queue array2d"))
        #expect(try Products.run("orrery", ["check", file("p.yaml")]).output.contains("program of attention-1pass"))
    }

    /// Hash tables are ordered differently in every process: nothing that is written may be.
    @Test func aProgramHasTheSameBytesInEveryProcess() throws {
        let command = [
            "lower", Self.machine, "Workloads/gemm.yaml", "--mapping", "Workloads/mappings/gemm-output-stationary.yaml",
            "--set", "M=1000", "--set", "N=777", "--set", "K=300",
        ]
        let first = try Products.run("orrery", command)
        #expect(first.exitCode == 0, "\(first.errors)")
        for _ in 0..<4 { #expect(try Products.run("orrery", command).output == first.output) }
    }

    @Test func inspectTellsWhatAMachineMakesOfIt() throws {
        let alone = try Products.run("orrery", ["inspect", Self.workload])
        #expect(alone.exitCode == 0 && alone.output.contains("passes") && !alone.output.contains("memory plan"))
        let both = try Products.run("orrery", ["inspect", Self.machine, Self.workload] + Self.small)
        #expect(
            both.output.contains("memory plan") && both.output.contains("operators") && both.output.contains("passes"))
        #expect(!both.output.contains("queue array2d"))
        let mapped = try Products.run(
            "orrery",
            ["inspect", "Workloads/mappings/flat.yaml", "HardwareSpecs/flat.yaml", "Workloads/attention-3pass.yaml"])
        #expect(mapped.exitCode == 0 && mapped.output.contains("mapping flat"))
        let machine = try Products.run("orrery", ["inspect", Self.machine])
        #expect(machine.exitCode == 0 && machine.output.contains("spatial-array"))
    }

    /// Of the commands come the manual pages; the process that runs points for a study is none.
    @Test func noCommandIsHidden() throws {
        let dump = try Products.run("orrery", ["--experimental-dump-help"])
        let commands = try #require(try JSONValue(parsing: dump.output)["command"]?["subcommands"]?.array)
        #expect(commands.contains { $0["commandName"]?.string == "study" })
        #expect(commands.allSatisfy { $0["shouldDisplay"] == .bool(true) || $0["commandName"]?.string == "help" })
        #expect(!dump.output.contains("study-worker"))
    }

    @Test func everyShippedFileIsChecked() throws {
        let outcome = try Products.run("orrery", ["check"] + SchemaTests.files.map(\.path))
        #expect(outcome.exitCode == 0, "\(outcome.errors.prefix(2000))")
        #expect(outcome.output.contains("table 45nm"))
    }
}
