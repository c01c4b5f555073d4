extension RunTimeline {
    /// The same timeline `count` times in a row, with `prefix` before the names of operators.
    func repeated(_ count: Int, prefix: String) -> RunTimeline {
        var result = self
        if !prefix.isEmpty { result.operators = operators.map { "\(prefix)/\($0)" } }
        if count > 1 {
            result.folds.append(
                Fold(lanes: Array(lanes.indices), from: end, period: end, count: count - 1))
            result.end = end * Int128(count)
        }
        return result
    }

    /// What happened here, and after that in `next`.
    func followed(by next: RunTimeline) -> RunTimeline {
        var result = self
        result.lanes += next.lanes.filter { !lanes.contains($0) }
        result.operators += next.operators.filter { !operators.contains($0) }
        let lane = next.lanes.map { name in result.lanes.firstIndex(of: name) ?? 0 }
        let operatorID = next.operators.map { name in result.operators.firstIndex(of: name) ?? 0 }
        result.spans += next.spans.map {
            Span(
                lane: lane[$0.lane], operatorID: operatorID[$0.operatorID], from: $0.from + end, to: $0.to + end)
        }
        result.folds += next.folds.map { fold in
            Fold(
                lanes: fold.lanes.map { lane[$0] }, from: fold.from + end, period: fold.period, count: fold.count,
                isSampled: fold.isSampled)
        }
        result.spans.sort { ($0.lane, $0.from, $0.to) < ($1.lane, $1.from, $1.to) }
        result.end += next.end
        result.dropped += next.dropped
        return result
    }
}
