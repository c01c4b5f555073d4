import OrrerySimulation
import OrreryText

extension SpatialArray {
    /// The class `spatial-array`.
    public static let componentClass = ComponentClass(
        name: "spatial-array", role: .engine, summary: "rows × columns of processing elements fed from their edges",
        discussion: """
            Cycle by cycle: rows of a stationary operand shift in, operands enter step by step, wavefronts cross the array, \
            results go down the columns or shift out; each step's operands and results are pieces of streams, and while one \
            is late nothing enters. In the mode pe every register of every element is simulated; nothing folds then.
            Not modelled: values, instruction delivery.
            Units: the array itself, '.loader' (background loads), '.drain' (separate output path).
            """,
        parameters: [
            rows, columns, delivery, foldOverlap, edgeFold, pipelineRegisters, outputDrain, stationaryLoad,
            OperationParameters.operations, reduction, writeBuffer, mode,
        ], ports: OperationParameters.ports, actions: OperationTable.actionNames, relaxed: ["mode": "instant"],
        generate: { (tile, values) throws(GenerationError) in
            let configuration: Configuration
            do throws(ConfigurationError) {
                configuration = try SpatialArray.configuration(values)
            } catch {
                throw GenerationError("\(error.parameter): \(error.message)")
            }
            return try SpatialArray.generate(tile, configuration)
        },
        occupation: { $0.cycles },
        make: { (site) throws(ConfigurationError) in
            let servers = OperationParameters.servers(site)
            let named = Array(zip(portNames, servers)).map { (name: $0, server: $1) }
            return [
                SpatialArray(
                    path: site.path, clock: site.clock, ports: servers, try configuration(site.values)),
                ScheduledEngine(path: "\(site.path).loader", clock: site.clock, ports: named),
                ScheduledEngine(
                    path: "\(site.path).drain", clock: site.clock, ports: named,
                    writeBuffer: site.values[writeBuffer]),
            ]
        })

    private static let rows = Parameter.integer("rows", 1...65536, help: "rows of processing elements")
    private static let columns = Parameter.integer("columns", 1...65536, help: "columns of processing elements")
    private static let delivery = Parameter.choice(
        "delivery", of: Delivery.self, help: "systolic: from neighbour to neighbour; broadcast: on row and column buses"
    )
    private static let foldOverlap = Parameter.choice(
        "fold_overlap", of: FoldOverlap.self,
        help: "none: a fold leaves the array before the next enters; stream: the next follows directly")
    private static let edgeFold = Parameter.choice(
        "edge_fold", of: EdgeFold.self, help: "the part of the array that a fold which does not fill it goes through")
    private static let pipelineRegisters = Parameter.integer(
        "pipeline_registers", 0...1024,
        help: "registers on the way of operands and results besides the elements' own; each adds a cycle to every fold")
    private static let outputDrain = Parameter.choice(
        "output_drain", of: OutputDrain.self,
        help:
            "separate: held results leave in the background by the unit drain; in_fold: they shift out through the array"
    )
    private static let stationaryLoad = Parameter.choice(
        "stationary_load", of: StationaryLoad.self,
        help: "in_fold: shifted in before the fold's stream; background: into second registers by the unit loader")
    private static let reduction = Parameter.map(
        "reduction", values: .group("network", [reductionLatency], help: "a column network"), default: [],
        help: "networks that reduce columns: operation name to {latency}; a systolic array can do without")
    private static let reductionLatency = Parameter.cycles(
        "latency", 0...65536, help: "until a column's result leaves the array, besides the elements' own cycles")
    private static let writeBuffer = Parameter.integer(
        "write_buffer", 0...1024, default: 0,
        help: "tiles of results that may still be on their way when the unit drain goes on")
    private static let mode = Parameter.choice(
        "mode", of: Mode.self, default: .fast,
        help: "fast: phases and wavefronts; pe: every element in every cycle; instant: never limits")

    private static func configuration(_ values: ParameterValues) throws(ConfigurationError) -> Configuration {
        var reductions: [String: Int] = [:]
        for (name, network) in values[reduction] { reductions[name] = network[reductionLatency] }
        return Configuration(
            rows: values[rows], columns: values[columns], delivery: values[delivery],
            foldOverlap: values[foldOverlap], edgeFold: values[edgeFold],
            pipelineRegisters: values[pipelineRegisters], outputDrain: values[outputDrain],
            stationaryLoad: values[stationaryLoad], operations: try OperationParameters.table(values),
            reductions: reductions, mode: values[mode])
    }
}
