import ArgumentParser
import Foundation
import Orrery

struct StudyCollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Take the results of other stores, such as those of shards, into one.",
        discussion: """
            Without stores it takes those of the study's Slurm jobs.

              orrery study submit STUDY && orrery study collect STUDY --wait
              orrery study run STUDY --shard 0/2 --store 0.sqlite
              orrery study run STUDY --shard 1/2 --store 1.sqlite
              orrery study collect STUDY 0.sqlite 1.sqlite
              orrery study run STUDY --output Results
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var repetition: RepetitionArguments

    @Argument(help: "Stores to take results from.", completion: .file())
    var stores: [String] = []

    @Flag(help: "Wait until the study's Slurm jobs have ended.")
    var wait = false

    func run() throws {
        let (study, points) = try arguments.load()
        let folders = SlurmFolders(arguments: arguments, study: study)
        if wait { try waitForJobs(folders.jobs()) }
        let stores = stores.isEmpty ? try folders.stores() : stores
        guard !stores.isEmpty else {
            throw Failure("error: there is no store to collect from; name one, or submit the study first", .badInput)
        }
        let others = try stores.map { try ResultStore(path: $0, isMade: false) }
        let store = try ResultStore(path: storage.path(for: arguments))
        var count = 0
        for other in others { count += try store.merge(other) }
        var identity = InputIdentity()
        let hashes = study.prepared(points, identity: &identity, repetition: repetition.repetition).compactMap(\.inputs)
        let known = try store.seconds(hashes)
        Terminal.complain(
            "\(ReadableNumber.counted(count, "new point")) from \(ReadableNumber.counted(stores.count, "store")); \(hashes.count { known[$0] != nil }) of \(points.count) points of "
                + "\(study.name) are there")
    }

    private func waitForJobs(_ jobs: [String]) throws {
        Interruption.catchSignal()
        for job in jobs {
            // squeue fails for jobs that it has forgotten.
            while try !Tool.run("squeue", ["--noheader", "--jobs", job]).output.allSatisfy(\.isWhitespace) {
                if Interruption.isAskedFor { throw Failure("interrupted", .interrupted) }
                sleep(1)
            }
        }
    }
}
