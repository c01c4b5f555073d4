import Foundation
import OrreryResults

/// One axis of a drawing: where a value lies, and which values stand beside it.
struct PlotAxis {
    let title: String
    let isLogarithmic: Bool
    private let low: Double
    private let high: Double
    private let unit: String
    /// Places of the lowest and the highest value.
    private let start: Double
    private let end: Double

    /// - Parameter name: of a metric; its unit stands at the ticks.
    init(_ name: String, _ values: [Double], from start: Double, to end: Double, unit: String? = nil) {
        title = name
        self.unit = unit ?? MetricUnit.symbol(of: name) ?? "1"
        self.start = start
        self.end = end
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        isLogarithmic = least > 0 && most > 10 * least
        let (first, last) = isLogarithmic ? (log10(least), log10(most)) : (least, most)
        let margin = last > first ? 0.05 * (last - first) : max(abs(first) * 0.1, 1e-12)
        (low, high) = (first - margin, last + margin)
    }

    /// The place of a value.
    func place(_ value: Double) -> Double {
        let position = isLogarithmic ? log10(value) : value
        return start + (end - start) * (position - low) / (high - low)
    }

    /// Values beside the axis with their text, a few of them.
    var ticks: [(value: Double, text: String)] {
        var values: [Double] = []
        if isLogarithmic {
            let span = high - low
            let steps: [Double] = span > 6 ? [1] : span > 1.2 ? [1, 3] : [1, 2, 5]
            for decade in Int(low.rounded(.down))...Int(high.rounded(.up)) {
                values += steps.map { $0 * pow(10, Double(decade)) }
            }
            values = values.filter { log10($0) >= low && log10($0) <= high }
        } else {
            let rough = (high - low) / 6
            let power = pow(10, log10(rough).rounded(.down))
            let step = power * ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10)
            var count = (low / step).rounded(.up)
            while count * step <= high {
                values.append(count * step)
                count += 1
            }
        }
        return values.map { ($0, Self.text($0, unit)) }
    }

    /// A value with few digits and its unit.
    static func text(_ value: Double, _ unit: String) -> String {
        if unit == "m2" { return "\(trimmed(Display.scaled(value * 1e6, "", digits: 3))) mm2" }
        return trimmed(unit == "1" ? Display.plain(value, digits: 3) : Display.scaled(value, unit, digits: 3))
    }

    /// `1.00 ms` as `1 ms`.
    private static func trimmed(_ text: String) -> String {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard var number = parts.first.map(String.init), number.contains("."), !number.contains("e") else {
            return text
        }
        while number.hasSuffix("0") { number.removeLast() }
        if number.hasSuffix(".") { number.removeLast() }
        return ([number] + parts.dropFirst().map(String.init)).joined(separator: " ")
    }
}

extension SVG {
    /// Draws lines at the ticks of both axes, with their texts and titles.
    mutating func frame(_ x: PlotAxis, _ y: PlotAxis, left: Double, right: Double, top: Double, bottom: Double) {
        var free = -Double.infinity
        for tick in x.ticks {
            let at = x.place(tick.value)
            polyline([(at, top), (at, bottom)], style: "grid")
            let room = 3.6 * Double(tick.text.count)
            if at - room < free { continue }
            text(tick.text, at, bottom + 16, anchor: .middle)
            free = at + room + 8
        }
        var above = Double.infinity
        for tick in y.ticks {
            let at = y.place(tick.value)
            polyline([(left, at), (right, at)], style: "grid")
            if at > above - 14 { continue }
            text(tick.text, left - 6, at + 4, anchor: .end)
            above = at
        }
        text(x.title, (left + right) / 2, bottom + 36, anchor: .middle)
        text(y.title, left - 78, top - 6)
    }

    /// Names beside the colours of their series, in rows of four; returns the height that they take.
    mutating func legend(_ names: [String]) -> Double {
        for (rank, name) in names.enumerated() {
            let (x, y) = (Double(rank % 4) * 210, 22 * Double(rank / 4))
            rectangle(x, y + 3, 12, 12, style: Palette.style(rank))
            text(name.cut(to: 26), x + 18, y + 13)
        }
        return 22 * Double((names.count + 3) / 4)
    }
}
