import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

/// An arbiter that knows nothing of the future: every cycle the oldest request first takes what ports and banks are left. A piece
/// that begins in the row in which the one before it ends needs none for that row.
private func arbitrate(_ items: [Requester.Item], banks: Int, ports: Int, width: Int, bankCycle: Int) -> [Cycle] {
    struct Stream {
        var rows: [(row: Int, isFirst: Bool, isHeld: Bool)] = []
        var next = 0
        var earliest = 0
        var pace: Int
        var lastCycle = 0
    }
    var streams = items.map { item in
        var stream = Stream(earliest: item.at, pace: item.pace)
        for piece in 0..<item.count {
            let first = item.address + piece * item.stride
            for row in (first / width)...((first + item.bytes - 1) / width) {
                let isFirst = row == first / width
                stream.rows.append((row, isFirst, isFirst && row == stream.rows.last?.row))
            }
        }
        return stream
    }
    var bankFree = Array(repeating: 0, count: banks)
    var cycle = 0
    while streams.contains(where: { $0.next < $0.rows.count }) {
        var free = ports
        for index in streams.indices where items[index].at <= cycle {
            while streams[index].next < streams[index].rows.count {
                let (row, isFirst, isHeld) = streams[index].rows[streams[index].next]
                if isFirst && cycle < streams[index].earliest { break }
                if !isHeld && (free == 0 || bankFree[row % banks] > cycle) { break }
                if isFirst { streams[index].earliest = cycle + streams[index].pace }
                if !isHeld {
                    bankFree[row % banks] = cycle + bankCycle
                    free -= 1
                }
                streams[index].next += 1
                streams[index].lastCycle = cycle
            }
        }
        cycle += 1
    }
    return streams.map(\.lastCycle)
}

@Suite struct ScratchpadReferenceTests {
    private func items(_ random: inout Random, _ count: Int, width: Int, waits: Bool) -> [Requester.Item] {
        var at = 0
        return (0..<count).map { _ in
            at += random.pick([0, 0, 0, 1, 3, 40])
            return Requester.Item(
                at: at, address: random.int(0...4000), bytes: random.pick([1, 4, width, 3 * width, 5 * width + 1]),
                count: random.int(1...30), stride: random.pick([0, 4, width, 2 * width, 7 * width + 3]),
                pace: random.int(0...3), waits: waits)
        }
    }

    /// With banks that are busy for one cycle, reserving ahead is the same as arbitrating every cycle.
    @Test(arguments: 0..<300) func reservingEqualsArbitrating(seed: Int) throws {
        var random = Random(seed: UInt64(seed))
        let (banks, ports) = (random.pick([1, 2, 4, 7, 32, 100]), random.int(1...5))
        let (width, bankCycle) = (random.pick([8, 12, 32]), random.int(0...1))
        let buffer = try Scratchpad(
            path: "buffer",
            .init(
                capacity: banks * width * 4096, banks: banks, ports: ports, width: width, latency: 0,
                bankCycle: bankCycle, queue: 4096))
        let requester = Requester(buffer, items(&random, 12, width: width, waits: false))
        try run([requester], [buffer])
        let expected = arbitrate(requester.items, banks: banks, ports: ports, width: width, bankCycle: bankCycle)
        #expect(requester.done == expected.map { $0 + 1 })
    }

    /// With slower banks too, for one request at a time.
    @Test(arguments: 0..<200) func aLoneRequestEqualsArbitrating(seed: Int) throws {
        var random = Random(seed: UInt64(1000 + seed))
        let (banks, ports) = (random.pick([1, 2, 4, 7, 32]), random.int(1...5))
        let (width, bankCycle) = (random.pick([8, 12, 32]), random.int(2...5))
        let buffer = try Scratchpad(
            path: "buffer",
            .init(
                capacity: banks * width * 4096, banks: banks, ports: ports, width: width, latency: 8,
                bankCycle: bankCycle))
        let requester = Requester(buffer, items(&random, 10, width: width, waits: true))
        try run([requester], [buffer])
        for (index, item) in requester.items.enumerated() {
            var alone = item
            alone.at = requester.taken[index]
            let last = arbitrate([alone], banks: banks, ports: ports, width: width, bankCycle: bankCycle)
            #expect(requester.done[index] == last[0] + 9)
        }
    }
}
