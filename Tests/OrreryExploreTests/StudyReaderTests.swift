import OrreryText
import Testing

@testable import OrreryExplore

@Suite struct StudyReaderTests {
    static func read(_ text: String) -> (Study?, [String]) {
        let diagnostics = Diagnostics()
        guard let root = YAML.parse(text, file: "s.yaml", diagnostics: diagnostics) else {
            return (nil, diagnostics.all.map(\.description))
        }
        let study = Study.read(root, folder: ".", diagnostics: diagnostics)
        return (study, diagnostics.all.map(\.description))
    }

    static let text = """
        study: s
        base: {machine: m.yaml, dram: {bandwidth: 400 GiB/s}}
        axes:
          design: {values: {flat: {machine: f.yaml}, fused: {machine: g.yaml, buffer.ports: 2}}}
          M: {log2: [1Ki, 16Ki], step: 4}
          lanes: {path: array1d.lanes, range: [64, 256], step: 96}
        where: [M <= 4Ki]
        metrics: {u: engines.array2d.utilisation}
        objectives: {latency.seconds: minimise}
        references:
          - {at: {design: flat, M: 1Ki}, metric: latency.seconds, value: 2 ms, source: "a", tolerance: 3 %}
          - {at: {design: fused}, source: "b", tolerance: {absolute: 0.02}, columns: [M, u], rows: [[1Ki, 0.5], [4Ki, 0.25]]}
        comparisons:
          - {name: r, metric: latency.seconds, ratio: {of: {design: flat}, to: {design: fused}}, value: 2, source: "c"}
        """

    @Test func readsEveryForm() throws {
        let (study, problems) = Self.read(Self.text)
        #expect(problems == [])
        let axes = try #require(study).axes
        #expect(axes.map(\.name) == ["design", "M", "lanes"])
        #expect(axes[0].values.map(\.label) == ["flat", "fused"])
        #expect(axes[0].values[1].settings.map(\.path) == ["machine", "buffer.ports"])
        #expect(axes[1].values.map(\.label) == ["1Ki", "4Ki", "16Ki"])
        #expect(axes[2].values.map(\.label) == ["64", "160", "256"])
        #expect(axes[2].values[0].settings.map(\.path) == ["array1d.lanes"])
        #expect(study?.base.map(\.path) == ["machine", "dram.bandwidth"])
        #expect(study?.references.map(\.value) == [0.002, 0.5, 0.25])
        #expect(study?.references.map(\.tolerance) == [.relative(0.03), .absolute(0.02), .absolute(0.02)])
    }

    @Test func conditionsLeavePointsOut() throws {
        let points = try #require(Self.read(Self.text).0).points()
        #expect(points.count == 2 * 2 * 3)
        #expect(points[0].labels == ["flat", "1Ki", "64"])
        #expect(points[1].labels == ["flat", "1Ki", "160"])
        #expect(points[0].setting("machine")?.value == "f.yaml")
    }

    @Test func aTableAxisSetsSeveralPaths() throws {
        let (study, problems) = Self.read(
            "study: s\naxes: {case: {label: name, columns: [name, M, N], rows: [[a, 1, 2], [b, 3, 4]]}}")
        #expect(problems == [])
        let axis = try #require(study?.axes.first)
        #expect(axis.values.map(\.label) == ["a", "b"])
        #expect(axis.values[1].settings.map(\.path) == ["M", "N"])
        #expect(axis.values[1].settings.map(\.value) == ["3", "4"])
    }

    @Test(arguments: [
        ("study: s\naxis: {}", "s.yaml:2:1: error: unknown key 'axis'; did you mean 'axes'?"),
        ("axes: {}", "s.yaml:1:1: error: study: a study needs a name"),
        (
            "study: s\naxes: {M: {log2: [4, 2]}}",
            "s.yaml:2:18: error: axes.M: expected [first, last] with 0 < first <= last"
        ),
        ("study: s\naxes: {M: [1, 1]}", "s.yaml:2:15: error: axes.M: the axis has the value '1' twice"),
        (
            "study: s\nobjectives: {x: minimize}",
            "s.yaml:2:17: error: objectives.x: unknown direction 'minimize'; did you mean 'minimise'?"
        ),
        (
            "study: s\naxes: {M: [1, 2]}\nreferences: [{at: {M: 3}, metric: x, value: 1, source: a}]",
            "s.yaml:3:23: error: references[0].at: the axis 'M' has no value '3'; expected 1 or 2"
        ),
        (
            "study: s\nreferences: [{metric: x, value: 1}]",
            "s.yaml:2:14: error: references[0]: a figure needs its source"
        ),
    ])
    func reportsWhereAndWhat(text: String, message: String) {
        let problems = Self.read(text).1
        #expect(problems.contains(message), "\(problems)")
    }

