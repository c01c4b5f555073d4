import Foundation
import OrreryResults
import OrreryText

/// A study as one HTML page: it opens from disk, needs no network, follows the reader's light or dark setting and prints.
///
/// What is drawn from all points (scatter, parallel coordinates, roofline, energy, details, table of points) is drawn by the
/// page's own script from columns of numbers; bars, sensitivities, timelines and figures stand in the page as they are.
struct StudyPage {
    private let run: StudyRun
    private let tradeoff: Tradeoff
    private let illustrations: [Illustration]
    private let hasBreakdowns: Bool

    init(_ run: StudyRun, _ illustrations: [Illustration]) {
        self.run = run
        self.illustrations = illustrations
        tradeoff = run.tradeoff
        hasBreakdowns = run.points.indices.contains { run.breakdown(ofPoint: $0) != nil }
    }

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(run.study.name))</title>
        <style>
        \(Self.style)</style>
        </head>
        <body>
        <h1>\(escaped(run.study.name))</h1>
        <p>\(escaped(run.study.title))</p>
        <p>\(escaped(summary))</p>
        <noscript><p class="bad">The charts over all points need JavaScript, which is part of this page; the CSV beside it has every number.</p></noscript>
        \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
        <script type="application/json" id="data">\(PageData(run, tradeoff).text)</script>
        <script>
        \(Self.script)</script>
        </body>
        </html>

        """
    }

    private static let style = text(PackageResources.page_css)
    private static let script = [
        PackageResources.data_js, PackageResources.draw_js, PackageResources.scatter_js, PackageResources.parallel_js,
        PackageResources.roofline_js, PackageResources.energy_js, PackageResources.detail_js,
        PackageResources.main_js,
    ].map(text).joined(separator: "\n")

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private var summary: String {
        var text = "\(ReadableNumber.counted(run.points.count, "point")), \(run.failures) failed."
        if tradeoff.objectives.count == 1, let best = tradeoff.knee {
            text += " The best is \(run.place(run.points[best]))"
            let others = tradeoff.front.count - 1
            text += others > 0 ? " (\(ReadableNumber.counted(others, "other")) as good)." : "."
        } else if tradeoff.front.count > 1 {
            text += " The front has \(tradeoff.front.count) points"
            if let volume = tradeoff.hypervolume {
                text += String(format: " and dominates %.3f of the box between the worst and the best", volume)
            }
            text += tradeoff.knee.map { "; the knee is \(run.place(run.points[$0]))." } ?? "."
        }
        if let note = run.estimateNote { text += " \(note)." }
        return text
    }

    private var sections: [String] {
        [controls, scatter, regions]
            + (run.points.count <= Self.longestChart ? run.study.objectives.map(chart) : [])
            + [parallel, roofline, energy] + run.study.objectives.map(tornado)
            + [timelines, run.figures.isEmpty ? "" : figureTable, points]
    }

    private func section(_ title: String, _ hint: String = "", _ content: String) -> String {
        let note = hint.isEmpty ? "" : "<p class=\"hint\">\(escaped(hint))</p>\n"
        return "<section>\n<h2>\(escaped(title))</h2>\n\(note)\(content)\n</section>"
    }

    // MARK: Drawn by the script

    private var controls: String {
        """
        <div id="controls"><div id="filters"></div>
        <button type="button" id="reset">show all</button> <span id="status" class="note"></span></div>
        """
    }

    private var scatter: String {
        section(
            "Points",
            "Hover for a point, click to keep it, drag to keep a range (double click lets go), arrow keys walk along the front; outlined: on the front.",
            """
            <div class="hint"><label>x <select id="x"></select></label> <label>y <select id="y"></select></label>
            <label>colour <select id="colour"></select></label></div>
            <div class="columns"><div><div id="legend" class="legend"></div><div id="scatter"></div></div><div id="detail"></div></div>
            """)
    }

    private var parallel: String {
        let varied = run.study.axes.filter { $0.values.count > 1 }.count + run.study.shownMetrics.count
        return varied < 2
            ? ""
            : section(
                "Parallel coordinates", "Drag along an axis to keep a range of it, click the axis to let go.",
                "<div id=\"parallel\"></div>")
    }

    private var roofline: String {
        guard run.points.indices.contains(where: { (run.breakdown(ofPoint: $0)?.movedBytes ?? 0) > 0 }) else {
            return ""
        }
        return section("Roofline", "The roof is that of the selected point.", "<div id=\"roofline\"></div>")
    }

    private var energy: String {
        guard tradeoff.front.contains(where: { !(run.breakdown(ofPoint: $0)?.energy.isEmpty ?? true) }) else {
            return ""
        }
        let name = tradeoff.objectives.count == 1 ? "best" : "front"
        return section(
            "Energy of the \(name)", "By component; click a bar to select its point.",
            "<div id=\"energy-legend\" class=\"legend\"></div><div id=\"energy\"></div>")
    }

    private var points: String {
        section("All points", "Click a column to sort by it, a row to select its point.", "<div id=\"points\"></div>")
            + run.study.derived.map { "\n<p>\(escaped("\($0.name) = \($0.expression)"))</p>" }.joined()
    }

    // MARK: Drawn here

    private var regions: String {
        let regions = run.frontRegions(tradeoff)
        if tradeoff.front.count < 2 || regions.isEmpty { return "" }
        let heads = ["on the front", "of all points", "share of the latency"] + run.study.objectives.map(\.metric)
        let rows = regions.map { region in
            let ranges = zip(region.ranges, run.study.objectives).map { range, objective in
                [range.lowerBound, range.upperBound].map { ReadableNumber.metric($0, of: objective.metric) }
                    .joined(separator: " … ")
            }
            let cells = [String(region.points.count), String(region.all), StudyRun.share(region.share)] + ranges
            return "<tr><td>\(escaped(region.component))</td>"
                + cells.map { "<td class=\"n\">\(escaped($0))</td>" }.joined() + "</tr>"
        }
        return section(
            "What limits the front", "",
            "<div class=\"wide\"><table><tr><th>limited by</th>\(heads.map { "<th class=\"n\">\(escaped($0))</th>" }.joined())</tr>\n\(rows.joined(separator: "\n"))\n</table></div>"
        )
    }

    /// Most bars that one chart shows.
    private static let longestChart = 60

    /// Horizontal bars, on a logarithmic scale where values span more than two decades.
    private func chart(_ objective: Objective) -> String {
        let rows = run.points.enumerated().compactMap { index, point in
            run.metric(objective.metric, ofPoint: index).map { (label: point.labels.joined(separator: " "), value: $0) }
        }
        guard let largest = rows.map(\.value).max(), let smallest = rows.map(\.value).min(), largest > 0 else {
            return ""
        }
        let isLogarithmic = smallest > 0 && largest / smallest > 100
        // Room for the longest label, as wide as its letters are on average.
        let left = min(360, 12 + 6.6 * Double(rows.map(\.label.count).max() ?? 0))
        let whole = 790 - left
        func width(_ value: Double) -> Double {
            if !isLogarithmic { return whole * max(0, value) / largest }
            let decades = log10(largest) - log10(smallest) + 0.5
            return whole * (log10(value) - log10(smallest) + 0.5) / decades
        }
        var svg = SVG(width: 900, height: 22 * Double(rows.count) + 4, title: objective.metric)
        for (index, row) in rows.enumerated() {
            let y = 22 * Double(index)
            svg.text(row.label.cut(to: 52), 0, y + 13)
            svg.rectangle(left, y + 1, width(row.value), 15, style: "bar")
            svg.text(ReadableNumber.metric(row.value, of: objective.metric), left + 6 + width(row.value), y + 13)
        }
        let note = isLogarithmic ? ", logarithmic" : ""
        return section("\(objective.metric) (\(objective.direction.rawValue)\(note))", "", svg.markup)
    }

    private func tornado(_ objective: Objective) -> String {
        guard run.points.count > 3, let found = run.sensitivity(of: objective.metric),
            let drawing = TornadoDrawing(found)
        else { return "" }
        let hint =
            "In brackets the elasticity: the metric's change in per cent for one per cent more of a number. "
            + String(
                format: "The factors are those of a fit without interactions, which explains %.1f %% of the variance.",
                100 * found.explained)
        return section("What moves \(objective.metric)", hint, drawing.svg.markup)
    }

    private var timelines: String {
        if illustrations.isEmpty { return "" }
        let first = tradeoff.knee ?? illustrations[0].point
        let blocks = illustrations.map { illustration -> String in
            let drawings =
                illustration.drawings.map { "<p class=\"note\">\(escaped($0.caption)).</p>\n\($0.markup)" }
                + [illustration.problem].compactMap { $0 }.map {
                    "<p class=\"bad\">It could not be drawn: \(escaped($0))</p>"
                }
            let hidden = illustration.point == first ? "" : " hidden"
            return """
                <div data-point="\(illustration.point)"\(hidden)>
                <p>\(escaped(run.place(run.points[illustration.point])))</p>
                \(drawings.joined(separator: "\n"))
                </div>
                """
        }
        let drawn = illustrations.map { run.place(run.points[$0.point]) }.joined(separator: "; ")
        return section(
            "The selected point over time", "",
            blocks.joined(separator: "\n")
                + "\n<p class=\"note\" id=\"no-timeline\" hidden>Drawn for \(escaped(drawn)). For any other point <code>orrery run … --report</code> draws it.</p>"
        )
    }

    private var figureTable: String {
        let rows = run.figures.map { figure in
            let error = figure.relativeError.map { StudyRun.percent($0, isSigned: true) } ?? "-"
            func number(_ value: Double?) -> String {
                guard let value else { return "-" }
                return escaped(
                    figure.isRatio ? ReadableNumber.plain(value) : ReadableNumber.metric(value, of: figure.metric))
            }
            return """
                <tr><td title="\(escaped(figure.source))">\(escaped(figure.place))</td><td>\(escaped(figure.isRatio ? "ratio of \(figure.metric)" : figure.metric))</td>\
                <td class="n">\(number(figure.reference))</td><td class="n">\(number(figure.value))</td>\
                <td class="n \(figure.verdict.rawValue)">\(error)</td></tr>
                """
        }
        let sums = run.figureSummaries.map { summary in
            "<tr>\(summary.cells.map { "<td>\(escaped($0))</td>" }.joined())</tr>"
        }
        let heads = FigureSummary.heads.map { "<th>\($0)</th>" }.joined()
        return section(
            "Beside published figures", "",
            """
            <div class="wide"><table><tr>\(heads)</tr>
            \(sums.joined(separator: "\n"))
            </table></div>
            <div class="wide"><table><tr><th>where</th><th>metric</th><th class="n">published</th><th class="n">Orrery</th><th class="n">error</th></tr>
            \(rows.joined(separator: "\n"))
            </table></div>
            """)
    }
}

extension StudyRun {
    /// The study as one self-contained HTML page.
    ///
    /// - Parameter illustrations: drawings over time of some of its points.
    public func page(_ illustrations: [Illustration] = []) -> String { StudyPage(self, illustrations).html }
}
