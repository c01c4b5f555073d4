import ArgumentParser
import Foundation
import Orrery

struct StudyReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce", abstract: "Run points of a study again and compare them with what the store has.",
        discussion: """
            Says for every point whether each number comes out as it was recorded, and which input files have changed since.
            Exit code 1 where something differs.

              orrery study reproduce STUDY
              orrery study reproduce STUDY --at design=flat --at M=4Ki
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var repetition: RepetitionArguments

    @Option(
        name: .customLong("at"), parsing: .singleValue,
        help: ArgumentHelp("Only points with this value on an axis; may be repeated.", valueName: "axis=value"))
    var places: [String] = []

    @Option(name: .shortAndLong, help: "Points at a time.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    func run() throws {
        let (study, all) = try arguments.load()
        let place = try places.map { text -> (axis: String, label: String) in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let axis = study.axes.first(where: { $0.name == parts[0] }),
                axis.values.contains(where: { $0.label == parts[1] })
            else { throw Failure("error: --at \(text): the study has no such axis or value", .badInput) }
            return (parts[0], parts[1])
        }
        let points = all.filter { $0.isAt(place, of: study) }
        let store = try ResultStore(path: storage.path(for: arguments), isMade: false)
        let again = try StudyReproduction(
            study, points, store: store, jobs: jobs, repetition: repetition.repetition
        ).run()
        for line in again.lines { Terminal.print(line) }
        let counts =
            "\(again.same) of \(ReadableNumber.counted(points.count, "point")) came out the same, \(again.different) differ, \(again.missing) are not in the store"
        Terminal.complain(counts)
        if again.different > 0 { throw Failure("", .different) }
        if again.same == 0 { throw Failure("error: none of the points is in the store", .badInput) }
    }
}
