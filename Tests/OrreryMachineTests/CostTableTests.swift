import Foundation
import OrreryText
import Testing

@testable import OrreryMachine

@Suite("Tables of energy and area")
struct CostTableTests {
    private let table: CostTable

    init() throws {
        let diagnostics = Diagnostics()
        let path = "\(packageFolder)/HardwareSpecs/tables/45nm.yaml"
        table = try #require(CostTable.load(path: path, diagnostics: diagnostics))
        #expect(diagnostics.all.map(\.description) == [])
    }

    private func sram(
        _ column: String, _ capacity: Quantity, width: Quantity = "512 B", ports: Quantity = "4"
    ) throws(CostError) -> CostElement.Cost {
        guard let element = table.elements["sram"] else { throw CostError("no sram") }
        return try element.cost(column, sizes: ["capacity": capacity, "width": width, "ports": ports])
    }

    @Test func areExactAtTheirPoints() throws {
        let read = try sram("read", "16 MiB")
        #expect(read.value == 12512.783165e-12)
        #expect(read.status == .sourced)
        #expect(try sram("write", "32 MiB").value == 27097.58871e-12)
        #expect(try sram("area", "32 MiB").value == 175_717_185.6e-12)
    }

    @Test func interpolateMonotonouslyBetweenThem() throws {
        let middle = try sram("read", "22 MiB")
        #expect(middle.status == .derived)
        var last = try sram("read", "16 MiB").value
        for mebibytes in stride(from: 17, through: 128, by: 1) {
            let next = try sram("read", Quantity(Rational(mebibytes << 20), .bytes)).value
            #expect(next > last)
            last = next
        }
        // A straight line of logarithms: the geometric mean of the sizes has the geometric mean of the energies.
        let element = try #require(table.elements["register_file"])
        let mean = try element.cost("area", sizes: ["words": "8"]).value
        #expect(abs(mean * mean / (16814.24e-12 * 16837.44e-12) - 1) < 1e-12)
    }

    @Test func interpolateAlongTheWidthToo() throws {
        let (narrow, wide) = (try sram("read", "64 KiB", width: "64 B"), try sram("read", "64 KiB"))
        #expect(narrow.value == 0.0767312e-9)
        #expect(wide.value == 1.58994e-9)
        // Between them along a line of logarithms: a third of the way from 64 B to 512 B.
        let between = try sram("read", "64 KiB", width: "128 B")
        #expect(abs(between.value / (narrow.value * pow(wide.value / narrow.value, 1.0 / 3)) - 1) < 1e-12)
        #expect(between.status == .derived)
        // Along both: the four corners count.
        let inside = try sram("read", "128 KiB", width: "128 B").value
        let corners = try [("64 KiB", "64 B"), ("256 KiB", "64 B"), ("64 KiB", "512 B"), ("256 KiB", "512 B")].map {
            try sram("read", $0.0, width: $0.1).value
        }
        let expected = sqrt(corners[0] * corners[1]) * pow(corners[2] * corners[3] / corners[0] / corners[1], 1.0 / 6)
        #expect(abs(inside / expected - 1) < 1e-12)
    }

    @Test func growWithTheirSize() throws {
        for width in ["64 B", "256 B", "512 B"] as [Quantity] {
            for column in ["read", "write", "static", "area"] {
                var last = 0.0
                for exponent in 13...27 {
                    let next = try sram(column, Quantity(Rational(1 << exponent), .bytes), width: width).value
                    #expect(next >= last, "\(column) of 2^\(exponent) B, \(width) wide")
                    last = next
                }
            }
        }
    }

    @Test func scaleWithPortsAsTheySay() throws {
        let ported = try sram("area", "16 MiB", ports: "2")
        #expect(abs(ported.value / (84_201_374e-12 * pow(0.5, 1.47)) - 1) < 1e-12)
        #expect(ported.status == .derived)
    }

    @Test func refuseBeyondFourTimesTheirRange() throws {
        _ = try sram("read", "8 KiB")
        _ = try sram("read", "1 KiB", width: "64 B")
        _ = try sram("read", "128 MiB")
        let small = #expect(throws: CostError.self) { try sram("read", "8191 B") }
        #expect(
            small?.message
                == "'capacity' of 'sram' is 8.191 kB, more than 4 times outside the table's 32 KiB to 32 MiB")
        #expect(throws: CostError.self) { try sram("read", "1023 B", width: "64 B") }
        #expect(throws: CostError.self) { try sram("read", "134217729 B") }
        _ = try sram("read", "16 MiB", width: "2 KiB")
        #expect(throws: CostError.self) { try sram("read", "16 MiB", width: "2049 B") }
        _ = try sram("read", "16 MiB", width: "16 B")
        #expect(throws: CostError.self) { try sram("read", "16 MiB", width: "15 B") }
        _ = try sram("read", "16 MiB", ports: "16")
        let ports = #expect(throws: CostError.self) { try sram("read", "16 MiB", ports: "17") }
        #expect(ports?.message == "'ports' of 'sram' is 17, more than 4 times outside the table's 4")
        _ = try sram("read", "16 MiB", ports: "1")
        let unknown = #expect(throws: CostError.self) { try sram("raed", "16 MiB") }
        #expect(unknown?.hint == "did you mean 'read'?")
    }

    /// Whatever an array or a vector unit can be given to do has an energy.
    @Test func knowEveryElementaryOperation() throws {
        for name in ["spatial-array", "vector-unit"] {
            let costs = try #require(table.classes[name])
            let actions = try #require(Catalog[name]?.actions)
            #expect(actions.filter { costs.actions[$0] == nil && !costs.free.contains($0) } == [])
        }
    }

    @Test func reportWhatIsWrongWithThem() throws {
        let folder = try Folder([
            "t.yaml": """
            table: t
            elements:
              one: {energy: 3 pJ, area: {value: 4 pJ, source: x, status: sourced}}
              two:
                parameters: [size]
                points: [{sise: 4, read: {value: 1 pJ, source: x, status: sourced}}]
                scaling: {widht: {read: 1, source: x, status: recalled}}
            classes:
              core: {actions: {work: one, rest: "one +"}, free: [work], made_off: {}}
            artifact: {one_instance: [tow]}
            """
        ])
        let diagnostics = Diagnostics()
        #expect(CostTable.load(path: "\(folder.path)/t.yaml", diagnostics: diagnostics) == nil)
        #expect(
            diagnostics.all.map { $0.description.replacingOccurrences(of: folder.path + "/", with: "") } == [
                "t.yaml:3:17: error: elements.one.energy: has no source; "
                    + "expected {value: …, source: …, status: …}, or source: and status: around it",
                "t.yaml:3:29: error: elements.one.area: expected an area, such as 600 mm2 or 1030 um2, found '4 pJ'",
                "t.yaml:6:14: error: elements.two.points[0].size: is missing",
                "t.yaml:6:21: error: elements.two.points[0].sise: expected an energy, such as 17.1645 pJ or 2 nJ, found '4'",
                "t.yaml:7:15: error: elements.two.scaling.widht: is no parameter of 'two'; expected size",
                "t.yaml:9:61: error: classes.core: unknown key 'made_off'; did you mean 'made_of'?",
                "t.yaml:9:43: error: classes.core.actions.rest: the expression ends too early; expected a value",
                "t.yaml:9:53: error: classes.core: 'work' is free and has an energy",
                "t.yaml:10:27: error: artifact.one_instance: there is no element 'tow'; did you mean 'two'?",
            ])
    }
}
