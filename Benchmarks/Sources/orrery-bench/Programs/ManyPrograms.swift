import Dispatch
import Foundation
import SimulationTestSupport
import Synchronization

/// Random programs on random machines, each run folded and unfolded on all cores.
struct ManyPrograms {
    /// How many in an ordinary run of the benchmarks.
    static let usual = 1_000_000
    /// One in so many of the programs is of the scale.
    private static let shares = ["medium": 200, "long": 5000]
    /// Programs that a core takes at a time.
    private static let chunk = 50

    private var ranges: [(name: String, scale: RandomScale, seeds: Range<Int>)] = []

    /// - Parameters:
    ///   - from: the first seed of every scale.
    ///   - scale: the only scale, or nil for the mixture.
    init(count: Int, from: Int = 0, scale: String? = nil) {
        for (name, value, _) in RandomScale.named.reversed() {
            let share: Int
            if let scale {
                share = scale == name ? count : 0
            } else if let one = Self.shares[name] {
                share = count / one
            } else {
                share = count - Self.shares.values.reduce(0) { $0 + count / $1 }
            }
            if share > 0 { ranges.append((name, value, from..<(from + share))) }
        }
    }

    /// - Returns: seeds whose runs differ.
    func run() throws -> Missed {
        print("random programs, folded and unfolded, seeds from \(ranges.first?.seeds.lowerBound ?? 0)")
        var missed: Missed = []
        for (name, scale, seeds) in ranges {
            var summary = RandomSummary()
            let time = try seconds { summary = try Self.run(seeds, scale) }
            print("  \(name): \(summary), in \(time.text(0)) s")
            if !summary.failures.isEmpty {
                missed.append("\(name) programs, seeds \(summary.failures.prefix(20).map(\.seed)): the runs differ")
                print(summary.report(scale))
            }
        }
        return missed
    }

    private static func run(_ seeds: Range<Int>, _ scale: RandomScale) throws -> RandomSummary {
        let total = Mutex<Result<RandomSummary, any Error>>(.success(RandomSummary()))
        let chunks = (seeds.count + chunk - 1) / chunk
        DispatchQueue.concurrentPerform(iterations: chunks) { index in
            let first = seeds.lowerBound + index * chunk
            let part = Result { try RandomSummary(seeds: first..<min(first + chunk, seeds.upperBound), scale) }
            total.withLock { sum in sum = sum.flatMap { known in part.map { known + $0 } } }
        }
        return try total.withLock { $0 }.get()
    }
}
