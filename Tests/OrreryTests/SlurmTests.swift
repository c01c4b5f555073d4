import Foundation
import Orrery
import Testing

/// `orrery study submit` and `collect` on a real Slurm of one machine.
@Suite struct SlurmTests {
    private static let programs = ["sbatch", "munged", "slurmctld", "slurmd", "scontrol"]

    private static var isInstalled: Bool {
        programs.allSatisfy { name in
            ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
            }
        }
    }

    private static func shell(_ command: String) throws -> Products.Outcome {
        try Products.run(
            URL(filePath: "/bin/bash"), ["-c", "export PATH=$PATH:/usr/sbin:/sbin; \(command)"])
    }

    private static let study = """
        study: array
        base:
          machine: \(Products.root.path)/HardwareSpecs/fusemax.yaml
          workload: \(Products.root.path)/Workloads/attention-1pass.yaml
        axes:
          M: {log2: [1Ki, 2Ki]}
          B: {range: [1, 5]}
          dram.bandwidth: {range: [100 GB/s, 600 GB/s], step: 100 GB/s}
        objectives: {latency.seconds: minimise}
        """

    @Test(.enabled(if: isInstalled, "Slurm is not installed here: apt-get install slurm-wlm munge"))
    func anArrayRunsWhatIsLeftAndIsCollected() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let slurm = folder.appending(path: "slurm").path
        let study = folder.appending(path: "array.yaml").path
        try Self.study.write(toFile: study, atomically: true, encoding: .utf8)
        let script = Products.root.appending(path: "Scripts/slurm-here").path
        let started = try Self.shell("\(script) start \(slurm)")
        defer {
            _ = try? Self.shell("\(script) stop \(slurm)")
            try? FileManager.default.removeItem(at: folder)
        }
        guard started.exitCode == 0 else {
            withKnownIssue("Slurm does not start here: \(started.errors)") { #expect(started.exitCode == 0) }
            return
        }
        let orrery = try Products.url("orrery").path
        let conf = "export SLURM_CONF=\(slurm)/slurm.conf;"
        // A part is in the store already and is no part of the array.
        #expect(try Products.run("orrery", ["study", "run", study, "--quiet", "--shard", "0/6"]).exitCode == 0)
        let submitted = try Self.shell("\(conf) \(orrery) study submit \(study) --tasks 3 --sbatch=--nice=0")
        #expect(submitted.exitCode == 0 && submitted.errors.contains("50 points in 3 tasks"), "\(submitted.errors)")
        let job = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        // A task that is put back, as one that is preempted is, runs again.
        for _ in 0..<20 where try !Self.shell("\(conf) scontrol requeue \(job)_0").errors.isEmpty { usleep(100_000) }
        // Slurm lets two minutes pass before it runs a task again, unless one asks.
        for _ in 0..<20 where try !Self.shell("\(conf) scontrol update jobid=\(job)_0 starttime=now").errors.isEmpty {
            usleep(500_000)
        }
        let collected = try Self.shell("\(conf) \(orrery) study collect \(study) --wait")
        #expect(
            collected.exitCode == 0 && collected.errors.contains("60 of 60 points of array are there"),
            "\(collected.errors)")
        #expect(try Products.run("orrery", ["study", "run", study, "--quiet"]).errors.contains("60 from the store"))
        #expect(try Self.shell("\(conf) \(orrery) study submit \(study)").errors.contains("nothing is left to run"))
    }

    @Test func withoutSlurmItSaysSo() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let study = folder.appending(path: "array.yaml").path
        try Self.study.write(toFile: study, atomically: true, encoding: .utf8)
        let orrery = try Products.url("orrery").path
        let outcome = try Self.shell("PATH=/nowhere \(orrery) study submit \(study)")
        #expect(outcome.exitCode == 2 && outcome.errors.contains("Slurm is not installed here"), "\(outcome.errors)")
        let dry = try Products.run(
            "orrery", ["study", "submit", study, "--dry-run", "--partition", "x", "--tasks", "4"])
        let path = dry.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let script = try String(contentsOfFile: path, encoding: .utf8)
        #expect(script.contains("#SBATCH --array=0-3\n") && script.contains("#SBATCH --partition=x\n"))
        #expect(try Self.shell("bash -n \(path)").exitCode == 0)
    }

    @Test(arguments: [
        (10, nil, 1, 1), (10_000, 0.001, 1, 1), (10_000, 1.0, 1, 167), (10_000, 1.0, 4, 42), (10_000_000, 60, 1, 1000),
    ])
    func tasksHaveEnoughToDo(points: Int, seconds: Double?, jobs: Int, tasks: Int) {
        #expect(SlurmJob.tasks(points: points, seconds: seconds, jobs: jobs) == tasks)
    }
}
