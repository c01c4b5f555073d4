import Dispatch
import OrreryResults
import OrreryText
import Synchronization

/// Runs points of a study again and compares the results with those that a store has.
public struct StudyReproduction {
    /// What came of it.
    public struct Outcome: Sendable {
        public var same = 0
        public var different = 0
        /// Points that the store does not have.
        public var missing = 0
        /// What differs, for people.
        public var lines: [String] = []
    }

    private let study: Study
    private let points: [Point]
    private let store: ResultStore
    private let jobs: Int
    private let repetition: Repetition

    /// - Parameter repetition: of points that do not say otherwise.
    public init(
        _ study: Study, _ points: [Point], store: ResultStore, jobs: Int, repetition: Repetition = .standard
    ) {
        (self.study, self.points, self.store, self.jobs) = (study, points, store, max(1, jobs))
        self.repetition = repetition
    }

    /// Takes the latest recorded result of each point, whatever version of the simulator gave it, and the files as they are now.
    public func run() throws -> Outcome {
        var identity = InputIdentity()
        let prepared = study.prepared(points, identity: &identity, repetition: repetition)
        let known = try store.points(prepared.compactMap(\.inputs), simulator: nil)
        // A point whose files have changed is found by what was asked for.
        let byWork = Dictionary(
            try store.points(ofStudy: study.name).map { ($0.work, $0) }, uniquingKeysWith: { $1 })
        var outcome = Outcome()
        var tasks: [(point: Point, stored: ResultStore.Stored)] = []
        for (point, entry) in zip(points, prepared) {
            guard case .success(let (work, inputs)) = entry.work, let stored = known[inputs] ?? byWork[work] else {
                outcome.missing += 1
                continue
            }
            let now = identity.files(of: work.request)
            for file in now where stored.files[file.path].map({ $0 != file.hash.description }) ?? false {
                let line = "\(file.path) has changed since"
                if !outcome.lines.contains(line) { outcome.lines.append(line) }
            }
            if stored.simulator != SimulatorSources.fingerprint {
                let line = "the store has points of another version of the simulator, \(stored.simulator)"
                if !outcome.lines.contains(line) { outcome.lines.append(line) }
            }
            tasks.append((point, stored))
        }
        let fixed = tasks
        let differences = Mutex([String?](repeating: nil, count: fixed.count))
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(jobs, max(1, fixed.count))) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < fixed.count else { return }
                let text = Self.difference(fixed[index].stored)
                differences.withLock { $0[index] = text }
            }
        }
        for (task, difference) in zip(fixed, differences.withLock { $0 }) {
            guard let difference else {
                outcome.same += 1
                continue
            }
            outcome.different += 1
            let place = zip(study.axes, task.point.labels).map { "\($0.name)=\($1)" }.joined(separator: " ")
            outcome.lines.append("\(place.isEmpty ? "the only point" : place):\n\(difference)")
        }
        return outcome
    }

    /// What differs between a recorded point and the same run again; nil for nothing.
    private static func difference(_ stored: ResultStore.Stored) -> String? {
        switch (StudyRun.Answer(stored.outcome), stored.work.answer()) {
        case (.failure(let before, _), .failure(let after, _)):
            return before == after ? nil : "it failed with\n\(before)\nand fails with\n\(after)"
        case (.failure(let before, _), .result): return "it failed with\n\(before)\nand has a result now"
        case (.result, .failure(let after, _)): return "it had a result and fails with\n\(after)"
        case (.result(let before), .result(let after)):
            do {
                let difference = try ResultDifference(before, after)
                return difference.isEmpty ? nil : difference.text()
            } catch {
                return "\(error)"
            }
        }
    }
}
