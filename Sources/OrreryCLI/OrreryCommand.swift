import ArgumentParser
import Orrery

/// The command line: reads arguments, calls the library, prints, and turns what went wrong into an exit code.
@main
struct OrreryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orrery",
        abstract: "A cycle-level simulator of the hardware that runs AI.",
        discussion: """
            A YAML file describes a machine, an Einsum cascade the computation, a mapping how one runs on the other.

              orrery run HardwareSpecs/fusemax.yaml Workloads/attention-1pass.yaml
              orrery run MACHINE WORKLOAD --set M=4Ki --report report.html
              orrery inspect Workloads/attention-1pass.yaml
              orrery check HardwareSpecs/*.yaml --sources
              orrery components scratchpad
              orrery diff before.json after.json
              orrery study run Studies/fusemax.yaml
              orrery scoreboard

            Exit codes: 0 ok, 1 results differ (orrery diff), 2 bad usage or input,
            3 the simulation failed, 4 part of a study failed, 5 a memory is too small,
            130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, InspectCommand.self, LowerCommand.self, ComponentsCommand.self, CheckCommand.self,
            SchemaCommand.self, DiffCommand.self, StudyCommand.self, ScoreboardCommand.self,
            EvaluateCommand.self,
        ])

    static func main() {
        if Array(CommandLine.arguments.dropFirst()) == [StudyWorkerProcess.name] { return StudyWorkerProcess.run() }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure(error).exit()
        }
    }
}
