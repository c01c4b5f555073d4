import Foundation

/// `orrery-bench`: everything; `orrery-bench time`, `count` or `fold`: one table; `run INDEX swift|c++ OPERATIONS`: one case,
/// for a profiler. Exits with 1 where a bar is missed.
@main
enum Bench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        var missed: [String] = []
        switch arguments.first {
        case "run":
            let words = Array(arguments)
            guard words.count == 4, let index = Int(words[1]), Case.all.indices.contains(index),
                let operations = Int(words[3])
            else { exit(2) }
            print((words[2] == "swift" ? Case.all[index].swift : Case.all[index].yardstick)(operations))
        case "time": missed = Timing.run()
        case "count": missed = try Counting.run()
        case "fold": missed = try FoldCost.run()
        default: missed = try Timing.run() + Counting.run() + FoldCost.run()
        }
        for line in missed { print("missed: \(line)") }
        exit(missed.isEmpty ? 0 : 1)
    }
}
