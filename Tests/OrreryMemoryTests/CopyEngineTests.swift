import Testing

@testable import OrreryMemory
@testable import OrrerySimulation

@Suite struct CopyEngineTests {
    private let load = Work(
        opcode: 0,
        streams: [
            .init(port: 0, address: 0, bytes: 256, count: 4, stride: 1024, isWrite: false),
            .init(port: 1, address: 1, bytes: 1024, count: 1, stride: 0, isWrite: true),
        ])

    private struct Bench {
        var dram: SimpleMemory
        var buffer: Scratchpad
        var dma: CopyEngine
        var kernel: Kernel
    }

    /// Copies `work` `times` times; each waits for nothing and posts the token `done`.
    private func copy(
        _ work: Work, times: Int, burst: Int = 256, outstanding: Int = 4, transfers: Int = 2, latency: Int = 20,
        memoryQueue: Int = 64, bufferQueue: Int = 64
    ) throws -> Bench {
        let dram = SimpleMemory(
            path: "dram",
            .init(rate: Rate(bytes: 32), latency: latency, outstanding: 1024, granule: 64, queue: memoryQueue))
        let buffer = try Scratchpad(
            path: "buffer",
            .init(capacity: 1 << 20, banks: 8, ports: 2, width: 32, latency: 1, queue: bufferQueue))
        let dma = CopyEngine(
            path: "dma", memory: dram, buffer: buffer,
            .init(burst: burst, outstanding: outstanding, transfers: transfers))
        let command = Command(
            operatorID: 1, variants: [work], addresses: [AddressSource(base: 0), AddressSource(base: 4096)],
            posts: [TokenUse(0)])
        let instructions: [Instruction] = [
            .loopBegin(loop: 0, trips: TripCount(times), mate: 2), .command(command), .loopEnd(mate: 0),
        ]
        let simulation = try Simulation(
            clocks: ClockSet([gigahertz]) ?? { preconditionFailure("one clock") }(), components: [dma, dram, buffer],
            program: Program(
                operators: ["x", "y"], tokens: [.init(name: "done")],
                queues: [QueueProgram(engine: "dma", instructions: instructions)]), folds: false)
        guard case .completed = simulation.run() else { preconditionFailure("a copy does not end") }
        return Bench(dram: dram, buffer: buffer, dma: dma, kernel: simulation.kernels[0])
    }

    private func stall(_ cause: String, _ bench: Bench) throws -> Int {
        let block = try #require(bench.kernel.ledger.blocks.first { $0.component == "dma:stalls" })
        let index = try #require(block.names.firstIndex(of: cause))
        return bench.kernel.ledger[block.base + index]
    }

    /// A chunk of 256 B: 8 cycles of the channel, the latency, then 8 rows through 2 ports and the buffer's latency of 1.
    @Test func aCopyTakesItsReadAndTheWriteOfTheLastChunk() throws {
        let one = try copy(load, times: 1, outstanding: 4)
        #expect(one.kernel.now(one.dma) == 4 * 8 + 20 + 4 + 1)
        #expect(one.kernel.tokenPosted[0] == 1)
    }

    /// With one chunk at a time every chunk takes the whole way.
    @Test func outstandingChunksLimitTheRate() throws {
        let way = 8 + 20 + 4 + 1
        let one = try copy(load, times: 5, outstanding: 1)
        #expect(one.kernel.now(one.dma) == 20 * way)
        let two = try copy(load, times: 5, outstanding: 2)
        // Two chunks share the channel: the second begins 8 cycles later, both ways overlap.
        #expect(two.kernel.now(two.dma) == 9 * way + way + 8)
    }

    @Test func copiesOverlapWithinTheTransferWindow() throws {
        let alone = try copy(load, times: 8, outstanding: 64, transfers: 1)
        #expect(alone.kernel.now(alone.dma) == 8 * (32 + 20 + 4 + 1))
        let overlapped = try copy(load, times: 8, outstanding: 64, transfers: 8)
        #expect(overlapped.kernel.now(overlapped.dma) == 8 * 32 + 20 + 4 + 1)
        #expect(try stall("transfers", alone) == 7 * 57 - 7)
        #expect(try stall("transfers", overlapped) == 0)
    }

    @Test func aRefusingServerIsNamed() throws {
        let memory = try copy(load, times: 8, outstanding: 64, transfers: 2, memoryQueue: 1)
        #expect(try stall("port memory", memory) > 0 && stall("port buffer", memory) == 0)
        let buffer = try copy(load, times: 8, outstanding: 64, transfers: 2, latency: 0, bufferQueue: 1)
        #expect(try stall("port memory", buffer) == 0)
        #expect(buffer.buffer.traffic.bytesWritten(1, in: buffer.kernel.ledger) == 8 * 1024)
    }

