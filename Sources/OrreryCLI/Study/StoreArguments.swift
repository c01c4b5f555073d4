import ArgumentParser
import Foundation
import Orrery

/// Where results are kept.
struct StoreArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Store of results (SQLite); by default .orrery/store.sqlite beside the study.", valueName: "file"),
        completion: .file())
    var store: String?

    func path(for arguments: StudyArguments) -> String { store ?? arguments.defaultStore }
}

/// How the points of a study are run.
struct ExecutionArguments: ParsableArguments {
    @Option(name: .shortAndLong, help: "Points at a time, each in a process of its own.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var repetition: RepetitionArguments

    @Option(help: ArgumentHelp("Wall-clock time that a point may take, such as 90s or 10min.", valueName: "time"))
    var timeLimit: String?

    @Option(help: ArgumentHelp("Memory that a point may take, such as 2GiB.", valueName: "size"))
    var memoryLimit: String?

    @Flag(help: "Run points again that failed before.")
    var retryFailed = false

    @Flag(help: "Take results of other versions of the simulator from the store; they are marked.")
    var reuseAcrossVersions = false

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs takes a positive number; found \(jobs).") }
        _ = try engineOptions()
    }

    func engineOptions() throws -> StudyEngine.Options {
        var options = StudyEngine.Options(worker: [try Self.executable(), StudyWorkerProcess.name])
        options.jobs = jobs
        options.repetition = repetition.repetition
        options.retriesFailures = retryFailed
        options.reusesAcrossVersions = reuseAcrossVersions
        if let timeLimit { options.timeLimit = .seconds(try PointLimit.seconds(timeLimit)) }
        if let memoryLimit { options.memoryLimit = try PointLimit.bytes(memoryLimit) }
        return options
    }

    /// The path of this program, to start it again.
    static func executable() throws -> String {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        } catch {
            throw Failure(
                "error: /proc/self/exe does not name this program, which runs the points of studies: "
                    + error.localizedDescription, .badInput)
        }
    }
}
