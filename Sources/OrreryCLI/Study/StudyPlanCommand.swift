import ArgumentParser
import Foundation
import Orrery

struct StudyPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "List the points of a study without running them.",
        discussion: """
            Prints every point with the axes' values, then what each condition leaves out, how many points the store has already,
            and how long the rest will take, judged by the points that were run before.

              orrery study plan STUDY
              orrery study plan STUDY --identities
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var repetition: RepetitionArguments

    @Option(name: .shortAndLong, help: "Points at a time that the estimate reckons with.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Put the hash of what it depends on before every point.")
    var identities = false

    func run() throws {
        let (study, plan) = try arguments.plan()
        var identity = InputIdentity()
        let prepared = study.prepared(plan.points, identity: &identity, repetition: repetition.repetition)
        let hashes = prepared.map(\.inputs)
        var lines = zip(plan.points, hashes).map { point, hash in
            let place = zip(study.axes, point.labels).map { "\($0.name)=\($1)" }.joined(separator: " ")
            return identities ? "\(hash?.description ?? String(repeating: "-", count: 32)) \(place)" : place
        }
        lines.append("")
        Terminal.print(lines.joined(separator: "\n"))
        for (condition, count) in zip(study.conditions, plan.removed) where count > 0 {
            Terminal.complain("\(condition) leaves out \(count) of \(ReadableNumber.counted(plan.total, "point"))")
        }
        for limit in study.limits { Terminal.complain("\(limit) is known only when a point has been run") }
        let distinct = Set(hashes.compactMap { $0 })
        var known: [ContentHash: Double] = [:]
        var mean: Double?
        let path = storage.path(for: arguments)
        if FileManager.default.fileExists(atPath: path) {
            let store = try ResultStore(path: path, isMade: false)
            known = try store.seconds(Array(distinct))
            mean = try store.meanSeconds(ofStudy: study.name) ?? store.meanSeconds(ofStudy: nil)
        }
        Terminal.complain(
            "\(ReadableNumber.counted(plan.points.count, "point")), \(ReadableNumber.counted(study.references.count, "published figure"))"
        )
        Terminal.complain(Self.estimate(points: distinct.count, known: known.count, mean: mean, jobs: jobs))
    }

    /// How long it will take, in words.
    static func estimate(points: Int, known: Int, mean: Double?, jobs: Int) -> String {
        let left = points - known
        let start = known > 0 ? "\(known) are in the store, " : ""
        if left == 0 { return "\(start)nothing is left to run" }
        guard let mean else { return "\(start)\(left) to run: no earlier run tells how long that takes" }
        let seconds = mean * Double(left) / Double(max(1, min(jobs, left)))
        return "\(start)\(left) to run, about \(ReadableNumber.seconds(seconds)) with \(jobs) at a time"
    }
}
