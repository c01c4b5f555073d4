import ArgumentParser
import Foundation

/// A range of hostile texts, one after the other. Before each it says which one comes (`@seed`), so that who started it
/// knows what it died of; problems follow as `!seed N: …`.
struct FuzzWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz-worker", abstract: "A part of the fuzzing, in a process of its own.", shouldDisplay: false)

    /// Seconds that one input may take; then the process ends with SIGALRM.
    private static let limit: UInt32 = 20
    /// Bytes of address space: who wants more crashes.
    private static let memory: rlim_t = 6 << 30

    @Argument var first: Int
    @Argument var end: Int

    func run() throws {
        var space = rlimit(rlim_cur: Self.memory, rlim_max: Self.memory)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space)
        let tree = try FuzzTree()
        for seed in first..<end {
            write("@\(seed)\n")
            alarm(Self.limit)
            var item = FuzzCase(seed: seed, tree: tree)
            if let problem = try item.run() {
                write("!seed \(seed): \(problem.replacingOccurrences(of: "\n", with: " "))\n")
            }
        }
    }

    private func write(_ line: String) { FileHandle.standardOutput.write(Data(line.utf8)) }
}
