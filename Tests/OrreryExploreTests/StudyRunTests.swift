import OrreryText
import Synchronization
import Testing

@testable import OrreryExplore

@Suite struct StudyRunTests {
    /// Latency is M for `flat` and M / 4 for `fused`; M = 16Ki fails.
    static func evaluate(_ study: Study, _ point: Point) -> StudyRun.Answer {
        let m = Double(point.setting("M")?.value ?? "") ?? .nan
        if m == 16384 { return .failure("no room", exitCode: 5) }
        let seconds = point.labels[0] == "flat" ? m : m / 4
        return .result(.object([.init("latency", .object([.init("seconds", .number(seconds))]))]))
    }

    static let text = """
        study: s
        title: a title
        axes:
          design: {values: {flat: {x: 1}, fused: {x: 2}}}
          M: {log2: [1Ki, 16Ki], step: 4}
        objectives: {latency.seconds: minimise}
        references:
          - {at: {design: flat, M: 1Ki}, metric: latency.seconds, value: 1000, source: "a", tolerance: 3 %}
          - {at: {design: flat, M: 4Ki}, metric: latency.seconds, value: 4000, source: "a", tolerance: 1 %}
          - {at: {design: flat, M: 16Ki}, metric: latency.seconds, value: 1, source: "a", tolerance: 1 %}
        comparisons:
          - {name: gain, metric: latency.seconds, ratio: {of: {design: flat}, to: {design: fused}}, value: 4, source: "c", tolerance: 0 %}
        """

    static func run(workers: Int) throws -> StudyRun {
        let study = try #require(StudyReaderTests.read(text).0)
        return StudyRunner(workers: workers, evaluate: evaluate).run(study, try study.points())
    }

    @Test func figuresStandBesideReferences() throws {
        let figures = try Self.run(workers: 1).figures
        #expect(figures.map(\.verdict) == [.within, .outside, .missing, .within])
        #expect(figures[3].value == 4)
        #expect(figures[0].place == "design=flat M=1Ki")
    }

    @Test func aRatioHasNoUnitOnThePage() throws {
        let page = try Self.run(workers: 1).page()
        #expect(page.contains("<td>ratio of latency.seconds</td><td class=\"n\">4</td><td class=\"n\">4</td>"))
        #expect(page.contains("<td>latency.seconds</td><td class=\"n\">1.000 ks</td><td class=\"n\">1.024 ks</td>"))
    }

    @Test func theNumberOfWorkersChangesNothing() throws {
        let one = try Self.run(workers: 1)
        let four = try Self.run(workers: 4)
        #expect(one.json().text() == four.json().text())
        #expect(one.csv() == four.csv())
        #expect(one.table() == four.table())
        #expect(one.failures == 2)
    }

    @Test func csvHasOneLineAPoint() throws {
        let lines = try Self.run(workers: 2).csv().split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines[0] == "design,M,latency.seconds,error,x_number,M_number,on_front")
        #expect(lines[1] == "flat,1Ki,1024.0,,1.0,1024.0,false")
        #expect(lines[3] == "flat,16Ki,,no room,1.0,16384.0,")
    }

    @Test func aStopLeavesTheRestUnanswered() throws {
        let study = try #require(StudyReaderTests.read(Self.text).0)
        let done = Mutex(0)
        let runner = StudyRunner(
            workers: 1, evaluate: Self.evaluate, progress: { count in done.withLock { $0 = count } },
            shouldStop: { done.withLock { $0 } >= 2 })
        let run = runner.run(study, try study.points())
        #expect(run.wasInterrupted)
        #expect(run.answers.count { $0 != nil } == 2)
    }

    @Test func meansAreWhatTheySay() {
        #expect(Comparison.Mean.arithmetic.average([1, 3]) == 2)
        #expect(abs(Comparison.Mean.geometric.average([1, 4]) - 2) < 1e-12)
    }
}

extension StudyRunTests {
    static let derived = text.replacing(
        "objectives:", with: "metrics: {seconds_per_row: latency.seconds / M, wrong: latency.secnds / M}\nobjectives:")

    @Test func metricsAreDerivedFromMetricsAndSettings() throws {
        let study = try #require(StudyReaderTests.read(Self.derived).0)
        let run = StudyRunner(workers: 1, evaluate: Self.evaluate).run(study, try study.points())
        #expect(run.metric("seconds_per_row", ofPoint: 0) == 1)
        #expect(run.metric("seconds_per_row", ofPoint: 3) == 0.25)
        // The third point failed; a metric that is nowhere is named with what was perhaps meant.
        #expect(run.metric("seconds_per_row", ofPoint: 2) == nil)
        #expect(run.metric("wrong", ofPoint: 0) == nil)
        #expect(
            run.metricProblems.map(\.description) == [
                "s.yaml:6:56: error: metrics.wrong: unknown name 'latency.secnds'; did you mean 'latency.seconds'?"
            ])
        let lines = run.csv().split(separator: "\n")
        #expect(lines[0].hasPrefix("design,M,latency.seconds,seconds_per_row,wrong,error,"))
        #expect(lines[1].hasPrefix("flat,1Ki,1024.0,1.0,,,"))
        #expect(run.table().contains("seconds_per_row = latency.seconds / M"))
        #expect(run.page().contains("<p>seconds_per_row = latency.seconds / M</p>"))
        // What was recorded is read again, not worked out anew.
        let again = try StudyRun(study, run.points, reading: run.json())
        #expect(again.metric("seconds_per_row", ofPoint: 3) == 0.25)
        #expect(again.csv() == run.csv())
    }

    @Test func metricsThatSomePointsLackAreWarnedOf() throws {
        let text = Self.text.replacing(
            "objectives:", with: "metrics: {slope: latency.seconds / (M - 1Ki)}\nobjectives:")
        let study = try #require(StudyReaderTests.read(text).0)
        let run = StudyRunner(workers: 1, evaluate: Self.evaluate).run(study, try study.points())
        #expect(run.metric("slope", ofPoint: 0) == nil && run.metric("slope", ofPoint: 1) != nil)
        #expect(
            run.metricProblems.map(\.description) == [
                "s.yaml:6:34: warning: metrics.slope: no value at 2 of 4 points, first at design=flat M=1Ki: division by zero"
            ])
    }

    @Test func thePageStandsAlone() throws {
        let page = try Self.run(workers: 1).page()
        #expect(!page.contains("http"))
        #expect(!page.contains("src=") && !page.contains("@import") && !page.contains("url("))
        #expect(page.contains("+2.400 %"))
        #expect(page.contains("\"messages\":[\"no room\"]"))
    }
}
