import ArgumentParser
import Orrery

struct SchemaCommand: ParsableCommand {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case machine
    }

    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a kind of file, for editors.",
        discussion: """
              orrery schema machine > machine.schema.json

            Without a kind, lists the kinds.
            """)

    @Argument(help: "Kind of file.")
    var kind: Kind?

    func run() throws {
        switch kind {
        case .machine: Terminal.print(Machine.jsonSchema().text(.pretty))
        case nil: Terminal.print(Kind.allCases.map(\.rawValue).joined(separator: "\n"))
        }
    }
}
