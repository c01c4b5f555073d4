import OrreryText
import Testing

@testable import OrreryLowering

/// Steady cycles for each 256 × 256 tile: the difference between twelve and twenty-four heads, divided by their tiles. The buffer never
/// limits here, so that the closed forms of FuseMax's artifact must come out to the cycle.
@Suite struct TileCycleTests {
    private func steady(
        _ workload: String, _ mapping: String, _ machine: String, tokens: Int, width: Int = 64, copyEngines: Int = 1
    ) throws -> Double {
        let target = try OrreryLoweringTests.machine(machine, idealBuffer, copyEngines: copyEngines)
        func cycles(_ batches: Int) throws -> Int {
            try Run(workload, ["B": batches, "M": tokens, "P": tokens, "E": width, "F": width], mapping, target).cycles
        }
        let tiles = 12 * (tokens / 256) * (tokens / 256)
        return Double(try cycles(2) - cycles(1)) / Double(tiles)
    }

    @Test(arguments: [(64, 138 + 16.0), (128, 266 + 32.0)])
    func bindingIsBoundByTheVectorUnit(width: Int, cycles: Double) throws {
        #expect(try steady("attention-1pass", "fusemax-binding", "fusemax", tokens: 1024, width: width) == cycles)
    }

    @Test func architectureExposesTheReductionThroughTheColumns() throws {
        #expect(try steady("attention-1pass", "fusemax-architecture", "fusemax", tokens: 1024) == 458)
    }

    @Test func cascadeOnTheOldHardwareIssuesEverythingOnTheVectorUnit() throws {
        #expect(try steady("attention-1pass", "flat-cascade", "flat", tokens: 1024) == 1029 + 2 * 64 + 16)
    }

    @Test func flatIsBoundByFourSlotsForEachScore() throws {
        #expect(try steady("attention-3pass", "flat", "flat", tokens: 1024) == 1024)
        #expect(try steady("attention-3pass", "flat", "flat", tokens: 4096, copyEngines: 4) == 1024)
    }
}
