import OrreryText
import Testing

@testable import OrreryExplore

/// Axes, samples, computed settings and conditions: which points a study has.
@Suite struct DesignTests {
    private static func study(_ text: String) throws -> Study {
        let (study, problems) = StudyReaderTests.read("study: s\n" + text)
        #expect(problems == [])
        return try #require(study)
    }

    private static func labels(_ axis: String) throws -> [String] {
        try #require(try study("axes: {x: \(axis)}").axes.first).values.map(\.label)
    }

    @Test(arguments: [
        ("{range: [100 GB/s, 400 GB/s], step: 100 GB/s}", ["100 GB/s", "200 GB/s", "300 GB/s", "400 GB/s"]),
        ("{log2: [1, 16]}", ["1", "2", "4", "8", "16"]),
        ("{linear: [1 GHz, 2 GHz], points: 5}", ["1 GHz", "1.25 GHz", "1.5 GHz", "1.75 GHz", "2 GHz"]),
        ("{log: [1, 1000], points: 4}", ["1", "10", "100", "1000"]),
        ("{log: [16, 512], points: 4, multiple: 8}", ["16", "48", "160", "512"]),
        ("{linear: [1, 3], points: 9, multiple: 1}", ["1", "2", "3"]),
        ("{range: [0.5, 1.5], step: 0.5}", ["0.5", "1", "1.5"]),
    ])
    func numbersBetweenEnds(axis: String, expected: [String]) throws {
        #expect(try Self.labels(axis) == expected)
    }

    @Test func listsMayRunTogether() throws {
        let study = try Self.study("axes: {shape: {zip: {rows: [64, 128], columns: [128, 64]}}}")
        #expect(try study.points().map(\.labels) == [["64/128"], ["128/64"]])
        #expect(try study.points()[1].settings.map { "\($0.path)=\($0.value)" } == ["rows=128", "columns=64"])
    }

    @Test func settingsAreWorkedOutFromOthers() throws {
        let study = try Self.study(
            """
            axes: {rows: [64, 128], dram.bandwidth: [100 GB/s]}
            derive: {columns: 2 * rows, buffer.capacity: columns * 1 KiB, link.bandwidth: dram.bandwidth / 3}
            """)
        let points = try study.points()
        #expect(points[1].setting("columns")?.value == "256")
        #expect(points[1].setting("buffer.capacity")?.value == "256 KiB")
        let third = try #require(points[1].setting("link.bandwidth")?.value)
        #expect(abs(try Quantity(parsing: third).doubleValue / (100e9 / 3) - 1) < 1e-15)
    }

    @Test func conditionsSayWhatTheyLeaveOut() throws {
        let study = try Self.study(
            """
            axes: {rows: {log2: [1, 128]}, columns: {log2: [1, 128]}}
            where: [rows * columns <= 4096, rows % 4 == 0]
            """)
        let plan = try study.plan()
        #expect(plan.total == 64)
        // 8 x 8 powers of two of which 2^(i + j) <= 2^12 leaves out i + j = 13 and 14: three pairs.
        #expect(plan.removed == [3, 16])
        #expect(plan.points.count == 64 - 3 - 16)
    }

    /// Coordinates of point 1000 in 21 dimensions as SciPy 1.17's `qmc.Sobol(21, scramble=False)` gives them.
    @Test func theSobolSequenceIsTheUsualOne() {
        let expected: [Double] = [
            0.2197265625, 0.0966796875, 0.5185546875, 0.6767578125, 0.2802734375, 0.9072265625, 0.0458984375,
            0.8994140625,
            0.5009765625, 0.0693359375, 0.0849609375, 0.2548828125, 0.1611328125, 0.3837890625, 0.1435546875,
            0.3701171875,
            0.7197265625, 0.3447265625, 0.9912109375, 0.7255859375, 0.5224609375,
        ]
        var sequence = SobolSequence(dimensions: 21)
        for _ in 0..<1000 { _ = sequence.next() }
        #expect(sequence.next().map { Double($0) / 4_294_967_296 } == expected)
    }

    @Test(arguments: [Sample.Method.latinHypercube, .sobol])
    func everyPartOfAnAxisIsPickedOnce(method: Sample.Method) {
        // 64 points are a (0, 6, 1)-net in each coordinate of a Sobol sequence, shifted or not.
        let fractions = Sample.fractions(method, count: 64, dimensions: 5, seed: 3)
        for dimension in 0..<5 {
            #expect(Set(fractions.map { Int($0[dimension] * 64) }).count == 64)
        }
    }

