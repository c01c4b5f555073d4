import OrrerySimulation
import OrreryText
import Testing

@testable import OrrerySpatial

@Suite struct GenerationTests {
    private func message(_ tile: TileOperation, _ configuration: SpatialArray.Configuration) -> String? {
        do throws(GenerationError) {
            _ = try SpatialArray.generate(tile, configuration)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func whatAnArrayCannotDo() throws {
        let array = try fuseMax(8)
        #expect(
            message(resident([.divide], rows: 8, columns: 8), array)
                == "has no operation 'divide'; it has add, exp, max, multiply-accumulate, subtract")
        #expect(
            message(resident([.max], rows: 9, columns: 8), array) == "a tile of 9 × 8 × 1 does not fit 8 × 8 elements")
        var operations = try table()
        try operations.add("min", slots: 1)
        var other = array
        other.operations = operations
        #expect(
            message(resident([], reduction: .min, rows: 8, columns: 8), other)
                == "has no network that reduces columns by min; it has add, max")
        var tile = fold(.os, rows: 4, columns: 4, steps: 4)
        tile.result.spansColumns = false
        #expect(message(tile, array) == "Z is reduced over a direction in which the array cannot")
        tile = fold(.os, rows: 4, columns: 4, steps: 4)
        tile.operands[0].steps = 3
        #expect(message(tile, array) == "A has 3 values in 4 steps")
        tile = fold(.ws, rows: 4, columns: 4, steps: 4)
        tile.operands[0].steps = 4
        #expect(message(tile, array)?.contains("changes in every element with every step") == true)
    }

    @Test func costsThatDoNotGoTogether() {
        var table = OperationTable()
        #expect(throws: ConfigurationError.self) { try table.add("exp", slots: 6, latency: 2) }
        #expect(throws: ConfigurationError.self) { try table.add("gelu", slots: 6) }
        #expect(throws: Never.self) { try table.add("gelu", slots: 6, asChainOf: "multiply-accumulate") }
    }

    private static let array = """
        rows: 4
        columns: 3
        delivery: systolic
        fold_overlap: none
        edge_fold: full_array
        pipeline_registers: 0
        output_drain: separate
        stationary_load: in_fold
        operations: {multiply-accumulate: {slots: 1}, max: {slots: 1, latency: 2 cycles}, exp: {slots: 6, as: multiply-accumulate}}
        reduction: {max: {latency: 256 cycles}}
        """

    private func values(_ text: String, _ component: ComponentClass) throws -> ParameterValues {
        let diagnostics = Diagnostics()
        let node = try #require(YAML.parse(text, file: "array.yaml", diagnostics: diagnostics))
        let values = ParameterValues.decode(
            node, declared: component.parameters, path: "array", diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        return values
    }

    @Test func classesMakeTheirComponents() throws {
        #expect(spatialClasses.map(\.name) == ["spatial-array", "vector-unit"])
        let clock = Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000)
        let clocks = try #require(ClockSet([clock]))
        let memory = IdealMemory()
        let arrays = SpatialArray.componentClass
        let given = try values(Self.array, arrays)
        let site = Site(path: "array", clocks: clocks, clock: 0, values: given, servers: ["operands": memory])
        let components = try arrays.make(site)
        #expect(components.map(\.path) == ["array", "array.loader", "array.drain"])
        let array = try #require(components.first as? SpatialArray)
        #expect(array.configuration.reductions == ["max": 256])
        #expect(array.ports.count == 3)
        #expect(array.actionNames == arrays.actions)
        let generate = try #require(arrays.generate)
        let work = try generate(fold(.os, rows: 4, columns: 3, steps: 5), given)
        #expect(work == (try SpatialArray.generate(fold(.os, rows: 4, columns: 3, steps: 5), array.configuration)))
        #expect(try Bench.run(array, [work.compute], memory: memory).cycles == 10)
        #expect(throws: GenerationError.self) { try generate(resident([.divide], rows: 1, columns: 1), given) }

        let vectors = VectorUnit.componentClass
        let unit = try values("{lanes: 8, operations: {add: {slots: 1}}}", vectors)
        #expect(
            try vectors.make(Site(path: "vector", clocks: clocks, clock: 0, values: unit)).map(\.path) == ["vector"])
        let wrong = try values("{lanes: 8, operations: {gelu: {slots: 1}}}", vectors)
        #expect(throws: ConfigurationError.self) {
            try vectors.make(Site(path: "vector", clocks: clocks, clock: 0, values: wrong))
        }
    }

    @Test func relaxedValuesDecode() throws {
        for component in spatialClasses {
            for (name, text) in component.relaxed {
                let parameter = try #require(component.parameters.first { $0.name == name })
                let diagnostics = Diagnostics()
                let node = try #require(YAML.parse("\(name): \(text)", file: "r.yaml", diagnostics: diagnostics)?[name])
                #expect(parameter.decodeAny(node, path: name, diagnostics: diagnostics) != nil)
            }
        }
    }
}
