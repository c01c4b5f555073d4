import Foundation
import OrreryResults
import OrreryText

/// One run of a study's points: what is known of each, what is left, what is to be committed.
struct StudySession {
    private let engine: StudyEngine
    private let study: Study
    private let points: [Point]
    private let manifest: RunManifest
    private var identity = InputIdentity()
    private var prepared: [PreparedPoint]
    private var answers: [StudyRun.Answer?]
    private var origins: [StudyRun.Origin?]
    /// Places of the points that depend on the same, by what they depend on; the first one is run.
    private var places: [ContentHash: [Int]] = [:]
    /// What is to be run and not yet claimed, as places of points.
    private var queue: ArraySlice<Int> = []
    /// Claimed and ready for a worker.
    private var ready: [Int] = []
    /// Claimed by other processes.
    private var waiting: [Int] = []
    private var pending: [PointRecord] = []
    private var lastCommit = ContinuousClock.now
    private var lastLook = ContinuousClock.now
    private var state: StudyProgress
    private var start = ContinuousClock.now
    /// Seconds that the points so far took in their workers.
    private var simulated = 0.0

    /// Results are committed after this time at the latest.
    private static let batchTime = Duration.milliseconds(100)
    private static let lookTime = Duration.milliseconds(250)

    init(_ engine: StudyEngine, _ study: Study, _ points: [Point], _ manifest: RunManifest) {
        self.engine = engine
        self.study = study
        self.points = points
        self.manifest = manifest
        prepared = study.prepared(points, identity: &identity, repetition: engine.options.repetition)
        answers = Array(repeating: nil, count: points.count)
        origins = Array(repeating: nil, count: points.count)
        state = StudyProgress(study: study.name, total: points.count)
    }

    mutating func run() throws -> StudyRun {
        try findKnown()
        engine.progress(state)
        if !queue.isEmpty {
            start = .now
            try engine.recording(manifest, keep: { try commit() }) { try runPool() }
        }
        return StudyRun(
            study: study, points: points, answers: answers, wasInterrupted: answers.contains { $0 == nil },
            origins: origins)
    }

    /// Takes answers from the store; what is left goes to the queue.
    private mutating func findKnown() throws {
        var order: [Int] = []
        for (place, point) in prepared.enumerated() {
            switch point.work {
            case .success(let (_, inputs)):
                places[inputs, default: []].append(place)
                if places[inputs]?.count == 1 { order.append(place) }
            case .failure(let error):
                answers[place] = .failure(error.description, exitCode: 2)
                state.ran += 1
                state.failed += 1
            }
        }
        let hashes = order.compactMap { inputs(of: $0) }
        let known = try engine.store.points(hashes)
        let older =
            engine.options.reusesAcrossVersions
            ? try engine.store.points(hashes.filter { known[$0] == nil }, simulator: nil) : [:]
        var left: [Int] = []
        for place in order {
            guard let inputs = inputs(of: place), let stored = known[inputs] ?? older[inputs], isEnough(stored.outcome)
            else {
                left.append(place)
                continue
            }
            take(stored, inputs)
        }
        queue = left[...]
    }

    private func isEnough(_ outcome: PointRecord.Outcome) -> Bool {
        if case .failure = outcome { return !engine.options.retriesFailures }
        return true
    }

    private func inputs(of place: Int) -> ContentHash? { prepared[place].inputs }

    /// Gives what the store has to all points that depend on the same.
    private mutating func take(_ stored: ResultStore.Stored, _ inputs: ContentHash) {
        let isOwn = stored.simulator == SimulatorSources.fingerprint
        for place in places[inputs] ?? [] {
            answers[place] = StudyRun.Answer(stored.outcome)
            origins[place] = isOwn ? .store : .otherVersion(stored.simulator)
            state.cached += 1
            if case .failure = stored.outcome { state.failed += 1 }
        }
    }

    private mutating func runPool() throws {
        let options = engine.options
        let pool = WorkerPool(
            size: min(options.jobs, queue.count), command: options.worker,
            limits: .init(time: options.timeLimit, memory: options.memoryLimit))
        // The client's closures are called by the pool, one after another, only while it runs.
        var session = self
        defer { self = session }
        try pool.run(
            WorkerPool.Client(
                next: { try session.next() }, finished: { try session.finished($0, $1, seconds: $2) },
                goesOn: { try session.goesOn() }))
    }

    private mutating func next() throws -> (ticket: Int, work: PointWork)? {
        if engine.shouldStop() { return nil }
        if ready.isEmpty { try claim() }
        guard !ready.isEmpty else { return nil }
        let place = ready.removeFirst()
        guard case .success(let (work, _)) = prepared[place].work else { return nil }
        return (place, work)
    }

    /// Claims some of what is left, about as many as the workers run in a tenth of a second: points that no process can run twice.
    private mutating func claim() throws {
        let jobs = engine.options.jobs
        let pace = simulated > 0 ? Double(state.ran * jobs) / simulated : 0
        while ready.isEmpty, !queue.isEmpty {
            let batch = queue.prefix(min(64 * jobs, max(jobs, Int(pace / 10))))
            queue = queue.dropFirst(batch.count)
            let hashes = batch.compactMap { inputs(of: $0) }
            let granted = try engine.store.claim(
                hashes, for: manifest.id, retrying: engine.options.retriesFailures)
            for place in batch {
                guard let inputs = inputs(of: place) else { continue }
                if granted.contains(inputs) { ready.append(place) } else { waiting.append(place) }
            }
        }
    }

    private mutating func finished(_ place: Int, _ outcome: PointRecord.Outcome, seconds: Double) throws {
        guard case .success(let (work, inputs)) = prepared[place].work else { return }
        pending.append(
            PointRecord(
                inputs: inputs, outcome: outcome, seconds: seconds, work: work,
                files: identity.files(of: work.request)))
        simulated += seconds
        let answer = StudyRun.Answer(outcome)
        for place in places[inputs] ?? [] {
            answers[place] = answer
            origins[place] = .run
            state.ran += 1
            if case .failure = outcome { state.failed += 1 }
        }
    }

    private mutating func goesOn() throws -> Bool {
        let now = ContinuousClock.now
        if now - lastCommit >= Self.batchTime {
            try commit()
            lastCommit = now
        }
        if !waiting.isEmpty, now - lastLook >= Self.lookTime {
            lastLook = now
            try lookForOthers()
        }
        state.seconds = (now - start) / .seconds(1)
        engine.progress(state)
        if engine.shouldStop() { return false }
        return !queue.isEmpty || !ready.isEmpty || !waiting.isEmpty
    }

    /// Takes what other processes have recorded meanwhile, and what they have left when they ended.
    private mutating func lookForOthers() throws {
        let known = try engine.store.points(waiting.compactMap { inputs(of: $0) })
        var left: [Int] = []
        for place in waiting {
            if let inputs = inputs(of: place), let stored = known[inputs], isEnough(stored.outcome) {
                take(stored, inputs)
            } else {
                left.append(place)
            }
        }
        waiting = []
        queue = (left + queue)[...]
    }

    private mutating func commit() throws {
        let batch = pending
        pending = []
        try engine.store.record(batch, run: manifest.id, study: study.name)
    }
}

extension StudyRun.Answer {
    /// What a store or a worker says of a point.
    init(_ outcome: PointRecord.Outcome) {
        switch outcome {
        case .result(let text):
            do {
                self = .result(try JSONValue(parsing: text))
            } catch {
                self = .failure("the result cannot be read: \(error)", exitCode: 3)
            }
        case .failure(let message, _, let code): self = .failure(message, exitCode: code)
        }
    }
}
