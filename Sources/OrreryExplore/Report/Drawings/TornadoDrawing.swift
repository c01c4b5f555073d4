import Foundation
import OrreryResults

/// How far each parameter moves a metric from its mean, the greatest influence on top.
struct TornadoDrawing {
    private let sensitivity: Sensitivity
    private let rows: [Sensitivity.Row]

    /// Nil where nothing moves the metric.
    init?(_ sensitivity: Sensitivity) {
        self.sensitivity = sensitivity
        rows = sensitivity.rows.filter { $0.movesWith == nil && $0.high.factor > $0.low.factor }.prefix(16).map { $0 }
        if rows.isEmpty { return nil }
    }

    var svg: SVG {
        let line = 28.0
        // Every text has the room that it needs, whatever its length: nothing is cut off or lies over something else.
        let names = Self.width(rows.map(Self.label))
        let left = names + 20 + Self.width(rows.map { Self.text($0.low) })
        let right = left + 420
        var svg = SVG(
            width: right + 10 + max(Self.width(rows.map { Self.text($0.high) }), 60),
            height: line * Double(rows.count) + 40, title: "What moves \(sensitivity.metric)")
        let spread = rows.flatMap { [abs(log($0.low.factor)), abs(log($0.high.factor))] }.max() ?? 1
        let middle = (left + right) / 2
        func place(_ factor: Double) -> Double { middle + (right - left) / 2 * log(factor) / spread }
        for (index, row) in rows.enumerated() {
            let y = line * Double(index) + 4
            let (low, high) = (place(row.low.factor), place(row.high.factor))
            svg.rectangle(low, y, middle - low, line - 10, style: Palette.style(0), tip: Self.tip(row, row.low))
            svg.rectangle(middle, y, high - middle, line - 10, style: Palette.style(1), tip: Self.tip(row, row.high))
            svg.text(Self.label(row), 2, y + 13)
            svg.text(Self.text(row.low), low - 5, y + 13, anchor: .end, style: "halo")
            svg.text(Self.text(row.high), high + 5, y + 13, style: "halo")
        }
        let foot = line * Double(rows.count) + 4
        svg.polyline([(middle, 0), (middle, foot)], style: "axis")
        svg.text("\(sensitivity.metric), as a factor of its mean", middle, foot + 20, anchor: .middle)
        return svg
    }

    private static func label(_ row: Sensitivity.Row) -> String {
        row.elasticity.map { "\(row.parameter) (\(String(format: "%+.2f", $0)))" } ?? row.parameter
    }

    /// The level, a file without its folders and its ending, and how far it moves the metric.
    private static func text(_ swing: Sensitivity.Swing) -> String {
        let file = swing.label.split(separator: "/").last ?? ""
        let name = swing.label.hasSuffix(".yaml") ? String(file.dropLast(5)) : swing.label
        return "\(name) \(times(swing.factor))"
    }

    /// What the widest of some texts takes: letters of the drawing's 12 pixels are 7.2 wide at most on average (DejaVu Sans, the widest of
    /// the common sans-serif fonts).
    private static func width(_ texts: [String]) -> Double { 7.2 * Double(texts.map(\.count).max() ?? 0) }

    private static func times(_ factor: Double) -> String { "\u{d7}\(PlotAxis.text(factor, "1"))" }

    private static func tip(_ row: Sensitivity.Row, _ swing: Sensitivity.Swing) -> String {
        "\(row.parameter) = \(swing.label): \(times(swing.factor))"
    }
}
