import Foundation
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

@Suite struct DRAMPeerTests {
    @Test(arguments: [Peer.ramulator, .dramsim]) func everySharedRow(_ peer: Peer) throws {
        guard let rows = PeerRow.load("compare.csv") else {
            print("SKIPPED: no reference/memory/compare.csv beside the package")
            return
        }
        var errors: [(row: String, kind: String, error: Double)] = []
        let start = clock()
        var requests = 0
        for row in rows {
            guard let expected = row.number(peer.column), let run = try peer.run(row) else { continue }
            #expect(run.driver.hasEnded)
            requests += run.count
            let name = "\(row["cfg"]) x\(row["channels"]) \(row["trace"]) \(row["map"]) refresh \(row["refresh"])"
            let error = (run.clocksPerRequest / expected - 1) * 100
            errors.append((name, row["trace"], error))
            // The bar is 1 % on 90 % of the rows; the structures are the peers', so that all come closer.
            #expect(abs(error) <= 1, "\(name): \(run.clocksPerRequest) against \(expected)")
            print("\(peer.rawValue) \(name): \(run.clocksPerRequest) against \(expected), \(error) %")
        }
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let sorted = errors.map { abs($0.error) }.sorted()
        try #require(!sorted.isEmpty)
        print("\(peer.rawValue): \(errors.count) rows, \(Double(requests) / seconds / 1e6) M requests/s")
        for share in [0.5, 0.8, 0.9, 1.0] {
            print(
                "  \(Int(share * 100)) % of the rows within \(sorted[max(Int(Double(sorted.count) * share) - 1, 0)]) %")
        }
    }
}
