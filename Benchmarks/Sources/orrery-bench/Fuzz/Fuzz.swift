import Foundation
import Synchronization

/// Feeds hostile text to every reader, in worker processes: a crash or a hang costs one input and names its seed.
struct Fuzz {
    /// How many inputs in an ordinary run of the benchmarks.
    static let usual = 10_000
    /// Failures after which a run gives up.
    private static let most = 50

    var count: Int
    var from = 0

    /// Runs one input in this process and prints it.
    static func repeatOne(_ seed: Int) throws -> Missed {
        var item = FuzzCase(seed: seed, tree: try FuzzTree())
        item.showsInput = true
        let problem = try item.run()
        print(problem ?? "nothing is wrong with the answer")
        return problem.map { ["seed \(seed): \($0)"] } ?? []
    }

    /// - Returns: inputs that crash or hang a reader, or that are accepted or rejected without reason.
    func run() throws -> Missed {
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let found = Mutex<Missed>([])
        let program = try Tool.thisProgram()
        // Workers that crash leave their files there.
        let folder = try TemporaryFolder("orrery-bench-fuzz")
        let place = folder.path
        let time = seconds {
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                var next = from + count * worker / workers
                let end = from + count * (worker + 1) / workers
                while next < end, found.withLock({ $0.count }) < Self.most {
                    let (problems, stopped) = Self.work(program, next, end, place)
                    found.withLock { $0 += problems }
                    next = stopped + 1
                }
            }
        }
        let missed = withExtendedLifetime(folder) { found.withLock { $0 } }
        print(
            "fuzzing: \(count) hostile texts, seeds \(from)..<\(from + count), \(missed.count) mishandled, "
                + "in \(time.text(0)) s")
        return missed
    }

    /// Lets a worker process take the seeds from `next` on.
    /// - Returns: what it found, and the last seed that it took.
    private static func work(
        _ program: String, _ next: Int, _ end: Int, _ folder: String
    ) -> (Missed, stopped: Int) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = ["fuzz-worker", "\(next)", "\(end)"]
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder]) { $1 }
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return (["no worker could be started: \(error)"], end) }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var problems: Missed = []
        var reached = next
        for line in text.split(separator: "\n") {
            if line.hasPrefix("!") { problems.append("fuzz " + line.dropFirst().prefix(300)) }
            if line.hasPrefix("@") { reached = Int(line.dropFirst()) ?? reached }
        }
        if process.terminationReason == .exit, process.terminationStatus == 0 { return (problems, end) }
        let isHang = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGALRM
        problems.append("fuzz seed \(reached): it \(isHang ? "hangs" : "crashes")")
        return (problems, reached)
    }
}

/// Counts how often a run was asked whether to stop; so runs are cut short at the same event each time.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    var isOver: Bool {
        left.withLock { count in
            count -= 1
            return count < 0
        }
    }
}
