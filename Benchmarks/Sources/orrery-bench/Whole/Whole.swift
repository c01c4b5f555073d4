import Foundation
import Orrery
import Yardstick

/// Whole runs, from files to results.
enum Whole {
    private static let rounds = 5

    /// - Returns: bars that are missed.
    static func run() throws -> Missed {
        print("whole runs".padded(46) + "seconds      bar")
        return try attention() + systolicArrays() + text()
    }

    /// The best of several rounds.
    private static func best(of rounds: Int = rounds, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<rounds { best = min(best, try seconds(body)) }
        return best
    }

    private static func row(_ name: String, _ value: Double, _ bar: Double?, _ note: String = "") -> Missed {
        print(name.padded(46) + value.text(7) + (bar?.text(9) ?? "        -") + (note.isEmpty ? "" : "  \(note)"))
        guard let bar, value > bar else { return [] }
        return ["\(name): \(value.text(0)), more than \(bar.text(0))"]
    }

    // MARK: Attention of a million tokens

    private static func attention() throws -> Missed {
        var missed: Missed = []
        var times: [Double] = []
        // Wake-ups that the folded run simulates, at most: deterministic; measured, and a tenth more.
        for (length, most) in [("16Ki", 83_500), ("1Mi", 148_500)] {
            let request = RunRequest(
                machine: "\(Shipped.root)/HardwareSpecs/fusemax.yaml",
                workload: "\(Shipped.root)/Workloads/attention-1pass.yaml",
                overrides: [.init(path: "M", value: length)])
            var options = RunOptions()
            options.counterfactuals = 3
            times.append(
                try best { _ = Summary(try Simulator.run(request, options: options).result, isColoured: false).text })
            options.counterfactuals = 0
            let events = try Simulator.run(request, options: options).statistics.events
            missed += row("FuseMax attention, \(length) tokens, with limits", times[times.count - 1], 1)
            missed += row(
                "  the same without limits", try best { _ = try Simulator.run(request, options: options) }, nil)
            missed += row("  thousand wake-ups simulated", Double(events) / 1e3, Double(most) / 1e3)
        }
        return missed + row("  1Mi tokens over 16Ki, times", times[1] / times[0], 2)
    }

    // MARK: SCALE-Sim's cases

    /// What SCALE-Sim 3.0 took for the same cases on the machine of the notes (`reference/peers`).
    private static let scaleSimSeconds = 939.0

    private static func systolicArrays() throws -> Missed {
        let diagnostics = Diagnostics()
        let study = Study.load(path: "\(Shipped.root)/Studies/scalesim.yaml", diagnostics: diagnostics)
        try diagnostics.throwIfErrors()
        guard let study else { return ["Studies/scalesim.yaml cannot be read"] }
        var missed: Missed = []
        for folds in [true, false] {
            var options = RunOptions()
            options.folds = folds
            let fixed = options
            var failures = 0
            var points = 0
            let time = try best(of: folds ? 3 : 1) {
                let all = try study.points()
                let runner = StudyRunner(
                    workers: ProcessInfo.processInfo.activeProcessorCount,
                    evaluate: { .running($0, $1, options: fixed) })
                let run = runner.run(study, all)
                failures = run.failures
                points = all.count
            }
            let name = "SCALE-Sim's \(points) cases, \(folds ? "folded" : "every cycle")"
            missed += row(
                name, time, folds ? scaleSimSeconds / 1000 : nil,
                "\(Int(scaleSimSeconds / time)) times as fast as SCALE-Sim")
            if failures > 0 { missed.append("\(name): \(failures) fail") }
        }
        return missed
    }

    // MARK: Text

    /// A file of layers such as a machine or workload might have, about `bytes` long.
    static func largeFile(bytes: Int) -> [UInt8] {
        var text = "layers:\n"
        var index = 0
        while text.utf8.count < bytes {
            text += "  - name: layer\(index)\n    shape: [\(index % 97), 64, 128, \(index)]\n"
            text += "    type: fp16\n    memory: {home: dram, bytes: \(index % 1024) KiB}\n"
            index += 1
        }
        return Array(text.utf8)
    }

    /// Reading YAML, beside libyaml's bare events.
    private static func text() -> Missed {
        let bytes = largeFile(bytes: 5 << 20)
        var events: Int64 = 0
        let yardstick = best {
            events = bytes.withUnsafeBufferPointer { yardstick_yaml_events($0.baseAddress, $0.count) }
        }
        var isRead = false
        let time = best {
            let diagnostics = Diagnostics()
            isRead = YAML.parse(bytes, file: "large.yaml", diagnostics: diagnostics) != nil && !diagnostics.hasErrors
        }
        _ = row("YAML of 5 MiB, libyaml's \(events) events alone", yardstick, nil)
        return row("  read to nodes with marks", time, nil) + row("  times libyaml alone", time / yardstick, 4)
            + (isRead ? [] : ["YAML of 5 MiB: it cannot be read"])
    }
}
