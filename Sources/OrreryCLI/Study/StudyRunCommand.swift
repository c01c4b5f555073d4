import ArgumentParser
import Foundation
import Orrery

struct StudyRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run all points that the store does not have, and print the figures.",
        discussion: """
            Writes NAME.json, NAME.csv and NAME.html to the output folder. Exit code 4 where some points failed; Ctrl-C
            finishes the points in flight, keeps them in the store and exits with 130: the same command goes on from there.

              orrery study run Studies/fusemax.yaml --output Results --jobs 8
              orrery study run STUDY --time-limit 60s --memory-limit 2GiB --retry-failed
              orrery study run STUDY --shard 0/4 --store shard-0.sqlite
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var execution: ExecutionArguments

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder for the results; it is made where it is missing.", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("Run the i-th of n parts of the points, from 0.", valueName: "i/n"))
    var shard: String?

    @Option(
        name: .customLong("points"),
        help: ArgumentHelp(
            "Only points that the file lists, as `study plan --identities` prints them.", valueName: "file"))
    var list: String?

    @Option(help: "Progress on the standard error: auto (a line on a terminal), json (an event a line) or none.")
    var progress = ProgressForm.auto

    @Flag(help: "Only count the figures, print no table.")
    var quiet = false

    func validate() throws {
        if let shard, StudyEngine.Shard(shard) == nil {
            throw ValidationError("--shard takes i/n with 0 <= i < n, such as 0/4; found '\(shard)'.")
        }
    }

    func run() throws {
        let (study, points) = try arguments.load()
        if let output { try OutputFile.makeFolder(output) }
        let start = ContinuousClock.now
        var options = try execution.engineOptions()
        options.only = try list.map(identities)
        options.shard = shard.flatMap { StudyEngine.Shard($0) }
        var engine = StudyEngine(store: try ResultStore(path: storage.path(for: arguments)), options: options)
        Interruption.catchSignal()
        let reporter = StudyProgressReporter(progress)
        engine.progress = { reporter.report($0) }
        engine.shouldStop = { Interruption.isAskedFor }
        defer { reporter.end() }
        let result = try engine.run(study, points, manifest: arguments.manifest(study, options.repetition))
        reporter.end()
        if let output { try StudyFiles.write(result, to: output) }
        let table = result.table()
        Terminal.print(quiet ? table.split(separator: "\n").suffix(1).joined() : table)
        Terminal.complain(summary(result, seconds: (ContinuousClock.now - start) / .seconds(1)))
        if result.wasInterrupted {
            let done = result.answers.count { $0 != nil }
            throw Failure(
                "interrupted: \(done) of \(ReadableNumber.counted(result.points.count, "point")) are done; the same command runs the rest",
                .interrupted)
        }
        if result.failures > 0 { throw failure(of: result) }
        let problems = result.metricProblems + result.limitProblems
        if problems.contains(where: { $0.severity == .error }) { throw InputErrors(diagnostics: problems) }
        for warning in problems { Terminal.complain(warning.description) }
    }

    /// The hash at the beginning of each line of a file.
    private func identities(_ path: String) throws -> Set<ContentHash> {
        let text = String(decoding: try readFile(path).get(), as: UTF8.self)
        var result: Set<ContentHash> = []
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            guard let hash = ContentHash(String(line.prefix(32))) else {
                throw Failure(
                    "\(path):\(number + 1): error: expected the 32 digits of a point, found '\(line)'", .badInput)
            }
            result.insert(hash)
        }
        return result
    }

    /// How many points were run, found, and left out for their metrics.
    private func summary(_ run: StudyRun, seconds: Double) -> String {
        var parts = ["\(ReadableNumber.counted(run.points.count, "point")) in \(ReadableNumber.seconds(seconds))"]
        let cached = run.origins.count { $0 == .store }
        if cached > 0 { parts.append("\(cached) from the store") }
        let others = Set(run.points.indices.compactMap { run.otherVersion(ofPoint: $0) })
        if !others.isEmpty {
            let count = run.points.indices.count { run.otherVersion(ofPoint: $0) != nil }
            parts.append("\(count) of other versions of the simulator (\(others.sorted().joined(separator: ", ")))")
        }
        if !run.study.limits.isEmpty {
            parts.append("\(run.points.indices.count { run.isFeasible($0) }) within the limits on metrics")
        }
        return parts.joined(separator: ", ")
    }

    /// Why points failed, each reason once; where all of them failed for bad input, or for lack of room, that is what ends the
    /// command.
    private func failure(of run: StudyRun) -> Failure {
        let shown = 20
        var lines = run.failureReasons.prefix(shown).map { reason in
            let others = reason.count > 1 ? " and at \(ReadableNumber.counted(reason.count - 1, "more point"))" : ""
            return "failed at \(reason.place)\(others):\n\(reason.message)"
        }
        if run.failureReasons.count > shown { lines.append("\(run.failureReasons.count - shown) more reasons") }
        lines.append("\(run.failures) of \(ReadableNumber.counted(run.points.count, "point")) failed")
        let codes = Set(run.failureReasons.map(\.exitCode))
        let isWhole = run.failures == run.points.count
        let code = isWhole && codes.count == 1 ? codes.first.flatMap { Failure.Code(rawValue: Int32($0)) } : nil
        return Failure(lines.joined(separator: "\n"), code ?? .partlyFailed)
    }
}
