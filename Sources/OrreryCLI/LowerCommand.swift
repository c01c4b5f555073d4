import ArgumentParser
import Orrery

struct LowerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lower", abstract: "Show the program that would run.",
        discussion: """
            Prints, for each part of the workload, the operators with the engines that run them, what lies where in every
            memory, and the queues with their loops, commands and tokens.

              orrery lower HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml --set M=1Ki
            """)

    @OptionGroup var arguments: RequestArguments

    func run() throws {
        let plan = try RunPlan(arguments.request)
        for warning in plan.warnings { Terminal.complain(warning.description) }
        for part in plan.parts {
            let name = part.name.isEmpty ? part.cascade.name : part.name
            let count = part.count == 1 ? "" : ", \(part.count) times"
            Terminal.print(
                """
                # \(name)\(count), mapping \(part.mapping.name)

                operators
                \(Self.indented(part.lowered.graph.description))

                memory plan
                \(Self.indented(part.lowered.plan.description))

                program
                \(Self.indented(ProgramText(part.lowered.program).description))

                """)
        }
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    }
}
