import ArgumentParser
import Orrery

struct LowerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lower", abstract: "Show the program that would run, or save it.",
        discussion: """
            Prints, for each part of the workload, the operators with the engines that run them, what lies where in every
            memory, and the queues with their loops, commands and tokens.

              orrery lower HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml --set M=1Ki

            With --output the program is written as YAML that reads back to the same program: it can be kept, compared, edited
            and run again without the workload and its mapping.

              orrery lower HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml --output attention.program.yaml
              orrery run HardwareSpecs/fusemax.yaml attention.program.yaml
            """)

    @OptionGroup var arguments: RequestArguments

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the program to a file that runs again; - for the standard output.", valueName: "file")
    )
    var output: String?

    func run() throws {
        if let output { try OutputFile.check([output]) }
        Interruption.catchSignal()
        if ProgramRun.isProgram(arguments.workload) {
            let run = try ProgramRun(arguments.request)
            try save(run.program, run.warnings)
            for part in run.program.parts where output == nil {
                let sections = [("program", ProgramText(part.program).description)]
                Terminal.print(Self.description(part.name, part.count, run.program.mapping, sections))
            }
            return
        }
        var options = RunOptions()
        options.shouldStop = { Interruption.isAskedFor }
        let plan = try ProgressLine.shown(with: options) { try RunPlan(arguments.request, options: $0) }
        try save(plan.program, plan.warnings)
        for part in plan.parts where output == nil { Terminal.print(Self.description(of: part, withProgram: true)) }
    }

    private func save(_ program: SavedProgram, _ warnings: [Diagnostic]) throws {
        for warning in warnings { Terminal.complain(warning.description) }
        if let output { try OutputFile.write(program.text, to: output) }
    }

    /// Operators and memory plan of a part, and its program where that is wanted.
    static func description(of part: RunPlan.Part, withProgram: Bool) -> String {
        let lowered = part.lowered
        let program = withProgram ? [("program", ProgramText(lowered.program).description)] : []
        return description(
            part.name.isEmpty ? part.cascade?.name ?? "streams" : part.name, part.count, part.mapping?.name,
            [("operators", lowered.graph.description)]
                + (part.cascade == nil ? [] : [("memory plan", lowered.plan.description)]) + program)
    }

    private static func description(
        _ name: String, _ count: Int, _ mapping: String?, _ sections: [(name: String, text: String)]
    ) -> String {
        let mapped = mapping.map { $0.isEmpty ? "" : ", mapping \($0)" } ?? ""
        let times = count == 1 ? "" : ", \(count) times"
        let bodies = sections.map { "\($0.name)\n\(indented($0.text))\n" }
        return "# \(name)\(times)\(mapped)\n\n\(bodies.joined(separator: "\n"))"
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    }
}
