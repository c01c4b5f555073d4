/// Spans of what each engine did, for a timeline; spans within folded time are told by the fold that repeats them.
public final class Timeline {
    /// One command of one engine, in cycles of the engine's clock.
    public struct Span: Hashable, Sendable {
        public var component: Int
        public var operatorID: Int
        public var from: Cycle
        public var to: Cycle
    }

    /// A folded stretch: what happened in the `period` before `from` repeats `count` times.
    public struct Fold: Hashable, Sendable {
        /// Cut at which the repetition starts, and its period, in ticks of the run.
        public var from: Int128
        public var period: Int128
        public var count: Int
        /// The repetition is an estimate: it lasts as long as so many periods on average.
        public var isSampled = false
    }

    public private(set) var spans: [Span] = []
    public private(set) var folds: [Fold] = []
    /// Spans beyond `limit` are not kept, only counted.
    public let limit: Int
    public private(set) var dropped = 0

    public init(limit: Int = 200_000) { self.limit = limit }

    func span(_ engine: Engine, _ operatorID: Int, from: Cycle, to: Cycle) {
        if to <= from { return }
        if spans.count >= limit {
            dropped += 1
        } else {
            spans.append(Span(component: engine.id, operatorID: operatorID, from: from, to: to))
        }
    }

    func fold(from: Int128, period: Int128, count: Int, isSampled: Bool = false) {
        if folds.count < limit {
            folds.append(Fold(from: from, period: period, count: count, isSampled: isSampled))
        }
    }
}
