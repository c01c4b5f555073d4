import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation
@testable import SimulationTestSupport

/// Controllers in lockstep are simulated once, and nobody can tell.
@Suite struct DRAMLockstepTests {
    private struct Result: Equatable {
        var taken: [[Cycle]]
        var done: [[Cycle]]
        var order: [[Int]]
        var counters: [Int]
    }

    /// Requests that are mostly made of whole stripes, in bursts with pauses between them; in the first half some are not.
    private func requests(_ stripe: Int, _ access: Int, oddness: Int, _ random: inout SplitMix) -> [Requester.Item] {
        var at = 0
        let count = 20 + random.below(60)
        return (0..<count).map { place in
            at += random.chance(15) ? random.below(4000) : random.below(12)
            var item = Requester.Item(
                at: at, address: random.below(4000) * stripe, bytes: stripe * (1 + random.below(4)))
            item.count = 1 + random.below(4)
            item.stride = stripe * (1 + random.below(40))
            item.isWrite = random.chance(40)
            item.pace = random.chance(20) ? 1 + random.below(6) : 0
            item.operatorID = random.below(2)
            if place < count / 2, random.chance(oddness) {
                item.address += random.below(stripe)
                item.bytes = 1 + random.below(2 * stripe)
                if random.chance(50) { (item.count, item.bytes) = (1, 1 + random.below(access)) }
            }
            return item
        }
    }

    private func run(
        _ requests: [[Requester.Item]], _ configuration: DRAMMemory.Configuration, isAllowed: Bool
    ) throws -> (Result, DRAMLockstep) {
        let memory = DRAMMemory(path: "dram", configuration)
        if memory.lockstep.isOn, !isAllowed {
            memory.lockstep.leave()
            memory.lockstep.waits = .max
        }
        memory.lockstep.patience = 1
        let requesters = requests.enumerated().map { Requester(path: "r\($0)", memory, $1) }
        let kernel = try OrreryMemoryTests.run(requesters, [memory])
        let result = Result(
            taken: requesters.map(\.taken), done: requesters.map(\.done), order: requesters.map(\.order),
            counters: (0..<kernel.ledger.count).map { kernel.ledger[$0] })
        return (result, memory.lockstep)
    }

    @Test(arguments: 0..<8) func nobodyCanTell(group: Int) throws {
        var (possible, kept, joined) = (0, 0, 0)
        for seed in (group * 40)..<(group * 40 + 40) {
            var random = SplitMix(seed: seed)
            let part = DRAMRandom.part(&random)
            let device = try DRAMRandom.device(part, &random)
            let controller = try DRAMRandom.controller(for: device, &random)
            let channels = 2 + random.below(4)
            let levels = device.standard.levels.dropFirst().reversed().joined(separator: " ")
            let maps = ["row column \(levels) channel", "row \(levels) column channel", "row column channel \(levels)"]
            let map = try DRAMAddressMap(maps[random.below(3)], hash: [], device: device, channels: channels)
            let configuration = DRAMMemory.Configuration(
                device: device, controller: controller, map: map, channels: channels, queue: 1 + random.below(6))
            let memory = DRAMMemory(path: "dram", configuration)
            if !memory.lockstep.isOn { continue }
            possible += 1
            let oddness = [0, 3, 20][random.below(3)]
            let stripe = memory.units.count * device.accessBytes
            let requests = (0..<(1 + random.below(3))).map { _ in
                self.requests(stripe, device.accessBytes, oddness: oddness, &random)
            }
            let (together, lockstep) = try run(requests, configuration, isAllowed: true)
            let (apart, others) = try run(requests, configuration, isAllowed: false)
            #expect(together == apart, "seed \(seed): \(part), \(channels) channels, \(controller)")
            #expect(!others.isOn)
            if lockstep.isOn { if oddness == 0 { kept += 1 } else { joined += 1 } }
        }
        #expect(possible > 15 && kept > 2 && joined > 0, "\(possible) \(kept) \(joined)")
    }

    /// Only maps with all channels on their low end deal stripes out.
    @Test func knowsWhichMapsDealStripesOut() throws {
        let device = try dramDevice("hbm2-2000")
        func stripe(_ map: String, _ preset: String, hash: [(key: String, value: String)] = []) throws -> Bool {
            let map = try DRAMAddressMap(map, hash: hash, device: device, channels: 4)
            return DRAMMemory(
                path: "dram",
                .init(device: device, controller: try dramController(preset), map: map, channels: 4)
            ).lockstep.isOn
        }
        #expect(try stripe("row bank column bankgroup pseudochannel channel", "like-ramulator2"))
        #expect(try stripe("row bank column bankgroup channel pseudochannel", "like-ramulator2", hash: []) == false)
        #expect(try stripe("row bank column channel[1:1] bankgroup pseudochannel channel[0:0]", "ideal") == false)
        let hash = [(key: "channel", value: "row[1:0]")]
        #expect(try stripe("row bank column bankgroup pseudochannel channel", "like-ramulator2", hash: hash) == false)
    }
}