    @Test(arguments: 0..<200) func bytesArePreserved(seed: Int) throws {
        var random = Random(seed: UInt64(seed))
        let (small, factor, count) = (random.int(1...200), random.int(1...5), random.int(1...6))
        let isStore = random.int(0...1) == 1
        let (readPort, writePort) = isStore ? (1, 0) : (0, 1)
        let work = Work(
            opcode: 0,
            streams: [
                .init(port: readPort, address: 0, bytes: small, count: count * factor, stride: 256, isWrite: false),
                .init(port: writePort, address: 1, bytes: small * factor, count: count, stride: 2048, isWrite: true),
            ])
        let bench = try copy(
            work, times: 3, burst: random.int(1...700), outstanding: random.int(1...5), transfers: random.int(1...3),
            memoryQueue: random.int(1...3), bufferQueue: random.int(1...3))
        let (ledger, total) = (bench.kernel.ledger, 3 * small * factor * count)
        let reader = isStore ? bench.buffer.traffic : bench.dram.traffic
        let writer = isStore ? bench.dram.traffic : bench.buffer.traffic
        #expect(reader.bytesRead(1, in: ledger) == total && reader.bytesWritten(1, in: ledger) == 0)
        #expect(writer.bytesWritten(1, in: ledger) == total && writer.bytesRead(1, in: ledger) == 0)
        #expect(bench.dma.bytes(port: readPort, isWrite: false, 1, in: ledger) == total)
        #expect(bench.dma.bytes(port: writePort, isWrite: true, 1, in: ledger) == total)
        #expect(bench.kernel.tokenPosted[0] == 3)
    }

    /// Chunks cover each byte of both sides once, in order, whatever the shapes.
    @Test(arguments: 0..<200) func chunksCoverBothPatterns(seed: Int) {
        var random = Random(seed: UInt64(seed))
        let (a, b) = (random.int(1...12), random.int(1...12))
        let source = CopyPattern(address: 0, bytes: a, count: 2 * b, stride: a + random.int(0...5))
        let target = CopyPattern(address: 0, bytes: b, count: 2 * a, stride: b + random.int(0...5))
        func bytes(_ request: Request) -> [Int] {
            (0..<request.count).flatMap { piece in
                (0..<request.bytes).map { request.address + piece * request.stride + $0 }
            }
        }
        func all(_ pattern: CopyPattern) -> [Int] {
            (0..<(2 * a * b)).map { $0 / pattern.bytes * pattern.stride + $0 % pattern.bytes }
        }
        var (read, written, offset): ([Int], [Int], Int) = ([], [], 0)
        let burst = random.int(1...40)
        while offset < 2 * a * b {
            let length = CopyPattern.chunk(source, target, limit: min(burst, 2 * a * b - offset), at: offset)
            #expect(length > 0 && length <= burst)
            var request = Request(
                address: 0, bytes: 0, isWrite: false, operatorID: 0, command: 0, requester: 0, tag: 0)
            source.locate(length, at: offset, in: &request)
            read += bytes(request)
            target.locate(length, at: offset, in: &request)
            written += bytes(request)
            offset += length
        }
        #expect(read == all(source) && written == all(target))
    }

    @Test func generatesCopiesInBothDirections() throws {
        func operand(_ tensor: String, port: Int?, _ address: Int, bytes: Int = 2) -> TileOperation.Operand {
            .init(
                tensor: tensor, elementBytes: bytes, spansRows: false, spansColumns: true, steps: 16, port: port,
                address: address)
        }
        func operation(_ source: TileOperation.Operand, _ result: TileOperation.Operand) -> TileOperation {
            TileOperation(chain: [.copy], rows: 1, columns: 64, steps: 16, operands: [source], result: result)
        }
        let store = try CopyEngine.generate(operation(operand("V", port: 1, 0), operand("V", port: 0, 1)))
        #expect(
            store.compute.streams == [
                .init(port: 1, address: 0, bytes: 128, count: 16, stride: 128, isWrite: false),
                .init(port: 0, address: 1, bytes: 128, count: 16, stride: 128, isWrite: true),
            ])
        for bad in [
            operation(operand("V", port: nil, 0), operand("V", port: 0, 1)),
            operation(operand("V", port: 1, 0), operand("V", port: 0, 1, bytes: 4)),
            operation(operand("V", port: 2, 0), operand("V", port: 0, 1)),
        ] {
            #expect(throws: GenerationError.self) { try CopyEngine.generate(bad) }
        }
        var sum = operation(operand("V", port: 1, 0), operand("V", port: 0, 1))
        sum.chain = [.add]
        #expect(throws: GenerationError.self) { try CopyEngine.generate(sum) }
    }
}
