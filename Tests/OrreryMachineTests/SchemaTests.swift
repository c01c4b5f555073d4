import OrreryText
import Testing

@testable import OrreryMachine

@Suite("JSON Schema of machine files")
struct SchemaTests {
    @Test func knowsEveryClassAndItsParameters() throws {
        let schema = Machine.jsonSchema()
        let definitions = try #require(schema["$defs"]?["components"]?["additionalProperties"]?["anyOf"]?.array)
        #expect(definitions.count == Catalog.classes.count + 2)
        for (known, definition) in zip(Catalog.classes, definitions.dropFirst(2)) {
            let properties = try #require(definition["properties"])
            #expect(properties["class"]?["const"] == .string(known.name))
            for parameter in known.parameters { #expect(properties[parameter.name] != nil) }
        }
        #expect(try JSONValue(parsing: schema.text()) == schema)
    }

    @Test func hasEveryClassOnce() {
        #expect(
            Catalog.classes.map(\.name) == [
                "spatial-array", "vector-unit", "scratchpad", "simple-memory", "dma", "dram", "cache", "tlb",
                "page-walker", "link", "traffic-generator", "core",
            ])
        #expect(Catalog["dma"]?.role == .engine)
        #expect(Catalog["dmaa"] == nil)
    }
}
