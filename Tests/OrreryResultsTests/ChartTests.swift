import OrreryText
import Testing

@testable import OrreryResults

@Suite struct ChartTests {
    /// Opening and closing tags of a page in order; fails where they don't pair up.
    private func checkWellFormed(_ page: String) throws {
        var open: [Substring] = []
        var rest = page[...]
        while let start = rest.firstIndex(of: "<") {
            let text = rest[..<start]
            #expect(!text.contains("&") || text.contains(";"))
            let end = try #require(rest[start...].firstIndex(of: ">"))
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            #expect(!tag.contains("<"))
            #expect(tag.count { $0 == "\"" }.isMultiple(of: 2))
            if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                #expect(open.popLast() == tag.dropFirst())
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        #expect(open.isEmpty)
    }

    @Test(arguments: [true, false])
    func theReportStandsAlone(isFolded: Bool) throws {
        var toy = Toy(operators: ["<fetch & \"keep\">", "multiply"], isFolded: isFolded)
        toy.tiles = 40
        let page = Report(try toy.result(), timeline: try toy.run().timeline).html
        try checkWellFormed(page)
        for forbidden in ["http:", "https:", "//", "<script", "<link", "@import", "url("] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        let headings = ["Summary", "Energy by component", "Utilisation over time", "Commands", "Roofline", "Inputs"]
        for heading in headings { #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)") }
        #expect(page.contains("&lt;fetch &amp; &quot;keep&quot;&gt;"))
        #expect(page.contains("class=\"fold\"") == isFolded)
        #expect(page.contains("prefers-color-scheme:dark") && page.contains("@media print"))
        #expect(page.utf8.count < 200_000)
        #expect(Report(try toy.result(), timeline: try toy.run().timeline).html == page)
    }

    /// A line keeps its corners and its turns, and numbers no zeros.
    @Test func linesAreShort() {
        var svg = SVG(width: 10, height: 5.5, title: "t")
        svg.polyline(
            [(0, 0), (1, 0), (2, 0), (2, 1), (2, 1), (2, 3.25), (4, 3.25), (3, 3.25), (3, -0.001)], style: "a")
        svg.polyline([(1, 1), (1, 1)], style: "b")
        #expect(svg.markup.contains("viewBox=\"0 0 10 5.5\""))
        #expect(svg.markup.contains("points=\"0,0 2,0 2,3.25 4,3.25 3,3.25 3,0\""), "\(svg.markup)")
        #expect(svg.markup.contains("points=\"1,1 1,1\""))
    }

    @Test func aReportNeedsNeitherEnergyNorTimeline() throws {
        var context = Toy().context
        context.costs = nil
        context.areas = nil
        context.workload.homes = []
        let run = try Toy().run()
        let result = try RunResult(context, run.measurements, program: run.program)
        let page = Report(result).html
        try checkWellFormed(page)
        #expect(!page.contains("<svg"))
        #expect(result.json()["energy"] == nil)
    }

    /// Busy time of a lane with folds written out.
    private func busy(_ timeline: RunTimeline, lane: Int, until end: Int128) -> Int128 {
        func inSpans(_ low: Int128, _ high: Int128) -> Int128 {
            timeline.spans.filter { $0.lane == lane }.reduce(0) { $0 + max(0, min($1.to, high) - max($1.from, low)) }
        }
        return inSpans(0, end)
            + timeline.folds.reduce(0) { $0 + inSpans($1.from - $1.period, $1.from) * Int128($1.count) }
    }

    @Test(arguments: [3, 40, 1000])
    func aFoldedTimelineHoldsTheSameTime(tiles: Int) throws {
        let folded = try #require(try Toy(tiles: tiles, isFolded: true).run().timeline)
        let whole = try #require(try Toy(tiles: tiles, isFolded: false).run().timeline)
        #expect(whole.folds.isEmpty)
        #expect(folded.folds.isEmpty == (tiles < 10))
        #expect(folded.end == whole.end)
        for lane in [0, 1] {
            let time = busy(whole, lane: lane, until: whole.end)
            #expect(busy(folded, lane: lane, until: folded.end) == time)
        }
        #expect(busy(whole, lane: 1, until: whole.end) == Int128(12 * tiles))
    }

    @Test func theTraceHasATrackForEachUnit() throws {
        let timeline = try #require(try Toy().run().timeline)
        let trace = try JSONValue(parsing: timeline.chromeTrace.text())
        #expect(trace["displayTimeUnit"] == "ns")
        let events = try #require(trace["traceEvents"]?.array)
        let names = events.filter { $0["name"] == "thread_name" }
        #expect(names.compactMap { $0["args"]?["name"]?.string } == ["reader", "array"])
        let slices = events.filter { $0["ph"] == "X" }
        #expect(slices.contains { $0["cat"] == "fold" } && slices.contains { $0["cat"] == "command" })
        for (earlier, later) in zip(slices, slices.dropFirst()) where earlier["tid"] == later["tid"] {
            let (start, length) = (try #require(earlier["ts"]?.double), try #require(earlier["dur"]?.double))
            let next = try #require(later["ts"]?.double)
            // In order, and one thing at a time; times are doubles of microseconds.
            #expect(next > start - 1e-9)
            #expect(next > start + length - 1e-9)
        }
        let tracks = slices.compactMap { $0["tid"]?.integer }
        #expect(tracks == tracks.sorted())
        // The last multiplication ends with the run, at 1209 ns.
        let end = slices.compactMap { slice in
            slice["ts"]?.double.flatMap { start in slice["dur"]?.double.map { start + $0 } }
        }.max()
        #expect(abs((end ?? 0) - 1.209) < 1e-9)
    }

    @Test func severalRunsFollowEachOther() throws {
        let run = try Toy(tiles: 10).run()
        let timeline = try #require(run.timeline)
        let twice = timeline.repeated(3, prefix: "layer").followed(by: timeline.repeated(1, prefix: "head"))
        #expect(twice.end == 4 * timeline.end)
        #expect(twice.operators == ["layer/fetch", "layer/multiply", "head/fetch", "head/multiply"])
        #expect(busy(twice, lane: 1, until: twice.end) == 4 * 120)
        let measured = run.measurements.repeated(3, prefix: "layer").followed(
            by: run.measurements.repeated(1, prefix: "head"))
        let result = RunResult(Toy(tiles: 40).context, measured, parts: [run.program])
        #expect(result.operators == twice.operators)
        #expect(result.components[1].time?.busy.byOperator == [0, 360, 0, 120])
        #expect(result.components[1].time?.idle == 0)
        #expect(result.latency.cycles[0].value == 4 * 129)
        #expect(result.folding.iterations == 80)
    }
}
