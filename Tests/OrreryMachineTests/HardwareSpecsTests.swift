import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Shipped machines")
struct HardwareSpecsTests {
    private static let names = ["flat", "fusemax", "flat-edge", "scalesim", "stonne", "two-arrays"]

    @Test(arguments: names)
    func nameASourceForEveryNumber(_ name: String) throws {
        let machine = try shipped(name)
        #expect(machine.unsourced.map(\.path) == [])
        #expect(machine.sources.count >= 10)
        #expect(try machine.instantiate().components.count >= machine.components.count)
        for group in machine.components where !group.classInfo.relaxed.isEmpty {
            #expect(machine.relaxed(group.path) != nil)
        }
    }

    @Test func haveTheAreasOfTheArtifact() throws {
        let (fusemax, flat) = (try shipped("fusemax"), try shipped("flat"))
        let fusemaxArea = try #require(fusemax.area?.total(fusemax)) * 1e12
        let flatArea = try #require(flat.area?.total(flat)) * 1e12
        // The reference gives four digits.
        #expect(abs(fusemaxArea - 1.303e9) < 0.0005e9)
        #expect(abs(flatArea - 1.392e9) < 0.0005e9)
        #expect(abs(1 - fusemaxArea / flatArea - 0.064) < 0.0005)
        // pareto.csv of the artifact: 65536 processing elements of the 2D array.
        let array = try #require(fusemax.part(at: "array2d"))
        #expect(abs((fusemax.area?.area(array) ?? 0) * 1e12 / 1_207_951_209.6768 - 1) < 1e-8)
    }

    @Test func haveTheEnergiesOfTheArtifact() throws {
        let machine = try shipped("fusemax", set: ["energy.accounting": "artifact"])
        let energy = try #require(machine.energy)
        func joules(_ path: String, _ action: String) throws -> Double {
            let part = try #require(machine.part(at: path))
            return try #require(energy.energyPerAction(part: part, action: action)?.joules)
        }
        #expect(try joules("array2d", "multiply-accumulate") == 17.1645e-12)
        #expect(try joules("array2d", "add") == 8.3395e-12)
        #expect(try joules("array2d", "max") == 0.028e-12)
        #expect(try joules("array1d", "divide") == 36.251153e-12)
        #expect(try joules("buffer", "read") == 12512.783165e-12)
        #expect(try joules("dram", "write") == 8 * 249.6e-12)
        #expect(try joules("array2d", "register_read") == 2.196257e-12 / 65536)
        #expect(try joules("array1d", "register_write") == 1.913802e-12 / 256)
        #expect(try joules("dma[0]", "byte") == 0)
        let array = try #require(machine.part(at: "array2d"))
        // No exp unit: an exp is six multiply-accumulates, and counted as such.
        #expect(energy.energyPerAction(part: array, action: "exp") == nil)
    }

    @Test func haveTheLeakageOfTheArtifact() throws {
        let machine = try shipped("fusemax")
        let energy = try #require(machine.energy)
        let buffer = try #require(machine.part(at: "buffer"))
        #expect(abs(energy.staticPower(buffer).watts - 0.406537e-12 * 940e6) < 1e-12)
        let array = try #require(machine.part(at: "array2d"))
        let expected = 65536 * (0.180192 + 0.001709 + 0.000013) * 1e-12 * 940e6
        #expect(abs(energy.staticPower(array).watts / expected - 1) < 1e-12)
    }

    @Test func canBeVaried() throws {
        let machine = try shipped(
            "fusemax", set: ["array2d.rows": "128", "dram.bandwidth": "800 GB/s", "buffer.capacity": "8 MiB"])
        #expect(machine.parameter("array2d.rows") == "128")
        #expect(machine.parameter("dram.bandwidth") == "800 GB/s")
        let entries = machine.area.map { $0.elements(machine.components[0]) } ?? []
        #expect(entries.map(\.count) == [32768, 32768, 32768])
        #expect(
            machine.sources.filter { $0.override != nil }.map(\.path) == [
                "array2d.rows", "buffer.capacity", "dram.bandwidth",
            ])
    }

    @Test func refuseAnOperationWithoutAnEnergy() throws {
        let diagnostics = Diagnostics()
        let path = "\(packageFolder)/HardwareSpecs/flat.yaml"
        let root = Override(path: "array1d.operations.square-root", text: "{slots: 8}")
        #expect(Machine.load(path: path, overrides: [root], diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.count == 1)
        #expect(
            diagnostics.all.first?.message.hasPrefix(
                "action 'square-root' of class vector-unit has no energy in table '45nm' (") == true)
    }

    @Test func differOnlyInTheirTiming() throws {
        let (scalesim, stonne) = (try shipped("scalesim"), try shipped("stonne"))
        let a = try #require(scalesim.part(at: "array2d")?.settings)
        let b = try #require(stonne.part(at: "array2d")?.settings)
        #expect(Set(a.keys.filter { a[$0] != b[$0] }) == ["rows", "columns", "pipeline_registers"])
        #expect(b["pipeline_registers"] == "5")
    }

    @Test func joinTwoDevicesByALink() throws {
        let byPath = try shipped("two-arrays").instantiate().byPath
        #expect(byPath["link.far"] != nil)
        #expect(byPath["array_b.loader"] != nil)
    }
}
