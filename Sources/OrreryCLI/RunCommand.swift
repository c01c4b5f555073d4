import ArgumentParser
import Orrery

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a workload on a machine.",
        discussion: """
            Prints one screen: latency, energy, what limits, how busy everything was. The whole result goes to files.

              orrery run HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml
              orrery run MACHINE WORKLOAD --set M=64Ki --json result.json
              orrery run MACHINE WORKLOAD --report result.html --trace trace.json
              orrery run MACHINE WORKLOAD --mapping auto --save-mapping found.yaml

            In the place of the workload may stand a program that `orrery lower --output` has saved.

            The JSON result has no wall-clock time in it: the same input gives the same bytes.
            """)

    @OptionGroup var arguments: RequestArguments

    @Option(help: ArgumentHelp("Write the whole result as JSON; - for the standard output.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write one tidy table of every number as CSV.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write a self-contained HTML report with charts.", valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp("Write a timeline for Perfetto or chrome://tracing.", valueName: "file"))
    var trace: String?

    @Option(
        name: .customLong("save-mapping"),
        help: ArgumentHelp(
            "With --mapping auto: write the mapping that was found, to read, change and use again.", valueName: "file"))
    var savedMapping: String?

    @OptionGroup var repetition: RepetitionArguments

    @Flag(help: "Print the machine with all that it extends and all overrides, and stop.")
    var resolved = false

    @Flag(help: "List the instances of counted components in the files, not only what they are together.")
    var detail = false

    @Flag(name: .customLong("no-limits"), help: "Skip the reruns that show what would make it faster.")
    var noLimits = false

    private var outputs: [String] { [json, csv, report, trace].compactMap { $0 } }

    func validate() throws {
        guard outputs.count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("Only one output can go to the standard output.")
        }
        if savedMapping != nil, arguments.mapping != MappingChoice.keyword {
            throw ValidationError("--save-mapping is for a mapping that was searched: add --mapping auto.")
        }
    }

    func run() throws {
        try OutputFile.check(outputs + [savedMapping].compactMap { $0 })
        Interruption.catchSignal()
        let source = try ProgressLine.shown(with: options) { try Source(arguments.request, $0) }
        for warning in source.warnings { Terminal.complain(warning.description) }
        try tell(source.choices)
        if resolved { return Terminal.print(YAMLEmitter.text(of: source.machine.resolvedNode)) }
        let start = ContinuousClock.now
        let run = try simulate(source)
        let time = ContinuousClock.now - start
        if let json { try OutputFile.write(run.result.json(detail: detail).text(.pretty) + "\n", to: json) }
        if let csv { try OutputFile.write(TidyTable(run.result, detail: detail).csv, to: csv) }
        if let report { try OutputFile.write(Report(run.result, timeline: run.timeline).html, to: report) }
        if let trace { try OutputFile.write((run.timeline?.chromeTrace ?? []).text() + "\n", to: trace) }
        if !outputs.contains("-") {
            Terminal.print(Summary(run.result, isColoured: Terminal.isColoured).text)
        }
        let events = ReadableNumber.grouped(run.statistics.events)
        let simulations = run.statistics.simulations == 1 ? "" : " in \(run.statistics.simulations) simulations"
        Terminal.complain("simulated in \(ReadableNumber.seconds(time / .seconds(1))), \(events) events\(simulations)")
    }

    /// What is run: a workload that was lowered here, or a program that was saved.
    private enum Source {
        case plan(RunPlan)
        case program(ProgramRun)

        init(_ request: RunRequest, _ options: RunOptions) throws {
            self =
                ProgramRun.isProgram(request.workload)
                ? .program(try ProgramRun(request)) : .plan(try RunPlan(request, options: options))
        }

        var choices: [MappingChoice] { if case .plan(let plan) = self { plan.choices } else { [] } }

        var machine: Machine {
            switch self {
            case .plan(let plan): plan.machine
            case .program(let run): run.machine
            }
        }

        var warnings: [Diagnostic] {
            switch self {
            case .plan(let plan): plan.warnings
            case .program(let run): run.warnings
            }
        }
    }

    /// Says which mappings were found, and saves them.
    private func tell(_ choices: [MappingChoice]) throws {
        for choice in choices {
            Terminal.complain(choice.summary)
        }
        guard let savedMapping else { return }
        guard choices.count == 1, let choice = choices.first else {
            throw Failure(
                "--save-mapping: error: the workload has \(choices.count) cascades with a mapping each; run one at a time",
                .badInput)
        }
        try OutputFile.write(choice.text, to: savedMapping)
    }

    private var options: RunOptions {
        var options = RunOptions()
        options.repetition = repetition.repetition
        options.recordsTimeline = report != nil || trace != nil
        options.counterfactuals = noLimits ? 0 : 3
        options.shouldStop = { Interruption.isAskedFor }
        return options
    }

    private func simulate(_ source: Source) throws -> Simulator.Run {
        try ProgressLine.shown(with: options) { options in
            switch source {
            case .plan(let plan): try Simulator.run(plan, options: options)
            case .program(let run): try Simulator.run(run, options: options)
            }
        }
    }
}
