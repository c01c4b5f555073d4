import Foundation
import OrreryResults
import OrreryText

/// Runs the points of a study in worker processes and keeps their results in a store, where they are found again.
public struct StudyEngine {
    public struct Options: Sendable {
        /// Points at a time.
        public var jobs = ProcessInfo.processInfo.activeProcessorCount
        /// What starts a worker: a program that calls `StudyWorker.serve`.
        public var worker: [String]
        /// Of points that do not say otherwise.
        public var repetition = Repetition.standard
        /// Wall-clock time that a point may take.
        public var timeLimit: Duration?
        /// Bytes of memory that a point may take.
        public var memoryLimit: Int?
        /// Whether points that have failed before are run again.
        public var retriesFailures = false
        /// Whether results of other versions of the simulator will do.
        public var reusesAcrossVersions = false
        /// The points to run, by what they depend on; nil for all.
        public var only: Set<ContentHash>?
        /// Every `of`-th of these points, from `index` on; nil for all.
        public var shard: Shard?

        public init(worker: [String]) { self.worker = worker }
    }

    /// A part of a study's points: those whose place, from 0, leaves `index` when divided by `of`.
    public struct Shard: Hashable, Sendable {
        public var index: Int
        public var of: Int

        /// Reads `i/n` with 0 <= i < n; nil for anything else.
        public init?(_ text: some StringProtocol) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).compactMap { Int($0) }
            guard parts.count == 2, parts[0] >= 0, parts[0] < parts[1] else { return nil }
            (index, of) = (parts[0], parts[1])
        }

        func holds(_ place: Int) -> Bool { place % of == index }
    }

    public var store: ResultStore
    public var options: Options
    /// Told how far the run is, often.
    public var progress: (StudyProgress) -> Void = { _ in }
    /// True ends the run after the points in flight.
    public var shouldStop: () -> Bool = { false }

    public init(store: ResultStore, options: Options) {
        self.store = store
        self.options = options
    }

    /// Runs what the store does not have of these points, and gives the answers to all of them.
    ///
    /// Points that another process is running are waited for. Results are committed at least ten times a second.
    /// - Throws: `StoreError`; what was committed is kept.
    public func run(_ study: Study, _ points: [Point], manifest: RunManifest) throws -> StudyRun {
        var points = points
        if let only = options.only {
            var identity = InputIdentity()
            let prepared = study.prepared(points, identity: &identity, repetition: options.repetition)
            points = zip(points, prepared).filter { _, point in
                point.inputs.map(only.contains) ?? false
            }.map(\.0)
        }
        if let shard = options.shard { points = points.indices.filter(shard.holds).map { points[$0] } }
        var session = StudySession(self, study, points, manifest)
        return try session.run()
    }

    /// Runs `work` as a run of the store, and keeps what it gave, also where it fails.
    func recording(_ manifest: RunManifest, keep: () throws -> Void, _ work: () throws -> Void) throws {
        try store.begin(manifest)
        do {
            try work()
        } catch {
            // The reason to stop is what counts: where the store fails as well, the next run says so, and runs what could not be kept.
            try? keep()
            try? store.end(manifest.id)
            throw error
        }
        try keep()
        try store.end(manifest.id)
    }
}
