/// How busy each unit is over the run: a strip a unit, folded stretches shaded and filled with the mean of what they repeat.
struct UtilisationChart {
    private let timeline: RunTimeline
    private let means: [String: Double]
    private static let bins = 240
    /// Strips that one chart shows.
    private static let longest = 24

    /// - Parameter means: busy share of the whole run, by path of the unit; it stands below the name.
    init(_ timeline: RunTimeline, means: [String: Double] = [:]) {
        self.timeline = timeline
        self.means = means
    }

    /// A stretch of time in which a unit is busy for a share of it.
    private struct Stretch {
        var from: Double
        var to: Double
        var share: Double
    }

    /// What a unit did, as stretches in the order of time; times are shares of the run.
    private func stretches(lane: Int) -> [Stretch] {
        let end = Double(max(timeline.end, 1))
        let spans = timeline.spans.filter { $0.lane == lane }
        var result: [Stretch] = []
        var next = 0
        func take(until time: Int128) {
            while next < spans.count, spans[next].from < time {
                result.append(Stretch(from: Double(spans[next].from) / end, to: Double(spans[next].to) / end, share: 1))
                next += 1
            }
        }
        for fold in timeline.folds where fold.lanes.contains(lane) {
            take(until: fold.from)
            let (start, cut) = (Double(fold.from - fold.period) / end, Double(fold.from) / end)
            let busy = Self.busy(result, from: start, to: cut)
            let share = cut > start ? busy / (cut - start) : 0
            result.append(Stretch(from: cut, to: Double(fold.to) / end, share: share))
        }
        take(until: timeline.end + 1)
        return result
    }

    private static func busy(_ stretches: [Stretch], from: Double, to: Double) -> Double {
        var sum = 0.0
        for stretch in stretches.reversed() {
            if stretch.to <= from { break }
            sum += max(0, min(stretch.to, to) - max(stretch.from, from)) * stretch.share
        }
        return sum
    }

    /// Busy shares of equal parts of the run.
    private func shares(lane: Int) -> [Double] {
        var result = [Double](repeating: 0, count: Self.bins)
        let width = 1 / Double(Self.bins)
        for stretch in stretches(lane: lane) {
            let first = min(max(Int(stretch.from / width), 0), Self.bins - 1)
            let last = min(max(Int(stretch.to / width), 0), Self.bins - 1)
            for bin in first...max(first, last) {
                let (low, high) = (Double(bin) * width, Double(bin + 1) * width)
                result[bin] += max(0, min(stretch.to, high) - max(stretch.from, low)) * stretch.share / width
            }
        }
        return result.map { min($0, 1) }
    }

    var markup: String { svg.markup }

    var svg: SVG {
        let (left, right, line) = (180.0, 840.0, 40.0)
        let lanes = timeline.busyLanes.prefix(Self.longest)
        let bottom = 8 + line * Double(lanes.count)
        var svg = SVG(width: 860, height: bottom + 24, title: "Utilisation over time")
        let end = Double(max(timeline.end, 1))
        func x(_ ticks: Int128) -> Double { left + (right - left) * Double(ticks) / end }
        for (row, lane) in lanes.enumerated() {
            let name = timeline.lanes[lane]
            let y = 8 + line * Double(row)
            for fold in timeline.folds.prefix(500) where fold.lanes.contains(lane) && x(fold.to) - x(fold.from) > 0.3 {
                let tip = "\(name): \(fold.count) times the period of \(seconds(fold.period)) before"
                svg.rectangle(x(fold.from), y, x(fold.to) - x(fold.from), line - 8, style: "fold", tip: tip)
            }
            let shares = shares(lane: lane)
            var outline: [(x: Double, y: Double)] = [(left, y + line - 8)]
            for (bin, share) in shares.enumerated() {
                let height = (line - 8) * (1 - share)
                outline.append((left + (right - left) * Double(bin) / Double(Self.bins), y + height))
                outline.append((left + (right - left) * Double(bin + 1) / Double(Self.bins), y + height))
            }
            outline.append((right, y + line - 8))
            svg.polyline(outline, style: Palette.style(0), isClosed: true)
            svg.polyline([(left, y + line - 8), (right, y + line - 8)], style: "axis")
            svg.text(name.cut(to: 26), left - 8, y + 14, anchor: .end)
            if let mean = means[name] { svg.text(Display.percent(mean), left - 8, y + 29, anchor: .end) }
        }
        for part in 0...4 {
            let ticks = timeline.end * Int128(part) / 4
            svg.text(seconds(ticks), x(ticks), bottom + 14, anchor: part == 0 ? .start : part == 4 ? .end : .middle)
        }
        return svg
    }

    private func seconds(_ ticks: Int128) -> String { Display.scaled(Double(ticks) * timeline.tick, "s", digits: 3) }
}
