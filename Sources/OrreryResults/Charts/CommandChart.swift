/// The commands of each unit in a short stretch of the run: of the periods that were simulated as a whole the one that
/// repeats for the longest time, or the start.
struct CommandChart {
    private let timeline: RunTimeline
    private let spans: [RunTimeline.Span]
    let from: Int128
    let to: Int128
    /// How often the stretch repeats; nil where the chart shows the start of the run.
    let repeats: Int?
    private static let mostSpans = 1500
    private static let longest = 24

    /// Nil where nothing was recorded.
    init?(_ timeline: RunTimeline) {
        self.timeline = timeline
        let simulated = timeline.folds.filter { fold in
            let start = fold.from - fold.period
            let holdsFold = timeline.folds.contains {
                $0.from >= start && $0.from < fold.from && !Set($0.lanes).isDisjoint(with: fold.lanes)
            }
            return !holdsFold && timeline.spans.contains { $0.from >= start && $0.from < fold.from }
        }
        let longest = simulated.max { $0.to - $0.from < $1.to - $1.from }
        if let longest {
            from = longest.from - longest.period
            to = longest.from
            repeats = longest.count + 1
        } else {
            guard let first = timeline.spans.map(\.from).min() else { return nil }
            let early = timeline.spans.sorted { $0.from < $1.from }.prefix(Self.mostSpans)
            from = first
            to = early.map(\.to).max() ?? timeline.end
            repeats = nil
        }
        let (low, high) = (from, to)
        spans = Array(timeline.spans.filter { $0.from < high && $0.to > low }.prefix(Self.mostSpans))
        guard to > from, !spans.isEmpty else { return nil }
    }

    /// What the chart shows, in words.
    var caption: String {
        let length = Display.scaled(Double(to - from) * timeline.tick, "s", digits: 3)
        return repeats.map { "one period of \(length), which runs \(Display.grouped($0)) times in a row" }
            ?? "the first \(length)"
    }

    /// Those that are at work in the stretch, the longest first.
    private var operatorsByTime: [Int] {
        var times: [Int: Int128] = [:]
        for span in spans { times[span.operatorID, default: 0] += span.to - span.from }
        return times.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    var markup: String { svg.markup }

    var svg: SVG {
        let (left, right, line) = (180.0, 840.0, 26.0)
        let lanes = timeline.busyLanes.prefix(Self.longest)
        let used = operatorsByTime
        var names = used.map { timeline.operators[$0] }
        if names.count > Palette.count {
            let others = names.count - Palette.count + 1
            names = names.prefix(Palette.count - 1) + ["\(others) other operators"]
        }
        let legend = 22 * Double((names.count + 3) / 4)
        var svg = SVG(
            width: 860, height: legend + line * Double(lanes.count) + 28, title: "Commands: \(caption)")
        for (rank, name) in names.enumerated() {
            let (x, y) = (Double(rank % 4) * 210, 22 * Double(rank / 4))
            svg.rectangle(x, y + 3, 12, 12, style: Palette.style(rank))
            svg.text(name.cut(to: 26), x + 18, y + 13)
        }
        func x(_ ticks: Int128) -> Double { left + (right - left) * Double(ticks - from) / Double(to - from) }
        for (row, lane) in lanes.enumerated() {
            svg.text(timeline.lanes[lane].cut(to: 26), left - 8, legend + line * Double(row) + 17, anchor: .end)
        }
        let rows = Dictionary(uniqueKeysWithValues: lanes.enumerated().map { ($1, $0) })
        for span in spans {
            guard let row = rows[span.lane] else { continue }
            let (start, end) = (x(max(span.from, from)), x(min(span.to, to)))
            let name = timeline.operators[span.operatorID]
            let length = Display.scaled(Double(span.to - span.from) * timeline.tick, "s")
            svg.rectangle(
                start, legend + line * Double(row) + 4, max(end - start, 0.2), line - 8,
                style: Palette.style(used.firstIndex(of: span.operatorID) ?? 0), tip: "\(name), \(length)")
        }
        svg.text("0 s", left, svg.height - 8)
        svg.text(
            Display.scaled(Double(to - from) * timeline.tick, "s", digits: 3), right, svg.height - 8, anchor: .end)
        return svg
    }
}
