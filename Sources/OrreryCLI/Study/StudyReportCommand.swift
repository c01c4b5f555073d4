import ArgumentParser
import Foundation
import Orrery

struct StudyReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print what the last run of a study gave, or write it in other forms.",
        discussion: """
            Points are not run again, but for the few that the page draws over time; --no-timelines leaves these out.

              orrery study report Studies/fusemax.yaml
              orrery study report Studies/llama-designs.yaml --html designs.html --csv designs.csv
              orrery study report Studies/llama-designs.yaml --svg charts --vega charts
            """)

    @OptionGroup var arguments: StudyResultArguments

    @Option(help: ArgumentHelp("Write the page with all charts.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Write one table, a row a point; FILE.schema.json beside it has the units.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write the same as JSON Lines.", valueName: "file"))
    var jsonl: String?

    @Option(help: ArgumentHelp("Write every chart as an SVG file.", valueName: "folder"))
    var svg: String?

    @Option(help: ArgumentHelp("Write Vega-Lite specifications beside the CSV that they read.", valueName: "folder"))
    var vega: String?

    @Flag(name: .customLong("no-timelines"), help: "Run no point again to draw it over time.")
    var noTimelines = false

    func run() throws {
        try OutputFile.check([html, csv, jsonl].compactMap { $0 })
        let run = try arguments.load()
        Interruption.catchSignal()
        for folder in [svg, vega].compactMap({ $0 }) { try OutputFile.makeFolder(folder) }
        let illustrations = noTimelines || (html == nil && svg == nil) ? [] : try StudyFiles.illustrations(run)
        if let html { try OutputFile.write(run.page(illustrations), to: html) }
        let table = StudyTable(run)
        if let csv {
            try OutputFile.write(table.csv, to: csv)
            if csv != "-" { try OutputFile.write(table.schema.text(.pretty) + "\n", to: "\(csv).schema.json") }
        }
        if let jsonl { try OutputFile.write(table.jsonLines, to: jsonl) }
        if let svg {
            for drawing in run.drawings(illustrations) {
                try OutputFile.write(drawing.svg, to: "\(svg)/\(run.study.name)-\(drawing.name).svg")
            }
        }
        if let vega {
            try OutputFile.write(table.csv, to: "\(vega)/\(run.study.name).csv")
            for chart in run.vegaLite {
                let path = "\(vega)/\(run.study.name)-\(chart.name).vl.json"
                try OutputFile.write(chart.specification.text(.pretty) + "\n", to: path)
            }
        }
        if [html, csv, jsonl, svg, vega].allSatisfy({ $0 == nil }) { Terminal.print(run.table()) }
    }
}

/// A study and where its results are.
struct StudyResultArguments: ParsableArguments {
    @OptionGroup var study: StudyArguments

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder with the results.", valueName: "folder"))
    var output = "Results"

    func load() throws -> StudyRun {
        try StudyFiles.read(try study.read(), from: output)
    }
}
