import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Whatever a device and a controller say, if they are accepted every run ends and every access is accounted for.
@Suite struct DRAMProgressTests {
    @Test(arguments: 0..<8) func everyRunEnds(group: Int) throws {
        for seed in (group * 50)..<(group * 50 + 50) {
            var random = SplitMix(seed: seed)
            let part = DRAMRandom.part(&random)
            let device = try DRAMRandom.device(part, &random)
            let controller = try DRAMRandom.controller(for: device, &random)
            let width = Dictionary(uniqueKeysWithValues: zip(device.standard.levels, device.sizes)).mapValues {
                $0.trailingZeroBitCount
            }
            let kinds = RequestStream.Kind.allCases
            let stream = RequestStream(
                kind: kinds[random.below(kinds.count)], count: 20 + random.below(300),
                access: device.accessBytes.trailingZeroBitCount, pseudo: width["pseudochannel"] ?? width["rank"] ?? 0,
                group: width["bankgroup"] ?? 0, bank: width["bank"] ?? 0, row: 6, column: 3, channel: 0,
                isMapB: random.chance(50))
            let slowest = device.timing.filter { !$0.key.hasPrefix("nREFI") }.values.max() ?? 1
            let run = try DRAMRun(
                stream, device, controller, width: 1 + random.below(4), interval: 1,
                limit: 200_000 + 400 * slowest * stream.count)
            let what: Comment = "seed \(seed): \(part) \(stream.kind) \(device.timing) \(device.sizes) \(controller)"
            #expect(run.driver.hasEnded, what)
            guard run.driver.hasEnded else { return }
            #expect(accounted(run) == stream.count, what)
        }
    }

    /// Accesses that were served, answered from a queue, or are left in one (posted writes that need not be drained).
    private func accounted(_ run: DRAMRun) -> Int {
        let (memory, ledger) = (run.memory, run.kernel.ledger)
        let served = memory.traffic.actions(0, 0, in: ledger) + memory.traffic.actions(1, 0, in: ledger)
        let inQueues = memory.counters.value(.forwarded, in: ledger) + memory.counters.value(.merged, in: ledger)
        let left = memory.units.indices.reduce(0) { sum, index in
            let unit = memory.controller(index)
            return sum + unit.accessesByAge().count { !unit.queues.pool[$0].isMerged }
        }
        return served + inQueues + left
    }

    /// The shortest tRAS and tightest refresh that are accepted, on traffic that only conflicts.
    @Test(
        arguments: ["champsim", "ideal", "like-dramsim3", "like-ramulator2"],
        [RequestStream.Kind.rowconf, .pingpong, .rand67])
    func rowsServeBeforeTheyClose(preset: String, kind: RequestStream.Kind) throws {
        let device = try dramDevice("ddr4-2400", "timing: {nRAS: 16, nRC: 1, nCCDL: 200, nWTRL: 300}")
        let run = try DRAMRun(
            DRAMCase.all[0].stream(kind, 2000), device, try dramController(preset, "refresh: all-bank"),
            limit: 5_000_000)
        #expect(run.driver.hasEnded)
        let activates = run.memory.traffic.actions(2, 0, in: run.kernel.ledger)
        // Beyond one for each request only what refreshes and changes between reads and writes cost.
        #expect(activates < 2 * 2000, "\(activates) activates for 2000 requests")
    }

    /// A refresh that always comes between an activate and its access closes the row a few times, then it waits.
    @Test(arguments: ["ideal", "like-dramsim3"]) func aRefreshWaitsInTheEnd(preset: String) throws {
        // Each window of activates ends just before a refresh falls due.
        for phase in 0..<40 {
            let device = try dramDevice(
                "ddr4-2400",
                "timing: {nRFC: 20, nREFI: 120, nFAW: \(600 + phase), nRRDS: \(120 + phase), nRRDL: \(240 + phase)}")
            let run = try DRAMRun(
                DRAMCase.all[0].stream(.bankrr, 200), device, try dramController(preset, "refresh: all-bank"),
                limit: 2_000_000)
            #expect(run.driver.hasEnded, "phase \(phase)")
        }
    }

    /// Writes that somebody waits for are served though they are few.
    @Test func theLastWritesAreServed() throws {
        for done in ["command", "data"] {
            let run = try DRAMRun(
                DRAMCase.all[0].stream(.seqw, 5), try dramDevice("ddr4-2400"),
                try dramController("like-dramsim3", "write_done: \(done)"), limit: 100_000)
            #expect(run.memory.traffic.actions(1, 0, in: run.kernel.ledger) == 5)
        }
    }

    @Test func lowWatermarkOfZeroEndsADrain() throws {
        let run = try DRAMRun(
            DRAMCase.all[0].stream(.rand67, 500), try dramDevice("ddr4-2400"),
            try dramController("ideal", "drain_low: 0"), limit: 1_000_000)
        #expect(run.driver.hasEnded)
    }
}
