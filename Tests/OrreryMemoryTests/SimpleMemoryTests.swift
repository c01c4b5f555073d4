import OrreryText
import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

@Suite struct SimpleMemoryTests {
    private func memory(
        _ rate: Rate = Rate(bytes: 32), latency: Int = 100, outstanding: Int = 64, granule: Int = 64, queue: Int = 64,
        skips: Bool = true
    ) -> SimpleMemory {
        SimpleMemory(
            path: "dram",
            .init(rate: rate, latency: latency, outstanding: outstanding, granule: granule, queue: queue), skips: skips)
    }

    @Test func oneGranuleTakesItsTransferAndTheLatency() throws {
        let dram = memory()
        let requester = Requester(dram, [.init(at: 7, address: 0, bytes: 64)])
        try run([requester], [dram])
        #expect(requester.done == [7 + 2 + 100])
    }

    /// A stream that the window does not limit: bytes × cycles / bytes of the rate, rounded up once.
    @Test(arguments: [(32, 1), (64, 3), (1_000_003, 65_537), (7, 2)]) func longStreamsLoseNothingToFractions(
        bytes: Int, cycles: Int
    )
        throws
    {
        let dram = memory(Rate(bytes: bytes, perCycles: cycles), latency: 3, outstanding: 100_000)
        let requester = Requester(dram, (0..<50).map { _ in .init(at: 0, address: 0, bytes: 64 * 997) })
        try run([requester], [dram])
        let total = 64 * 997 * 50 * cycles
        #expect(requester.done.last == (total + bytes - 1) / bytes + 3)
    }

    @Test func theFractionIsForgottenWhenIdle() throws {
        // A granule takes 21 1/3 cycles.
        let rate = Rate(bytes: 3)
        let gapless = Requester(
            memory(rate, latency: 0), [.init(at: 0, address: 0, bytes: 64), .init(at: 21, address: 0, bytes: 64)])
        try run([gapless], [gapless.ports[0]])
        #expect(gapless.done == [22, 43])
        let idle = Requester(
            memory(rate, latency: 0), [.init(at: 0, address: 0, bytes: 64), .init(at: 22, address: 0, bytes: 64)])
        try run([idle], [idle.ports[0]])
        #expect(idle.done == [22, 44])
    }

    /// Little's law: outstanding granules every latency and transfer, where that is less than the channel's rate.
    @Test(arguments: [1, 2, 8, 32, 64], [100, 1000]) func theWindowLimitsBandwidth(outstanding: Int, latency: Int)
        throws
    {
        let dram = memory(latency: latency, outstanding: outstanding)
        let granules = outstanding * 200
        let requester = Requester(dram, [.init(at: 0, address: 0, bytes: 64 * granules)])
        try run([requester], [dram])
        let round = max(latency + 2, outstanding * 2)
        #expect(requester.done == [199 * round + (outstanding - 1) * 2 + 2 + latency])
    }

    @Test func theLatencyIsExposedByOneRequestAtATime() throws {
        for latency in [100, 10_000] {
            let dram = memory(latency: latency)
            let requester = Requester(dram, (0..<20).map { _ in .init(at: 0, address: 0, bytes: 640, waits: true) })
            try run([requester], [dram])
            #expect(requester.done.last == 20 * (20 + latency))
        }
    }

    @Test func aShortPieceTakesAWholeGranule() throws {
        let dram = memory(latency: 0)
        let requester = Requester(
            dram, [.init(at: 0, address: 0, bytes: 65, count: 3, stride: 100, isWrite: true, operatorID: 1)])
        let kernel = try run([requester], [dram])
        #expect(requester.done == [12])
        #expect(dram.traffic.actions(1, 1, in: kernel.ledger) == 6)
        #expect(dram.traffic.bytesWritten(1, in: kernel.ledger) == 195)
    }

    @Test func pacedPiecesBeginApart() throws {
        let dram = memory(latency: 0)
        let requester = Requester(
            dram,
            [.init(at: 0, address: 0, bytes: 64, count: 10, stride: 64, pace: 5), .init(at: 0, address: 0, bytes: 64)])
        try run([requester], [dram])
        #expect(requester.done == [47, 49])
    }

    @Test func aFullQueueRefuses() throws {
        let dram = memory(latency: 10, queue: 2)
        let requester = Requester(dram, (0..<4).map { _ in .init(at: 0, address: 0, bytes: 64) })
        try run([requester], [dram])
        #expect(requester.taken == [0, 0, 12, 14] && requester.done == [12, 14, 24, 26])
    }

    /// 400 GiB/s at 940 MHz has no short fraction; 10^14 cycles are more than a day.
    @Test(arguments: [true, false]) func worksAtTenToTheFourteenCycles(skips: Bool) throws {
        let clock = Clock(name: "core", periodNumerator: 1, periodDenominator: 940_000_000)
        let rate = try #require(Rate(bytesPerSecond: Quantity("400 GiB/s").value, clock: clock))
        #expect(rate == Rate(bytes: 67_108_864, perCycles: 146_875))
        let start = 100_000_000_000_000
        let dram = memory(rate, latency: 94, outstanding: skips ? 4096 : 1, skips: skips)
        let requester = Requester(dram, [.init(at: start, address: 0, bytes: 1 << 22, count: 4, stride: 1 << 22)])
        try run([requester], [dram], clocks: [clock])
        let transfer = (Int128(1 << 24) * 146_875 + 67_108_863) / 67_108_864
        #expect(requester.done == [start + (skips ? Int(transfer) + 94 : (1 << 18) * 95)])
    }

    @Test func hugeRequestsAtFineRatesDontOverflow() throws {
        let rate = Rate(bytes: (1 << 61) - 1, perCycles: 1 << 55)
        let dram = memory(rate, latency: 1, outstanding: 1 << 20, granule: 1 << 20)
        let requester = Requester(dram, [.init(at: 0, address: 0, bytes: 1 << 50)])
        try run([requester], [dram])
        #expect(requester.done == [(1 << 44) + 1 + 1])
    }
}
