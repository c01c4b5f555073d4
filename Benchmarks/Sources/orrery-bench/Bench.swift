import ArgumentParser

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orrery-bench",
        abstract: "What is fast, beside a yardstick in the same run, and what always holds.",
        discussion: """
            Without a subcommand everything runs, in a few minutes. Exits with 1 where a bar is missed.
            """,
        subcommands: [
            AllCommand.self, TimeCommand.self, CacheCommand.self, CountCommand.self, FoldCommand.self,
            WholeCommand.self, DRAMCommand.self, StreamsCommand.self, StudiesCommand.self, ProgramsCommand.self,
            FuzzCommand.self, CaseCommand.self, DRAMCaseCommand.self, FuzzWorkerCommand.self, StudyWorkerCommand.self,
        ], defaultSubcommand: AllCommand.self)
}

/// What a table found: lines for the bars that were missed.
typealias Missed = [String]

extension Missed {
    /// Names what was missed, and ends with 1 where it is anything.
    func conclude() throws {
        for line in self { print("missed: \(line)") }
        if !isEmpty { throw ExitCode(1) }
    }
}

struct AllCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Everything.")

    func run() throws {
        var missed = Timing.run()
        print("")
        missed += CacheRates.run()
        print("")
        missed += try Counting.run()
        print("")
        missed += try FoldCost.run()
        print("")
        missed += try Whole.run()
        print("")
        missed += try DRAMRates.run()
        print("")
        missed += try StreamRates.run()
        print("")
        missed += try StudyOverhead.run()
        print("")
        missed += try ManyPrograms(count: ManyPrograms.usual).run()
        print("")
        missed += try Fuzz(count: Fuzz.usual).run()
        print("")
        try missed.conclude()
        print("all bars are met")
    }
}

struct TimeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "time", abstract: "Time of hot kernels beside their C++ twins.")
    func run() throws { try Timing.run().conclude() }
}

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Look-ups of caches and translations, one access at a time.")
    func run() throws { try CacheRates.run().conclude() }
}

struct CountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count", abstract: "Instructions of hot kernels beside their C++ twins, counted by callgrind.")
    func run() throws { try Counting.run().conclude() }
}

struct FoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fold", abstract: "What looking for repetitions costs where there are none.")
    func run() throws { try FoldCost.run().conclude() }
}

struct WholeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whole", abstract: "Whole runs: attention of a million tokens, SCALE-Sim's cases, a large file.")
    func run() throws { try Whole.run().conclude() }
}

struct ProgramsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "programs", abstract: "Random programs on random machines, folded and unfolded.",
        discussion: "--from SEED --scale tiny 1 repeats one program.")

    @Argument(help: "How many.")
    var count = ManyPrograms.usual
    @Option(help: "The first seed.")
    var from = 0
    @Option(help: "tiny, medium or long; all, in a fixed mixture, where none is given.")
    var scale: String?

    func run() throws { try ManyPrograms(count: count, from: from, scale: scale).run().conclude() }
}

struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Hostile text for every reader: mutated shipped files and garbage by grammar.",
        discussion: "orrery-bench fuzz --seed SEED repeats one input in this process and prints it.")

    @Argument(help: "How many.")
    var count = Fuzz.usual
    @Option(help: "The first seed.")
    var from = 0
    @Option(help: "Repeat this one.")
    var seed: Int?

    func run() throws {
        if let seed { return try Fuzz.repeatOne(seed).conclude() }
        try Fuzz(count: count, from: from).run().conclude()
    }
}

struct StreamsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streams", abstract: "Instructions a second of a core on a memory hierarchy, beside ChampSim's.",
        discussion: """
            ORRERY_CHAMPSIM names a folder with ChampSim's programs and traces (reference/cache, section 5), which run in turns then; \
            else its recorded rates stand beside Orrery's.
            """)
    func run() throws { try StreamRates.run().conclude() }
}
