import OrreryResults
import OrreryText

/// Answers questions of an outside optimiser, a JSON object a line: a point in, its objectives out.
///
/// Points that the store has are answered from it, others are run by worker processes and recorded. Answers come in the order in which
/// they are ready and carry the id of the question. What is wrong with a question, or with its point, is an answer too.
public final class StudyEvaluator {
    private let study: Study
    private let engine: StudyEngine
    private let manifest: RunManifest
    private let answer: (JSONValue) -> Void
    private var identity = InputIdentity()
    private var values = SettingValues()
    private var inputs: PointInputs
    private struct Question {
        /// All that ask for the same point.
        var requests: [EvaluationRequest]
        var point: Point
        var work: PointWork
        var hash: ContentHash
    }

    private var open: [Int: Question] = [:]
    private var tickets: [ContentHash: Int] = [:]
    private var asked = 0
    private var pending: [PointRecord] = []
    private var lastCommit = ContinuousClock.now

    /// - Parameter answer: takes each answer.
    public init(_ study: Study, engine: StudyEngine, manifest: RunManifest, answer: @escaping (JSONValue) -> Void) {
        self.study = study
        self.engine = engine
        self.manifest = manifest
        self.answer = answer
        inputs = PointInputs(study: study)
    }

    /// Serves until the questions end.
    ///
    /// - Parameters:
    ///   - next: the next question if there is one now.
    ///   - isOpen: whether more may come.
    ///   - file: of where questions come from, so that a new one is seen at once.
    public func serve(next: @escaping () -> String?, isOpen: @escaping () -> Bool, file: Int32) throws {
        let pool = WorkerPool(
            size: engine.options.jobs, command: engine.options.worker,
            limits: .init(time: engine.options.timeLimit, memory: engine.options.memoryLimit))
        try engine.recording(manifest, keep: commit) {
            try pool.run(
                WorkerPool.Client(
                    next: { [self] in
                        while !engine.shouldStop(), let line = next() {
                            if let task = try take(line) { return task }
                        }
                        return nil
                    }, finished: { [self] in try finished($0, $1, $2) },
                    goesOn: { [self] in
                        if ContinuousClock.now - lastCommit > .milliseconds(100) { try commit() }
                        return !engine.shouldStop() && isOpen()
                    }, wakes: file))
        }
    }

    /// Answers a question at once, or gives what is to be run for it.
    private func take(_ line: String) throws -> (ticket: Int, work: PointWork)? {
        if line.allSatisfy(\.isWhitespace) { return nil }
        do throws(EvaluationRequest.Problem) {
            let request = try EvaluationRequest(line, of: study)
            return try prepare(request)
        } catch {
            answer(Self.failure(error.id, error.message, .input, exitCode: 2))
            return nil
        }
    }

    private func prepare(_ request: EvaluationRequest) throws(EvaluationRequest.Problem) -> (
        ticket: Int, work: PointWork
    )? {
        var point = request.point
        do {
            try study.compute(&point, &values)
            if let index = try study.firstViolated(study.conditions.indices, at: point, &values, &inputs) {
                answer(
                    .object([
                        .init("id", request.id), .init("feasible", .bool(false)),
                        .init("violations", .array([.string(study.conditions[index].text)])),
                    ]))
                return nil
            }
            let work = try study.work(point, repetition: engine.options.repetition)
            let hash = identity.hash(of: work.request, repetition: work.repetition)
            let stored = try engine.store.points([hash])[hash]
            if let stored, engine.options.retriesFailures ? stored.outcome.isResult : true {
                reply(request, point, stored.outcome, seconds: stored.seconds, origin: "store")
                return nil
            }
            if let ticket = tickets[hash] {
                open[ticket]?.requests.append(request)
                return nil
            }
            asked += 1
            tickets[hash] = asked
            open[asked] = Question(requests: [request], point: point, work: work, hash: hash)
            return (asked, work)
        } catch {
            throw EvaluationRequest.Problem(id: request.id, message: "\(error)")
        }
    }

    private func finished(_ ticket: Int, _ outcome: PointRecord.Outcome, _ seconds: Double) throws {
        guard let question = open.removeValue(forKey: ticket) else { return }
        tickets[question.hash] = nil
        pending.append(
            PointRecord(
                inputs: question.hash, outcome: outcome, seconds: seconds, work: question.work,
                files: identity.files(of: question.work.request)))
        // Kept before it is told: what an optimiser knows is never run again.
        try commit()
        for request in question.requests { reply(request, question.point, outcome, seconds: seconds, origin: "run") }
    }

    private func commit() throws {
        lastCommit = .now
        let batch = pending
        pending = []
        try engine.store.record(batch, run: manifest.id, study: study.name)
    }

    private func reply(
        _ request: EvaluationRequest, _ point: Point, _ outcome: PointRecord.Outcome, seconds: Double, origin: String
    ) {
        if case .failure(let message, let kind, let code) = outcome {
            return answer(Self.failure(request.id, message, kind, exitCode: code))
        }
        let run = StudyRun(study: study, points: [point], answers: [StudyRun.Answer(outcome)], wasInterrupted: false)
        func values(_ names: [String]) -> JSONValue {
            .object(names.map { name in .init(name, run.metric(name, ofPoint: 0).map { .number($0) } ?? .null) })
        }
        let broken: [Expression]
        do throws(InputErrors) {
            try run.checkObjectives()
            broken = try run.violations(ofPoint: 0)
        } catch {
            return answer(Self.failure(request.id, "\(error)", .input, exitCode: 2))
        }
        var members: [JSONValue.Member] = [
            .init("id", request.id), .init("feasible", .bool(broken.isEmpty)),
            .init("violations", .array(broken.map { .string($0.text) })),
            .init("objectives", values(study.objectives.map(\.metric))), .init("metrics", values(study.metrics)),
        ]
        if !request.assumed.isEmpty { members.append(.init("assumed", .object(request.assumed))) }
        if let width = run.metric(StudyRun.uncertainty, ofPoint: 0) {
            members.append(.init("half_width_relative", .number(width)))
        }
        members += [.init("seconds", .number(seconds)), .init("origin", .string(origin))]
        answer(.object(members))
    }

    private static func failure(
        _ id: JSONValue, _ message: String, _ kind: PointRecord.ErrorClass, exitCode: Int
    ) -> JSONValue {
        .object([
            .init("id", id), .init("error", .string(message)), .init("error_class", .string(kind.rawValue)),
            .init("exit_code", .integer(exitCode)),
        ])
    }
}

extension PointRecord.Outcome {
    fileprivate var isResult: Bool {
        if case .result = self { true } else { false }
    }
}
