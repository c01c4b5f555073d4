import OrrerySimulation
import Testing

@testable import OrrerySpatial

/// Folded runs end at the same cycle with the same counts.
@Suite struct ArrayFoldingTests {
    @Test(arguments: SpatialArray.FoldOverlap.allCases, [0, 5])
    func loopsOfFolds(overlap: SpatialArray.FoldOverlap, latency: Int) throws {
        for drain in SpatialArray.OutputDrain.allCases {
            var configuration = try scaleSim(4, 3)
            configuration.foldOverlap = overlap
            configuration.outputDrain = drain
            let tiles = [fold(.os, rows: 4, columns: 3, steps: 5), fold(.ws, rows: 2, columns: 3, steps: 7)]
            func report(folds: Bool) throws -> Bench.Report {
                try run(configuration, tiles, times: 1000, memory: IdealMemory(latency: latency), folds: folds)
            }
            #expect(try report(folds: true) == (try report(folds: false)))
        }
    }

    /// A fold between rows of another pace, whose wait is state.
    @Test func wavefrontsAreState() throws {
        var configuration = try scaleSim(4, 3)
        configuration.foldOverlap = .stream
        var operations = OperationTable()
        try operations.add("multiply-accumulate", slots: 1, latency: 3)
        configuration.operations = operations
        let tiles = [fold(.os, rows: 4, columns: 3, steps: 5), fold(.ws, rows: 4, columns: 3, steps: 5)]
        #expect(try run(configuration, tiles, times: 400, folds: true) == (try run(configuration, tiles, times: 400)))
    }

    @Test func productsOfManyFolds() throws {
        let product = Product(dataflow: .ws, m: 33, n: 190, k: 130)
        let configuration = try scaleSim(16, 16)
        #expect(try product.run(configuration, folds: true) == (try product.run(configuration)))
        #expect(try product.run(configuration).cycles == 9 * 12 * (33 + 2 * 16 + 16 - 2))
    }
}
