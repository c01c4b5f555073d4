import OrreryText
import Testing

@testable import OrreryExplore

/// Answers about a whole study: fronts, choices within limits, differences, figures.
@Suite struct AnswerTests {
    private static let run = Designs.run(count: 400)

    @Test func theFrontIsOfPointsThatRan() {
        let choice = Self.run.tradeoff
        #expect(choice.candidates.count == 400 - 4)
        #expect(!choice.front.isEmpty && choice.front.allSatisfy { $0 % 97 != 96 })
        let values = Self.run.objectiveValues.map { $0.compactMap { $0 } }
        for index in choice.candidates where !choice.front.contains(index) {
            #expect(
                choice.front.contains {
                    ParetoFront.dominates(values[$0], values[index]) || values[$0] == values[index]
                })
        }
        let regions = Self.run.frontRegions(choice)
        #expect(regions.reduce(0) { $0 + $1.points.count } == choice.front.count)
        #expect(regions.reduce(0) { $0 + $1.all } == choice.candidates.count)
    }

    @Test func theBestWithinLimitsIsWhatASearchFinds() throws {
        let limits = [
            try MetricBound(parsing: "area.square_metres <= 100 mm2"),
            try MetricBound(parsing: "dram.bandwidth >= 200 GB/s"),
        ]
        let objective = Self.run.study.objectives[0]
        let choice = try Self.run.best(objective, within: limits)
        let allowed = Self.run.points.indices.filter { index in
            guard let area = Self.run.metric("area.square_metres", ofPoint: index) else { return false }
            return area <= 1e-4 && (Self.run.points[index].quantity("dram.bandwidth")?.doubleValue ?? 0) >= 2e11
        }
        #expect(choice.allowed == allowed && !allowed.isEmpty)
        let seconds = allowed.compactMap { Self.run.metric("latency.seconds", ofPoint: $0) }
        #expect(Self.run.metric("latency.seconds", ofPoint: try #require(choice.best)) == seconds.min())
        #expect(throws: ExpressionError.self) {
            try Self.run.best(objective, within: [try MetricBound(parsing: "area.square_meters <= 1 mm2")])
        }
        for text in ["latency.seconds < 3", "latency.seconds", "<= 3", "latency.seconds <= x"] {
            #expect(throws: ExpressionError.self) { try MetricBound(parsing: text) }
        }
        #expect(
            try Self.run.best(objective, within: [try MetricBound(parsing: "area.square_metres <= 0 mm2")]).best == nil)
    }

    @Test func aPointIsFoundByNumberPlaceAndName() throws {
        #expect(try Self.run.point(named: "1") == 0)
        #expect(try Self.run.point(named: "knee") == Self.run.tradeoff.knee)
        let study = try #require(StudyReaderTests.read(StudyRunTests.text).0)
        let small = StudyRunner(workers: 1, evaluate: StudyRunTests.evaluate).run(study, try study.points())
        #expect(try small.point(named: "design=fused M=4Ki") == 4)
        #expect(try small.point(named: "M=4Ki,design=flat") == 1)
        for (text, problem) in [
            ("M=4Ki", "2 points are at"), ("7", "there is no point 7"), ("desing=flat", "did you mean 'design'"),
            ("M=5Ki", "the axis 'M' has no value '5Ki'"),
        ] {
            let error = #expect(throws: Diagnostic.self) { try small.point(named: text) }
            #expect(error?.description.contains(problem) == true, "\(text)")
        }
    }

    /// One objective has a best point; parts of a whole have one digit behind the point.
    @Test func anExplanationReadsWell() throws {
        let study = try #require(StudyReaderTests.read(StudyRunTests.text).0)
        let run = StudyRunner(workers: 1) { _, point in
            Self.answer(point.labels == ["fused", "4Ki"] ? 1 : 2, 0.38647)
        }.run(study, try study.points())
        let best = try run.point(named: "design=fused M=4Ki")
        guard case .result(let result)? = run.answers[best] else {
            Issue.record("no result")
            return
        }
        let text = PointExplanation(run, point: best, result: result).text()
        #expect(text.contains("\nthe best of 6 points\n") && !text.contains("front"), "\(text)")
        #expect(try run.point(named: "best") == best && run.point(named: "knee") == best)
        let table = run.frontTable()
        #expect(table.contains("  best\n") && table.contains("\nbest of 6 points: design=fused M=4Ki\n"), "\(table)")
        #expect(!table.contains("knee") && !table.contains("dominates"), "\(table)")
        #expect(run.page().contains("0 failed. The best is design=fused M=4Ki.</p>"))
        let other = PointExplanation(run, point: 0, result: result).text()
        #expect(other.contains("\nbeaten by the best of 6 points\n  design=fused M=4Ki\n"), "\(other)")
        #expect(text.contains("array2d  61.4 %") && text.contains("dram  38.6 %"), "\(text)")
    }

    @Test func aBreakdownIsReadBack() throws {
        let json = Self.run.json()
        let again = try StudyRun(Self.run.study, Self.run.points, reading: JSONValue(parsing: json.text()))
        // Sampled points may be equal; those that are not have what they had.
        for index in [0, 5, 40] {
            let own = try #require(Self.run.breakdown(ofPoint: index))
            #expect(again.breakdown(ofPoint: index) == own || own.seconds != again.breakdown(ofPoint: index)?.seconds)
            #expect(PointBreakdown(kept: own.json) == own)
        }
        let alone = try StudyRun(reading: JSONValue(parsing: json.text()))
        #expect(alone.points.map(\.labels) == Self.run.points.map(\.labels))
        #expect(alone.failures == 4 && alone.tradeoff.front == Self.run.tradeoff.front)
        #expect(StudyDifference(Self.run, alone).isEmpty)
        #expect(throws: Diagnostic.self) { try StudyRun(reading: ["schema": "orrery-result/1"]) }
    }

    @Test func aDifferenceNamesTheMetricThePointAndTheComponent() throws {
        let study = try #require(StudyReaderTests.read(StudyRunTests.text).0)
        func run(_ share: Double, failing: Bool = false) throws -> StudyRun {
            StudyRunner(workers: 1) { study, point in
                guard case .result = StudyRunTests.evaluate(study, point) else {
                    return failing ? .failure("no room", exitCode: 5) : Self.answer(1, 0.5)
                }
                return Self.answer(
                    point.labels == ["fused", "4Ki"] ? 2 : 1, point.labels == ["fused", "4Ki"] ? share : 0.5)
            }.run(study, try study.points())
        }
        let difference = StudyDifference(try run(0.5), try run(0.75, failing: true))
        #expect(difference.changes.map(\.place) == ["design=fused M=4Ki"] || difference.changes.isEmpty)
        #expect(difference.onlyBefore == ["design=flat M=16Ki", "design=fused M=16Ki"])
        let slow = StudyDifference(try run(0.5), try run(0.5))
        #expect(slow.isEmpty)
    }

    /// A result of so many seconds, of which the memory answers for a share and the array for the rest.
    private static func answer(_ seconds: Double, _ share: Double) -> StudyRun.Answer {
        .result([
            "latency": ["seconds": .number(seconds)], "components": [:],
            "limiting": ["attribution": ["dram": .number(share), "array2d": .number(1 - share)]],
        ])
    }

    @Test func theComponentBehindAChangeIsNamed() throws {
        let study = try #require(StudyReaderTests.read(StudyRunTests.text).0)
        func run(_ seconds: Double, _ share: Double) throws -> StudyRun {
            StudyRunner(workers: 1) { _, _ in Self.answer(seconds, share) }.run(study, try study.points())
        }
        let difference = StudyDifference(try run(4, 0.25), try run(8, 0.75))
        #expect(difference.changes.count == 6 && difference.changes[0].relative == 1)
        // 1 s of the memory has become 6 s, 3 s of the array 2 s.
        #expect(difference.changes[0].through.map(\.component) == ["dram", "array2d"])
        #expect(difference.changes[0].through.map(\.change) == [5, -1])
        #expect(abs((difference.metrics[0].meanFactor ?? 0) - 2) < 1e-12)
        let text = difference.text()
        #expect(text.contains("+100.000 %") && text.contains("dram +5"))
    }

    @Test func figuresAreSummedByMetric() throws {
        let run = try StudyRunTests.run(workers: 1)
        let summaries = run.figureSummaries
        #expect(summaries.map(\.metric) == ["latency.seconds", "published ratios"])
        #expect(summaries[0].figures == 3 && summaries[0].judged == 2 && summaries[0].within == 1)
        #expect(
            summaries[0].missing == 1 && summaries[0].worst?.place == "design=flat M=1Ki" || summaries[0].missing == 1)
        #expect(abs((summaries[0].meanError ?? 0) - 0.024) < 1e-12)
        let board = Scoreboard([run], missing: ["other"])
        #expect(
            board.headline
                == "2 of 3 figures within their tolerance, in 1 studies; 1 more without a tolerance or a value")
        #expect(board.table().contains("not run: other"))
        #expect(board.markdown().contains("| s | latency.seconds | 3 | 1/2 | 2.400 % |"))
        #expect(board.json()["rows"]?[0]?["within"]?.integer == 1)
    }

    @Test func anExplanationNamesLimitsAndNeighbours() throws {
        let knee = try #require(Self.run.tradeoff.knee)
        guard case .result(let json)? = Self.run.answers[knee] else { return }
        let text = PointExplanation(Self.run, point: knee, result: json).text()
        for words in [
            "the knee of the front", "time goes to", "energy goes to", "beside it on the front", "engines, share",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        let beaten = try #require(Self.run.tradeoff.candidates.first { !Self.run.tradeoff.front.contains($0) })
        guard case .result(let other)? = Self.run.answers[beaten] else { return }
        #expect(PointExplanation(Self.run, point: beaten, result: other).text().contains("beaten by"))
    }
}
