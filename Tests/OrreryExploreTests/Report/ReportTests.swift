import Foundation
import OrreryText
import Testing

@testable import OrreryExplore

/// What a study leaves for readers and other programs.
@Suite struct ReportTests {
    private static let run = Designs.run(count: 200)

    @Test func everyColumnHasOneTypeAndNumbersTheirUnit() throws {
        let table = StudyTable(Self.run)
        let names = table.columns.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(
            names.starts(with: [
                "memory", "rows", "capacity", "bandwidth", "latency.seconds", "area.square_metres", "error",
            ]))
        for name in [
            "array2d.rows_number", "buffer.capacity_bytes", "dram.bandwidth_bytes_per_second", "limited_by",
            "energy.dram_joules",
        ] {
            #expect(names.contains(name), "\(name)")
        }
        let units = Dictionary(table.columns.map { ($0.name, $0.unit) }, uniquingKeysWith: { first, _ in first })
        #expect(units["dram.bandwidth_bytes_per_second"] == "B/s" && units["latency.seconds"] == "s")
        let lines = table.jsonLines.split(separator: "\n")
        #expect(lines.count == 200)
        for line in lines {
            let row = try JSONValue(parsing: String(line))
            #expect(row.object?.map(\.key) == names)
            for column in table.columns {
                switch (column.type, try #require(row[column.name])) {
                case ("number", .number), ("number", .integer), ("string", .string), ("boolean", .bool), (_, .null):
                    break
                case (let type, let value): Issue.record("\(column.name) of type \(type) holds \(value)")
                }
            }
        }
        let fields = try #require(table.schema["fields"]?.array)
        #expect(fields.compactMap { $0["name"]?.string } == names)
        #expect(fields.allSatisfy { $0["type"]?.string != "number" || $0["unit"] != nil })
        // As many cells in every line as in the head; texts with quotes and breaks stand in quotes.
        #expect(table.csv.hasPrefix(names.joined(separator: ",") + "\n"))
        #expect(table.csv.contains("\"no room for \"\"K\"\" </script>\""))
    }

    @Test func drawingsAreFilesOfTheirOwn() throws {
        let drawings = Self.run.drawings()
        #expect(
            drawings.map(\.name) == [
                "pareto", "parallel", "roofline", "energy", "sensitivity-latency.seconds",
                "sensitivity-area.square_metres",
            ])
        for drawing in drawings {
            let parser = XMLParserProbe(drawing.svg)
            #expect(parser.isWellFormed, "\(drawing.name)")
            #expect(
                drawing.svg.hasPrefix("<svg xmlns=") && !drawing.svg.contains("NaN") && !drawing.svg.contains("inf"))
        }
        #expect(Self.run.drawings().map(\.svg) == drawings.map(\.svg))
    }

    @Test func aPageNeedsNothingFromElsewhere() {
        let page = Self.run.page()
        for forbidden in ["http:", "https:", "<link", "@import", "url(", "src=", "fetch(", "XMLHttpRequest"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        // What a study says cannot end the data element.
        #expect(page.components(separatedBy: "</script>").count == 3)
        #expect(page.contains("made-up designs &lt;of an array&gt;"))
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("@media print"))
        #expect(page == Self.run.page())
    }

    @Test func specificationsNameColumnsOfTheTable() throws {
        let names = StudyTable(Self.run).columns.map(\.name)
        let charts = Self.run.vegaLite
        #expect(charts.map(\.name) == ["pareto", "parallel", "energy"])
        for chart in charts {
            #expect(chart.specification["data"]?["url"]?.string == "designs.csv")
            for key in ["x", "y", "color"] {
                guard let field = chart.specification["encoding"]?[key]?["field"]?.string else { continue }
                let name = field.replacing("\\", with: "")
                #expect(names.contains(name) || ["key", "value", "share", "point"].contains(name), "\(name)")
            }
        }
    }

    /// Labels of any length stand in the tornado in full, and inside it.
    @Test func theTornadoCutsNoLabel() throws {
        let name = "gpu.streaming_multiprocessor.shared_memory.bank_conflict_latency"
        let level = "ninety-seven point three gigabytes a second"
        let parameter = StudyParameter(
            path: name, texts: [level, "b", level, "b"], numbers: nil, dimension: nil, levels: [level, "b"])
        let sensitivity = try #require(Sensitivity("latency.seconds", [1, 2, 1, 2.1], [parameter]))
        let svg = try #require(TornadoDrawing(sensitivity)).svg.file
        #expect(svg.contains(">\(name)<") && svg.contains(">\(level) ") && !svg.contains("…"))
        func numbers(_ pattern: Regex<(Substring, Substring)>) -> [Double] {
            svg.matches(of: pattern).compactMap { Double($0.1) }
        }
        let width = try #require(numbers(/viewBox="0 0 ([0-9.]+)/).first)
        // The level's text ends where its bar begins: it starts behind the name.
        let ends = numbers(/x="([0-9.]+)" y="[0-9.]+" text-anchor="end"/)
        #expect(ends.allSatisfy { $0 - 6 * Double(level.count) > 6 * Double(name.count) })
        #expect(numbers(/x="([0-9.]+)"/).allSatisfy { $0 < width })
    }
}

/// Whether tags of a text pair up and nothing is left open.
private struct XMLParserProbe {
    var isWellFormed = true

    init(_ text: String) {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.contains("<") || !tag.count(where: { $0 == "\"" }).isMultiple(of: 2) { isWellFormed = false }
            if tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                if open.popLast() != tag.dropFirst() { isWellFormed = false }
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        if !open.isEmpty { isWellFormed = false }
    }
}
