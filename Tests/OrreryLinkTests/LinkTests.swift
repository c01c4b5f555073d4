import Testing

@testable import OrreryLink
@testable import OrrerySimulation

@Suite struct LinkTests {
    private func link(
        to target: Server?, rate: Rate = Rate(bytes: 8), latency: Int = 50, header: Int = 16, payload: Int = 256,
        credits: Int = 32
    ) -> Link {
        Link(
            path: "link", target: target,
            .init(rate: rate, latency: latency, header: header, payload: payload, credits: credits))
    }

    /// Forward a header (2 cycles), 50, the memory's 30, back a header and 64 B (10 cycles), 50.
    @Test func aReadBringsItsDataBack() throws {
        let memory = FixedMemory(delay: 30)
        let link = link(to: memory)
        let requester = Requester(link, [.init(at: 5, bytes: 64)])
        try run([requester], [link, memory])
        #expect(memory.arrivals == [5 + 2 + 50])
        #expect(requester.done == [5 + 52 + 30 + 10 + 50])
    }

    @Test func aWriteTakesItsDataForward() throws {
        let memory = FixedMemory(delay: 30)
        let link = link(to: memory)
        let requester = Requester(link, [.init(at: 5, bytes: 64, isWrite: true)])
        try run([requester], [link, memory])
        #expect(memory.arrivals == [5 + 10 + 50])
        #expect(requester.done == [5 + 60 + 30 + 2 + 50])
    }

    @Test func aMessageIsDoneWhenItArrives() throws {
        let link = link(to: nil)
        let requester = Requester(link, [.init(at: 0, bytes: 8, isWrite: true), .init(at: 1, bytes: 8, isWrite: true)])
        try run([requester], [link])
        #expect(requester.done == [3 + 50, 6 + 50])
    }

    @Test(arguments: [(1, 1), (256, 1), (257, 2), (1000, 4)]) func longDataPayAHeaderForEachMessage(
        bytes: Int, messages: Int
    ) throws {
        let link = link(to: nil, rate: Rate(bytes: 1), latency: 0)
        let requester = Requester(link, [.init(at: 0, bytes: bytes, isWrite: true, operatorID: 1)])
        let kernel = try run([requester], [link])
        #expect(requester.done == [bytes + 16 * messages])
        #expect(link.traffic.actions(0, 1, in: kernel.ledger) == bytes + 16 * messages)
        #expect(link.traffic.bytesWritten(1, in: kernel.ledger) == bytes)
    }

    /// Reads and writes use different directions for their data and don't slow each other but for headers.
    @Test func directionsAreIndependent() throws {
        let memory = FixedMemory(delay: 0)
        let link = link(to: memory, rate: Rate(bytes: 1), latency: 10, header: 0)
        let requester = Requester(link, (0..<20).map { .init(at: 0, bytes: 100, isWrite: $0 % 2 == 0) })
        try run([requester], [link, memory])
        #expect(requester.done.max() == 10 * 100 + 10 + 100 + 10)
    }

    @Test(arguments: [(3, 1), (64, 3), (1_000_003, 65_537)]) func longStreamsLoseNothingToFractions(
        bytes: Int, cycles: Int
    ) throws {
        let link = link(to: nil, rate: Rate(bytes: bytes, perCycles: cycles), latency: 7, header: 0, credits: 1000)
        let requester = Requester(link, (0..<1000).map { _ in .init(at: 0, bytes: 256, isWrite: true) })
        try run([requester], [link])
        #expect(requester.done.last == (256_000 * cycles + bytes - 1) / bytes + 7)
    }

    /// Credits × bytes in a round trip.
    @Test(arguments: [1, 2, 4, 100]) func creditsLimitReads(credits: Int) throws {
        let memory = FixedMemory(delay: 20)
        let link = link(to: memory, rate: Rate(bytes: 16), latency: 100, credits: credits)
        let requester = Requester(link, (0..<400).map { _ in .init(at: 0, bytes: 64) })
        try run([requester], [link, memory])
        let roundTrip = 1 + 100 + 20 + 5 + 100
        #expect(
            requester.done.last
                == (400 / credits - 1) * max(roundTrip, credits * 5) + roundTrip + (min(credits, 400) - 1) * 5)
    }

    @Test func aFullMemoryHoldsUpWhatFollows() throws {
        let memory = FixedMemory(delay: 40, places: 1)
        let link = link(to: memory, rate: Rate(bytes: 16), latency: 10)
        let requester = Requester(link, (0..<3).map { _ in .init(at: 0, bytes: 16) })
        try run([requester], [link, memory])
        #expect(memory.arrivals == [11, 51, 91])
        #expect(requester.done == [63, 103, 143])
    }

    @Test func creditsRefuse() throws {
        let link = link(to: nil, latency: 10, header: 0, credits: 2)
        let requester = Requester(link, (0..<4).map { _ in .init(at: 0, bytes: 80, isWrite: true) })
        try run([requester], [link])
        #expect(requester.taken == [0, 0, 20, 30] && requester.done == [20, 30, 40, 50])
    }

    @Test func bothEndsShareTheWires() throws {
        let here = FixedMemory(path: "here", delay: 0)
        let there = FixedMemory(path: "there", delay: 0)
        let near = link(to: there, rate: Rate(bytes: 1), latency: 0, header: 0)
        let far = Link(farEndOf: near, target: here)
        #expect(far.path == "link.far" && far.behind.map(\.path) == ["here", "link"])
        // The far end's write and the answer to the near end's read go the same way.
        let reader = Requester(path: "reader", near, [.init(at: 0, bytes: 100)])
        let writer = Requester(path: "writer", far, [.init(at: 0, bytes: 100, isWrite: true)])
        let kernel = try run([reader, writer], [near, far, here, there])
        #expect(reader.done == [200] && writer.done == [100])
        #expect(near.traffic.actions(1, 0, in: kernel.ledger) == 200)
    }

    @Test func worksBetweenClocks() throws {
        let clocks = [gigahertz, Clock(name: "slow", periodNumerator: 3, periodDenominator: 1_000_000_000)]
        let memory = FixedMemory(clock: 1, delay: 2, places: 1)
        let link = link(to: memory, rate: Rate(bytes: 16), latency: 10, header: 16)
        let requester = Requester(link, (0..<2).map { _ in .init(at: 0, bytes: 16) })
        try run([requester], [link, memory], clocks: clocks)
        // At 11 ns the memory's next edge is 12 ns (cycle 4); the second is offered again when the first is done.
        #expect(memory.arrivals == [4, 6])
        #expect(requester.done == [18 + 2 + 10, 24 + 2 + 10])
    }

    @Test func worksAtTenToTheFourteenCycles() throws {
        let start = 100_000_000_000_000
        let memory = FixedMemory(delay: 1)
        let link = link(to: memory, rate: Rate(bytes: 67_108_864, perCycles: 146_875), latency: 1000, header: 0)
        let requester = Requester(link, [.init(at: start, bytes: 1 << 26)])
        try run([requester], [link, memory])
        #expect(requester.done == [start + 1000 + 1 + 146_875 + 1000])
    }
}
