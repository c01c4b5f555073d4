import Foundation
import OrreryResults
import OrreryText

extension StudyRun {
    /// The study as one self-contained HTML page: bars of each objective, all points, every figure beside its reference.
    /// It opens from disk, needs no network and no script, and follows the reader's light or dark setting.
    public func page() -> String {
        let charts = study.objectives.map(chart).joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(study.name))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>\(Self.escaped(study.name))</h1>
            <p>\(Self.escaped(study.title))</p>
            <p>\(points.count) points, \(failures) failed\(estimates).</p>
            \(charts)
            \(figures.isEmpty ? "" : figureTable())
            \(pointTable())
            </body>
            </html>

            """
    }

    private static let style = """
        :root{color-scheme:light dark;--ink:#222;--paper:#fff;--line:#ccc;--bar:#0072b2;--good:#00805a;--bad:#b3400a}
        @media(prefers-color-scheme:dark){:root{--ink:#ddd;--paper:#161616;--line:#444;--bar:#56b4e9;--good:#2fc08f;--bad:#f0904a}}
        body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;font-size:13px;width:100%}th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left}
        td.n{text-align:right;font-variant-numeric:tabular-nums}.within{color:var(--good)}.outside,.missing{color:var(--bad);font-weight:600}
        svg{width:100%;height:auto}svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg rect{fill:var(--bar)}
        @media print{body{max-width:none;margin:0}}
        """

    /// Most bars that one chart shows.
    private static let longestChart = 60

    /// Horizontal bars on a logarithmic scale where values span more than two decades.
    private func chart(_ objective: Objective) -> String {
        let rows = points.enumerated().compactMap { index, point in
            metric(objective.metric, ofPoint: index).map { (label: point.labels.joined(separator: " "), value: $0) }
        }
        let shown = rows.prefix(Self.longestChart)
        guard let largest = shown.map(\.value).max(), let smallest = shown.map(\.value).min(), largest > 0 else {
            return ""
        }
        let isLogarithmic = smallest > 0 && largest / smallest > 100
        // Room for the longest label, as wide as its letters are on average.
        let left = min(360, 12 + 6.6 * Double(shown.map(\.label.count).max() ?? 0))
        let whole = 790 - left
        func width(_ value: Double) -> Double {
            if !isLogarithmic { return whole * max(0, value) / largest }
            let decades = log10(largest) - log10(smallest) + 0.5
            return whole * (log10(value) - log10(smallest) + 0.5) / decades
        }
        let bars = shown.enumerated().map { index, row in
            let y = 22 * index
            return String(
                format:
                    "<text x=\"0\" y=\"%d\">%@</text><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"15\"/><text x=\"%.1f\" y=\"%d\">%@</text>",
                y + 13, Self.escaped(Self.cut(row.label)), left, y + 1, width(row.value), left + 6 + width(row.value),
                y + 13, Self.escaped(ReadableNumber.metric(row.value, of: objective.metric)))
        }
        let note =
            (isLogarithmic ? ", logarithmic" : "") + (rows.count > shown.count ? ", first \(shown.count) points" : "")
        return """
            <h2>\(Self.escaped(objective.metric)) (\(objective.direction.rawValue)\(note))</h2>
            <svg viewBox="0 0 900 \(22 * shown.count + 4)" role="img" aria-label="\(Self.escaped(objective.metric))">
            \(bars.joined(separator: "\n"))
            </svg>
            """
    }

    /// A label as long as a chart has room for.
    private static func cut(_ label: String) -> String { label.count <= 52 ? label : "\(label.prefix(51))…" }

    private static func readable(_ value: Double?, _ metric: String) -> String {
        escaped(value.map { ReadableNumber.metric($0, of: metric) } ?? "-")
    }

    private var estimates: String {
        let count = sampledPoints.count
        return count == 0 ? "" : ", \(count) estimated within the 99 % intervals that the table of points gives"
    }

    private func figureTable() -> String {
        let rows = figures.map { figure in
            let error = figure.relativeError.map { String(format: "%+.3f %%", $0 * 100) } ?? "-"
            return """
                <tr><td title="\(Self.escaped(figure.source))">\(Self.escaped(figure.place))</td><td>\(Self.escaped(figure.metric))</td>\
                <td class="n">\(Self.readable(figure.reference, figure.metric))</td><td class="n">\(Self.readable(figure.value, figure.metric))</td>\
                <td class="n \(figure.verdict.rawValue)">\(error)</td></tr>
                """
        }
        return """
            <h2>Beside published figures</h2>
            <table><tr><th>where</th><th>metric</th><th>published</th><th>Orrery</th><th>error</th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            """
    }

    private func pointTable() -> String {
        let columns = columns
        let heads = (study.axes.map(\.name) + columns).map { "<th>\(Self.escaped($0))</th>" }
        let rows = zip(points, answers).enumerated().map { index, entry in
            let (point, answer) = entry
            let labels = point.labels.map { "<td>\(Self.escaped($0))</td>" }
            if case .failure(let message, _) = answer {
                let span = max(1, columns.count)
                return
                    "<tr>\(labels.joined())<td class=\"missing\" colspan=\"\(span)\">\(Self.escaped(message))</td></tr>"
            }
            let values = columns.map {
                "<td class=\"n\">\(Self.readable(metric($0, ofPoint: index), $0))</td>"
            }
            return "<tr>\((labels + values).joined())</tr>"
        }
        return """
            <h2>All points</h2>
            <table><tr>\(heads.joined())</tr>
            \(rows.joined(separator: "\n"))
            </table>
            \(study.derived.map { "<p>\(Self.escaped("\($0.name) = \($0.expression)"))</p>" }.joined(separator: "\n"))
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}
