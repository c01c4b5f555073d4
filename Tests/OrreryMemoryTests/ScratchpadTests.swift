import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

@Suite struct ScratchpadTests {
    /// Capacity is large enough for every address used here.
    private func scratchpad(
        banks: Int = 4, ports: Int = 1, width: Int = 16, latency: Int = 3, bankCycle: Int = 1, queue: Int = 64
    ) throws -> Scratchpad {
        try Scratchpad(
            path: "buffer",
            .init(
                capacity: banks * width * 1024, banks: banks, ports: ports, width: width, latency: latency,
                bankCycle: bankCycle, queue: queue))
    }

    @Test(arguments: [0, 1, 7]) func oneAccessIsDoneAfterItsCycleAndTheLatency(latency: Int) throws {
        let buffer = try scratchpad(latency: latency)
        let requester = Requester(buffer, [.init(at: 5, address: 32, bytes: 16)])
        try run([requester], [buffer])
        #expect(requester.taken == [5] && requester.done == [5 + 1 + latency])
    }

    @Test(arguments: [1, 2, 3, 8]) func pacedPiecesTakePaceCyclesEach(pace: Int) throws {
        let buffer = try scratchpad(ports: 4)
        let requester = Requester(buffer, [.init(at: 0, address: 0, bytes: 16, count: 10, stride: 16, pace: pace)])
        try run([requester], [buffer])
        #expect(requester.done == [9 * pace + 1 + 3])
    }

    /// n rows over p ports and enough banks take ceil(n / p) cycles.
    @Test(arguments: [1, 2, 3, 4, 8]) func aWideRequestUsesAllPortsInACycle(ports: Int) throws {
        let buffer = try scratchpad(banks: 8, ports: ports, latency: 0)
        let requester = Requester(buffer, [.init(at: 0, address: 0, bytes: 16 * 40)])
        try run([requester], [buffer])
        #expect(requester.done == [(40 + ports - 1) / ports])
    }

    /// A stride of s rows visits banks / gcd(s, banks) banks; each takes a piece every bankCycle cycles.
    @Test(arguments: 1...8, [1, 2, 3]) func stridesConflictByTheirCommonFactorWithTheBanks(stride: Int, bankCycle: Int)
        throws
    {
        let buffer = try scratchpad(banks: 8, ports: 8, latency: 0, bankCycle: bankCycle)
        let requester = Requester(buffer, [.init(at: 0, address: 0, bytes: 16, count: 64, stride: 16 * stride)])
        try run([requester], [buffer])
        let visited = 8 / greatestCommonDivisor(stride, 8)
        #expect(requester.done == [(64 / visited - 1) * bankCycle + 1])
    }

    @Test func banksThatNeverConflict() throws {
        let buffer = try scratchpad(banks: 1, ports: 4, latency: 0, bankCycle: 0)
        let requester = Requester(buffer, [.init(at: 0, address: 0, bytes: 16, count: 64, stride: 16)])
        let kernel = try run([requester], [buffer])
        #expect(requester.done == [16] && buffer.bankConflicts(in: kernel.ledger) == 0)
    }

    @Test func anUnalignedPieceTakesEveryRowThatItTouches() throws {
        let buffer = try scratchpad(latency: 0)
        let requester = Requester(buffer, [.init(at: 0, address: 8, bytes: 16), .init(at: 0, address: 15, bytes: 18)])
        let kernel = try run([requester], [buffer])
        #expect(buffer.traffic.actions(0, 0, in: kernel.ledger) == 2 + 3)
        #expect(buffer.traffic.bytesRead(0, in: kernel.ledger) == 34)
        #expect(requester.done == [2, 5])
    }

    @Test func aYoungerRequestFillsTheHolesOfAnOlderOne() throws {
        let buffer = try scratchpad(ports: 1, latency: 0)
        let requester = Requester(
            buffer,
            [
                .init(at: 0, address: 0, bytes: 16, count: 5, stride: 64, pace: 2),
                .init(at: 0, address: 16, bytes: 16, count: 5, stride: 64),
            ])
        let kernel = try run([requester], [buffer])
        #expect(requester.done == [9, 10])
        // The first access finds cycle 0 taken, each further one its predecessor's cycle and the next.
        #expect(buffer.portConflicts(in: kernel.ledger) == 1 + 4 * 2)
        #expect(buffer.bankConflicts(in: kernel.ledger) == 0)
    }

    /// The older stream needs bank 0 at cycle 4 and a bank is busy for 4 cycles, so a younger access at 1 would delay it.
    @Test func aYoungerAccessNeverDelaysAnOlderOne() throws {
        let buffer = try scratchpad(ports: 4, latency: 0, bankCycle: 4)
        let requester = Requester(
            buffer,
            [
                .init(at: 0, address: 16, bytes: 16, count: 2, stride: -16, pace: 4),
                .init(at: 1, address: 0, bytes: 16),
                .init(at: 1, address: 32, bytes: 16),
            ])
        let kernel = try run([requester], [buffer])
        #expect(requester.done == [5, 9, 2])
        #expect(buffer.bankConflicts(in: kernel.ledger) == 7)
    }

