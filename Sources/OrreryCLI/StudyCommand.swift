import ArgumentParser
import Orrery

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Run many points: sweeps and reproductions of published figures.",
        subcommands: [Plan.self, Run.self])

    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the points of a study without running them.")

        @Argument(help: "Study file.", completion: .file(extensions: ["yaml"]))
        var study: String

        func run() throws {
            let study = try StudyCommand.load(study)
            let points = try study.points()
            for point in points {
                Terminal.print(zip(study.axes, point.labels).map { "\($0.name)=\($1)" }.joined(separator: " "))
            }
            Terminal.complain("\(points.count) points")
        }
    }

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the points of a study and set its published figures beside what they give.",
            discussion: """
                  orrery study run Studies/fusemax.yaml --report fusemax.html

                Ends with 4 where some points failed; their errors are part of the outcome.
                """)

        @Argument(help: "Study file.", completion: .file(extensions: ["yaml"]))
        var study: String

        @Option(name: .shortAndLong, help: "Points at a time.")
        var jobs = 1

        @Option(help: ArgumentHelp("Write points and figures as JSON; - for the standard output.", valueName: "file"))
        var json: String?

        @Option(help: ArgumentHelp("Write the points as CSV.", valueName: "file"))
        var csv: String?

        @Option(help: ArgumentHelp("Write a self-contained HTML page.", valueName: "file"))
        var report: String?

        private var outputs: [String] { [json, csv, report].compactMap { $0 } }

        func validate() throws {
            guard jobs > 0 else { throw ValidationError("--jobs takes a positive number.") }
            guard outputs.count(where: { $0 == "-" }) < 2 else {
                throw ValidationError("Only one output can go to the standard output.")
            }
        }

        func run() throws {
            try OutputFile.check(outputs)
            let study = try StudyCommand.load(study)
            let points = try study.points()
            Interruption.catchSignal()
            let runner = StudyRunner(
                workers: jobs, evaluate: { study, point in point.answer(in: study) },
                progress: { Progress.show($0, of: points.count) }, shouldStop: { Interruption.isAskedFor })
            let outcome = runner.run(study, points)
            Progress.clear()
            if outcome.wasInterrupted || Interruption.isAskedFor {
                let done = outcome.answers.count { $0 != nil }
                throw Failure("interrupted: \(done) of \(points.count) points were run", .interrupted)
            }
            if let json { try OutputFile.write(outcome.json().text(.pretty) + "\n", to: json) }
            if let csv { try OutputFile.write(outcome.csv(), to: csv) }
            if let report { try OutputFile.write(outcome.page(), to: report) }
            if !outputs.contains("-") { Terminal.print(outcome.table()) }
            if outcome.failures > 0 {
                throw Failure("\(outcome.failures) of \(points.count) points failed", .partFailed)
            }
        }
    }

    private enum Progress {
        static func show(_ done: Int, of count: Int) {
            if Terminal.isErrorTerminal { Terminal.showProgress("\(done) of \(count) points") }
        }

        static func clear() { if Terminal.isErrorTerminal { Terminal.clearProgress() } }
    }

    private static func load(_ path: String) throws -> Study {
        let diagnostics = Diagnostics()
        let study = Study.load(path: path, diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        guard let study else { throw Failure("\(path): error: cannot be read", .badInput) }
        return study
    }
}

extension Point {
    /// What running the point gives.
    fileprivate func answer(in study: Study) -> StudyRun.Answer {
        do {
            var options = RunOptions()
            options.folds = setting("no_fold")?.value != "true"
            options.shouldStop = { Interruption.isAskedFor }
            return .result(try Simulator.run(request(in: study), options: options).result.json())
        } catch {
            let failure = Failure(error)
            return .failure(failure.message, exitCode: Int(failure.code.rawValue))
        }
    }

    /// The point's settings as a request; paths of files are meant beside the study.
    private func request(in study: Study) throws -> RunRequest {
        func file(_ name: String) -> String? {
            setting(name).map { $0.value.hasPrefix("/") ? $0.value : study.folder + $0.value }
        }
        guard let machine = file("machine"), let workload = file("workload") else {
            throw Failure("the point names no \(setting("machine") == nil ? "machine" : "workload")", .badInput)
        }
        let names = ["machine", "workload", "mapping", "no_fold"]
        var overrides: [RunInputs.Override] = []
        for setting in settings where !names.contains(setting.path) {
            overrides.removeAll { $0.path == setting.path }
            overrides.append(.init(path: setting.path, value: setting.value, origin: "study \(study.name)"))
        }
        return RunRequest(machine: machine, workload: workload, mapping: file("mapping"), overrides: overrides)
    }
}
