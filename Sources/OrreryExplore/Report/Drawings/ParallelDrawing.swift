import OrreryResults

/// Settings and objectives of all points as parallel axes, a line a point, coloured by what limits it.
struct ParallelDrawing {
    private struct Column {
        var name: String
        var places: [Double?]
        var ticks: [(place: Double, text: String)]
    }

    private let columns: [Column]
    private let order: [Int]
    private let run: StudyRun
    private let tradeoff: Tradeoff
    private static let mostColumns = 10
    /// Lines beside those of the front, evenly over the points.
    private static let mostLines = 600
    private static let mostTicks = 12

    /// Nil where there are not two columns to draw.
    init?(_ run: StudyRun, _ tradeoff: Tradeoff) {
        self.run = run
        self.tradeoff = tradeoff
        let (top, bottom) = (90.0, 400.0)
        var columns: [Column] = []
        for (axis, info) in run.study.axes.enumerated() {
            let labels = run.points.map { $0.labels[axis] }
            let known = info.values.map(\.label).filter(Set(labels).contains)
            guard known.count > 1 else { continue }
            let rank = Dictionary(known.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            func place(_ rank: Int) -> Double {
                bottom - (bottom - top) * (Double(rank) + 0.5) / Double(known.count)
            }
            let every = (known.count + Self.mostTicks - 1) / Self.mostTicks
            columns.append(
                Column(
                    name: info.name, places: labels.map { rank[$0].map(place) },
                    ticks: known.indices.filter { $0 % every == 0 }.map { (place($0), known[$0]) }))
        }
        for objective in run.study.objectives {
            let values = run.points.indices.map { run.metric(objective.metric, ofPoint: $0) }
            let axis = PlotAxis(objective.metric, values.compactMap { $0 }, from: bottom, to: top)
            columns.append(
                Column(
                    name: objective.metric, places: values.map { $0.map(axis.place) },
                    ticks: axis.ticks.map { (axis.place($0.value), $0.text) }))
        }
        self.columns = Array(columns.suffix(Self.mostColumns))
        let front = Set(tradeoff.front)
        let others = run.points.indices.filter { !front.contains($0) }
        let every = max(1, (others.count + Self.mostLines - 1) / Self.mostLines)
        order = others.enumerated().filter { $0.offset % every == 0 }.map(\.element) + tradeoff.front
        if self.columns.count < 2 { return nil }
    }

    var svg: SVG {
        let breakdowns = run.points.indices.map { run.breakdown(ofPoint: $0) }
        let limiters = Limiters(breakdowns)
        var svg = SVG(width: 860, height: 430, title: "Parallel coordinates of \(run.study.name)")
        _ = svg.legend(limiters.names)
        let step = 700 / Double(columns.count - 1)
        let front = Set(tradeoff.front)
        for index in order {
            let line = columns.enumerated().compactMap { place, column in
                column.places[index].map { (x: 60 + step * Double(place), y: $0) }
            }
            let isFront = front.contains(index)
            let thick = tradeoff.knee == index ? " thick" : ""
            svg.polyline(line, style: "line l\(limiters.rank(breakdowns[index]))\(isFront ? thick : " beaten")")
        }
        for (place, column) in columns.enumerated() {
            let x = 60 + step * Double(place)
            svg.polyline([(x, 84), (x, 406)], style: "axis")
            let words = column.name.split(separator: ".")
            let width = max(6, Int(step / 7))
            if words.count > 1 {
                svg.text(words.dropLast().joined(separator: ".").cut(to: width), x, 60, anchor: .middle)
            }
            svg.text(String(words.last ?? "").cut(to: width), x, 75, anchor: .middle)
            var above = Double.infinity
            for tick in column.ticks.sorted(by: { $0.place > $1.place }) where tick.place <= above - 14 {
                svg.text(tick.text.cut(to: width), x + 5, tick.place + 4, style: "halo")
                above = tick.place
            }
        }
        return svg
    }
}
