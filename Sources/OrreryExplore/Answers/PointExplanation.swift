import Foundation
import OrreryResults
import OrreryText

/// Why a point is as fast as it is: what its time goes to, what would help, and how its neighbours on the front differ.
public struct PointExplanation: Sendable {
    public var run: StudyRun
    public var index: Int
    /// The whole result of the point, with counterfactuals.
    public var result: JSONValue

    public init(_ run: StudyRun, point index: Int, result: JSONValue) {
        self.run = run
        self.index = index
        self.result = result
    }

    private static let neighbours = 4

    /// The explanation for a terminal.
    public func text() -> String {
        let blocks = [header, standing, limits, helps, energy, beside].filter { !$0.isEmpty }
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var header: [String] {
        let metrics = run.study.shownMetrics.compactMap { name in
            run.metric(name, ofPoint: index).map { "  \(name)  \(ReadableNumber.metric($0, of: name))" }
        }
        let place = run.place(run.points[index])
        return ["point \(index + 1) of \(run.points.count)  \(place)"] + metrics
    }

    private var standing: [String] {
        let tradeoff = run.tradeoff
        guard !tradeoff.front.isEmpty, let row = run.objectiveValues[index].complete else { return [] }
        let isOne = tradeoff.objectives.count == 1
        let all = ReadableNumber.counted(tradeoff.candidates.count, "point")
        let front = ReadableNumber.counted(tradeoff.front.count, "point")
        if tradeoff.knee == index { return [isOne ? "the best of \(all)" : "the knee of the front of \(front)"] }
        if tradeoff.front.contains(index) {
            return [isOne ? "as good as the best of \(all)" : "on the front of \(front)"]
        }
        let signs = run.study.objectives.map { $0.direction == .minimise ? 1.0 : -1.0 }
        func signed(_ row: [Double]) -> [Double] { zip(row, signs).map(*) }
        let better = tradeoff.front.filter { other in
            run.objectiveValues[other].complete.map { ParetoFront.dominates(signed($0), signed(row)) } ?? false
        }
        return [isOne ? "beaten by the best of \(all)" : "beaten by \(better.count) of the front of \(front)"]
            + better.prefix(3).map { "  \(run.place(run.points[$0]))" }
    }

    private var limits: [String] {
        guard let breakdown = PointBreakdown(result: result) else { return [] }
        var lines = ["time goes to"]
        for part in breakdown.limiting.prefix(6) {
            lines.append(
                "  \(part.name)  \(StudyRun.share(part.value))  \(ReadableNumber.seconds(part.value * breakdown.seconds))"
            )
        }
        lines.append("engines, share of the run")
        lines += StudyRun.aligned(
            [["  ", "busy", "stalled", "idle", "stalled for"]]
                + breakdown.engines.map { engine in
                    [
                        "  \(engine.name)", StudyRun.share(engine.busy), StudyRun.share(engine.stalled),
                        StudyRun.share(engine.idle), stalls(of: engine.name),
                    ]
                })
        let memories = breakdown.memories.compactMap { memory in
            memory.achieved.map { ["  \(memory.name)", StudyRun.share($0), ReadableNumber.bytes(Int(memory.bytes))] }
        }
        if !memories.isEmpty {
            lines +=
                ["memories, share of the peak and bytes moved"]
                + StudyRun.aligned([["", "", ""]] + memories).dropFirst()
        }
        return lines
    }

    private func stalls(of engine: String) -> String {
        let component = result["components"]?[engine]
        let elapsed = component?["elapsed"]?.double ?? 0
        let causes = (component?["stalls"]?.object ?? []).compactMap { member -> (String, Double)? in
            guard let cycles = member.value.double, cycles > 0, elapsed > 0 else { return nil }
            return (member.key, cycles / elapsed)
        }
        return causes.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(3)
            .map { "\($0.0) \(StudyRun.share($0.1))" }.joined(separator: ", ")
    }

    private var helps: [String] {
        guard let seconds = result["latency"]?["seconds"]?.double,
            let runs = result["limiting"]?["counterfactuals"]?.array, !runs.isEmpty
        else { return [] }
        return ["run again with one component that never limits"]
            + runs.compactMap { entry in
                guard let name = entry["component"]?.string, let faster = entry["seconds"]?.double, faster > 0 else {
                    return nil
                }
                let factor = String(format: "%.2fx", seconds / faster)
                return "  \(name)  \(ReadableNumber.seconds(faster)), \(factor) as fast"
            }
    }

    private var energy: [String] {
        guard let breakdown = PointBreakdown(result: result) else { return [] }
        let whole = breakdown.energy.reduce(0) { $0 + $1.value }
        guard whole > 0 else { return [] }
        return ["energy goes to"]
            + breakdown.energy.sorted { ($1.value, $0.name) < ($0.value, $1.name) }.prefix(6).map {
                "  \($0.name)  \(StudyRun.share($0.value / whole))  \(ReadableNumber.joules($0.value))"
            }
    }

    /// The points of the front that are nearest in the objectives, with the settings in which they differ.
    private var beside: [String] {
        let tradeoff = run.tradeoff
        let rows = run.objectiveValues
        guard let own = rows[index].complete, tradeoff.front.contains(where: { $0 != index }) else { return [] }
        let scales = run.study.objectives.indices.map { place in
            ObjectiveScale(run.study.objectives[place].direction, tradeoff.candidates.compactMap { rows[$0][place] })
        }
        let spans = scales.indices.map { place -> Double in
            let values = tradeoff.candidates.compactMap { rows[$0][place].map(scales[place].scaled) }
            return max((values.max() ?? 0) - (values.min() ?? 0), .leastNormalMagnitude)
        }
        func distance(_ other: Int) -> Double {
            guard let row = rows[other].complete else { return .infinity }
            return scales.indices.reduce(0) { sum, place in
                let step = (scales[place].scaled(row[place]) - scales[place].scaled(own[place])) / spans[place]
                return sum + step * step
            }
        }
        let near = tradeoff.front.filter { $0 != index }.sorted { (distance($0), $0) < (distance($1), $1) }
            .prefix(Self.neighbours)
        var table = [["beside it on the front"] + run.study.objectives.map(\.metric) + ["limited by", "what differs"]]
        for other in [index] + near {
            let cells = run.study.objectives.enumerated().map { place, objective in
                rows[other][place].map { ReadableNumber.metric($0, of: objective.metric) } ?? "-"
            }
            let limit = other == index ? PointBreakdown(result: result) : run.breakdown(ofPoint: other)
            table.append(
                ["  point \(other + 1)"] + cells
                    + [
                        limit?.limiting.first.map { "\($0.name) \(StudyRun.share($0.value))" } ?? "-",
                        differing(other),
                    ])
        }
        return StudyRun.aligned(table)
    }

    /// `array2d.rows 128 instead of 256`, of the other point.
    private func differing(_ other: Int) -> String {
        let (mine, theirs) = (run.points[index].labels, run.points[other].labels)
        return zip(run.study.axes, zip(mine, theirs)).filter { $1.0 != $1.1 }
            .map { "\($0.name)=\($1.1)" }.joined(separator: " ")
    }
}

extension [Double?] {
    /// The numbers; nil where one is missing.
    var complete: [Double]? {
        let known = compactMap { $0 }
        return known.count == count ? known : nil
    }
}

extension StudyRun {
    /// Finds a point: its number from 1, or labels by axis such as `design=fusemax M=64Ki` (commas do as well).
    ///
    /// `knee` is the knee of the front; with one objective it is `best`, and either word will do.
    /// - Throws: what is wrong, with what was perhaps meant.
    public func point(named text: String) throws(Diagnostic) -> Int {
        let tradeoff = tradeoff
        if text == "knee" || text == tradeoff.kneeName {
            guard let knee = tradeoff.knee else {
                let reason = "no point has a value for every objective"
                throw Diagnostic(.error, "there is no \(tradeoff.kneeName) point: \(reason)", at: nil)
            }
            return knee
        }
        if let number = Int(text) {
            guard points.indices.contains(number - 1) else {
                throw Diagnostic(.error, "there is no point \(number): the study has \(points.count)", at: nil)
            }
            return number - 1
        }
        var wanted: [Int: String] = [:]
        for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2, let axis = study.axes.firstIndex(where: { $0.name == sides[0] }) else {
                throw Diagnostic(
                    .error, "expected a number, '\(tradeoff.kneeName)' or AXIS=VALUE, found '\(part)'", at: nil,
                    hint: suggestion(for: sides.first ?? "", among: study.axes.map(\.name)))
            }
            let labels = study.axes[axis].values.map(\.label)
            guard labels.contains(sides[1]) else {
                throw Diagnostic(
                    .error, "the axis '\(sides[0])' has no value '\(sides[1])'", at: nil,
                    hint: suggestion(for: sides[1], among: labels))
            }
            wanted[axis] = sides[1]
        }
        let found = points.indices.filter { index in wanted.allSatisfy { points[index].labels[$0.key] == $0.value } }
        guard let first = found.first else { throw Diagnostic(.error, "no point is at '\(text)'", at: nil) }
        guard found.count == 1 else {
            throw Diagnostic(
                .error, "\(found.count) points are at '\(text)'", at: nil, hint: "such as \(place(points[first]))")
        }
        return first
    }
}
