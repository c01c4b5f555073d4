import OrreryResults

/// Energy by component of the points on the front, or of the first points where there is no front: stacked bars.
struct StudyEnergyDrawing {
    private let run: StudyRun
    private let rows: [(index: Int, parts: [Double])]
    private let names: [String]
    private static let mostRows = 40

    /// Nil where no point says what its energy went to.
    init?(_ run: StudyRun, _ tradeoff: Tradeoff) {
        self.run = run
        var chosen = tradeoff.front.isEmpty ? Array(run.points.indices) : tradeoff.front
        if let first = run.study.objectives.first {
            func key(_ index: Int) -> Double { run.metric(first.metric, ofPoint: index) ?? .infinity }
            chosen.sort { (key($0), $0) < (key($1), $1) }
        }
        let every = max(1, (chosen.count + Self.mostRows - 1) / Self.mostRows)
        let shown = chosen.enumerated().filter { $0.offset % every == 0 || $0.element == tradeoff.knee }.map(\.element)
        let known = shown.compactMap { index in run.breakdown(ofPoint: index).map { (index, $0.energy) } }
        var sums: [String: Double] = [:]
        for part in known.flatMap(\.1) where part.value > 0 { sums[part.name, default: 0] += part.value }
        if sums.isEmpty { return nil }
        let ranked = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let isCut = ranked.count > Palette.count
        names = isCut ? ranked.prefix(Palette.count - 1) + ["others"] : ranked
        let ranks = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1, min($0, Palette.count - 1)) })
        let width = names.count
        rows = known.map { index, energy in
            var parts = [Double](repeating: 0, count: width)
            for part in energy where part.value > 0 { parts[ranks[part.name] ?? width - 1] += part.value }
            return (index, parts)
        }
    }

    var svg: SVG {
        let line = 22.0
        let left = 300.0
        var svg = SVG(
            width: 860, height: 22 * Double((names.count + 3) / 4) + line * Double(rows.count) + 12,
            title: "Energy by component, \(run.study.name)")
        let top = svg.legend(names) + 6
        let most = rows.map { $0.parts.reduce(0, +) }.max() ?? 1
        for (row, entry) in rows.enumerated() {
            let y = top + line * Double(row)
            let name = run.points[entry.index].labels.joined(separator: " ")
            svg.text((name.isEmpty ? "the only point" : name).cut(to: 44), left - 8, y + 14, anchor: .end)
            var x = left
            for (rank, joules) in entry.parts.enumerated() where joules > 0 {
                let width = 450 * joules / most
                svg.rectangle(
                    x, y + 2, width, line - 6, style: Palette.style(rank),
                    tip: "\(names[rank]): \(ReadableNumber.joules(joules))")
                x += width
            }
            svg.text(ReadableNumber.joules(entry.parts.reduce(0, +)), x + 6, y + 14)
        }
        return svg
    }
}
