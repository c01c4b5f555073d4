import ArgumentParser
import Foundation
import Orrery

struct ScoreboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scoreboard", abstract: "Show how well all studies agree with published figures.",
        discussion: """
            Reads what the studies last gave; none is run. For each metric of each study: how many figures are within their
            tolerance, the mean and the worst error and where it is, and whether the published order is found again.

              orrery scoreboard
              orrery scoreboard --output Results
            """)

    @Argument(
        help: "Study files; all of the folder Studies where none is given.", completion: .file(extensions: ["yaml"]))
    var studies: [String] = []

    @Option(help: ArgumentHelp("Folder with the results.", valueName: "folder"))
    var results = "Results"

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write Scoreboard.md and Scoreboard.json to a folder.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let files = try studies.isEmpty ? Self.shipped() : studies
        let diagnostics = Diagnostics()
        let read = files.compactMap { Study.load(path: $0, diagnostics: diagnostics) }
        try diagnostics.throwIfErrors()
        var runs: [StudyRun] = []
        var missing: [String] = []
        for study in read where !study.references.isEmpty || !study.comparisons.isEmpty {
            if FileManager.default.fileExists(atPath: "\(results)/\(study.name).json") {
                runs.append(try StudyFiles.read(study, from: results))
            } else {
                missing.append(study.name)
            }
        }
        let board = Scoreboard(runs, missing: missing)
        if let output {
            try OutputFile.makeFolder(output)
            try OutputFile.write(board.markdown(), to: "\(output)/Scoreboard.md")
            try OutputFile.write(board.json().text(.pretty) + "\n", to: "\(output)/Scoreboard.json")
        }
        Terminal.print(json ? board.json().text(.pretty) : board.table())
    }

    private static func shipped() throws -> [String] {
        let folder = "Studies"
        guard FileManager.default.fileExists(atPath: folder) else {
            throw Failure("error: there is no folder Studies here: name the study files", .badInput)
        }
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted().map
        { "\(folder)/\($0)" }
    }
}
