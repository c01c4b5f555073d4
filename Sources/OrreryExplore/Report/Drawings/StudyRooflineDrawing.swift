import OrreryResults

/// Every point at its operations a second over its operations a byte, with the roof of the knee or, without one, of the first.
struct StudyRooflineDrawing {
    private let run: StudyRun
    private let dots: [(index: Int, intensity: Double, rate: Double)]
    private let chosen: Int
    private let front: Set<Int>

    /// Nil where no point says what it moved and computed.
    init?(_ run: StudyRun, _ tradeoff: Tradeoff) {
        self.run = run
        front = Set(tradeoff.front)
        let known = run.points.indices.compactMap { index -> (index: Int, intensity: Double, rate: Double)? in
            guard let breakdown = run.breakdown(ofPoint: index), let bytes = breakdown.movedBytes, bytes > 0,
                breakdown.seconds > 0, breakdown.operations > 0
            else { return nil }
            return (index, breakdown.operations / bytes, breakdown.operations / breakdown.seconds)
        }
        guard let first = known.first else { return nil }
        dots = known
        chosen = tradeoff.knee.flatMap { knee in known.contains { $0.index == knee } ? knee : nil } ?? first.index
    }

    var svg: SVG {
        let breakdowns = run.points.indices.map { run.breakdown(ofPoint: $0) }
        let limiters = Limiters(breakdowns)
        let (left, right, bottom) = (90.0, 840.0, 420.0)
        var svg = SVG(width: 860, height: 470, title: "Roofline of \(run.study.name)")
        let top = svg.legend(limiters.names) + 24
        let (peak, pace) = (breakdowns[chosen]?.homePeak, breakdowns[chosen]?.pace)
        let ridge = peak.flatMap { peak in pace.map { $0 / peak } }
        let intensities = dots.map(\.intensity)
        let x = PlotAxis(
            "operations a byte moved",
            intensities + [(ridge ?? intensities[0]) * 2, (ridge ?? intensities[0]) / 8, intensities[0] / 4],
            from: left, to: right)
        let rates = dots.map(\.rate)
        let y = PlotAxis(
            "operations a second", rates + [(pace ?? rates[0]) * 1.5, rates[0] / 12], from: bottom, to: top,
            unit: "op/s")
        svg.frame(x, y, left: left, right: right, top: top, bottom: bottom)
        if let peak, let pace, let ridge {
            let foot = max(intensities.min() ?? ridge, (rates.min() ?? pace) / peak, ridge / 8)
            svg.polyline(
                [
                    (x.place(min(foot, ridge)), y.place(min(foot, ridge) * peak)), (x.place(ridge), y.place(pace)),
                    (right, y.place(pace)),
                ], style: "roof")
            svg.text(
                "engines while busy: \(PlotAxis.text(pace, "op/s"))", right, y.place(pace) - 8, anchor: .end,
                style: "halo")
            svg.text("memory: \(PlotAxis.text(peak, "B/s"))", left + 6, top + 12, style: "halo")
        }
        for isFront in [false, true] {
            for dot in dots where front.contains(dot.index) == isFront {
                let rank = limiters.rank(breakdowns[dot.index])
                svg.circle(
                    x.place(dot.intensity), y.place(dot.rate), isFront ? 4.5 : 2.5,
                    style: "\(Palette.style(rank)) \(isFront ? "front" : "beaten")",
                    tip: dots.count > 1000 && !isFront ? nil : run.place(run.points[dot.index]))
            }
        }
        if let dot = dots.first(where: { $0.index == chosen }) {
            svg.circle(x.place(dot.intensity), y.place(dot.rate), 9, style: "ring")
        }
        return svg
    }
}
