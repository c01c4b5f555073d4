import OrrerySimulation
import OrreryText

extension VectorUnit {
    /// How a unit is simulated.
    enum Mode: String, CaseIterable, Sendable {
        case fast, instant
    }

    /// The class `vector-unit`.
    public static let componentClass = ComponentClass(
        name: "vector-unit", role: .engine, summary: "lanes that do the same operations on the elements of a row",
        discussion: """
            Cycle by cycle: a tile's elements are issued in groups of as many as there are lanes, each for the issue slots of \
            its operations; rows of operands and results are pieces of streams, and while one is late the unit stands still.
            Not modelled: values, register-file conflicts, instruction delivery.
            """,
        parameters: [lanes, OperationParameters.operations, writeBuffer, mode], ports: OperationParameters.ports,
        actions: OperationTable.actionNames, relaxed: ["mode": "instant"],
        generate: { (tile, values) throws(GenerationError) in
            let configuration: Configuration
            do throws(ConfigurationError) {
                configuration = try VectorUnit.configuration(values)
            } catch {
                throw GenerationError("\(error.parameter): \(error.message)")
            }
            return try VectorUnit.generate(tile, configuration)
        },
        occupation: { $0.cycles },
        make: { (site) throws(ConfigurationError) in
            _ = try configuration(site.values)
            return [
                VectorUnit(
                    path: site.path, clock: site.clock, ports: OperationParameters.servers(site),
                    writeBuffer: site.values[writeBuffer])
            ]
        })

    private static let lanes = Parameter.integer("lanes", 1...1_048_576, help: "elements of a row worked on at once")
    private static let writeBuffer = Parameter.integer(
        "write_buffer", 0...1024, default: 0, help: "commands whose results may still be written while the unit goes on"
    )
    private static let mode = Parameter.choice(
        "mode", of: Mode.self, default: .fast, help: "fast: lanes and slots; instant: never limits")

    private static func configuration(_ values: ParameterValues) throws(ConfigurationError) -> Configuration {
        Configuration(
            lanes: values[lanes], operations: try OperationParameters.table(values),
            isInstant: values[mode] == .instant)
    }
}
