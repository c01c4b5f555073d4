import OrreryText
import Testing

@testable import OrreryLowering

@Suite struct GEMMTests {
    private static let sizes: [[String: Int]] = [
        ["M": 1024, "N": 1024, "K": 1024], ["M": 1000, "N": 777, "K": 1111], ["M": 5, "N": 300, "K": 64],
        ["M": 2048, "N": 256, "K": 4096],
    ]

    @Test(arguments: sizes)
    func outputStationaryMovesWeightsForEveryRowOfTiles(_ size: [String: Int]) throws {
        let run = try Run("gemm", size, "gemm-output-stationary", machine("flat"))
        let (m, n, k) = (size["M"] ?? 0, size["N"] ?? 0, size["K"] ?? 0)
        #expect(run.total("array2d", "multiply-accumulate") == m * n * k)
        #expect(run.traffic == 2 * (m * k + k * n * ((m + 255) / 256) + m * n))
    }

    @Test(arguments: sizes)
    func weightStationaryMovesInputsForEveryColumnOfTiles(_ size: [String: Int]) throws {
        let run = try Run("gemm", size, "gemm-weight-stationary", machine("flat"))
        let (m, n, k) = (size["M"] ?? 0, size["N"] ?? 0, size["K"] ?? 0)
        #expect(run.total("array2d", "multiply-accumulate") == m * n * k)
        #expect(run.traffic == 2 * (m * k * ((n + 255) / 256) + k * n + m * n))
        // Each tile of weights is loaded once, row by row, whatever number of tiles of rows stream by.
        let tiles = ((k + 255) / 256) * ((n + 255) / 256)
        #expect(run.counts["array2d.loader/commands/"] == tiles)
        // Partial sums: every tile of products but the first is added to what the buffer holds.
        let held = run.counts["buffer:bytes/read/Z"] ?? 0
        let loaded = 2 * (m * k * ((n + 255) / 256) + k * n)
        #expect(held == loaded + 2 * m * n * ((k + 255) / 256 - 1))
    }

    @Test(arguments: sizes)
    func inputStationaryMovesWeightsForEveryRowOfTiles(_ size: [String: Int]) throws {
        let run = try Run("gemm", size, "gemm-input-stationary", machine("flat"))
        let (m, n, k) = (size["M"] ?? 0, size["N"] ?? 0, size["K"] ?? 0)
        #expect(run.total("array2d", "multiply-accumulate") == m * n * k)
        #expect(run.traffic == 2 * (m * k + k * n * ((m + 255) / 256) + m * n))
    }

    /// With loads inside the fold (SCALE-Sim's timing) a fold shifts its weights in only where they change.
    @Test func loadsInTheFoldHappenWhereTheOperandChanges() throws {
        let target = try machine("flat", ["array2d.stationary_load": "in_fold"])
        let run = try Run("gemm", ["M": 2048, "N": 512, "K": 512], "gemm-weight-stationary", target)
        #expect(run.total("array2d", "busy") == 4 * 256 + 4 * 4 * 512)
    }
}
