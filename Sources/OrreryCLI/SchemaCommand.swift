import ArgumentParser
import Orrery

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a kind of file, for editors.",
        discussion: """
              orrery schema machine > machine.schema.json

            An editor with the YAML language server reads it from the first line of a file:

              # yaml-language-server: $schema=machine.schema.json

            Without a kind, lists the kinds.
            """)

    @Argument(help: "Kind of file: \(FileKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: FileKind?

    func run() throws {
        let schema: JSONValue? =
            switch kind {
            case .machine: Machine.jsonSchema()
            case .workload: Workload.jsonSchema(streams: TrafficReader.jsonSchema)
            case .mapping: Mapping.jsonSchema()
            case .study: Study.jsonSchema()
            case .table: CostTableFile.jsonSchema()
            case .program: SavedProgram.jsonSchema()
            case nil: nil
            }
        Terminal.print(schema?.text(.pretty) ?? FileKind.allCases.map(\.rawValue).joined(separator: "\n"))
    }
}

extension FileKind: ExpressibleByArgument {}
