import Foundation
import OrreryResults
import OrreryText
import Synchronization

/// What a study gave: for every point its result, or why there is none.
public struct StudyRun: Sendable {
    /// The result of one point.
    public enum Answer: Sendable {
        /// The JSON result of `orrery run`.
        case result(JSONValue)
        /// What went wrong, and the exit code that `orrery run` would have given.
        case failure(String, exitCode: Int)

        /// A number of the result by its path, such as `latency.seconds`.
        public func metric(_ path: String) -> Double? {
            guard case .result(let json) = self else { return nil }
            return json.metric(path)
        }
    }

    public var study: Study
    public var points: [Point]
    /// In the order of `points`; shorter where the run was interrupted.
    public var answers: [Answer?]
    public var wasInterrupted: Bool
    /// Where each answer comes from; empty where nobody keeps track.
    public var origins: [Origin?]

    /// Where an answer comes from.
    public enum Origin: Hashable, Sendable {
        /// This run ran the point.
        case run
        /// The store had it.
        case store
        /// The store had it of another version of the simulator, and the user asked for it: its `SimulatorSources.fingerprint`.
        case otherVersion(String)
    }

    public init(
        study: Study, points: [Point], answers: [Answer?], wasInterrupted: Bool, origins: [Origin?] = []
    ) {
        self.study = study
        self.points = points
        self.answers = answers
        self.wasInterrupted = wasInterrupted
        self.origins = origins
    }

    /// The version of the simulator that an answer comes from, where it is another one.
    public func otherVersion(ofPoint index: Int) -> String? {
        guard origins.indices.contains(index), case .otherVersion(let simulator)? = origins[index] else { return nil }
        return simulator
    }

    /// Number of points that failed.
    public var failures: Int {
        answers.count { if case .failure = $0 { true } else { false } }
    }

    /// Why points failed.
    public struct FailureReason: Sendable {
        public var message: String
        /// What `orrery run` would have given.
        public var exitCode: Int
        /// The first point that failed for it, such as `design=flat M=1Ki`.
        public var place: String
        /// Points that failed for it.
        public var count: Int
    }

    /// Each reason once, in the order of the points.
    public var failureReasons: [FailureReason] {
        var places: [String: Int] = [:]
        var result: [FailureReason] = []
        for (point, answer) in zip(points, answers) {
            guard case .failure(let message, let code) = answer else { continue }
            if let place = places[message] {
                result[place].count += 1
            } else {
                places[message] = result.count
                let name = place(point)
                result.append(
                    FailureReason(
                        message: message, exitCode: code, place: name.isEmpty ? "the only point" : name, count: 1))
            }
        }
        return result
    }
}

/// Runs the points of a study in one process, several at a time, and keeps their order.
public struct StudyRunner: Sendable {
    /// Number of points at a time.
    public var workers: Int
    /// Runs one point; it is called from several threads.
    public var evaluate: @Sendable (Study, Point) -> StudyRun.Answer
    /// Called with the number of points done so far.
    public var progress: @Sendable (Int) -> Void
    /// True ends the run after the points in flight.
    public var shouldStop: @Sendable () -> Bool

    public init(
        workers: Int, evaluate: @escaping @Sendable (Study, Point) -> StudyRun.Answer,
        progress: @escaping @Sendable (Int) -> Void = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.workers = max(1, workers)
        self.evaluate = evaluate
        self.progress = progress
        self.shouldStop = shouldStop
    }

    public func run(_ study: Study, _ points: [Point]) -> StudyRun {
        struct Shared {
            var next = 0
            var done = 0
            var answers: [StudyRun.Answer?]
        }
        let shared = Mutex(Shared(answers: Array(repeating: nil, count: points.count)))
        DispatchQueue.concurrentPerform(iterations: min(workers, max(1, points.count))) { _ in
            while !shouldStop() {
                let index = shared.withLock { state -> Int? in
                    if state.next >= points.count { return nil }
                    state.next += 1
                    return state.next - 1
                }
                guard let index else { return }
                let answer = evaluate(study, points[index])
                let done = shared.withLock { state -> Int in
                    state.answers[index] = answer
                    state.done += 1
                    return state.done
                }
                progress(done)
            }
        }
        let answers = shared.withLock { $0.answers }
        return StudyRun(study: study, points: points, answers: answers, wasInterrupted: answers.contains { $0 == nil })
    }
}
