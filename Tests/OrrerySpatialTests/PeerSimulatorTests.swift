import OrrerySimulation
import Testing

@testable import OrrerySpatial

/// One array component against SCALE-Sim 3.0.0 and STONNE, which differ only in `pipelineRegisters`.
@Suite struct PeerSimulatorTests {
    /// One run of another simulator.
    struct Row: CustomTestStringConvertible {
        var product: Product
        var rows: Int
        var columns: Int
        /// Cycles, counted from 1.
        var cycles: Int

        var testDescription: String {
            "\(product.dataflow) \(product.m)×\(product.k)×\(product.n) on \(rows)×\(columns)"
        }
    }

    private static func number(_ row: [String: String], _ name: String) -> Int { row[name].flatMap(Int.init) ?? -1 }

    /// SCALE-Sim tells the number of its last cycle, counted from 0, and counts every stall for memory twice: what its array
    /// does is `total_cycles - stall_cycles + 1`.
    static let scaleSimRows = ReferenceRows.scaleSim.map { row in
        Row(
            product: Product(
                dataflow: row["df"].flatMap(Dataflow.init(rawValue:)) ?? .os, m: number(row, "M"), n: number(row, "N"),
                k: number(row, "K")),
            rows: number(row, "R"), columns: number(row, "C"),
            cycles: number(row, "total_cycles") - number(row, "stall_cycles") + 1)
    }

    static let stonneRows = ReferenceRows.stonne.map { row in
        Row(
            product: Product(dataflow: .os, m: number(row, "M"), n: number(row, "N"), k: number(row, "K")),
            rows: number(row, "rows"), columns: number(row, "cols"), cycles: number(row, "cycles"))
    }

    /// STONNE's way from its controller through the array and back has five registers that SCALE-Sim's has not: the cycle in
    /// which the controller configures a tile, the distribution network, the accumulation buffer behind the multipliers, the
    /// collection bus, and the memory's write queue.
    private func stonne(_ row: Row, _ mode: SpatialArray.Mode) throws -> SpatialArray.Configuration {
        var configuration = try scaleSim(row.rows, row.columns, mode: mode)
        configuration.pipelineRegisters = 5
        return configuration
    }

    @Test(.enabled(if: !scaleSimRows.isEmpty, "the reference CSV files are not here"))
    func everyScaleSimRow() throws {
        #expect(Self.scaleSimRows.count == 284)
        for row in Self.scaleSimRows {
            let report = try row.product.run(try scaleSim(row.rows, row.columns))
            #expect(report.cycles == row.cycles, "\(row.testDescription)")
            #expect(report.stalls.isEmpty)
            #expect(report.actions["multiply-accumulate"] == row.product.m * row.product.n * row.product.k)
        }
    }

    /// The rows whose array is small enough; the four files repeat shapes with other memories, which are run once.
    @Test(.enabled(if: !scaleSimRows.isEmpty, "the reference CSV files are not here"))
    func scaleSimRowsElementByElement() throws {
        var seen: Set<String> = []
        for row in Self.scaleSimRows where row.rows * row.columns <= 1024 && seen.insert(row.testDescription).inserted {
            let report = try row.product.run(try scaleSim(row.rows, row.columns, mode: .pe))
            #expect(report.cycles == row.cycles, "\(row.testDescription)")
        }
        #expect(seen.count > 50)
    }

    @Test(
        .enabled(if: !stonneRows.isEmpty, "the reference CSV files are not here"),
        arguments: [SpatialArray.Mode.fast, .pe])
    func everyStonneRow(mode: SpatialArray.Mode) throws {
        #expect(Self.stonneRows.count == 8)
        for row in Self.stonneRows {
            let report = try row.product.run(try stonne(row, mode))
            #expect(report.cycles == row.cycles, "\(row.testDescription)")
        }
    }

    /// Without files: anchors of both simulators.
    @Test func anchors() throws {
        for mode in [SpatialArray.Mode.fast, .pe] {
            func cycles(_ dataflow: Dataflow, _ size: Int, _ rows: Int) throws -> Int {
                try Product(dataflow: dataflow, m: size, n: size, k: size).run(try scaleSim(rows, rows, mode: mode))
                    .cycles
            }
            #expect(try cycles(.os, 64, 16) == 1504)
            #expect(try cycles(.ws, 64, 16) == 1760)
            #expect(try cycles(.is, 64, 32) == 632)
            let row = Row(product: Product(dataflow: .os, m: 64, n: 64, k: 64), rows: 16, columns: 16, cycles: 1584)
            #expect(try row.product.run(try stonne(row, mode)).cycles == row.cycles)
        }
    }
}
