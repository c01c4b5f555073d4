import ArgumentParser
import Orrery

extension StudySearch: ExpressibleByArgument {}

struct StudySearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Run as many points of a study as a budget allows, and print the best.",
        discussion: """
            Random picks points in a random order, grid in the order of the study. For searches that learn from what they see there
            is Scripts/optimize.py, which drives Optuna and pymoo.

              orrery study search STUDY --points 200 --seed 7
              Scripts/optimize.py STUDY --method nsga2 --points 200
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var execution: ExecutionArguments

    @Option(help: "How points are picked: random or grid.")
    var method = StudySearch.random

    @Option(help: "Points to run, those from the store included.")
    var points = 100

    @Option(help: "The same seed picks the same points.")
    var seed = 1

    @Option(help: "Progress on the standard error: auto (a line on a terminal), json (an event a line) or none.")
    var progress = ProgressForm.auto

    func validate() throws {
        if points < 1 { throw ValidationError("--points takes a positive number; found \(points).") }
    }

    func run() throws {
        let (study, all) = try arguments.load()
        guard !study.objectives.isEmpty else {
            throw Failure("\(arguments.study): error: objectives: a search needs something to look for", .badInput)
        }
        let options = try execution.engineOptions()
        var engine = StudyEngine(store: try ResultStore(path: storage.path(for: arguments)), options: options)
        Interruption.catchSignal()
        let reporter = StudyProgressReporter(progress)
        engine.progress = { reporter.report($0) }
        engine.shouldStop = { Interruption.isAskedFor }
        defer { reporter.end() }
        let picked = method.pick(all, budget: points, seed: seed)
        let run = try engine.run(study, picked, manifest: arguments.manifest(study, options.repetition))
        reporter.end()
        for objective in study.objectives { Terminal.print(best(run, objective)) }
        let feasible = run.points.indices.count { run.isFeasible($0) }
        Terminal.complain(
            "\(picked.count) of \(ReadableNumber.counted(all.count, "point")), \(feasible) feasible, \(run.failures) failed"
        )
        if run.wasInterrupted { throw Failure("interrupted", .interrupted) }
        if feasible == 0 { throw Failure("error: no point of the search is feasible", .partlyFailed) }
    }

    private func best(_ run: StudyRun, _ objective: Objective) -> String {
        let values = run.points.indices.filter { run.isFeasible($0) }
            .compactMap { index in run.metric(objective.metric, ofPoint: index).map { (index: index, value: $0) } }
        let best =
            objective.direction == .minimise
            ? values.min { $0.value < $1.value } : values.max { $0.value < $1.value }
        guard let best else { return "\(objective.metric): none" }
        let place = zip(run.study.axes, run.points[best.index].labels).map { "\($0.name)=\($1)" }.joined(separator: " ")
        return "\(objective.metric) \(ReadableNumber.metric(best.value, of: objective.metric)) at \(place)"
    }
}
