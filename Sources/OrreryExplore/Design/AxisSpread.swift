import Foundation
import OrreryText

/// Numbers between two ends: `{linear: [1 GHz, 2 GHz], points: 5}`, `{log: [100 GB/s, 3 TB/s], points: 8, multiple: 1 GB/s}`.
///
/// Values are rounded to six digits, and to a multiple of `multiple` where there is one. Without `points` the axis is to be sampled.
struct AxisSpread: Sendable {
    let first: Quantity
    let last: Quantity
    let isGeometric: Bool
    let multiple: Quantity?
    let count: Int?
    let mark: SourceMark
    /// The parameter that it is about.
    let target: String

    /// Nil after reporting what is wrong.
    init?(_ node: Node, kind: String, target: String, path: String, diagnostics: Diagnostics) {
        let reader = AxisReader(diagnostics)
        let content = node[kind] ?? node
        self.target = target
        isGeometric = kind == "log"
        mark = content.mark
        guard let ends = content.sequence, ends.count == 2, let first = reader.quantity(ends[0], path),
            let last = reader.quantity(ends[1], path), first.dimension == last.dimension, (first.value < last.value),
            !isGeometric || first.value > Rational.zero
        else {
            diagnostics.error(
                "expected [first, last] with \(kind == "log" ? "0 < " : "")first < last, of one unit", at: content.mark,
                path: path)
            return nil
        }
        (self.first, self.last) = (first, last)
        multiple = node["multiple"].flatMap { reader.quantity($0, path) }
        if let multiple, multiple.dimension != first.dimension || multiple.value <= Rational.zero {
            diagnostics.error(
                "expected a positive number in the unit of the ends", at: node["multiple"]?.mark, path: path)
            return nil
        }
        let points = node["points"].flatMap { reader.quantity($0, path) }
        count = points?.value.integer
        guard node["points"] == nil || (count.map { $0 >= 2 && $0 <= AxisReader.longest } ?? false) else {
            diagnostics.error(
                "expected a whole number of points from 2 to \(AxisReader.longest)", at: node["points"]?.mark,
                path: path)
            return nil
        }
    }

    /// As many values from end to end, each once.
    func values(_ count: Int) -> [Axis.Value] {
        let texts = (0..<count).map { text(at: Double($0) / Double(count - 1)) }
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }.map(value)
    }

    func value(_ text: String) -> Axis.Value {
        Axis.Value(label: text, settings: [Setting(path: target, value: text, mark: mark)])
    }

    /// The value at a fraction of the way from the first to the last.
    func text(at fraction: Double) -> String {
        let (low, high) = (first.doubleValue, last.doubleValue)
        let exact = isGeometric ? low * pow(high / low, fraction) : low + fraction * (high - low)
        let number = Rational(String(format: "%.6g", exact)) ?? first.value
        var quantity = Quantity(number, first.dimension)
        if let multiple, let ratio = number.divided(by: multiple.value), let half = Rational(1, 2),
            let shifted = ratio.adding(half), let times = Rational(max(1, shifted.floor), 1),
            let rounded = times.multiplied(by: multiple.value)
        {
            quantity = Quantity(rounded, first.dimension)
        }
        return quantity.description
    }
}
