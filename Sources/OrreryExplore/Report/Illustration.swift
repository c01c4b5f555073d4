import OrreryResults
import OrrerySimulation

/// Drawings over time of one point of a study: they need the point to be run again with a timeline.
public struct Illustration: Sendable {
    /// The point's index.
    public let point: Int
    let drawings: [Drawing]

    struct Drawing: Sendable {
        /// `utilisation` or `commands`.
        var name: String
        var caption: String
        /// As part of a page, and as a file of its own.
        var markup: String
        var file: String
    }

    /// - Parameter run: the point's, with a timeline.
    public init(point: Int, _ run: Simulator.Run) {
        self.point = point
        let all = RunDrawings(run.result, timeline: run.timeline)
        drawings = [("utilisation", all.utilisation), ("commands", all.commands)].compactMap { name, drawing in
            drawing.map { Drawing(name: name, caption: $0.caption, markup: $0.svg.markup, file: $0.svg.file) }
        }
    }
}

extension StudyRun {
    /// The points whose work over time a report draws: the knee and the ends of the front, or the only point.
    public var illustratedPoints: [Int] {
        let tradeoff = tradeoff
        let wanted = [tradeoff.knee].compactMap { $0 } + tradeoff.ends
        var points: [Int] = []
        for index in wanted where !points.contains(index) { points.append(index) }
        if points.isEmpty, answers.count == 1, case .result? = answers[0] { points = [0] }
        return points
    }

    /// Runs ``illustratedPoints`` again, each with a timeline; what cannot be run, or has been stopped, is left out.
    public func illustrations(options: RunOptions = RunOptions()) -> [Illustration] {
        var options = options
        options.counterfactuals = 0
        options.recordsTimeline = true
        return illustratedPoints.compactMap { index in
            guard let work = try? study.work(points[index], repetition: options.repetition) else { return nil }
            // A drawing needs no unfolded run, but shows no estimate where the point has none.
            options.sampling = work.repetition.tolerance.map(Sampling.init(tolerance:))
            guard let run = try? Simulator.run(work.request, options: options) else { return nil }
            return Illustration(point: index, run)
        }
    }
}
