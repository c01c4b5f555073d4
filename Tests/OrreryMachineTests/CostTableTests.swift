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

    @Test func scaleWithWidthAndPortsAsTheySay() throws {
        let wide = try sram("read", "16 MiB", width: "1 KiB")
        #expect(wide.value == 2 * 12512.783165e-12)
        #expect(wide.status == .derived)
        let ported = try sram("area", "16 MiB", ports: "2")
        #expect(abs(ported.value - 84_201_374e-12 / 4) < 1e-18)
        #expect(ported.status == .recalled)
    }

    @Test func refuseBeyondFourTimesTheirRange() throws {
        _ = try sram("read", "4 MiB")
        _ = try sram("read", "128 MiB")
        let small = #expect(throws: CostError.self) { try sram("read", "4194303 B") }
        #expect(
            small?.message
                == "'capacity' of 'sram' is 4.194303 MB, more than 4 times outside the table's 16 MiB to 32 MiB")
        #expect(throws: CostError.self) { try sram("read", "134217729 B") }
        #expect(throws: CostError.self) { try sram("read", "16 MiB", width: "4 KiB") }
        #expect(throws: CostError.self) { try sram("read", "16 MiB", ports: "17") }
        let unknown = #expect(throws: CostError.self) { try sram("raed", "16 MiB") }
        #expect(unknown?.hint == "did you mean 'read'?")
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
