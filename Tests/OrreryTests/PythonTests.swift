import Foundation
import Testing

/// The Python package and the script that drives optimisers, where there is a Python.
@Suite struct PythonTests {
    private static let python = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private static func shell(_ command: String) throws -> Products.Outcome {
        let orrery = try Products.url("orrery").path
        let prefix = "export ORRERY=\(orrery) PYTHONDONTWRITEBYTECODE=1;"
        return try Products.run(URL(filePath: "/bin/bash"), ["-c", "\(prefix) \(command)"])
    }

    @Test(.enabled(if: python != nil, "there is no python3"))
    func thePackageWorks() throws {
        let outcome = try Self.shell("\(Self.python ?? "") -m unittest discover --start-directory Python/tests")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("Ran 4 tests"))
    }

    @Test(.enabled(if: python != nil, "there is no python3"))
    func theOptimiserFindsAFrontOrSaysWhatIsMissing() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let study = folder.appending(path: "s.yaml").path
        try """
        study: s
        base:
          machine: \(Products.root.path)/HardwareSpecs/fusemax.yaml
          workload: \(Products.root.path)/Workloads/attention-1pass.yaml
          B: 1
        axes:
          dram.bandwidth: {log: [50 GB/s, 800 GB/s]}
          M: [1Ki, 2Ki]
        sample: {method: sobol, points: 8}
        objectives: {latency.seconds: minimise, energy.joules: minimise}
        """.write(toFile: study, atomically: true, encoding: .utf8)
        for (method, package) in [("nsga2", "optuna"), ("tpe", "optuna"), ("pymoo-nsga2", "pymoo")] {
            let has = try Self.shell("\(Self.python ?? "") -c 'import \(package)'").exitCode == 0
            let outcome = try Self.shell(
                "\(Self.python ?? "") Scripts/optimize.py \(study) --method \(method) --points 12")
            if has {
                #expect(outcome.exitCode == 0, "\(method): \(outcome.errors)")
                #expect(outcome.output.hasPrefix("dram.bandwidth,M,latency.seconds,energy.joules"))
                #expect(outcome.output.split(separator: "\n").count >= 2)
            } else {
                #expect(outcome.exitCode == 1)
                #expect(
                    outcome.errors.contains("\(package) is not installed; pip install \(package)"), "\(outcome.errors)")
            }
        }
    }
}
