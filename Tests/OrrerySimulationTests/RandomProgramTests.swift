import Testing

@testable import OrrerySimulation

/// Random programs on random machines: a folded run and an unfolded one agree in everything.
struct RandomProgramTests {
    @Test(arguments: [("tiny", RandomScale.tiny, 6000), ("medium", .medium, 1500), ("long", .long, 40)])
    func foldedRunsAgreeWithUnfoldedOnes(_ name: String, _ scale: RandomScale, _ count: Int) throws {
        let summary = try RandomSummary(seeds: 0..<count, scale)
        print("\(name): \(summary)")
        #expect(summary.failures.isEmpty, "\(summary.report(scale))")
        #expect(summary.folded * 3 > summary.programs)
    }
}