    /// Four streams of one row a cycle: with four ports nobody waits, with one each gets a quarter.
    @Test(arguments: [(4, 32, 100), (2, 32, 200), (1, 32, 400), (4, 2, 200)])
    func portsAndBanksLimitParallelStreams(ports: Int, banks: Int, cycles: Int) throws {
        let buffer = try scratchpad(banks: banks, ports: ports, latency: 0)
        let requester = Requester(
            buffer,
            (0..<4).map { .init(at: 0, address: $0 * 16, bytes: 16, count: 100, stride: 16, pace: 1) })
        try run([requester], [buffer])
        #expect(requester.done.max() == cycles)
    }

    @Test func aFullQueueRefusesAndAdmitsInTheOrderOfRefusal() throws {
        let buffer = try scratchpad(latency: 9, queue: 1)
        let requesters = (0..<3).map { index in
            Requester(
                path: "requester\(index)", buffer,
                (0..<3).map { _ in .init(at: 2 - index, address: 0, bytes: 16) })
        }
        try run(requesters, [buffer])
        // At cycle 0 requester 2 is taken and at once refused its second request, before the others come.
        #expect(requesters[2].taken == [0, 10, 40])
        #expect(requesters[1].taken == [20, 50, 70])
        #expect(requesters[0].taken == [30, 60, 80])
    }

    @Test func paceIsInTheRequestersCycles() throws {
        let clocks = [gigahertz, Clock(name: "fast", periodNumerator: 2, periodDenominator: 3_000_000_000)]
        let buffer = try scratchpad(ports: 4, latency: 0)
        // Three pieces in two cycles of the buffer: piece i begins at cycle ceil(2 i / 3).
        let requester = Requester(
            clock: 1, buffer, [.init(at: 0, address: 0, bytes: 16, count: 31, stride: 16, pace: 1)])
        try run([requester], [buffer], clocks: clocks)
        // Cycle 21 of the buffer is 31.5 cycles of the requester, which sees whole ones.
        #expect(requester.done == [31])
    }

    @Test func aRequestInMidCycleIsSeenAtTheNextEdge() throws {
        let clocks = [gigahertz, Clock(name: "fast", periodNumerator: 1, periodDenominator: 4_000_000_000)]
        let buffer = try scratchpad(latency: 0)
        let requester = Requester(
            clock: 1, buffer, [.init(at: 4, address: 0, bytes: 16), .init(at: 9, address: 0, bytes: 16)])
        try run([requester], [buffer], clocks: clocks)
        #expect(requester.done == [8, 16])
    }

    @Test func countsRowsAndBytesByOperator() throws {
        let buffer = try scratchpad()
        let requester = Requester(
            buffer,
            [
                .init(at: 0, address: 0, bytes: 64, count: 3, stride: 64, isWrite: true, operatorID: 1),
                .init(at: 0, address: 0, bytes: 4, count: 5, stride: 4),
            ])
        let traffic = { (kernel: Kernel) in (0..<2).map { buffer.traffic.actions($0, 1 - $0, in: kernel.ledger) } }
        let kernel = try run([requester], [buffer])
        #expect(traffic(kernel) == [0, 0] && buffer.traffic.actions(1, 1, in: kernel.ledger) == 12)
        // Pieces in the row that the port holds need no access of their own.
        #expect(buffer.traffic.actions(0, 0, in: kernel.ledger) == 2)
        #expect(buffer.traffic.bytesWritten(1, in: kernel.ledger) == 192)
        #expect(buffer.traffic.bytesRead(0, in: kernel.ledger) == 20)
    }

    @Test func worksAtTenToTheFourteenCycles() throws {
        let start = 100_000_000_000_000
        let buffer = try scratchpad(latency: 2)
        let requester = Requester(
            buffer, [.init(at: start, address: 0, bytes: 16, count: 4, stride: 16, pace: 1_000_000)])
        try run([requester], [buffer])
        #expect(requester.done == [start + 3_000_000 + 3])
    }

    @Test func capacityMustHoldWholeRowsOfAllBanks() {
        #expect(throws: ConfigurationError.self) {
            try Scratchpad(path: "b", .init(capacity: 100, banks: 4, ports: 1, width: 16, latency: 0))
        }
    }

    @Test func peakIsWhatPortsAndBanksAllow() throws {
        #expect(try scratchpad(banks: 32, ports: 4).peak == Rate(bytes: 64))
        #expect(try scratchpad(banks: 2, ports: 4).peak == Rate(bytes: 32))
        #expect(try scratchpad(banks: 4, ports: 4, bankCycle: 3).peak == Rate(bytes: 64, perCycles: 3))
        #expect(try scratchpad(banks: 1, ports: 4, bankCycle: 0).peak == Rate(bytes: 64))
    }
}
