import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// Power-down and self-refresh of DDR4-2400: when a rank may enter and leave them, what they cost, and that they are off by themselves.
@Suite struct DRAMLowPowerTests {
    private func serve(
        _ reads: [Cycle], _ changes: String, sizes: String = ""
    ) throws -> (done: [Cycle], memory: DRAMMemory, ledger: Ledger) {
        let device = try dramDevice("ddr4-2400", sizes)
        let map = try DRAMAddressMap("row bank bankgroup column rank channel", hash: [], device: device, channels: 1)
        let dram = DRAMMemory(
            path: "dram",
            .init(device: device, controller: try dramController("ideal", changes), map: map, channels: 1))
        let requester = Requester(
            dram, reads.enumerated().map { Requester.Item(at: $1, address: $0 * 64, bytes: 64) })
        let kernel = try run([requester], [dram])
        return (requester.done, dram, kernel.ledger)
    }

    /// Ticks with open rows and power, without; in power-down with open rows, without; in self-refresh.
    private func states(_ run: (done: [Cycle], memory: DRAMMemory, ledger: Ledger)) -> [Int] {
        let counters = run.memory.counters
        return [.openStandby, .closedStandby].map { counters.value($0, in: run.ledger) }
            + (0..<3).map { counters.lowPower($0, in: run.ledger) }
    }

    /// RD in 16, its data end in 36: power-down from 56 on.
    @Test func theEarliestAccessOfARankThatPowersDown() throws {
        func second(_ at: Cycle) throws -> Cycle { try serve([0, at], "power_down: 20").done[1] - at }
        #expect(try second(55) == 20)
        // It stays for tCKE 6; then tXP 8.
        #expect(try second(56) == 6 + 8 + 20)
        #expect(try second(61) == 1 + 8 + 20)
        #expect(try second(62) == 8 + 20)
        #expect(try second(1000) == 8 + 20)
    }

    /// A rank does not power down before its row could be closed: tRAS 39.
    @Test func noEarlierThanTheRowAllows() throws {
        let run = try serve([0, 100], "power_down: 1")
        #expect(states(run)[2] == 100 - 39)
    }

    @Test func whatItTakesIsBooked() throws {
        let run = try serve([0, 1000], "power_down: 20")
        let found = states(run)
        #expect(run.done == [36, 1028])
        #expect(found == [56 + 28, 0, 1000 - 56, 0, 0])
        let energy = try #require(DRAMEnergy(run.memory.configuration.device))
        let use = try #require(run.memory.energy(in: run.ledger))
        let expected = 944 * 0.833e-9 * 1.2 * 37e-3 * 8
        #expect(abs(use.lowPower / expected - 1) < 1e-9)
        #expect(try #require(energy.powerDownClosed).value < energy.closedStandby.value)
        let lost = run.memory.lostTicks(in: run.ledger).first { $0.cause == "power-down" }
        #expect(lost?.ticks == 8)
    }

    /// A refresh wakes it: PREA behind tXP, REF behind tRP, and it powers down again, with its rows closed.
    @Test func aRefreshWakesIt() throws {
        let run = try serve([0, 10_000], "power_down: 20, refresh: all-bank")
        #expect(run.done[1] == 10_000 + 8 + 36)
        let found = states(run)
        #expect(found[2] == 9364 - 56)
        #expect(found[3] == 10_000 - (9364 + 8 + 16 + 1))
        #expect(found.reduce(0, +) == run.done[1])
        #expect(run.memory.traffic.actions(3, 0, in: run.ledger) == 1)
    }

    /// With its rows closed it refreshes itself from 136 on, and needs tXS = tRFC + 10 ns to come back.
    @Test func itRefreshesItself() throws {
        let run = try serve([0, 20_000], "row_policy: closed, self_refresh: 100, refresh: all-bank")
        #expect(run.done[1] == 20_000 + 433 + 13 + 36)
        #expect(states(run)[4] == 20_000 - 136)
        #expect(run.memory.traffic.actions(3, 0, in: run.ledger) == 0)
        let awake = try serve([0, 20_000], "row_policy: closed, refresh: all-bank")
        #expect(awake.memory.traffic.actions(3, 0, in: awake.ledger) == 2)
    }

    /// From power-down by way of a clock that runs for tXP.
    @Test func bothInTurn() throws {
        let run = try serve([0, 20_000], "row_policy: closed, power_down: 20, self_refresh: 100, refresh: all-bank")
        let found = states(run)
        #expect(found[2...] == [0, 136 - 56, 20_000 - (136 + 8)])
    }

    /// One rank sleeps while the other works.
    @Test func ranksSleepByThemselves() throws {
        let run = try serve([0, 1000], "power_down: 20", sizes: "sizes: {rank: 2}")
        // The second access goes to the other rank, which has slept since 20.
        #expect(run.done == [36, 1000 + 8 + 36])
        #expect(states(run).reduce(0, +) == 2 * run.done[1])
    }

    @Test(arguments: [
        ("hbm2-2000", "power_down: 10", "gives no times for it"),
        ("ddr5-4800", "self_refresh: 10", "gives no times for it"),
        ("{extends: ddr4-2400.yaml, power: {extends: power/hbm2.yaml}}", "power_down: 9", "has no power_down"),
    ])
    func whatADeviceLacksIsRefused(device: String, changes: String, message: String) throws {
        let known = try #require(memoryClasses.first { $0.name == "dram" })
        let diagnostics = Diagnostics()
        let text = """
            device: \(device.hasPrefix("{") ? device : device + ".yaml")
            controller: {extends: controllers/ideal.yaml, \(changes)}
            mapping: row bank column bankgroup \(device == "hbm2-2000" ? "pseudochannel" : "rank") channel
            channels: 1
            """
        let node = YAML.parse(text, file: "\(dramParts)/machine.yaml", diagnostics: diagnostics)
        let values = ParameterValues.decode(node, declared: known.parameters, path: "dram", diagnostics: diagnostics)
        try #require(diagnostics.all.map(\.description) == [] && values.isComplete)
        let hertz = device == "hbm2-2000" ? 1_000_000_000 : device == "ddr5-4800" ? 2_403_846_154 : 1_200_480_192
        let clocks = try #require(ClockSet([Clock(name: "dram", periodNumerator: 1, periodDenominator: hertz)]))
        do {
            _ = try known.make(Site(path: "dram", clocks: clocks, clock: 0, values: values))
            Issue.record("made")
        } catch { #expect(error.message.contains(message), "\(error.message)") }
    }
}
