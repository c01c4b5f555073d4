/// Energy by component as horizontal bars, each stacked by operator and static energy.
struct EnergyChart {
    private let rows: [(name: String, parts: [(series: Int, joules: Double)], total: Double)]
    private let series: [String]

    /// Nil where there is nothing to draw.
    init?(_ result: RunResult) {
        guard let energy = result.energy, energy.joules > 0 else { return nil }
        let shown = Palette.count - 2
        let ranked = energy.operators.indices
            .filter { energy.operators[$0].joules > 0 }
            .sorted { (energy.operators[$1].joules, $0) < (energy.operators[$0].joules, $1) }
        let ranks = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1, min($0, shown)) })
        var names = ranked.prefix(shown).map { energy.operators[$0].name }
        if ranked.count > shown { names.append("\(ranked.count - shown) other operators") }
        let still = names.count
        if energy.staticJoules > 0 { names.append("static") }
        series = names
        let families = Dictionary(
            result.components.map { ($0.path, $0.family) }, uniquingKeysWith: { first, _ in first })
        var sums: [String: [Double]] = [:]
        for part in energy.components {
            let family = families[part.path] ?? part.path
            var bars = sums[family] ?? Array(repeating: 0, count: names.count + 1)
            for (index, joules) in part.byOperator.enumerated() { bars[ranks[index] ?? names.count] += joules }
            bars[still] += part.staticJoules
            sums[family] = bars
        }
        rows = sums.map { name, bars in
            (name, bars.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }, bars.reduce(0, +))
        }
        .filter { $0.2 > 0 }
        .sorted { ($1.2, $0.0) < ($0.2, $1.0) }
    }

    var markup: String {
        let (left, bar, line) = (180.0, 560.0, 24.0)
        let legend = 22 * Double((series.count + 3) / 4)
        var svg = SVG(width: 860, height: legend + line * Double(rows.count) + 8, title: "Energy by component")
        for (index, name) in series.enumerated() {
            let (x, y) = (Double(index % 4) * 210, 22 * Double(index / 4))
            svg.rectangle(x, y + 3, 12, 12, style: Palette.style(index))
            svg.text(name.cut(to: 26), x + 18, y + 13)
        }
        let most = rows.map(\.total).max() ?? 1
        for (index, row) in rows.enumerated() {
            let y = legend + line * Double(index)
            svg.text(row.name.cut(to: 26), left - 8, y + 16, anchor: .end)
            var x = left
            for part in row.parts {
                let width = bar * part.joules / most
                let tip = "\(row.name), \(series[part.series]): \(Display.scaled(part.joules, "J"))"
                svg.rectangle(x, y + 3, width, line - 8, style: Palette.style(part.series), tip: tip)
                x += width
            }
            svg.text(Display.scaled(row.total, "J"), x + 6, y + 16)
        }
        return svg.markup
    }
}
