import Testing

@testable import SimulationTestSupport

/// Random programs on random machines: a folded run and an unfolded one agree in everything.
struct RandomProgramTests {
    @Test(arguments: RandomScale.named)
    func foldedRunsAgreeWithUnfoldedOnes(_ name: String, _ scale: RandomScale, _ count: Int) throws {
        let summary = try RandomSummary(seeds: 0..<count, scale)
        #expect(summary.failures.isEmpty, "\(summary.report(scale))")
        #expect(summary.folded * 3 > summary.programs, "\(summary)")
    }
}
