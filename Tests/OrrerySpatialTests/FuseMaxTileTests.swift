import OrrerySimulation
import Testing

@testable import OrrerySpatial

/// The operators of FuseMax's attention on one tile of 256 keys × 256 queries, E = F = 64.
@Suite struct FuseMaxTileTests {
    private typealias Operand = TileOperation.Operand

    private static func queryKey(_ size: Int) -> TileOperation {
        var tile = fold(.os, rows: size, columns: size, steps: 64, resultPort: nil)
        tile.operands = tile.operands.map { operand in
            var operand = operand
            operand.elementBytes = 2
            return operand
        }
        return tile
    }

    /// SLN stays in the elements, V enters from the left, a row of the result leaves in each step.
    private static func timesValues(_ size: Int) -> TileOperation {
        TileOperation(
            chain: [.multiply], reduction: .add, reducesRows: true, rows: size, columns: size, steps: 64,
            operands: [
                Operand(tensor: "SLN", elementBytes: 2, spansRows: true, spansColumns: true, steps: 1, port: nil),
                Operand(
                    tensor: "V", elementBytes: 2, spansRows: true, spansColumns: false, steps: 64, port: 0, address: 0),
            ],
            result: Operand(tensor: "SLNV", elementBytes: 2, spansRows: false, spansColumns: true, steps: 64, port: nil)
        )
    }

    private static func tiles(_ size: Int) -> [TileOperation] {
        [
            queryKey(size), resident([], reduction: .max, rows: size, columns: size),
            resident([.subtract, .exp], rows: size, columns: size),
            resident([], reduction: .add, rows: size, columns: size), timesValues(size),
        ]
    }

    @Test func cyclesOfEachOperator() throws {
        let reports = try Self.tiles(256).map { try run(try fuseMax(), [$0]) }
        #expect(reports.map(\.cycles) == [64, 1, 7, 1, 64])
        #expect(reports.map(\.resultAt) == [64, 1 + 256, 7, 1, 64])
    }

    /// The artifact's count for the 2D array: E + 6 + F multiply-accumulates, two additions and a maximum in every element.
    @Test func actionsOfATile() throws {
        let report = try run(try fuseMax(), Self.tiles(256))
        #expect(report.cycles == 64 + 1 + 7 + 1 + 64)
        #expect(report.actions["multiply-accumulate"] == 65536 * (64 + 6 + 64))
        #expect(report.actions["add"] == 65536 * 2)
        #expect(report.actions["max"] == 65536)
        #expect(report.actions["register_read"] == 65536 * (134 * 3 + 3 * 2))
        #expect(report.actions["register_write"] == 65536 * (134 + 3))
        #expect(report.stalls.isEmpty)
    }

    @Test func elementByElement() throws {
        for tiles in [Self.tiles(16)] + Self.tiles(16).map({ [$0] }) {
            let fast = try run(try fuseMax(16), tiles, times: 3)
            #expect(fast == (try run(try fuseMax(16, mode: .pe), tiles, times: 3)))
        }
    }

    @Test func withoutOverlapTheMaximumStopsTheArray() throws {
        var configuration = try fuseMax()
        configuration.foldOverlap = .none
        #expect(try run(configuration, [Self.tiles(256)[1]]).cycles == 257)
    }
}
