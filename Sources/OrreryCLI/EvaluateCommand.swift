import ArgumentParser
import Foundation
import Glibc
import Orrery

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Answer an optimiser: points in, objectives out, a JSON object a line.",
        discussion: """
            A question names values on the study's axes, an answer carries its id:

              {"id": 1, "at": {"array2d.rows": 128, "dram.bandwidth": "800 GB/s"}}
              {"id":1,"feasible":true,"violations":[],"objectives":{"latency.seconds":0.0021},...}
              {"id":2,"error":"...","error_class":"capacity","exit_code":5}

            An axis that is about one parameter takes any value of it, others one of their labels; "set" gives values by path.
            Answers come as they are ready. Everything that is run is kept in the study's store.

              orrery evaluate STUDY < points.jsonl > answers.jsonl
              orrery evaluate STUDY --describe
              Scripts/optimize.py STUDY --method nsga2 --points 200
            """)

    @OptionGroup var arguments: StudyArguments
    @OptionGroup var storage: StoreArguments
    @OptionGroup var execution: ExecutionArguments

    @Flag(help: "Print the axes with their values or ends, and the objectives, as JSON, and stop.")
    var describe = false

    func run() throws {
        let study = try arguments.read()
        if describe { return Terminal.print(study.optimisationJSON().text(.pretty)) }
        let options = try execution.engineOptions()
        var engine = StudyEngine(store: try ResultStore(path: storage.path(for: arguments)), options: options)
        Interruption.catchSignal()
        engine.shouldStop = { Interruption.isAskedFor }
        let evaluator = try StudyEvaluator(
            study, engine: engine, manifest: arguments.manifest(study, options.repetition)
        ) {
            Terminal.print($0.text())
        }
        let lines = InputLines()
        try evaluator.serve(next: { lines.next() }, isOpen: { lines.isOpen }, file: STDIN_FILENO)
        if Interruption.isAskedFor { throw Failure("interrupted", .interrupted) }
    }
}

/// Lines of the standard input as they come, without waiting for them.
final class InputLines {
    private var bytes: [UInt8] = []
    private var isAtEnd = false

    /// Whether there is, or may come, another line.
    var isOpen: Bool { !isAtEnd || !bytes.isEmpty }

    /// The next line without its end; nil where there is none now.
    func next() -> String? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: bytes[..<end], as: UTF8.self)
                bytes.removeSubrange(...end)
                return line
            }
            if isAtEnd {
                defer { bytes = [] }
                return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, 0) > 0 else { return nil }
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(STDIN_FILENO, &block, block.count)
            if count > 0 { bytes += block[..<count] } else if count == 0 { isAtEnd = true }
        }
    }
}
