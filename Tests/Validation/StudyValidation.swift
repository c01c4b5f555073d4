import Foundation
import Orrery
import Testing

/// Runs the shipped studies, long ones at their short points, and holds every published figure to its tolerance.
@Suite struct StudyValidation {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static func run(_ name: String, where keeps: (Study, Point) -> Bool = { _, _ in true }) throws -> StudyRun {
        let diagnostics = Diagnostics()
        let study = Study.load(path: "\(root)/Studies/\(name).yaml", diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        let whole = try #require(study)
        let points = try whole.points().filter { keeps(whole, $0) }
        #expect(!points.isEmpty)
        return StudyRunner(workers: 2, evaluate: { .running($0, $1, options: RunOptions()) }).run(whole, points)
    }

    /// Figures of points that were run and lie outside their tolerance.
    private static func misses(_ run: StudyRun) -> [String] {
        run.figures.filter { $0.verdict == .outside }.map {
            "\($0.place) \($0.metric): \($0.reference), not \($0.value ?? .nan)"
        }
    }

    @Test func everyShippedStudyCanBeRead() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Studies")
        where name.hasSuffix(".yaml") {
            let diagnostics = Diagnostics()
            let study = Study.load(path: "\(Self.root)/Studies/\(name)", diagnostics: diagnostics)
            #expect(diagnostics.all.isEmpty, "\(diagnostics.all)")
            #expect(try study?.points().isEmpty == false)
        }
    }

    @Test(arguments: ["scalesim", "stonne"])
    func systolicArraysAreExact(study: String) throws {
        let run = try Self.run(study)
        #expect(run.failures == 0)
        #expect(run.figures.count == (study == "stonne" ? 8 : 284))
        #expect(run.figures.allSatisfy { $0.verdict == .within && $0.relativeError == 0 }, "\(Self.misses(run))")
    }

    @Test func fuseMaxStaysWithinItsTolerances() throws {
        let run = try Self.run("fusemax") { study, point in
            ["1Ki", "16Ki"].contains { point.isAt([("M", $0)], of: study) }
        }
        #expect(run.failures == 0)
        #expect(Self.misses(run) == [])
        #expect(run.figures.count(where: { $0.verdict == FigureRow.Verdict.within }) == 100)
    }

    @Test func fuseMaxFoldsExactly() throws {
        let run = try Self.run("fusemax") { study, point in
            point.isAt([("M", "1Mi"), ("model", "BERT"), ("accounting", "complete")], of: study)
        }
        #expect(run.answers.count == 5)
        for answer in run.answers {
            guard case .result(let json)? = answer else {
                Issue.record("a point failed: \(String(describing: answer))")
                continue
            }
            #expect(json["folding"]?["kind"]?.string == "exact")
        }
    }

    /// Where FLAT's scores pass through DRAM in blocks.
    @Test func flatStreams() throws {
        let run = try Self.run("fusemax") { study, point in
            point.isAt([("M", "256Ki"), ("model", "BERT"), ("design", "flat"), ("accounting", "complete")], of: study)
        }
        #expect(run.failures == 0)
        #expect(Self.misses(run) == [])
        #expect(run.figures.count(where: { $0.verdict == FigureRow.Verdict.within }) == 4)
    }

    /// Without the artifact's assumptions each design runs too, and every point has its buffer accesses.
    @Test func honestVariantsRun() throws {
        let run = try Self.run("fusemax-honest") { study, point in point.isAt([("M", "4Ki")], of: study) }
        #expect(run.failures == 0)
        #expect(run.metricProblems.isEmpty)
        func values(_ metric: String, _ account: String) -> [Double] {
            run.points.indices.filter { run.points[$0].isAt([("accounting", account)], of: run.study) }.compactMap {
                run.metric(metric, ofPoint: $0)
            }
        }
        let latency = values("latency.seconds", "complete")
        // flat, +Cascade, +Architecture with and without, FuseMax. A slot for the subtraction is what FLAT gains most by.
        #expect(latency.count == 7)
        #expect(latency[1] > 1.2 * latency[0])
        #expect(latency[5] < latency[4])
        let (complete, artifact) = (values("energy.joules", "complete"), values("energy.joules", "artifact"))
        #expect(zip(complete, artifact).allSatisfy { $0 > 1.3 * $1 })
        let accesses = values("buffer_accesses_per_mp", "artifact")
        #expect(accesses == values("buffer_accesses_per_mp", "complete"))
        #expect(accesses.allSatisfy { $0 > 1 && $0 < 10 })
    }

    @Test(arguments: ["binding", "architecture", "cascade", "unfused"])
    func foldedAndUnfoldedRunsGiveTheSameBytes(design: String) throws {
        func text(folds: Bool) throws -> String {
            let isOnFlat = ["cascade", "unfused"].contains(design)
            let mapping = design == "cascade" ? "flat-cascade" : isOnFlat ? design : "fusemax-\(design)"
            var request = RunRequest(
                machine: "\(Self.root)/HardwareSpecs/\(isOnFlat ? "flat" : "fusemax").yaml",
                workload: "\(Self.root)/Workloads/attention-\(design == "unfused" ? 3 : 1)pass.yaml",
                mapping: "\(Self.root)/Workloads/mappings/\(mapping).yaml")
            request.overrides = [("B", "1"), ("H", "2"), ("M", "1000"), ("P", "777")].map { .init(path: $0, value: $1) }
            var options = RunOptions()
            options.folds = folds
            var json = try Simulator.run(request, options: options).result.json()
            guard case .object(let members) = json else { return "" }
            json = .object(members.filter { $0.key != "folding" })
            return json.text(.pretty)
        }
        #expect(try text(folds: true) == text(folds: false))
    }
}
