import Foundation
import OrrerySimulation
import OrreryText
import Testing

@testable import OrreryResults

/// A result of which a part was estimated says so wherever it is shown.
@Suite struct SamplingTests {
    /// FuseMax on a memory that limits, and whose rate comes back to a whole cycle after 2^30 granules only.
    private static func request(_ more: [String: String] = [:]) -> RunRequest {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var values = [
            "B": "64", "H": "12", "M": "512", "dram.subcycles": "1073741824", "dram.bandwidth": "23.456789 GB/s",
        ]
        values.merge(more) { $1 }
        return RunRequest(
            machine: root.appending(path: "HardwareSpecs/fusemax.yaml").path,
            workload: root.appending(path: "Workloads/attention-1pass.yaml").path,
            overrides: values.sorted { $0.key < $1.key }.map { .init(path: $0.key, value: $0.value) })
    }

    /// Impatient, so that a short run is sampled.
    private static var options: RunOptions {
        var sampling = Sampling(tolerance: 0.01)
        sampling.patience = 20_000
        sampling.worth = 1000
        var options = RunOptions()
        options.sampling = sampling
        options.recordsTimeline = true
        return options
    }

    private static func run(_ options: RunOptions, _ more: [String: String] = [:]) throws -> Simulator.Run {
        try Simulator.run(request(more), options: options)
    }

    @Test func itSaysHowFarOffItMayBe() throws {
        let run = try Self.run(Self.options)
        var unfolded = RunOptions()
        unfolded.folds = false
        let truth = try Self.run(unfolded).result
        let result = run.result
        #expect(result.folding.kind == .sampled)
        let sample = try #require(result.folding.sample)
        #expect(sample.tolerance == 0.01 && sample.relative <= 0.01 && sample.seconds > 0)
        #expect(abs(result.latency.seconds - truth.latency.seconds) <= sample.seconds)
        let (joules, exact) = (try #require(result.energy?.joules), try #require(truth.energy?.joules))
        #expect(abs(joules - exact) <= (sample.joules ?? 0) + 1e-12 * exact)
        #expect(try run.statistics.events * 2 < unfoldedEvents)

        let json = result.json()
        #expect(json["folding"]?["kind"]?.string == "sampled")
        #expect(json.metric("folding.sample.half_width_seconds") == sample.seconds)
        let loops = try #require(json["folding"]?["loops"]?.array)
        #expect(loops.contains { $0["kind"]?.string == "sampled" && $0["half_width_seconds"] != nil })
        #expect(json["folding"]?["sample"]?["half_widths"]?["array1d"] != nil)
        #expect(Summary(result).text.contains("sampled     latency ± "))
        #expect(TidyTable(result).csv.contains(",sampled,latency half-width,,"))
        let report = Report(result, timeline: run.timeline).html
        #expect(report.contains("sampled     latency ± ") && report.contains("is estimated"))
        let trace = try #require(run.timeline).chromeTrace.text()
        #expect(trace.contains("estimated as "))
    }

    private var unfoldedEvents: Int {
        get throws {
            var options = RunOptions()
            options.folds = false
            return try Self.run(options).statistics.events
        }
    }

    /// What the program decides is the same to the last byte.
    @Test func operationsAndTrafficAreExact() throws {
        var exact = RunOptions()
        exact.sampling = nil
        let (sampled, truth) = (try Self.run(Self.options).result, try Self.run(exact).result)
        #expect(truth.folding.kind == .none && truth.folding.sample == nil)
        for (a, b) in zip(sampled.components, truth.components) {
            #expect(a.bytes == b.bytes && a.path == b.path)
            if a.time != nil { #expect(a.actions == b.actions) }
            #expect(a.counters.first { $0.name == "commands" } == b.counters.first { $0.name == "commands" })
        }
    }

    /// Where nothing is estimated a run that may sample gives the same bytes as one that must not.
    @Test func exactResultsAreTheSameBytes() throws {
        let more = ["dram.subcycles": "16384", "dram.bandwidth": "400 GiB/s"]
        var exact = RunOptions()
        exact.sampling = nil
        let (first, second) = (try Self.run(RunOptions(), more).result, try Self.run(exact, more).result)
        #expect(first.folding.kind == .exact)
        #expect(first.json(detail: true).text() == second.json(detail: true).text())
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let texts = try (0..<2).map { _ in try Self.run(Self.options).result.json(detail: true).text() }
        #expect(texts[0] == texts[1])
    }

    /// Parts that run one after the other, or several times, add up.
    @Test func uncertaintiesAddUp() {
        let one = Measurements.Uncertainty(
            ticks: 3, counters: [.init(component: "dram", name: "read", byOperator: [1, 2])])
        var sum = one.spread([0, 2], width: 3).scaled(2)
        sum.add(one.spread([1, 2], width: 3))
        #expect(sum.ticks == 9)
        #expect(sum.counters == [.init(component: "dram", name: "read", byOperator: [2, 1, 6])])
    }
}
