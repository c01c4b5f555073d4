import Foundation
import Orrery

/// Instructions a second of a core on a memory hierarchy, beside ChampSim's for the same cases.
///
/// Where the environment variable `ORRERY_CHAMPSIM` names a folder with ChampSim's programs and traces (`cs_default`, `cs_vict`, `cs_stlb64k`;
/// `gups26` and so on, as in `reference/cache` §5), ChampSim runs in turns with Orrery, and its user CPU time, of whole processes, counts.
/// Without it the rates of `reference/cache` count, which were recorded in the same way on another, shared machine.
enum StreamRates {
    private struct Case {
        var name: String
        var request: RunRequest
        var instructions: Double
        /// The program and the trace of ChampSim.
        var program = ""
        var trace = ""
        /// Thousands of instructions that ChampSim ran in a CPU second, as recorded.
        var reference: Double
    }

    private static let rounds = 3
    private static let (meanBar, leastBar) = (50.0, 20.0)
    private static let hitBar = 5000.0

    private static var file: String { "\(Shipped.root)/../shared/reference/cache/champsim_reference.csv" }

    /// The rows of the reference.
    private static func cases() throws -> [Case] {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        let names = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let machines = ["cs_default": "a", "cs_vict": "b", "cs_stlb64k": "c"]
        return lines.dropFirst().compactMap { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            func cell(_ name: String) -> String { names.firstIndex(of: name).map { cells[$0] } ?? "" }
            let trace = cell("trace")
            let pattern = trace.prefix { $0.isLetter }
            guard let machine = machines[cell("binary")], let reference = Double(cell("kips_cpu")) else { return nil }
            return Case(
                name: "\(machine)-\(trace)",
                request: RunRequest(
                    machine: "\(Shipped.root)/HardwareSpecs/champsim-\(machine).yaml",
                    workload: "\(Shipped.root)/Workloads/champsim/\(pattern).yaml",
                    overrides: [.init(path: "LOG", value: String(trace.drop { $0.isLetter }))]),
                instructions: 300_000, program: cell("binary"), trace: trace, reference: reference)
        }
    }

    /// Folder of ChampSim's programs and traces.
    private static let folder = ProcessInfo.processInfo.environment["ORRERY_CHAMPSIM"]

    /// Thousands of instructions in a CPU second, of Orrery, reading the files and building the machine included, and of ChampSim where
    /// its folder is known: each the best of several rounds, in turns.
    private static func rates(_ item: Case) throws -> (own: Double, reference: Double) {
        var (own, other) = (Double.infinity, Double.infinity)
        for _ in 0..<rounds {
            own = min(own, try processorSeconds { _ = try Simulator.run(item.request) })
            guard let folder, !item.program.isEmpty else { continue }
            let before = childSeconds()
            let result = try Tool.run(
                "\(folder)/\(item.program)",
                ["--hide-heartbeat", "-w", "100000", "-i", "200000", "\(folder)/\(item.trace)"])
            if result.status != 0 { throw ChampSimFailure(description: "\(item.program): \(result.errors)") }
            other = min(other, childSeconds() - before)
        }
        let reference = other < .infinity ? item.instructions / other / 1000 : item.reference
        return (item.instructions / own / 1000, reference)
    }

    private struct ChampSimFailure: Error, CustomStringConvertible { var description: String }

    /// User CPU time of the programs that were run so far.
    private static func childSeconds() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    }

    /// - Returns: bars that are missed.
    static func run() throws -> Missed {
        var missed: Missed = []
        print("thousand instructions a CPU second".padded(36) + "  Orrery  ChampSim   ratio   bar")
        print(folder == nil ? "ChampSim as recorded" : "ChampSim in turns with Orrery, best of \(rounds) each")
        // One element after the other in 16 KiB: all in the first cache.
        let hits = Case(
            name: "hits of the first cache",
            request: RunRequest(
                machine: "\(Shipped.root)/HardwareSpecs/champsim-b.yaml",
                workload: "\(Shipped.root)/Workloads/champsim/stream.yaml",
                overrides: [.init(path: "LOG", value: "14"), .init(path: "N", value: "4000000")]),
            instructions: 4_100_000, reference: 0)
        let hitRate = try rates(hits).own
        print(hits.name.padded(34) + hitRate.text(10) + "         -       -" + hitBar.text(6))
        if hitRate < hitBar { missed.append("\(hits.name): \(hitRate.text(0)) thousand instructions a second") }
        guard FileManager.default.fileExists(atPath: file) else {
            print("ChampSim's cases are left out: there is no \(file)")
            return missed
        }
        var logarithms = 0.0
        let all = try cases()
        if all.isEmpty { missed.append("ChampSim's cases: \(file) has none") }
        for item in all {
            let (own, reference) = try rates(item)
            let ratio = own / reference
            logarithms += log(ratio)
            print(
                item.name.padded(34) + own.text(10) + reference.text(10) + ratio.text(8) + leastBar.text(6))
            if ratio < leastBar { missed.append("\(item.name): \(ratio.text(0)) times ChampSim's rate") }
        }
        let mean = exp(logarithms / Double(max(all.count, 1)))
        print("geometric mean".padded(54) + mean.text(8) + meanBar.text(6))
        if mean < meanBar { missed.append("ChampSim's cases: \(mean.text(0)) times its rate in geometric mean") }
        return missed
    }
}
