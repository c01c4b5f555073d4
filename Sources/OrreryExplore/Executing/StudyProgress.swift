import OrreryText

/// How far a study is.
public struct StudyProgress: Hashable, Sendable {
    public var study: String
    /// Points of the study, or of the shard that is being run.
    public var total: Int
    /// Points that this run has run, failures included.
    public var ran = 0
    /// Points of these that failed.
    public var failed = 0
    /// Points whose answer was in the store.
    public var cached = 0
    /// Wall-clock seconds since the first point was given to a worker.
    public var seconds = 0.0

    /// Points with an answer.
    public var done: Int { ran + cached }

    /// Points that are run in a second; nil before the first.
    public var pointsPerSecond: Double? { ran > 0 && seconds > 0 ? Double(ran) / seconds : nil }

    /// Seconds that the rest will take at this pace; nil where nothing is known.
    public var remainingSeconds: Double? { pointsPerSecond.map { Double(total - done) / $0 } }

    /// An event for programs: one JSON object.
    public var json: JSONValue {
        .object([
            .init("event", "progress"), .init("study", .string(study)), .init("total", .integer(total)),
            .init("done", .integer(done)), .init("failed", .integer(failed)), .init("cached", .integer(cached)),
            .init("seconds", .number(seconds)),
            .init("points_per_second", pointsPerSecond.map { .number($0) } ?? .null),
            .init("remaining_seconds", remainingSeconds.map { .number($0) } ?? .null),
        ])
    }
}
