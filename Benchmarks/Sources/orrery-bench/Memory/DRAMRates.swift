import ArgumentParser

/// Requests a second of command-level DRAM beside the recorded rates of its peers.
enum DRAMRates {
    private static let rounds = 3
    /// The rate is to be this many times the faster peer's.
    private static let bar = 3.0

    /// - Returns: cases whose instructions miss their bar; rates that were recorded on another machine are shown, not held.
    static func run() throws -> Missed {
        print(
            "thousand requests a second of CPU time".padded(44)
                + "Orrery  DRAMsim3  Ramulator  × the faster (recorded elsewhere)")
        for item in DRAMCase.all {
            var best = Double.infinity
            for _ in 0..<rounds { best = min(best, try processorSeconds { try item.run() }) }
            let rate = Double(item.count) / best
            let ratio = rate / max(item.dramSim, item.ramulator)
            print(
                item.name.padded(40) + (rate / 1000).text(10) + (item.dramSim / 1000).text(10)
                    + (item.ramulator / 1000).text(11) + ratio.text(8) + (ratio < bar ? "  below \(Int(bar))" : ""))
        }
        return try Counting.withProgram { try counted($0) } ?? []
    }

    /// Instructions of a request: a longer stream less a shorter one.
    private static func counted(_ counting: Counting) throws -> Missed {
        var missed: Missed = []
        print("instructions for one request".padded(44) + "Orrery      most")
        for (index, item) in DRAMCase.all.enumerated() {
            let (short, long) = (10_000, 30_000)
            let difference =
                try counting.instructions(["dram-case", "\(index)", "\(long)"])
                - counting.instructions(["dram-case", "\(index)", "\(short)"])
            let each = Double(difference) / Double(long - short)
            print(item.name.padded(40) + each.text(10) + item.mostInstructions.text(10))
            if each > item.mostInstructions { missed.append("\(item.name): \(each.text(0)) instructions a request") }
        }
        return missed
    }
}

struct DRAMCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dram", abstract: "Requests a second of command-level DRAM, beside DRAMsim3's and Ramulator's.")
    func run() throws { try DRAMRates.run().conclude() }
}

/// One stream alone, for a profiler and for counting.
struct DRAMCaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dram-case", abstract: "One stream to DRAM alone, for a profiler.", shouldDisplay: false)

    @Argument(help: "Number of the case.")
    var index: Int
    @Argument(help: "Requests.")
    var count: Int

    func validate() throws {
        if !DRAMCase.all.indices.contains(index) { throw ValidationError("There are \(DRAMCase.all.count) cases.") }
    }

    func run() throws {
        var item = DRAMCase.all[index]
        item.count = count
        try item.run()
    }
}
