import ArgumentParser
import Foundation
import Orrery

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Run many points: sweeps, and reproductions of published figures.",
        discussion: """
            A study file names machines, workloads, mappings, axes to vary, and published figures with their source. Every
            figure is printed beside what Orrery computes, with the error.

              orrery study plan Studies/fusemax.yaml
              orrery study run Studies/fusemax.yaml --output Results
              orrery study report Studies/fusemax.yaml --output Results
              orrery study front Studies/fusemax.yaml
              orrery study why Studies/fusemax.yaml knee
            """,
        subcommands: [
            StudyPlanCommand.self, StudyRunCommand.self, StudyReportCommand.self, StudyFrontCommand.self,
            StudySensitivityCommand.self, StudyWhyCommand.self, StudyDiffCommand.self,
        ])
}

/// The study file that a subcommand is about.
struct StudyArguments: ParsableArguments {
    @Argument(help: "Study file.", completion: .file(extensions: ["yaml"]))
    var study: String

    func load() throws -> (study: Study, points: [Point]) {
        let diagnostics = Diagnostics()
        let study = Study.load(path: study, diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        guard let study else { throw Failure("\(self.study): error: this is no study", .badInput) }
        return (study, try study.points())
    }
}

struct StudyPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "List the points of a study without running them.")

    @OptionGroup var arguments: StudyArguments

    func run() throws {
        let (study, points) = try arguments.load()
        for point in points {
            Terminal.print(zip(study.axes, point.labels).map { "\($0.name)=\($1)" }.joined(separator: " "))
        }
        Terminal.complain("\(points.count) points, \(study.references.count) published figures")
    }
}

struct StudyRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run all points and print the figures.",
        discussion: """
            Writes NAME.json, NAME.csv and NAME.html to the output folder. Exit code 4 where some points failed; Ctrl-C
            finishes the points in flight, writes what is there and exits with 130.
            """)

    @OptionGroup var arguments: StudyArguments

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder for the results; it is made where it is missing.", valueName: "folder"))
    var output: String?

    @Option(name: .shortAndLong, help: "Points at a time.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(name: .customLong("no-fold"), help: "Simulate every cycle of every point.")
    var noFold = false

    @Flag(help: "Only count the figures, print no table.")
    var quiet = false

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs takes a positive number; found \(jobs).") }
    }

    func run() throws {
        let (study, points) = try arguments.load()
        if let output { try OutputFile.makeFolder(output) }
        let start = ContinuousClock.now
        var options = RunOptions()
        options.folds = !noFold
        options.shouldStop = { Interruption.isAskedFor }
        Interruption.catchSignal()
        let isShown = Terminal.isErrorTerminal
        let fixed = options
        let runner = StudyRunner(
            workers: jobs, evaluate: { .running($0, $1, options: fixed) },
            progress: { if isShown { Terminal.showProgress("\(study.name): \($0) of \(points.count) points") } },
            shouldStop: { Interruption.isAskedFor })
        let result = runner.run(study, points)
        if isShown { Terminal.clearProgress() }
        if let output { try StudyFiles.write(result, to: output) }
        let table = result.table()
        Terminal.print(quiet ? table.split(separator: "\n").suffix(1).joined() : table)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        Terminal.complain("\(points.count) points in \(ReadableNumber.seconds(seconds))")
        if result.wasInterrupted { throw Failure("interrupted", .interrupted) }
        if result.failures > 0 { throw failure(of: result) }
        let problems = result.metricProblems
        if !problems.isEmpty { throw InputErrors(diagnostics: problems) }
    }
}

extension StudyRunCommand {
    /// Why points failed, each reason once; where all of them failed for bad input, or for lack of room, that is what ends the
    /// command.
    private func failure(of run: StudyRun) -> Failure {
        let shown = 20
        var lines = run.failureReasons.prefix(shown).map { reason in
            let others = reason.count > 1 ? " and at \(reason.count - 1) more points" : ""
            return "failed at \(reason.place)\(others):\n\(reason.message)"
        }
        if run.failureReasons.count > shown { lines.append("\(run.failureReasons.count - shown) more reasons") }
        lines.append("\(run.failures) of \(run.points.count) points failed")
        let codes = Set(run.failureReasons.map(\.exitCode))
        let isWhole = run.failures == run.points.count
        let code = isWhole && codes.count == 1 ? codes.first.flatMap { Failure.Code(rawValue: Int32($0)) } : nil
        return Failure(lines.joined(separator: "\n"), code ?? .partlyFailed)
    }
}

/// The files that a study leaves.
enum StudyFiles {
    static func write(_ run: StudyRun, to folder: String) throws {
        let stem = "\(folder)/\(run.study.name)"
        try OutputFile.write(run.json().text(.pretty) + "\n", to: "\(stem).json")
        try OutputFile.write(run.csv(), to: "\(stem).csv")
        try OutputFile.write(run.page(run.wasInterrupted ? [] : run.illustrations()), to: "\(stem).html")
    }

    /// Reads a result without its study's file.
    static func read(_ path: String) throws -> StudyRun {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure("\(path): error: there is no such file", .badInput)
        }
        do {
            return try StudyRun(reading: JSONValue(parsing: Array(bytes)))
        } catch let problem as Diagnostic {
            throw Failure("\(path): error: \(problem.message)", .badInput)
        } catch {
            throw Failure("\(path):\(error)", .badInput)
        }
    }

    static func read(_ study: Study, _ points: [Point], from folder: String) throws -> StudyRun {
        let path = "\(folder)/\(study.name).json"
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure("\(path): error: there is no such result; run `orrery study run` first", .badInput)
        }
        do {
            return try StudyRun(study, points, reading: JSONValue(parsing: Array(bytes)))
        } catch let problem as Diagnostic {
            throw Failure("\(path): error: \(problem.message)", .badInput)
        } catch {
            throw Failure("\(path):\(error)", .badInput)
        }
    }
}