    @Test func randomPicksCoverTheRange() {
        let values = Sample.fractions(.random, count: 10_000, dimensions: 1, seed: 1).map { $0[0] }
        let mean = values.reduce(0, +) / 10_000
        // The standard error of the mean of 10,000 uniform numbers is 0.0029.
        #expect(abs(mean - 0.5) < 0.012)
        #expect(values.allSatisfy { (0..<1).contains($0) })
    }

    @Test(arguments: Sample.Method.allCases)
    func theSeedDecidesTheSample(method: Sample.Method) throws {
        func points(_ seed: Int) throws -> [[String]] {
            try Self.study(
                """
                axes: {rows: {log2: [16, 512]}, bandwidth: {log: [100 GB/s, 3 TB/s]}, design: {values: {a: {x: 1}, b: {x: 2}}}}
                sample: {method: \(method.rawValue), points: 32, seed: \(seed), axes: [rows, bandwidth]}
                """
            ).points().map(\.labels)
        }
        let (first, again, other) = (try points(1), try points(1), try points(2))
        #expect(first == again && first != other)
        // Two designs for each of 32 picks, which continuous values keep apart.
        #expect(first.count == 64)
        #expect(Set(first.map { $0[1] }).count == 32)
    }

    @Test(arguments: [
        (
            "axes: {x: {log: [1, 10]}}",
            "s.yaml:2:17: error: axes.x: the axis has no number of points; give points:, or sample the axis with sample:"
        ),
        (
            "axes: {x: {zip: {a: [1, 2], b: [1]}}}",
            "s.yaml:2:32: error: axes.x.b: expected 2 values, as 'a' has, found 1"
        ),
        (
            "axes: {x: [1, 2]}\nsample: {method: sobl, points: 4}",
            "s.yaml:3:18: error: sample.method: unknown method 'sobl'; did you mean 'sobol'?"
        ),
        (
            "axes: {x: [1, 2]}\nsample: {method: sobol, points: 0}",
            "s.yaml:3:33: error: sample.points: expected a whole number of points from 1 to 1000000"
        ),
        (
            "axes: {x: [1, 2]}\nsample: {method: sobol, points: 4, axes: [y]}",
            "s.yaml:3:43: error: sample.axes: there is no axis 'y'; expected x"
        ),
        (
            "axes: {x: {linear: [2 GHz, 1 GHz], points: 3}}",
            "s.yaml:2:20: error: axes.x: expected [first, last] with first < last, of one unit"
        ),
        ("derive: {x: 1 > 2}", "s.yaml:2:13: error: derive.x: expected a value, found a condition"),
        (
            "derive: [x]",
            "s.yaml:2:9: error: derive: expected expressions by path, found a sequence; such as derive: {array2d.columns: array2d.rows}"
        ),
        (
            "axes: {x: {range: [1, 8], step: 1 GB/s}}",
            "s.yaml:2:33: error: axes.x: the ends and the step are not of one kind, or the step is no step; in the unit of the ends"
        ),
    ])
    func reportsWhereAndWhat(text: String, message: String) {
        let problems = StudyReaderTests.read("study: s\n" + text).1
        #expect(problems.contains(message), "\(problems)")
    }

    /// An axis whose values are wrong is reported, and leaves a study without points.
    @Test func anAxisWithoutValuesIsNotSampled() throws {
        let text = "study: s\naxes: {x: {values: 3}, y: [1, 2]}\nsample: {method: sobol, points: 4}"
        let (study, problems) = StudyReaderTests.read(text)
        #expect(problems.contains { $0.contains("expected a list or named values") }, "\(problems)")
        #expect(try study?.points().map(\.labels) ?? [] == [])
    }

    @Test func limitsAreOnMetrics() throws {
        let study = try Self.study(
            """
            axes: {M: [1, 2]}
            metrics: {rate: M / latency.seconds}
            where: [M < 8, latency.seconds < 2 ms, rate > 1000, area < 600 mm2]
            """)
        #expect(study.conditions.map(\.text) == ["M < 8", "area < 600 mm2"])
        #expect(study.limits.map(\.text) == ["latency.seconds < 2 ms", "rate > 1000"])
        let points = ["1", "2"].map { m in
            Point(labels: [m], settings: [Setting(path: "M", value: m, mark: SourceMark(file: "s"))])
        }
        let answers = [0.0005, 0.003].map { seconds -> StudyRun.Answer? in
            .result(.object([.init("latency", .object([.init("seconds", .number(seconds))]))]))
        }
        let run = StudyRun(study: study, points: points, answers: answers, wasInterrupted: false)
        #expect(try run.violations(ofPoint: 0) == [])
        #expect(try run.violations(ofPoint: 1).map(\.text) == ["latency.seconds < 2 ms", "rate > 1000"])
        #expect(run.isFeasible(0) && !run.isFeasible(1))
    }
}
