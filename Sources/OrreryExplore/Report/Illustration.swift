import OrreryResults
import OrrerySimulation

/// Drawings over time of one point of a study: they need the point to be run again with a timeline.
public struct Illustration: Sendable {
    /// The point's index.
    public let point: Int
    /// Why it could not be drawn; nil where it could.
    public let problem: String?
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
        problem = nil
        let all = RunDrawings(run.result, timeline: run.timeline)
        drawings = [("utilisation", all.utilisation), ("commands", all.commands)].compactMap { name, drawing in
            drawing.map { Drawing(name: name, caption: $0.caption, markup: $0.svg.markup, file: $0.svg.file) }
        }
    }

    private init(point: Int, problem: String) {
        self.point = point
        self.problem = problem
        drawings = []
    }

    /// Runs a point of a study again, with a timeline.
    /// - Throws: `RunInterrupted`.
    fileprivate init(point: Int, of run: StudyRun, _ options: RunOptions) throws {
        var options = options
        options.counterfactuals = 0
        options.recordsTimeline = true
        do {
            let work = try run.study.work(run.points[point], repetition: options.repetition)
            // A drawing needs no unfolded run, but shows no estimate where the point has none.
            options.sampling = work.repetition.tolerance.map(Sampling.init(tolerance:))
            self.init(point: point, try Simulator.run(work.request, options: options))
        } catch let stopped as RunInterrupted {
            throw stopped
        } catch {
            self.init(point: point, problem: "\(error)")
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

    /// Runs ``illustratedPoints`` again, each with a timeline. What cannot be run says why.
    /// - Throws: `RunInterrupted`.
    public func illustrations(options: RunOptions = RunOptions()) throws -> [Illustration] {
        try illustratedPoints.map { try Illustration(point: $0, of: self, options) }
    }
}
