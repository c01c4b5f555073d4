import Foundation
import Testing

@testable import OrrerySimulation

/// Random programs on random machines: a folded run and an unfolded one agree in everything.
struct RandomProgramTests {
    @Test(arguments: RandomScale.named)
    func foldedRunsAgreeWithUnfoldedOnes(_ name: String, _ scale: RandomScale, _ count: Int) throws {
        let summary = try RandomSummary(seeds: 0..<count, scale)
        #expect(summary.failures.isEmpty, "\(summary.report(scale))")
        #expect(summary.folded * 3 > summary.programs, "\(summary)")
    }

    /// As many as `ORRERY_RANDOM` says, from seed `ORRERY_RANDOM_FROM` on, of the scale `ORRERY_RANDOM_SCALE`: for the
    /// benchmarks.
    @Test(.enabled(if: RandomProgramTests.number("ORRERY_RANDOM") != nil))
    func manyMore() throws {
        let name = ProcessInfo.processInfo.environment["ORRERY_RANDOM_SCALE"] ?? "tiny"
        let scale = try #require(RandomScale.named.first { $0.0 == name }?.1)
        let first = Self.number("ORRERY_RANDOM_FROM") ?? 1_000_000
        let count = try #require(Self.number("ORRERY_RANDOM"))
        let summary = try RandomSummary(seeds: first..<(first + count), scale)
        print("\(name): \(summary)")
        #expect(summary.failures.isEmpty, "\(summary.report(scale))")
    }

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}
