import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Shipped machines")
struct HardwareSpecsTests {
    private static let names = [
        "flat", "fusemax", "flat-edge", "scalesim", "stonne", "two-arrays", "parts/cache/champsim-a",
        "parts/cache/champsim-b", "parts/cache/victima", "traffic-ddr4", "traffic-a100", "traffic-h100",
        "traffic-u280", "traffic-h200", "traffic-mi300x", "fusemax-hbm2", "flat-hbm2", "high-frequency", "champsim-a",
        "champsim-b", "champsim-c",
    ]

    @Test(arguments: names)
    func nameASourceForEveryNumber(_ name: String) throws {
        let machine = try shipped(name)
        #expect(machine.unsourced.map(\.path) == [])
        #expect(!machine.sources.isEmpty)
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

    /// A component by itself has the numbers and the area that it has in its machine, with other values too.
    @Test(
        arguments: [
            ("fusemax", [:]), ("flat", ["buffer.capacity": "8 MiB", "buffer.width": "256 B", "array2d.rows": "128"]),
            (
                "fusemax",
                [
                    "array2d.operations.exp.slots": "1", "array2d.made_of.exp_unit": "rows * columns",
                    "dma.burst": "2 KiB",
                ]
            ),
            ("fusemax", ["clocks.core": "1 GHz", "dram.bandwidth": "100 GB/s"]), ("two-arrays", ["array_a.rows": "64"]),
        ] as [(String, [String: String])])
    func componentsAloneAreAsInTheirMachine(_ name: String, _ values: [String: String]) throws {
        let (base, whole) = (try shipped(name), try shipped(name, set: values))
        let tables = CostTables()
        let members = Set(whole.components.map { String(MachineTree.part(of: $0.path)) })
        for member in members {
            let own = values.filter { [member, "clocks"].contains(String(MachineTree.part(of: $0.key))) }
                .map { Override(path: $0.key, text: $0.value) }
            let alone = try #require(base.alone(member, with: own, tables: tables))
            let parts = whole.components.filter { MachineTree.part(of: $0.path) == member }
            #expect(alone.components.map(\.path) == parts.map(\.path))
            #expect(alone.components.map(\.quantities) == parts.map(\.quantities))
            #expect(alone.components.map { alone.area?.area($0) } == parts.map { whole.area?.area($0) })
            #expect(alone.parameter("clocks.core") == whole.parameter("clocks.core"))
            for path in whole.parameterPaths where MachineTree.part(of: path) == member {
                #expect(alone.parameter(path) == whole.parameter(path))
            }
        }
        #expect(base.alone("nothing", with: [], tables: tables) == nil)
        #expect(base.alone("dram", with: [Override(path: "dram.bandwith", text: "1 GB/s")], tables: tables) == nil)
    }

    /// What a component is with the values of many points is what it is alone: in numbers, in area, and in what is no value for it.
    @Test(arguments: [
        "fusemax", "fusemax-llm-lpddr5", "two-arrays", "fusemax-hbm2", "champsim-a", "traffic-h100", "scalesim",
    ])
    func variantsOfComponentsAreTheComponents(_ name: String) throws {
        let base = try shipped(name)
        let tables = CostTables()
        var variants = ComponentVariants(of: base)
        var random = SystemRandomNumberGenerator()
        let values = [
            "1", "64", "129", "3.5", "1 GHz", "777 MHz", "100 GB/s", "123.456 GB/s", "16 MiB", "7 KiB", "512 B", "3 ns",
            "9 cycles", "rows * columns", "{value: 7, source: x, status: derived}", "true", "", "none.yaml", "-1", "{}",
        ]
        let keys =
            base.parameterPaths + [
                "clocks.core", "energy.accounting", "area.table", "dram.device", "array2d.made_of.exp_unit",
                "array2d.clock",
                "array2d.operations.exp.slots", "array2d.operations.exp.as", "dram.nothing", "dram", "array2d.count",
                "array2d.reduction.max.latency", "array2d.rows.x",
            ]
        let members = Set(base.components.map { String(MachineTree.part(of: $0.path)) }).sorted() + ["nothing"]
        var (alike, broken) = (0, 0)
        for _ in 0..<600 {
            let member = members.randomElement(using: &random) ?? ""
            let own = keys.filter { [member, "clocks", "energy", "area"].contains(String(MachineTree.part(of: $0))) }
            let overrides = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Override(
                    path: own.randomElement(using: &random) ?? "", text: values.randomElement(using: &random) ?? "")
            }
            let alone = base.alone(member, with: overrides, tables: tables)
            let variant = variants.variant(member, with: overrides)
            #expect((alone == nil) == (variant == nil), "\(member) with \(overrides)")
            guard let alone, let variant else {
                broken += 1
                continue
            }
            alike += 1
            #expect(variant.area == alone.area.map { $0.total(alone) }, "\(member) with \(overrides)")
            for path in keys + base.parameterPaths {
                #expect(variant.parameter(path) == alone.parameter(path), "\(path) of \(member) with \(overrides)")
            }
        }
        #expect(alike > 100 && broken > 100)
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

    @Test func takeOperationsThatTheyDoNotCallTheirOwn() throws {
        let machine = try shipped(
            "flat", set: ["array1d.operations.square-root": "{slots: 8}", "array1d.operations.sigmoid": "{slots: 7}"])
        let (energy, part) = (try #require(machine.energy), try #require(machine.part(at: "array1d")))
        #expect(energy.energyPerAction(part: part, action: "square-root")?.joules == 36.251153e-12)
        // An exp unit, an adder and a divider.
        let sum = try ["exp", "add", "divide"].reduce(0) {
            try $0 + #require(energy.energyPerAction(part: part, action: $1)?.joules)
        }
        let sigmoid = try #require(energy.energyPerAction(part: part, action: "sigmoid"))
        #expect(abs(sigmoid.joules / sum - 1) < 1e-12)
    }

    @Test(arguments: ["8 KiB", "1 MiB", "128 MiB"])
    func haveAnEnergyForBuffersOfEverySize(_ capacity: String) throws {
        let machine = try shipped("flat", set: ["buffer.capacity": capacity])
        let buffer = try #require(machine.part(at: "buffer"))
        #expect(try #require(machine.energy?.energyPerAction(part: buffer, action: "read")).joules > 0)
    }

    @Test(arguments: ["8191 B", "129 MiB"])
    func refuseABufferOutsideTheTable(_ capacity: String) throws {
        let diagnostics = Diagnostics()
        let path = "\(packageFolder)/HardwareSpecs/flat.yaml"
        let override = Override(path: "buffer.capacity", text: capacity)
        #expect(Machine.load(path: path, overrides: [override], diagnostics: diagnostics) == nil)
        #expect(diagnostics.all.count == 4)
        for problem in diagnostics.all {
            #expect(problem.message.hasSuffix("more than 4 times outside the table's 32 KiB to 32 MiB"))
            #expect(problem.hint == "add a point to the table")
        }
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

    @Test func chargeALinkByTheByteAndTheLane() throws {
        let machine = try shipped("two-arrays")
        let (energy, link) = (try #require(machine.energy), try #require(machine.part(at: "link")))
        #expect(energy.energyPerAction(part: link, action: "forward")?.joules == 11.2e-12)
        #expect(energy.energyPerAction(part: link, action: "backward")?.joules == 11.2e-12)
        // 300 GB/s in each direction are 480 lanes of 10 Gb/s.
        let lanes = try #require(machine.area?.elements(link).first)
        #expect(lanes.count == 480)
        #expect(abs(lanes.squareMetres / (480 * 3.2e-6 / 47) - 1) < 1e-12)
    }
}
