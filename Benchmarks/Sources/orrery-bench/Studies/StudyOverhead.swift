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

    /// - Returns: bars that are missed.
    static func run() throws -> Missed {
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
