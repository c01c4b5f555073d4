import OrreryText

@testable import OrreryMemory
@testable import SimulationTestSupport

/// Devices and controllers drawn at random.
enum DRAMRandom {
    private static let parts = ["ddr4-2400", "ddr5-4800", "lpddr5-6400", "gddr6-14000", "hbm2-2000", "hbm3-6400"]

    static func part(_ random: inout SplitMix) -> String { parts[random.below(parts.count)] }

    /// A device whose timing is drawn at random, with the shortest refresh intervals that are accepted, or nearly.
    static func device(_ part: String, _ random: inout SplitMix) throws -> DRAMDevice {
        let plain = try dramDevice(part)
        var timing: [String: Int] = [:]
        for name in plain.timing.keys.sorted() {
            timing[name] = random.below([1, 3, 10, 60, 400][random.below(5)])
        }
        timing["nBL"] = 1 + random.below(8)
        let access = max(timing["nRCD"] ?? 0, timing["nRCDRD"] ?? 0, timing["nRCDWR"] ?? 0)
        timing["nRAS"] = access + (random.chance(50) ? 0 : random.below(40))
        let sizes = plain.standard.levels.dropFirst().map { "\($0): \(1 << random.below(3))" }.joined(separator: ", ")
        let slack = [1.0, 1.0, 1.2, 3.0][random.below(4)]
        var interval = 1.0
        while interval < 16_777_216 {
            timing["nREFI"] = Int(interval * slack)
            if timing["nREFIpb"] != nil { timing["nREFIpb"] = Int(interval * slack) }
            let values = timing.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            if let device = try? dramDevice(
                part, "sizes: {\(sizes)}, rows: 64, columns: 8, timing: {\(values)}", quiet: true)
            {
                return device
            }
            interval = (interval * 1.25).rounded(.up)
        }
        throw NothingFits()
    }

    private struct NothingFits: Error {}

    static func controller(for device: DRAMDevice, _ random: inout SplitMix) throws -> DRAMController {
        func pick<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String
        where Choice.RawValue == String {
            let all = Array(type.allCases)
            return all[random.below(all.count)].rawValue
        }
        func flag() -> Bool { random.chance(50) }
        let low = random.below(101)
        let hasActiveBuffer = flag()
        let queues = pick(DRAMController.Organisation.self)
        let hasBankRefresh = device.standard.command(.refreshBank) != nil && device.standard.bankRefreshInterval != nil
        let sleeps = device.has(device.standard.powerDown)
        let refresh = random.chance(15) ? "none" : hasBankRefresh && flag() ? "per-bank" : "all-bank"
        return try dramController(
            "ideal",
            """
            queues: \(queues), reads: \(1 + random.below(40)), writes: \(1 + random.below(40)),
            per_pseudo_channel: \(flag()), bank_queue: \(1 + random.below(9)), scheduling: \(pick(DRAMController.Scheduling.self)),
            priority: \(pick(DRAMController.Priority.self)), active_buffer: \(queues == "shared" && hasActiveBuffer),
            turn_restarts: \(queues == "shared" && !hasActiveBuffer && flag()), access_lead: \(queues == "shared" && flag() ? random.below(30) : 0), row_hit_cap: \(random.below(4)),
            protect_hits: \(flag()), precharge_by_oldest: \(flag()), drain_low: \(low), drain_high: \(low + random.below(101 - low)),
            idle_drain: \(random.below(20)), write_done: \(pick(DRAMController.WriteDone.self)), forwarding: \(flag()),
            merge_reads: \(flag()), merge_writes: \(flag()), completion_overhead: \(random.below(20)), refresh: \(refresh),
            refresh_blocks: \(pick(DRAMController.RefreshBlocks.self)), refresh_stagger: \(flag()), refresh_postpone: \(random.below(9)),
            precharge_one_by_one: \(flag()), row_policy: \(pick(DRAMController.RowPolicy.self)),
            pseudo_channels: \(pick(DRAMController.PseudoChannels.self)), command_clocks: \(pick(DRAMController.CommandClocks.self)),
            alignment: \(pick(DRAMController.Alignment.self)), data_clock: \(pick(DRAMController.DataClock.self)),
            power_down: \(sleeps ? random.below(30) : 0), self_refresh: \(sleeps ? random.below(60) : 0)
            """.replacing("\n", with: " "))
    }
}
