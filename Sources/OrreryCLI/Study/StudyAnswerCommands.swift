import ArgumentParser
import Foundation
import Orrery

struct StudyFrontCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "front", abstract: "Name the points that no other point beats, or the best within limits.",
        discussion: """
            The front of all objectives, its knee (with one objective: the best point) and what limits which part of it, of all
            points or of those within limits; with --best only the point that is best by one metric. Bounds hold metrics of the
            study and numbers among its settings.

              orrery study front Studies/llama-designs.yaml
              orrery study front STUDY --limit 'area.square_metres <= 300 mm2'
              orrery study front STUDY --limit 'area.square_metres <= 300 mm2' --best energy.joules
            """)

    @OptionGroup var arguments: StudyResultArguments

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Keep to METRIC <= VALUE or METRIC >= VALUE; may be repeated.", valueName: "bound"))
    var limit: [String] = []

    @Option(
        help: ArgumentHelp(
            "Name only the point that is best by this metric.",
            valueName: "metric"))
    var best: String?

    @Flag(help: "More of the metric is better, where it is no objective of the study.")
    var maximise = false

    func run() throws {
        var limits: [MetricBound] = []
        do throws(ExpressionError) {
            for text in limit { limits.append(try MetricBound(parsing: text)) }
        } catch {
            throw Failure("error: --limit: \(error.message)\(error.hint.map { "; \($0)" } ?? "")", .badInput)
        }
        let run = try arguments.load()
        guard let metric = best else {
            do {
                return Terminal.print(try run.within(limits).frontTable())
            } catch {
                throw Failure("error: \(error.message)\(error.hint.map { "; \($0)" } ?? "")", .badInput)
            }
        }
        let direction = run.study.objectives.first { $0.metric == metric }?.direction
        let objective = Objective(metric: metric, direction: direction ?? (maximise ? .maximise : .minimise))
        do throws(ExpressionError) {
            let choice = try run.best(objective, within: limits)
            Terminal.print(run.text(choice, objective, limits))
            if choice.best == nil { throw ExpressionError("") }
        } catch {
            if error.message.isEmpty { throw Failure("no point is within the limits", .infeasible) }
            throw Failure("error: \(error.message)\(error.hint.map { "; \($0)" } ?? "")", .badInput)
        }
    }
}

struct StudySensitivityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sensitivity", abstract: "Tell how much each thing that a study varies moves each objective.",
        discussion: """
            An elasticity of -1 means: one per cent more of the number, one per cent less of the metric. It is the median over
            neighbours that differ in nothing else; without such neighbours, the slope of a fit in logarithms over all points.

              orrery study sensitivity Studies/llama-designs.yaml
            """)

    @OptionGroup var arguments: StudyResultArguments

    @Option(help: ArgumentHelp("Metrics in the place of the objectives; may be repeated.", valueName: "metric"))
    var metric: [String] = []

    func run() throws {
        let run = try arguments.load()
        let metrics = metric.isEmpty ? run.study.objectives.map(\.metric) : metric
        if metrics.isEmpty {
            throw Failure("error: the study has no objectives: name a metric with --metric", .badInput)
        }
        for metric in metrics {
            guard let found = run.sensitivity(of: metric) else {
                let known = run.points.indices.contains { run.metric(metric, ofPoint: $0) != nil }
                let reason = known ? "nothing varies, or fewer than three points have it" : "no point has such a metric"
                Terminal.complain("\(metric): \(reason)")
                continue
            }
            Terminal.print(found.text())
        }
    }
}

struct StudyWhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Tell what limits one point of a study, beside its neighbours on the front.",
        discussion: """
            Runs the point again, with the reruns that show what would make it faster. A point is its number from 1, the word
            knee (best, where there is one objective), or as many AXIS=VALUE as tell it from all others.

              orrery study why Studies/llama-designs.yaml knee
              orrery study why Studies/fusemax.yaml design=flat model=BERT M=64Ki accounting=complete
            """)

    @OptionGroup var arguments: StudyResultArguments

    @Argument(help: "The point.")
    var point: [String]

    func run() throws {
        let run = try arguments.load()
        let index: Int
        do {
            index = try run.point(named: point.joined(separator: " "))
        } catch {
            throw Failure(error.description, .badInput)
        }
        var options = RunOptions()
        options.counterfactuals = 3
        let work = try run.study.work(run.points[index])
        options.repetition = work.repetition
        let result = try Simulator.run(work.request, options: options).result
        Terminal.print(PointExplanation(run, point: index, result: result.json()).text())
    }
}

struct StudyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell which metrics moved between two runs of a study, where, and through which component.",
        discussion: """
            Compares two results that `orrery study run --output` has written. Ends with 0 where they are the same, with 1 where
            they differ, and with 2 where a file cannot be read.

              orrery study diff old/fusemax.json Results/fusemax.json
            """)

    @Argument(help: "The first result.", completion: .file(extensions: ["json"]))
    var before: String

    @Argument(help: "The second result.", completion: .file(extensions: ["json"]))
    var after: String

    @Flag(help: "List every point that moved.")
    var all = false

    func run() throws {
        let difference = StudyDifference(try StudyFiles.read(before), try StudyFiles.read(after))
        Terminal.print(difference.text(isComplete: all))
        if !difference.isEmpty { throw Failure("", .different) }
    }
}