    /// What no result can have is told before anything runs.
    @Test(arguments: [
        (
            "objectives: {latency.secnds: minimise}",
            "s.yaml:3:14: error: objectives: there is no metric 'latency.secnds'; did you mean 'latency.seconds'?"
        ),
        (
            "references: [{metric: energi.joules, value: 1, source: a}]",
            "s.yaml:3:23: error: references[0]: there is no metric 'energi.joules'; did you mean 'energy'?"
        ),
        (
            "references: [{metric: latency.seconds, value: 3 J, source: a}]",
            "s.yaml:3:47: error: references[0]: '3 J' is no value of latency.seconds; its unit is s"
        ),
        (
            "references: [{source: a, columns: [M, latency.secnds], rows: [[1, 2]]}]",
            "s.yaml:3:39: error: references[0]: there is no metric 'latency.secnds'; did you mean 'latency.seconds'?"
        ),
        (
            "where: [latency.secnds < 1 s]",
            "s.yaml:3:9: error: where: there is no metric 'latency.secnds'; did you mean 'latency.seconds'?"
        ),
    ])
    func reportsMetricsThatNoResultHas(text: String, message: String) {
        let problems = Self.read("study: s\naxes: {M: [1, 2]}\n\(text)").1
        #expect(problems.contains(message), "\(problems)")
    }

    @Test func aConditionOnAMetricHasItsUnit() {
        let problems = Self.read("study: s\naxes: {M: [1, 2]}\nwhere: [latency.seconds < 1 J]").1
        #expect(problems.count == 1, "\(problems)")
        for right in ["latency.seconds < 1 ms", "latency.seconds < 0.001", "latency.seconds * 2 < M"] {
            #expect(Self.read("study: s\naxes: {M: [1, 2]}\nwhere: [\(right)]").1.isEmpty)
        }
    }

    @Test(arguments: [
        (
            "metrics: {x: latensy.seconds / 2}",
            "s.yaml:3:14: error: metrics.x: 'latensy.seconds' is neither a setting of the study nor a metric; did you mean 'latency'?"
        ),
        (
            "metrics: {x: energy.joules / L}",
            "s.yaml:3:14: error: metrics.x: 'L' is neither a setting of the study nor a metric"
        ),
        (
            "metrics: {latency.seconds: 2 * M}",
            "s.yaml:3:11: error: metrics.latency.seconds: is a metric of every result"
        ),
        ("metrics: {x: M > 4}", "s.yaml:3:14: error: metrics.x: expected a value, found a condition"),
        ("metrics: {x: M +}", "s.yaml:3:17: error: metrics.x: the expression ends too early; expected a value"),
        (
            "metrics: [x]",
            "s.yaml:3:10: error: metrics: expected expressions by name, found a sequence; such as metrics: {watts: energy.joules / latency.seconds}"
        ),
    ])
    func reportsWhatIsWrongWithADerivedMetric(text: String, message: String) {
        let problems = Self.read("study: s\naxes: {M: [1, 2]}\n\(text)").1
        #expect(problems == [message])
    }

    @Test func tooManyPointsAreRefused() throws {
        let axes = (0..<8).map { "a\($0): {range: [0, 99]}" }.joined(separator: ", ")
        let study = try #require(Self.read("study: s\naxes: {\(axes)}").0)
        #expect(throws: InputErrors.self) { _ = try study.points() }
    }
}

extension StudyReaderTests {
    @Test func valuesMayBeLists() throws {
        let (study, problems) = Self.read(
            """
            study: s
            base: {mapping: m.yaml, mapping.loops: [b, h], mapping.depth: {K: 2}}
            axes:
              order: {path: mapping.order.array2d, values: [[QK + 1, [LM, "max(1, 2)"]], [QK]]}
              case: {columns: [mapping.depth.K, mapping.through], rows: [[1, [A, B]]]}
            """)
        #expect(problems == [])
        #expect(study?.base.map(\.path) == ["mapping", "mapping.loops", "mapping.depth.K"])
        #expect(study?.base.map(\.value) == ["m.yaml", "[b, h]", "2"])
        #expect(study?.axes[0].values.map(\.label) == ["[QK + 1, [LM, \"max(1, 2)\"]]", "[QK]"])
        #expect(study?.axes[1].values[0].settings.map(\.value) == ["1", "[A, B]"])
    }
}
