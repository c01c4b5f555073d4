import OrrerySimulation

/// What each unit did when, with the stretches of time that repeat.
///
/// Time that was folded holds no spans: a fold says how often the period before it repeats. A command under way at a fold
/// is drawn up to it and from its end on.
public struct RunTimeline: Sendable {
    /// One command of one unit. Times are ticks of the run.
    public struct Span: Hashable, Sendable {
        public var lane: Int
        /// Index into ``RunTimeline/operators``.
        public var operatorID: Int
        public var from: Int128
        public var to: Int128
    }

    /// Time in which the `period` before `from` repeats `count` times, on some lanes.
    public struct Fold: Hashable, Sendable {
        public var lanes: [Int]
        public var from: Int128
        public var period: Int128
        public var count: Int
        /// The repetition is an estimate.
        public var isSampled = false

        public var to: Int128 { from + period * Int128(count) }
    }

    /// Paths of the units, in the order of the machine.
    public var lanes: [String]
    public var operators: [String]
    /// By lane, then by time.
    public var spans: [Span]
    /// By time.
    public var folds: [Fold]
    public var end: Int128
    /// Seconds of a tick.
    public var tick: Double
    /// Spans beyond the limit of the recording.
    public var dropped: Int

    /// The spans that the kernels of a run recorded; nil where they recorded none.
    ///
    /// - Parameter components: those of the run, in the order of the machine.
    public init?(_ simulation: Simulation, program: Program, components: [Component]) {
        let queued = Set(program.queues.map(\.engine))
        let engines = components.filter { queued.contains($0.path) }
        let lanes = engines.map(\.path)
        let laneOfPath = Dictionary(uniqueKeysWithValues: lanes.enumerated().map { ($1, $0) })
        var spans: [Span] = []
        var folds: [Fold] = []
        dropped = 0
        var isRecorded = false
        for kernel in simulation.kernels {
            guard let timeline = kernel.timeline else { continue }
            isRecorded = true
            let known = Set(kernel.ledger.blocks.map(\.component))
            let here = engines.filter { known.contains($0.path) }
            let own = Dictionary(uniqueKeysWithValues: here.map { ($0.id, laneOfPath[$0.path] ?? 0) })
            let repeats = timeline.folds.map {
                Fold(
                    lanes: own.values.sorted(), from: $0.from, period: $0.period, count: $0.count,
                    isSampled: $0.isSampled)
            }
            dropped += timeline.dropped
            folds += repeats
            for span in timeline.spans {
                guard let lane = own[span.component] else { continue }
                let tick = Int128(kernel.clocks.ticks[kernel.clock(of: span.component)])
                let whole = Span(
                    lane: lane, operatorID: span.operatorID, from: Int128(span.from) * tick, to: Int128(span.to) * tick)
                spans += Self.parts(of: whole, around: repeats)
            }
        }
        guard isRecorded else { return nil }
        self.lanes = lanes
        operators = program.operators.isEmpty ? ["(none)"] : program.operators
        self.spans = Self.clipped(spans.sorted { ($0.lane, $0.from, $0.to) < ($1.lane, $1.from, $1.to) })
        self.folds = folds.sorted { ($0.from, $0.lanes.first ?? -1) < ($1.from, $1.lanes.first ?? -1) }
        end = simulation.kernels.map(\.instant).max() ?? 0
        let clocks = simulation.kernels[0].clocks
        tick = clocks.clocks[0].seconds(1) / Double(clocks.ticks[0])
    }

    /// A span without what it has inside folds. One that was announced before a fold (its end is as it was expected then) goes on
    /// after it; one that was told after a fold began as much later as the fold is long.
    private static func parts(of span: Span, around folds: [Fold]) -> [Span] {
        var rest = span
        var parts: [Span] = []
        for fold in folds where fold.from < rest.to && rest.from < fold.to {
            let length = fold.to - fold.from
            var before = rest
            if rest.from <= fold.from {
                rest.to += length
            } else {
                before.from -= length
            }
            before.to = fold.from
            rest.from = fold.to
            if before.from < before.to { parts.append(before) }
        }
        return rest.from < rest.to ? parts + [rest] : parts
    }

    /// A unit does one thing at a time: a span ends where the next begins.
    private static func clipped(_ spans: [Span]) -> [Span] {
        var result = spans
        for index in result.indices.dropLast() where result[index].lane == result[index + 1].lane {
            result[index].to = max(result[index].from, min(result[index].to, result[index + 1].from))
        }
        return result.filter { $0.to > $0.from }
    }
}

extension RunTimeline {
    /// Lanes in which something was recorded.
    var busyLanes: [Int] {
        let used = Set(spans.map(\.lane))
        return lanes.indices.filter(used.contains)
    }
}
