import OrreryText

extension RunTimeline {
    /// The timeline as trace events, which Perfetto and `chrome://tracing` draw: each unit its own track, times in
    /// microseconds. A folded stretch is one slice on the track of every unit that it concerns, marked with how often what
    /// period repeats.
    public var chromeTrace: JSONValue {
        var events: [JSONValue] = [
            ["name": "process_name", "ph": "M", "pid": 1, "tid": 0, "args": ["name": "Orrery"]]
        ]
        for (lane, name) in lanes.enumerated() {
            events.append(metadata("thread_name", lane, ["name": .string(name)]))
            events.append(metadata("thread_sort_index", lane, ["sort_index": .integer(lane)]))
        }
        let slices = spans.map { Slice(lane: $0.lane, from: $0.from, to: $0.to, span: $0, fold: nil) }
        let repeats = folds.flatMap { fold in
            fold.lanes.map { Slice(lane: $0, from: fold.from, to: fold.to, span: nil, fold: fold) }
        }
        let sorted = (slices + repeats).sorted { ($0.lane, $0.from, $1.to) < ($1.lane, $1.from, $0.to) }
        events += sorted.map(event)
        return [
            "displayTimeUnit": "ns",
            "otherData": ["dropped_spans": .integer(dropped), "time": "simulated time in microseconds"],
            "traceEvents": .array(events),
        ]
    }

    private struct Slice {
        var lane: Int
        var from: Int128
        var to: Int128
        var span: Span?
        var fold: Fold?
    }

    private func event(_ slice: Slice) -> JSONValue {
        var name = slice.span.map { operators[$0.operatorID] } ?? ""
        var category = "command"
        var details: [JSONValue.Member] = []
        if let fold = slice.fold {
            name = fold.isSampled ? "estimated as \(fold.count) times" : "repeats \(fold.count) times"
            category = "fold"
            details = [.init("count", .integer(fold.count)), .init("period_us", .number(microseconds(fold.period)))]
        }
        return [
            "name": .string(name), "cat": .string(category), "ph": "X", "ts": .number(microseconds(slice.from)),
            "dur": .number(microseconds(slice.to - slice.from)), "pid": 1, "tid": .integer(slice.lane + 1),
            "args": .object(details),
        ]
    }

    private func metadata(_ name: String, _ lane: Int, _ details: JSONValue) -> JSONValue {
        ["name": .string(name), "ph": "M", "pid": 1, "tid": .integer(lane + 1), "args": details]
    }

    private func microseconds(_ ticks: Int128) -> Double { Double(ticks) * tick * 1e6 }
}
