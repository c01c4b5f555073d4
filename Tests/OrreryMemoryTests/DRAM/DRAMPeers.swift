import Foundation
import SimulationTestSupport

@testable import OrreryMemory
@testable import OrrerySimulation

/// What DRAMsim3 and Ramulator 2.1 gave on the same traffic, row by row of the shared reference.
struct PeerRow {
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

enum Peer: String, CaseIterable {
    case ramulator = "like-ramulator2"
    case dramsim = "like-dramsim3"

    var column: String { self == .ramulator ? "ram_ck_per_req" : "ds3_ck_per_req" }

    /// How the peer's configurations differ from the device: DRAMsim3 computes tRC and knows no tPPD or tCCD_WR.
    func device(_ which: DRAMCase, power: String = "") throws -> DRAMDevice {
        let sizes = (which.part == "hbm3-6400" ? ["sizes: {sid: 1}"] : []) + (power.isEmpty ? [] : ["power: \(power)"])
        guard self == .dramsim else { return try dramDevice(which.part, sizes.joined(separator: ", ")) }
        var timing: [String] = []
        let plain = try dramDevice(which.part)
        let t = plain.timing
        timing.append("nRC: \(t["nRAS"]! + t["nRP"]!)")
        if t["nPPD"] != nil { timing.append("nPPD: 0") }
        if t["nCCDL_WR"] != nil { timing.append("nCCDL_WR: \(t["nCCDL"]!)") }
        if t["nRTW"] != nil { timing.append("nRTW: \(t["nCL"]! + t["nBL"]! - t["nCWL"]! + 8)") }
        let changes = ["timing: {\(timing.joined(separator: ", "))}"] + sizes
        return try dramDevice(which.part, changes.joined(separator: ", "))
    }

    /// - Parameter power: what the device says about its energy, as YAML.
    func run(_ row: PeerRow, power: String = "") throws -> DRAMRun? {
        guard let which = DRAMCase.all.first(where: { $0.name == row["cfg"] }),
            let kind = RequestStream.Kind(rawValue: row["trace"]), let count = Int(row["N"]),
            let channels = Int(row["channels"].isEmpty ? row["ch"] : row["channels"])
        else { return nil }
        let device = try device(which, power: power)
        let controller = try dramController(rawValue, row["refresh"] == "True" ? "" : "refresh: none")
        let stream = which.stream(
            kind, count, isMapB: row["map"] == "robacobgrach", channelBits: channels.trailingZeroBitCount)
        let isHBM = which.widths.pseudo > 0
        return try DRAMRun(
            stream, device, controller, channels: channels, width: isHBM ? 2 * channels : 1,
            interval: self == .dramsim ? device.standard.ticksPerClock : 1, isTaken: isTaken)
    }

    /// The peers' injection stops at the first request that a controller has no room for; a memory's port would hold it. Ramulator looks
    /// for the data of a waiting write first, DRAMsim3 for room.
    private func isTaken(_ memory: DRAMMemory, _ access: Access) -> Bool {
        let place = memory.decoder.decode(access.address)
        if memory.lockstep.isOn { memory.lockstep.leave() }
        let unit = memory.units[place.unit]
        let kind = access.isWrite ? 1 : 0
        if unit.queues.count[kind] < (access.isWrite ? unit.writeQueue : unit.readQueue) { return true }
        if self == .dramsim { return false }
        var waiting = DRAMAccess()
        waiting.address = access.address
        waiting.bank = place.bank
        return unit.queues.find(waiting, isWrite: true) >= 0
    }
}
