import Foundation
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// What DRAMsim3 and Ramulator 2.1 gave on the same traffic, row by row of the shared reference.
private struct PeerRow {
    var fields: [String: String]

    subscript(_ key: String) -> String { fields[key] ?? "" }
    func number(_ key: String) -> Double? { Double(self[key]) }

    static let folder = dramParts + "/../../../../shared/reference/memory"

    /// Nil where the reference is not beside the package.
    static func load(_ name: String) -> [PeerRow]? {
        guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) else { return nil }
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        return lines.dropFirst().map { line in
            PeerRow(fields: Dictionary(zip(lines[0].map(String.init), line.map(String.init))) { first, _ in first })
        }
    }
}

private enum Peer: String, CaseIterable {
    case ramulator = "like-ramulator2"
    case dramsim = "like-dramsim3"

    var column: String { self == .ramulator ? "ram_ck_per_req" : "ds3_ck_per_req" }

    /// How the peer's configurations differ from the device: DRAMsim3 computes tRC and knows no tPPD or tCCD_WR.
    func device(_ which: DRAMCase) throws -> DRAMDevice {
        let sizes = which.part == "hbm3-6400" ? "sizes: {sid: 1}" : ""
        guard self == .dramsim else { return try dramDevice(which.part, sizes) }
        var timing: [String] = []
        let plain = try dramDevice(which.part)
        let t = plain.timing
        timing.append("nRC: \(t["nRAS"]! + t["nRP"]!)")
        if t["nPPD"] != nil { timing.append("nPPD: 0") }
        if t["nCCDL_WR"] != nil { timing.append("nCCDL_WR: \(t["nCCDL"]!)") }
        if t["nRTW"] != nil { timing.append("nRTW: \(t["nCL"]! + t["nBL"]! - t["nCWL"]! + 8)") }
        return try dramDevice(
            which.part, "timing: {\(timing.joined(separator: ", "))}\(sizes.isEmpty ? "" : ", " + sizes)")
    }

    func run(_ row: PeerRow) throws -> DRAMRun? {
        guard let which = DRAMCase.all.first(where: { $0.name == row["cfg"] }),
            let kind = DRAMStream.Kind(rawValue: row["trace"]), let count = Int(row["N"]),
            let channels = Int(row["channels"])
        else { return nil }
        let device = try device(which)
        let controller = try dramController(rawValue, row["refresh"] == "True" ? "" : "refresh: none")
        let stream = which.stream(
            kind, count, isMapB: row["map"] == "robacobgrach", channelBits: channels.trailingZeroBitCount)
        let isHBM = which.widths.pseudo > 0
        return try DRAMRun(
            stream, device, controller, channels: channels, width: isHBM ? 2 * channels : 1,
            interval: self == .dramsim ? device.standard.ticksPerClock : 1)
    }
}

@Suite struct DRAMPeerTests {
    @Test(arguments: [Peer.ramulator, .dramsim]) fileprivate func everySharedRow(_ peer: Peer) throws {
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
