import Foundation

/// Instructions of the cases, counted by callgrind: the same on every run.
///
/// Callgrind reads debug information at its start, and that of 3.19 cannot read Swift's (it ends with an assertion), so a
/// stripped copy of this program is counted.
struct Counting {
    enum Failure: Error, CustomStringConvertible {
        case noCount(String)
        case noCopy
        var description: String {
            switch self {
            case .noCount(let text): "callgrind counted nothing: \(text)"
            case .noCopy: "no stripped copy of the benchmark could be made"
            }
        }
    }

    private let program: String

    /// - Returns: cases that miss their bar.
    static func run() throws -> Missed { try withProgram { try $0.table() } ?? [] }

    /// What `body` makes of a program that can be counted; nil where nothing can.
    static func withProgram<Value>(_ body: (Counting) throws -> Value) throws -> Value? {
        guard try Tool.exists("valgrind"), try Tool.exists("strip") else {
            print("instructions for one operation: SKIPPED, valgrind or strip is not installed")
            return nil
        }
        let folder = try TemporaryFolder("orrery-bench-count")
        let program = "\(folder.path)/stripped"
        let strip = try Tool.run("strip", ["-o", program, try Tool.thisProgram()])
        guard strip.status == 0 else { throw Failure.noCopy }
        return try body(Counting(program: program))
    }

    /// Instructions of the program, run with `arguments`.
    func instructions(_ arguments: [String]) throws -> Int {
        let result = try Tool.run(
            "valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null", program] + arguments)
        guard let line = result.errors.split(separator: "\n").last(where: { $0.contains("Collected :") }),
            let count = line.split(separator: " ").last.flatMap({ Int($0) })
        else { throw Failure.noCount(result.errors) }
        return count
    }

    /// Instructions for one operation: a longer run less a shorter one.
    private func perOperation(_ index: Int, _ side: CaseCommand.Side, _ item: Case) throws -> Double {
        let run = side == .swift ? item.swift : item.yardstick
        let (short, long) = (item.counted, 3 * item.counted)
        let operations = run(long).operations - run(short).operations
        let difference =
            try instructions(["case", "\(index)", side.rawValue, "\(long)"])
            - instructions(["case", "\(index)", side.rawValue, "\(short)"])
        return Double(difference) / Double(operations)
    }

    private func table() throws -> Missed {
        var missed: Missed = []
        print("instructions for one operation".padded(34) + "Swift     C++   ratio   bar    most")
        for (index, item) in Case.all.enumerated() {
            let swift = try perOperation(index, .swift, item)
            let yardstick = try perOperation(index, .cpp, item)
            let ratio = swift / yardstick
            print(
                item.name.padded(32) + swift.text(7) + yardstick.text(8) + ratio.text(8) + item.countBar.text(6)
                    + item.mostInstructions.text(9))
            if ratio > item.countBar { missed.append("\(item.name): \(ratio.text(0)) times the instructions of C++") }
            if swift > item.mostInstructions { missed.append("\(item.name): \(swift.text(0)) instructions") }
        }
        return missed
    }
}
