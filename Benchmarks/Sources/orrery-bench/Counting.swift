import Foundation

/// Instructions of the cases, counted by callgrind: the same on every run.
enum Counting {
    enum Failure: Error, CustomStringConvertible {
        case noCount(String)
        var description: String {
            switch self {
            case .noCount(let text): "callgrind counted nothing: \(text)"
            }
        }
    }

    /// Instructions of this program, run with `arguments`.
    private static func instructions(_ arguments: [String]) throws -> Int {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", CommandLine.arguments[0]] + arguments
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard let line = text.split(separator: "\n").last(where: { $0.contains("Collected :") }),
            let count = line.split(separator: " ").last.flatMap({ Int($0) })
        else { throw Failure.noCount(text) }
        return count
    }

    /// Instructions for one operation: a longer run less a shorter one.
    private static func perOperation(_ index: Int, _ side: String, _ item: Case) throws -> Double {
        let run = side == "swift" ? item.swift : item.yardstick
        let (short, long) = (item.counted, 3 * item.counted)
        let operations = run(long).operations - run(short).operations
        let difference =
            try instructions(["run", "\(index)", side, "\(long)"])
            - instructions(["run", "\(index)", side, "\(short)"])
        return Double(difference) / Double(operations)
    }

    /// - Returns: cases that miss their bar.
    static func run() throws -> [String] {
        var missed: [String] = []
        print("instructions for one operation".padded(34) + "Swift     C++   ratio   bar    most")
        for (index, item) in Case.all.enumerated() {
            let swift = try perOperation(index, "swift", item)
            let yardstick = try perOperation(index, "c++", item)
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
