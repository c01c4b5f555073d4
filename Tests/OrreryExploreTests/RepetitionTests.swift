import Foundation
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryExplore
@testable import OrreryResults

/// How a point is run: in full, folded, or estimated.
@Suite struct RepetitionTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// FuseMax on a memory that limits, and whose rate comes back to a whole cycle after 2^30 granules only.
    private static func study(_ base: String = "", axes: String = "") throws -> Study {
        let text = """
            study: s
            base:
              machine: \(root)/HardwareSpecs/fusemax.yaml
              workload: \(root)/Workloads/attention-1pass.yaml
              B: 64
              H: 12
              M: 512
              dram: {subcycles: 1073741824, bandwidth: 23.456789 GB/s}
            \(base.isEmpty ? "" : "  \(base)\n")\(axes.isEmpty ? "" : "axes: {\(axes)}\n")
            objectives: {latency.seconds: minimise}
            """
        let (study, problems) = StudyReaderTests.read(text)
        #expect(problems == [])
        return try #require(study)
    }

    private static func repetition(_ base: String, _ given: Repetition = .standard) throws -> Repetition {
        let study = try study(base)
        return try study.work(try study.points()[0], repetition: given).repetition
    }

    @Test func whatAsksForMoreExactnessHolds() throws {
        #expect(try Self.repetition("") == .estimated(tolerance: 0.005))
        #expect(try Self.repetition("", .folded) == .folded)
        #expect(try Self.repetition("", .estimated(tolerance: 0.1)) == .estimated(tolerance: 0.1))
        #expect(try Self.repetition("tolerance: 2 %") == .estimated(tolerance: 0.02))
        #expect(try Self.repetition("tolerance: 0.02", .estimated(tolerance: 0.1)) == .estimated(tolerance: 0.02))
        #expect(try Self.repetition("tolerance: 2 %", .folded) == .folded)
        #expect(try Self.repetition("tolerance: 2 %", .simulated) == .simulated)
        #expect(try Self.repetition("exact: true") == .folded)
        #expect(try Self.repetition("exact: true", .simulated) == .simulated)
        #expect(try Self.repetition("exact: false") == .standard)
        #expect(try Self.repetition("no_fold: true") == .simulated)
        #expect(try Self.repetition("no_fold: false", .simulated) == .simulated)
    }

    @Test(arguments: [
        "tolerance: 0", "tolerance: 100 %", "tolerance: 5 GB", "tolerance: many", "exact: 1", "no_fold: maybe",
    ])
    func whatIsNoWayToRunAPointIsAnError(_ base: String) throws {
        let study = try Self.study(base)
        let point = try study.points()[0]
        let error = try #require(throws: InputErrors.self) { try study.work(point) }
        #expect(error.description.contains("s.yaml:9:") && error.description.contains("expected"), "\(error)")
    }

    @Test func itIsNoOverride() throws {
        let study = try Self.study("tolerance: 2 %", axes: #"exact: ["true", "false"]"#)
        for point in try study.points() {
            let paths = try study.work(point).request.overrides.map(\.path)
            #expect(!paths.contains("tolerance") && !paths.contains("exact"))
        }
    }

    @Test func workersAndStoresHaveIt() throws {
        let request = RunRequest(machine: "m.yaml", workload: "w.yaml")
        for repetition in [Repetition.simulated, .folded, .estimated(tolerance: 0.01)] {
            let work = PointWork(request: request, repetition: repetition)
            #expect(PointWork(try JSONValue(parsing: work.json.text())) == work)
        }
        let old = #"{"machine":"m.yaml","workload":"w.yaml","mapping":null,"overrides":[],"folds":true}"#
        #expect(PointWork(try JSONValue(parsing: old))?.repetition == .folded)
    }

    @Test func eachWayIsAPointOfItsOwn() throws {
        let study = try Self.study(
            axes: "way: {values: {a: {}, b: {exact: true}, c: {tolerance: 1 %}, d: {no_fold: true}}}")
        var identity = InputIdentity()
        let points = study.prepared(try study.points(), identity: &identity)
        #expect(Set(try points.map { try $0.work.get().inputs }).count == 4)
        // The default, said aloud.
        let same = try Self.study("tolerance: 0.5 %")
        let hash = try same.prepared(try same.points(), identity: &identity)[0].work.get().inputs
        #expect(try hash == points[0].work.get().inputs)
    }

    @Test func anEstimateIsMarkedInTheStudy() throws {
        let study = try Self.study(axes: #"exact: ["true", "false"]"#)
        var options = RunOptions()
        options.sampling = Sampling(tolerance: 0.01)
        options.sampling?.patience = 20_000
        options.sampling?.worth = 1000
        let points = try study.points()
        let run = StudyRun(
            study: study, points: points, answers: points.map { .running(study, $0, options: options) },
            wasInterrupted: false)
        #expect(run.failures == 0 && run.sampledPoints == [1])
        let width = try #require(run.metric(StudyRun.uncertainty, ofPoint: 1))
        let seconds = try (0..<2).map { try #require(run.metric("latency.seconds", ofPoint: $0)) }
        #expect(width > 0 && width <= 0.01 && abs(seconds[1] - seconds[0]) <= width * seconds[1])
        let table = run.table()
        #expect(table.contains("1 of 2 points are estimates: latency within ± "))
        #expect(table.split(separator: "\n").contains { $0.contains("false") && $0.contains("± ") })
        #expect(!table.split(separator: "\n").contains { $0.contains("true") && $0.contains("± ") })
        #expect(run.page().contains("1 of 2 points are estimates"))
        #expect(run.csv().split(separator: "\n")[0].contains("half_width_relative"))
        #expect(run.json().text().contains(#""folding.sample.half_width_relative":"#))
    }
}
