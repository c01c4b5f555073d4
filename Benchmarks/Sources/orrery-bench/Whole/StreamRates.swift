import Foundation
import Orrery

/// Instructions a second of a core on a memory hierarchy, beside what ChampSim took for the same cases (`reference/cache`, recorded
/// there as user CPU time of whole processes on a shared machine).
enum StreamRates {
    private struct Case {
        var name: String
        var request: RunRequest
        var instructions: Double
        /// Thousands of instructions that ChampSim ran in a CPU second.
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
                instructions: 300_000, reference: reference)
        }
    }

    /// Thousands of instructions in a CPU second, reading the files and building the machine included; the best of several rounds.
    private static func rate(_ item: Case) throws -> Double {
        var best = Double.infinity
        for _ in 0..<rounds {
            var failure: (any Error)?
            let time = processorSeconds {
                do { _ = try Simulator.run(item.request) } catch { failure = error }
            }
            if let failure { throw failure }
            best = min(best, time)
        }
        return item.instructions / best / 1000
    }

    /// - Returns: bars that are missed.
    static func run() throws -> Missed {
        var missed: Missed = []
        print("thousand instructions a CPU second".padded(36) + "  Orrery  ChampSim   ratio   bar")
        // One element after the other in 16 KiB: all in the first cache.
        let hits = Case(
            name: "hits of the first cache",
            request: RunRequest(
                machine: "\(Shipped.root)/HardwareSpecs/champsim-b.yaml",
                workload: "\(Shipped.root)/Workloads/champsim/stream.yaml",
                overrides: [.init(path: "LOG", value: "14"), .init(path: "N", value: "4000000")]),
            instructions: 4_100_000, reference: 0)
        let hitRate = try rate(hits)
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
            let own = try rate(item)
            let ratio = own / item.reference
            logarithms += log(ratio)
            print(
                item.name.padded(34) + own.text(10) + item.reference.text(10) + ratio.text(8) + leastBar.text(6))
            if ratio < leastBar { missed.append("\(item.name): \(ratio.text(0)) times ChampSim's rate") }
        }
        let mean = exp(logarithms / Double(max(all.count, 1)))
        print("geometric mean".padded(54) + mean.text(8) + meanBar.text(6))
        if mean < meanBar { missed.append("ChampSim's cases: \(mean.text(0)) times its rate in geometric mean") }
        return missed
    }
}
