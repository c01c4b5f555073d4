import OrreryResults

/// The points of a study by their first two objectives, or by a setting and the only one: coloured by what limits each, the front
/// outlined, with a step line where two objectives are all there are.
struct ScatterDrawing {
    private let run: StudyRun
    private let tradeoff: Tradeoff
    private let dots: [(index: Int, x: Double, y: Double)]
    private let names: (x: String, y: String)
    private let unit: String?

    /// Nil where there are not two numbers to draw.
    init?(_ run: StudyRun, _ tradeoff: Tradeoff) {
        self.run = run
        self.tradeoff = tradeoff
        let objectives = run.study.objectives
        guard let last = objectives.prefix(2).last?.metric else { return nil }
        let horizontal: [Double?]
        if objectives.count > 1 {
            names = (objectives[0].metric, last)
            unit = nil
            horizontal = run.points.indices.map { run.metric(objectives[0].metric, ofPoint: $0) }
        } else {
            guard let parameter = run.parameters.first(where: { $0.numbers != nil }), let numbers = parameter.numbers
            else { return nil }
            names = (parameter.path, last)
            unit = parameter.dimension.map { SettingUnit.symbol(of: $0) }
            horizontal = numbers
        }
        dots = run.points.indices.compactMap { index in
            guard let x = horizontal[index], let y = run.metric(last, ofPoint: index) else { return nil }
            return (index, x, y)
        }
        if dots.count < 2 { return nil }
    }

    var svg: SVG {
        let breakdowns = run.points.indices.map { run.breakdown(ofPoint: $0) }
        let limiters = Limiters(breakdowns)
        let (left, right) = (90.0, 840.0)
        var svg = SVG(width: 860, height: 520, title: "Points of \(run.study.name), \(names.y) over \(names.x)")
        let top = svg.legend(limiters.names) + 24
        let bottom = 470.0
        let x = PlotAxis(names.x, dots.map(\.x), from: left, to: right, unit: unit)
        let y = PlotAxis(names.y, dots.map(\.y), from: bottom, to: top)
        svg.frame(x, y, left: left, right: right, top: top, bottom: bottom)
        let front = Set(tradeoff.front)
        if run.study.objectives.count == 2 { svg.polyline(steps(x, y), style: "step") }
        for isFront in [false, true] {
            for dot in dots where front.contains(dot.index) == isFront {
                let rank = limiters.rank(breakdowns[dot.index])
                svg.circle(
                    x.place(dot.x), y.place(dot.y), isFront ? 4.5 : 2.5,
                    style: "\(Palette.style(rank)) \(isFront ? "front" : "beaten")",
                    tip: dots.count > 1000 && !isFront ? nil : run.place(run.points[dot.index]))
            }
        }
        if let knee = tradeoff.knee, let dot = dots.first(where: { $0.index == knee }) {
            let (atX, atY) = (x.place(dot.x), y.place(dot.y))
            svg.circle(atX, atY, 9, style: "ring")
            let isLeft = atX > (left + right) / 2
            svg.text(
                tradeoff.kneeName, atX + (isLeft ? -13 : 13), atY - 10, anchor: isLeft ? .end : .start, style: "halo")
        }
        return svg
    }

    /// The border of what the front dominates.
    private func steps(_ x: PlotAxis, _ y: PlotAxis) -> [(x: Double, y: Double)] {
        let front = Set(tradeoff.front)
        let sorted = dots.filter { front.contains($0.index) }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        let isFirst = run.study.objectives[0].direction == .minimise
        var line: [(x: Double, y: Double)] = []
        for (place, dot) in sorted.enumerated() {
            if place > 0 {
                let before = sorted[place - 1]
                line.append(isFirst ? (x.place(dot.x), y.place(before.y)) : (x.place(before.x), y.place(dot.y)))
            }
            line.append((x.place(dot.x), y.place(dot.y)))
        }
        return line
    }
}
