import OrreryText
import SimulationTestSupport
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// A copy engine streams through a DRAM: the state is whole, and folded runs equal unfolded ones to the last count.
@Suite struct DRAMFoldingTests {
    private func machine(
        device: DRAMDevice, controller: DRAMController, trips: Int, stride: Int,
        hash: [(key: String, value: String)] = [],
        folds: Bool
    ) throws -> Simulation {
        let below = ["pseudochannel ", "rank "].first { device.standard.levels.contains(String($0.dropLast())) } ?? ""
        let text = "row bank column bankgroup \(below)channel"
        let map = try DRAMAddressMap(text, hash: hash, device: device, channels: 2)
        let dram = DRAMMemory(
            path: "dram", clock: 1, .init(device: device, controller: controller, map: map, channels: 2, queue: 4))
        let buffer = try Scratchpad(
            path: "buffer",
            .init(capacity: 1 << 20, banks: 32, ports: 8, width: 64, latency: 1, bankCycle: 1, queue: 16))
        let dma = CopyEngine(
            path: "dma", memory: dram, buffer: buffer, .init(burst: 1024, outstanding: 6, transfers: 3))
        let tile = 4096
        func copy(from: Int, to: Int, _ source: AddressSource, _ target: AddressSource, _ operatorID: Int) -> Command {
            Command(
                operatorID: operatorID,
                variants: [
                    Work(
                        opcode: 0,
                        streams: [
                            .init(port: from, address: 0, bytes: tile, count: 1, stride: 0, isWrite: false),
                            .init(port: to, address: 1, bytes: tile, count: 1, stride: 0, isWrite: true),
                        ])
                ], addresses: [source, target])
        }
        let load = copy(from: 0, to: 1, AddressSource(base: 0, strides: [stride]), AddressSource(base: 0), 0)
        let store = copy(
            from: 1, to: 0, AddressSource(base: 0), AddressSource(base: 1 << 36, strides: [stride]), 1)
        let program = Program(
            operators: ["load", "store"],
            queues: [
                QueueProgram(
                    engine: "dma",
                    instructions: [
                        .loopBegin(loop: 0, trips: TripCount(trips), mate: 3), .command(load), .command(store),
                        .loopEnd(mate: 0),
                    ])
            ])
        // Where the memory's commands begin with every other tick, the joint phase of the clocks has to be two ticks.
        let clocks = ClockSet([
            Clock(name: "core", periodNumerator: device.standard.ticksPerClock, periodDenominator: 1_000_000_000),
            Clock(name: "memory", periodNumerator: 1, periodDenominator: 1_000_000_000),
        ])
        return try Simulation(
            clocks: try #require(clocks), components: [dma, dram, buffer], program: program, folds: folds)
    }

    @Test(arguments: ["ideal", "like-ramulator2", "like-dramsim3"], ["ddr4-2400", "hbm2-2000", "hbm3-6400"])
    func holdsWhatFoldingReliesOn(preset: String, part: String) throws {
        let sizes = part == "hbm3-6400" ? "sizes: {sid: 1}" : ""
        let device = try dramDevice(part, sizes)
        let controller = try dramController(preset, "refresh: all-bank")
        let problems = try checkConformance(cuts: 12) { folds in
            try machine(device: device, controller: controller, trips: 60, stride: 4096, folds: folds)
        }
        #expect(problems == [])
    }

    @Test(arguments: [
        ("hbm2-2000", "ideal", "refresh: per-bank, refresh_postpone: 3"),
        ("hbm3-6400", "like-ramulator2", "refresh: per-bank, row_policy: closed"),
        ("lpddr5-6400", "ideal", "refresh: per-bank, row_hit_cap: 4"),
        ("lpddr5-6400", "like-dramsim3", "refresh: all-bank"),
        ("lpddr5-6400", "like-ramulator2", "refresh: all-bank"),
        ("ddr4-3200", "ideal", "refresh: all-bank, power_down: 2, self_refresh: 30, row_policy: closed"),
        ("gddr6-14000", "ideal", "scheduling: in-order, refresh: all-bank, write_done: posted"),
        ("ddr5-4800", "like-dramsim3", "row_policy: closed, pseudo_channels: shared"),
        ("ddr4-3200", "like-ramulator2", "completion_overhead: 7, row_policy: closed, refresh_stagger: true"),
    ])
    func holdsForOtherControllersToo(part: String, preset: String, changes: String) throws {
        let device = try dramDevice(part, part == "hbm3-6400" ? "sizes: {sid: 1}" : "")
        let controller = try dramController(preset, changes)
        let problems = try checkConformance(cuts: 12) { folds in
            try machine(device: device, controller: controller, trips: 60, stride: 4096, folds: folds)
        }
        #expect(problems == [])
    }

    /// Iterations that move by whole rows of all banks repeat exactly.
    @Test func foldsAStreamThatMovesByRows() throws {
        let device = try dramDevice("hbm2-2000")
        let map = try DRAMAddressMap(
            "row bank column bankgroup pseudochannel channel", hash: [], device: device, channels: 2)
        guard case .compared(let period, _) = map.addressing else {
            Issue.record("rows are not compared")
            return
        }
        func run(_ trips: Int, folds: Bool) throws -> (end: Cycle, counters: [Int], events: Int) {
            let simulation = try machine(
                device: device, controller: try dramController("ideal"), trips: trips, stride: period, folds: folds)
            _ = simulation.run()
            let kernel = simulation.kernels[0]
            return (kernel.now(clock: 0), (0..<kernel.ledger.count).map { kernel.ledger[$0] }, kernel.events)
        }
        let folded = try run(500, folds: true)
        let unfolded = try run(500, folds: false)
        #expect(folded.end == unfolded.end && folded.counters == unfolded.counters)
        #expect(folded.events * 4 < unfolded.events, "\(folded.events) of \(unfolded.events) events")
        #expect(try run(1_000_000, folds: true).events < 2 * folded.events)
    }
}
