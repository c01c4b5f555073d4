/// A result as one HTML page that stands alone: no script, no network, the drawings inside. It follows the reader's
/// light or dark setting and prints.
public struct Report {
    private let result: RunResult
    private let timeline: RunTimeline?

    /// - Parameter timeline: what was recorded, for the drawings over time.
    public init(_ result: RunResult, timeline: RunTimeline? = nil) {
        self.result = result
        self.timeline = timeline
    }

    /// The page, also well-formed as XML.
    public var html: String {
        let names = [result.inputs.machine, result.inputs.workload] + (result.inputs.mapping.map { [$0] } ?? [])
        let title = escaped(names.joined(separator: ", "))
        let body = [summary, energy, utilisation, commands, roofline, stalls, inputs].filter { !$0.isEmpty }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>\(title)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <h1>\(title)</h1>
            \(body.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private func section(_ title: String, _ note: String, _ content: String) -> String {
        let paragraph = note.isEmpty ? "" : "<p>\(escaped(note))</p>\n"
        return "<section>\n<h2>\(escaped(title))</h2>\n\(paragraph)\(content)\n</section>"
    }

    private var summary: String {
        section("Summary", "", "<pre>\(escaped(Summary(result).text))</pre>")
    }

    private var energy: String {
        guard let chart = EnergyChart(result) else { return "" }
        return section("Energy by component", "Stacked by operator; static energy belongs to none.", chart.markup)
    }

    private var utilisation: String {
        guard let timeline, !timeline.spans.isEmpty else { return "" }
        var note =
            "Share of time in which each unit is busy, full height being all of it; its mean stands below the name."
        if !timeline.folds.isEmpty {
            note += " Shaded: time that repeats what was simulated before it, drawn as its mean."
        }
        let busy = Set(timeline.busyLanes)
        if timeline.folds.contains(where: \.isSampled) {
            note += " A part of it is estimated; the summary says how far off it may be."
        }
        let quiet = timeline.lanes.indices.filter { !busy.contains($0) }.map { timeline.lanes[$0] }
        if !quiet.isEmpty {
            note +=
                " Left out, since their commands run in the background or not at all: \(quiet.joined(separator: ", "))."
        }
        if timeline.dropped > 0 { note += " \(Display.grouped(timeline.dropped)) later commands were not recorded." }
        let means = result.components.compactMap { account in
            account.time.map { (account.path, Double($0.busy.total) / Double(max(account.elapsed, 1))) }
        }
        let chart = UtilisationChart(timeline, means: Dictionary(means, uniquingKeysWith: { first, _ in first }))
        return section("Utilisation over time", note, chart.markup)
    }

    private var commands: String {
        guard let timeline, let chart = CommandChart(timeline) else { return "" }
        return section("Commands", "What each unit works on in \(chart.caption).", chart.markup)
    }

    private var roofline: String {
        guard let chart = RooflineChart(result) else { return "" }
        return section("Roofline", "Each operator at its operations over the whole latency.", chart.markup)
    }

    private var stalls: String {
        let engines = result.components.filter { $0.time != nil }
        let rows = engines.prefix(64).map { engine -> String in
            guard let time = engine.time else { return "" }
            let whole = Double(max(engine.elapsed, 1))
            let causes = time.stalls.filter { $0.value > 0 }.sorted { ($1.value, $0.name) < ($0.value, $1.name) }
                .map { "\(escaped($0.name)) \(Display.percent(Double($0.value) / whole))" }
            let cells = [time.busy.total, time.stalled, time.idle].map {
                "<td class=\"n\">\(Display.percent(Double($0) / whole))</td>"
            }
            return
                "<tr><td>\(escaped(engine.path))</td>\(cells.joined())<td>\(causes.joined(separator: ", "))</td></tr>"
        }
        if rows.isEmpty { return "" }
        let head = "<tr><th>engine</th><th>busy</th><th>stalled</th><th>idle</th><th>stalled for</th></tr>"
        return section("Cycles of each engine", "", "<table>\n\(head)\n\(rows.joined(separator: "\n"))\n</table>")
    }

    private var inputs: String {
        let files = result.inputs.files.map { "<tr><td>\(escaped($0.path))</td><td>\($0.hash)</td></tr>" }
        let overrides = result.inputs.overrides.map {
            "<tr><td>\(escaped($0.path))</td><td>\(escaped($0.value)) (\(escaped($0.origin)))</td></tr>"
        }
        let assumptions = result.assumptions.map { "<tr><td>assumption</td><td>\(escaped($0))</td></tr>" }
        let rows = files + overrides + assumptions
        if rows.isEmpty { return "" }
        return section("Inputs", "", "<table>\n\(rows.joined(separator: "\n"))\n</table>")
    }

    private static let style = """
        :root{color-scheme:light dark;--ink:#222;--paper:#fff;--line:#ccc;--shade:#e8e4d8;
        --c0:#0072b2;--c1:#e69f00;--c2:#009e73;--c3:#cc79a7;--c4:#56b4e9;--c5:#d55e00;--c6:#f0e442;--c7:#999}
        @media(prefers-color-scheme:dark){:root{--ink:#ddd;--paper:#161616;--line:#444;--shade:#33312a;--c0:#1f6fc4}}
        body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:58rem;margin:2rem auto;
        padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
        pre{font:13px/1.35 ui-monospace,monospace;overflow-x:auto;border:1px solid var(--line);padding:.8rem}
        table{border-collapse:collapse;font-size:13px;width:100%}
        td,th{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left}
        td.n{text-align:right;font-variant-numeric:tabular-nums}
        svg{max-width:100%;height:auto}text{fill:var(--ink);font:12px system-ui,sans-serif}
        .c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}
        .c4{fill:var(--c4)}.c5{fill:var(--c5)}.c6{fill:var(--c6)}.c7{fill:var(--c7)}
        .fold{fill:var(--shade)}.axis,.grid,.roof{fill:none;stroke:var(--line)}.roof{stroke:var(--ink);stroke-width:2}
        @media print{:root{--ink:#000;--paper:#fff}body{max-width:none;margin:0}section{break-inside:avoid}}
        """
}
