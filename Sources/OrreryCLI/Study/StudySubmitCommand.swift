import ArgumentParser
import Foundation
import Orrery

struct StudySubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Run a study as a Slurm job array.",
        discussion: """
            Writes a job script for the points that the store does not have and gives it to sbatch. Each task runs a shard into a
            store of its own; collect takes them over. Tasks that are preempted, or run out of time, are queued again.

              orrery study submit STUDY --partition dse --time 01:00:00
              orrery study collect STUDY --wait
              orrery study run STUDY --output Results
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var repetition: RepetitionArguments

    @Option(help: "Tasks of the array; by default enough for each to have about a minute of work.")
    var tasks: Int?

    @Option(name: .shortAndLong, help: "Points at a time in each task, and processors that it asks for.")
    var jobs = 1

    @Option(help: "Partition.")
    var partition: String?

    @Option(help: ArgumentHelp("Time limit of a task, as sbatch takes it.", valueName: "time"))
    var time: String?

    @Option(
        name: .customLong("sbatch"), parsing: .singleValue,
        help: ArgumentHelp(
            "A further option of sbatch, such as --sbatch=--account=x; may be repeated.", valueName: "option"))
    var options: [String] = []

    @Flag(help: "Write the script and say where it is, but submit nothing.")
    var dryRun = false

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs takes a positive number; found \(jobs).") }
        if let tasks, tasks < 1 { throw ValidationError("--tasks takes a positive number; found \(tasks).") }
    }

    func run() throws {
        let (study, points) = try arguments.load()
        let store = try ResultStore(path: storage.path(for: arguments))
        var identity = InputIdentity()
        var seen: Set<ContentHash> = []
        let prepared = study.prepared(points, identity: &identity, repetition: repetition.repetition)
        let broken = prepared.count { $0.inputs == nil }
        if broken > 0 {
            Terminal.complain(
                "\(broken) of \(ReadableNumber.counted(points.count, "point")) cannot be run, and are left out; study run says why"
            )
        }
        let hashes = prepared.compactMap(\.inputs).filter { seen.insert($0).inserted }
        let known = try store.seconds(hashes)
        let left = hashes.filter { known[$0] == nil }
        guard !left.isEmpty else {
            return Terminal.complain("the store has all \(hashes.count) points: nothing is left to run")
        }
        let seconds = try store.meanSeconds(ofStudy: study.name)
        let count = min(left.count, tasks ?? SlurmJob.tasks(points: left.count, seconds: seconds, jobs: jobs))
        let folder = try SlurmFolders(arguments: arguments, study: study).make()
        let more = [partition.map { "--partition=\($0)" }, time.map { "--time=\($0)" }].compactMap { $0 } + options
        let job = SlurmJob(
            command: try ExecutionArguments.executable(), study: absolute(arguments.study),
            name: "orrery-\(study.name)",
            folder: folder, tasks: count, jobs: jobs, options: more,
            arguments: repetition.arguments)
        try OutputFile.write(left.map { "\($0)\n" }.joined(), to: job.pointsFile)
        let script = "\(folder)/job.sh"
        try OutputFile.write(job.script, to: script)
        if dryRun { return Terminal.print(script) }
        let outcome = try Tool.run("sbatch", ["--parsable", script])
        guard outcome.exitCode == 0 else {
            throw Failure("error: sbatch refused \(script): \(outcome.errors)", .badInput)
        }
        let id = outcome.output.split(whereSeparator: { $0 == ";" || $0.isNewline }).first.map(String.init) ?? ""
        try OutputFile.write(id + "\n", to: "\(folder)/job-id")
        Terminal.print(id)
        Terminal.complain(
            "\(ReadableNumber.counted(left.count, "point")) in \(ReadableNumber.counted(count, "task")); "
                + "`orrery study collect \(arguments.study)` takes the results over")
    }
}

private func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path
}

/// The folders of a study's Slurm jobs: `.orrery/slurm/NAME-0`, `NAME-1` and so on, beside the study.
struct SlurmFolders {
    let arguments: StudyArguments
    let study: Study

    private var root: String {
        absolute(String(arguments.defaultStore.dropLast("store.sqlite".count)) + "slurm")
    }

    /// A new one.
    func make() throws -> String {
        var number = 0
        while FileManager.default.fileExists(atPath: "\(root)/\(study.name)-\(number)") { number += 1 }
        let folder = "\(root)/\(study.name)-\(number)"
        try OutputFile.makeFolder(folder)
        return folder
    }

    /// Those that there are.
    private func all() throws -> [String] {
        guard FileManager.default.fileExists(atPath: root) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: root)
            .filter { $0.hasPrefix("\(study.name)-") && Int($0.dropFirst(study.name.count + 1)) != nil }
            .sorted()
            .map { "\(root)/\($0)" }
    }

    /// The stores of all their tasks.
    func stores() throws -> [String] {
        try all().flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sqlite") }.sorted()
                .map { "\(folder)/\($0)" }
        }
    }

    /// The jobs that were submitted, by number. A folder whose script was only written has none.
    func jobs() throws -> [String] {
        try all().map { "\($0)/job-id" }.filter(FileManager.default.fileExists).map {
            try String(contentsOfFile: $0, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }.filter { !$0.isEmpty }
    }
}

/// Programs of the system.
enum Tool {
    struct Outcome {
        var exitCode: Int32
        var output: String
        var errors: String
    }

    /// Runs a program that is found on the PATH, and waits for it.
    static func run(_ name: String, _ arguments: [String]) throws -> Outcome {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
            throw Failure("error: there is no program '\(name)': Slurm is not installed here", .badInput)
        }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let messages = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(
            exitCode: process.terminationStatus, output: text,
            errors: messages.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
