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

    /// Programs that once did not, with what was wrong: a recalled span does not say when
    /// engines entered the iterations of their outermost loops.
    @Test(arguments: [442_451, 654_383, 971_768]) func programsThatOnceDiffered(seed: Int) throws {
        let tiny = try #require(RandomScale.named.first { $0.0 == "tiny" })
        let summary = try RandomSummary(seeds: seed..<(seed + 1), tiny.1)
        #expect(summary.failures.isEmpty, "\(summary.report(tiny.1))")
    }
}
