import ArgumentParser
import Foundation
import Orrery

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Run many points: sweeps, and reproductions of published figures.",
        discussion: """
            A study file names machines, workloads, mappings, axes to vary, and published figures with their source. Every
            figure is printed beside what Orrery computes, with the error.

            Results are kept in a store, .orrery/store.sqlite beside the study unless --store says otherwise: a point that has been
            run is not run again, in whatever study it stands, as long as neither its inputs nor the simulator change.

              orrery study plan Studies/fusemax.yaml
              orrery study run Studies/fusemax.yaml --output Results
              orrery study report Studies/fusemax.yaml --output Results
              orrery study reproduce Studies/fusemax.yaml
              orrery study front Studies/fusemax.yaml
              orrery study why Studies/fusemax.yaml knee
            """,
        subcommands: [
            StudyPlanCommand.self, StudyRunCommand.self, StudyReportCommand.self, StudyReproduceCommand.self,
            StudySearchCommand.self, StudySubmitCommand.self, StudyCollectCommand.self, StudyFrontCommand.self,
            StudySensitivityCommand.self, StudyWhyCommand.self, StudyDiffCommand.self,
        ])
}

/// The study file that a subcommand is about.
struct StudyArguments: ParsableArguments {
    @Argument(help: "Study file.", completion: .file(extensions: ["yaml"]))
    var study: String

    func load() throws -> (study: Study, points: [Point]) {
        let (study, plan) = try plan()
        return (study, plan.points)
    }

    func plan() throws -> (study: Study, plan: StudyPlan) {
        let study = try read()
        return (study, try study.plan())
    }

    func read() throws -> Study {
        let diagnostics = Diagnostics()
        let study = Study.load(path: study, diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        guard let study else { throw Failure("\(self.study): error: this is no study", .badInput) }
        return study
    }

    /// What this run is, for the store.
    func manifest(_ study: Study, _ repetition: Repetition) throws -> RunManifest {
        let bytes = try readFile(self.study).get()
        return RunManifest(
            study: study, file: self.study, fileHash: ContentHash(of: bytes).description,
            command: CommandLine.arguments, version: OrreryCommand.configuration.version,
            repetition: repetition)
    }

    /// Path of the study's store where none is given.
    var defaultStore: String {
        let folder = study.lastIndex(of: "/").map { String(study[...$0]) } ?? ""
        return "\(folder).orrery/store.sqlite"
    }
}

/// The files that a study leaves.
enum StudyFiles {
    static func write(_ run: StudyRun, to folder: String) throws {
        let stem = "\(folder)/\(run.study.name)"
        try OutputFile.write(run.json().text(.pretty) + "\n", to: "\(stem).json")
        try OutputFile.write(run.csv(), to: "\(stem).csv")
        try OutputFile.write(run.page(run.wasInterrupted ? [] : illustrations(run)), to: "\(stem).html")
    }

    /// The points of a study that its page draws over time; says which ones cannot be drawn.
    static func illustrations(_ run: StudyRun) throws -> [Illustration] {
        var options = RunOptions()
        options.shouldStop = { Interruption.isAskedFor }
        let all = try ProgressLine.shown(with: options) { try run.illustrations(options: $0) }
        for illustration in all {
            guard let problem = illustration.problem else { continue }
            let place = run.points[illustration.point].labels.joined(separator: ", ")
            Terminal.complain("warning: the point \(place) cannot be drawn over time: \(problem)")
        }
        return all
    }

    /// Reads a result without its study's file.
    static func read(_ path: String) throws -> StudyRun {
        let bytes = try readFile(path).get()
        return try reading(path) { try StudyRun(reading: JSONValue(parsing: bytes)) }
    }

    /// Reads the result of a study; its points are planned only where there is one.
    static func read(_ study: Study, from folder: String) throws -> StudyRun {
        let path = "\(folder)/\(study.name).json"
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                "\(path): error: there is no such result; `orrery study run STUDY --output \(folder)` writes it",
                .badInput)
        }
        let bytes = try readFile(path).get()
        let points = try study.points()
        return try reading(path) { try StudyRun(study, points, reading: JSONValue(parsing: bytes)) }
    }

    private static func reading(_ path: String, _ work: () throws -> StudyRun) throws -> StudyRun {
        do {
            return try work()
        } catch let problem as Diagnostic {
            throw Failure("\(path): error: \(problem.message)", .badInput)
        } catch let error as JSONError {
            throw Failure(
                "\(path):\(error.line):\(error.column): error: \(error.message); "
                    + "this is no result that `orrery study run --output` has written", .badInput)
        }
    }
}
