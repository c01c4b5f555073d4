import ArgumentParser
import Orrery

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Tell in what two results differ.",
        discussion: """
            Compares two results that `orrery run --json` has written: inputs, latency, energy, traffic, how the engines spent
            their time, and what every component counted. In each table the greatest change comes first.

              orrery run MACHINE WORKLOAD --json before.json
              orrery run MACHINE WORKLOAD --set dram.bandwidth='800 GB/s' --json after.json
              orrery diff before.json after.json

            How much of a run was folded is not compared. Ends with 0 where the results are the same, with 1 where they differ, and
            with 2 where a file cannot be read.
            """)

    @Argument(help: "The first result.", completion: .file(extensions: ["json"]))
    var before: String

    @Argument(help: "The second result.", completion: .file(extensions: ["json"]))
    var after: String

    @Flag(help: "List every number that differs.")
    var all = false

    func run() throws {
        let diagnostics = Diagnostics()
        let results = [before, after].map { read($0, diagnostics) }
        try diagnostics.throwIfErrors()
        guard let first = results[0], let second = results[1] else { return }
        let difference: ResultDifference
        do {
            difference = try ResultDifference(first, second)
        } catch {
            throw Failure("\(error.which == "first" ? before : after): error: \(error)", .badInput)
        }
        Terminal.print(difference.text(isComplete: all))
        if !difference.isEmpty { throw Failure("", .different) }
    }

    private func read(_ path: String, _ diagnostics: Diagnostics) -> JSONValue? {
        switch readFile(path) {
        case .failure(let problem): diagnostics.report(problem)
        case .success(let bytes):
            do {
                return try JSONValue(parsing: bytes)
            } catch {
                diagnostics.error(
                    error.message, at: SourceMark(file: path, line: error.line, column: error.column),
                    hint: "expected a result that orrery run --json has written")
            }
        }
        return nil
    }
}
