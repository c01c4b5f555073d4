import ArgumentParser
import Foundation
import Orrery

/// What the engine of studies costs beside the simulation: hashing, scheduling, talking to workers, recording.
enum StudyOverhead {
    /// Points of a few milliseconds each: attention of 1Ki keys at many bandwidths.
    private static let points = 1000

    private static var text: String {
        """
        study: overhead
        base:
          machine: \(Shipped.root)/HardwareSpecs/fusemax.yaml
          workload: \(Shipped.root)/Workloads/attention-1pass.yaml
        axes: {dram.bandwidth: {linear: [100 GB/s, 1000 GB/s], points: \(points)}}
        """
    }

    /// Ten thousand points of which no two have a value in common, and a condition on what only the machine knows.
    private static let design = """
        study: design
        base:
          machine: \(Shipped.root)/HardwareSpecs/fusemax-llm.yaml
          workload: \(Shipped.root)/Workloads/llama-2-7b-serving.yaml
        axes:
          rows: {path: array2d.rows, linear: [64, 256], multiple: 1}
          columns: {path: array2d.columns, linear: [64, 512], multiple: 1}
          lanes: {path: array1d.lanes, linear: [64, 512], multiple: 1}
          buffer: {path: buffer.capacity, log: [2 MiB, 32 MiB], multiple: 1 KiB}
          bandwidth: {path: dram.bandwidth, log: [50 GB/s, 1000 GB/s]}
          clock: {path: clocks.core, linear: [0.5 GHz, 1.5 GHz]}
        sample: {method: sobol, points: 10000, seed: 3}
        derive: {buffer.width: array2d.columns * 2 B, dram.outstanding: ceil(1.5 * dram.bandwidth * 100 ns / 64 B)}
        where: [area <= 1304 mm2]
        """

    /// - Returns: bars that are missed.
    static func run() throws -> Missed { try planning() + running() }

    private static func planning() throws -> Missed {
        print("studies, planning".padded(46) + "       ms      bar")
        let file = FileManager.default.temporaryDirectory.appending(path: "orrery-bench-\(UUID().uuidString).yaml").path
        try design.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        var distinct = 0
        let time = try (0..<3).map { _ in
            try seconds {
                let diagnostics = Diagnostics()
                let study = Study.load(path: file, diagnostics: diagnostics)
                try diagnostics.throwIfErrors()
                var identity = InputIdentity()
                let points = try study?.points() ?? []
                distinct = Set(study?.prepared(points, identity: &identity).compactMap(\.inputs) ?? []).count
            }
        }.min()
        guard distinct > 5000 else { return ["the design has \(distinct) points"] }
        return row("10,000 points, nothing repeats, area asked for", (time ?? 0) * 1e3, 1000)
    }

    private static func running() throws -> Missed {
        print("studies, one worker".padded(46) + "       ms      bar")
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "overhead.yaml").path
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let diagnostics = Diagnostics()
        let study = Study.load(path: file, diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        guard let study else { return ["the study cannot be read"] }
        let all = try study.points()
        let store = try ResultStore(path: folder.appending(path: "store.sqlite").path)
        var options = StudyEngine.Options(worker: [CommandLine.arguments[0], "study-worker"])
        options.jobs = 1
        var engine = StudyEngine(store: store, options: options)
        var ends: [Double] = []
        let start = ContinuousClock.now
        engine.progress = { progress in
            if progress.ran > ends.count { ends.append((ContinuousClock.now - start) / .milliseconds(1)) }
        }
        let manifest = RunManifest(
            study: study, file: file, fileHash: "", command: [], version: "", repetition: .standard)
        let run = try engine.run(study, all, manifest: manifest)
        // With one worker the time between two ends is what the second point took, and what the engine did meanwhile.
        let simulated = try store.points(ofStudy: study.name).map { $0.seconds * 1e3 }
        let gaps = zip(zip(ends.dropFirst(), ends), simulated.dropFirst()).map { $0.0 - $0.1 - $1 }.sorted()
        guard run.failures == 0, gaps.count == all.count - 1 else {
            return ["the study gave \(run.failures) failures and \(gaps.count) of \(all.count - 1) times"]
        }
        var missed = row("a point's simulation, median", simulated.sorted()[simulated.count / 2], nil)
        missed += row("overhead a point, median", gaps[gaps.count / 2], 1)
        missed += row("  the 99th of a hundred", gaps[gaps.count * 99 / 100], nil)
        let again = ContinuousClock.now
        _ = try engine.run(study, all, manifest: manifest)
        let found = (ContinuousClock.now - again) / .milliseconds(1)
        missed += row("a point from the store", found / Double(all.count), 1)
        return missed
    }

    private static func row(_ name: String, _ value: Double, _ bar: Double?) -> Missed {
        print(name.padded(46) + value.text(9) + (bar?.text(9) ?? "        -"))
        guard let bar, value > bar else { return [] }
        return ["\(name): \(value.text(0)) ms, more than \(bar.text(0))"]
    }
}

struct StudiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studies", abstract: "What a point of a study costs beside its simulation.")
    func run() throws { try StudyOverhead.run().conclude() }
}

/// What the benchmark starts to run points.
struct StudyWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study-worker", abstract: "Runs points for a study.", shouldDisplay: false)

    func run() throws {
        StudyWorker.serve(next: { readLine() }, write: { FileHandle.standardOutput.write(Data($0)) })
    }
}
