import OrrerySimulation

/// A copy engine (DMA): an in-order queue of copies between a memory and a buffer, in either direction, that run in the background.
///
/// **Modelled cycle by cycle.** One command is issued a cycle while fewer than `transfers` are under way. A copy is cut into
/// chunks of at most `burst` bytes; a chunk is read from its source, held, and written to its destination as soon as it has
/// arrived. At most `outstanding` chunks are between the request of their read and the end of their write, over all copies. Reads
/// go out in the order of the commands, writes in the order of arrival. A copy is done with its last written chunk;
/// copies are done in whatever order that happens. Where no transfer is free the queue stalls: for `port …` while that server
/// refuses the engine's next request, else for `transfers`.
///
/// **Abstracted.** Requests go to the servers as fast as these take them, any number in a cycle; descriptors cost no
/// memory traffic.
///
/// A command's work has two streams of equal size, the read first, each on any port.
///
/// Source: the descriptor-based DMA of accelerators (Gemmini, FlightLLM's LD and ST queues), reduced to its windows.
public final class CopyEngine: Engine {
    public struct Configuration: Hashable, Sendable {
        /// Bytes of a chunk.
        public var burst: Int
        /// Chunks in flight at most.
        public var outstanding: Int
        /// Copies under way at most.
        public var transfers: Int

        public init(burst: Int, outstanding: Int, transfers: Int) {
            self.burst = burst
            self.outstanding = outstanding
            self.transfers = transfers
        }
    }

    /// One copy under way.
    struct Transfer {
        var source = CopyPattern()
        var target = CopyPattern()
        var sourcePort = 0
        var targetPort = 0
        /// Ids of the two address sources.
        var sourceCommand = 0
        var targetCommand = 0
        var operatorID = 0
        /// Bytes in all, asked for from the source, written.
        var total = 0
        var requested = 0
        var written = 0
        var posts: [TokenUse] = []
    }

    /// One chunk in flight.
    struct Chunk {
        enum Stage: Int { case reading, arrived, writing }
        var stage = Stage.reading
        var transfer = 0
        var offset = 0
        var length = 0
    }

    public static let portNames = ["memory", "buffer"]

    public let configuration: Configuration
    @exclusivity(unchecked) var transfers: [Transfer]
    @exclusivity(unchecked) var takenTransfers: Slots
    @exclusivity(unchecked) var chunks: [Chunk]
    @exclusivity(unchecked) var takenChunks: Slots
    /// Transfers that have bytes left to ask for, oldest first.
    @exclusivity(unchecked) var requesting: [Int] = []
    /// Chunks that wait to be written, in the order of their arrival.
    @exclusivity(unchecked) var arrived: [Int] = []
    /// Cause of the stall where the transfers are all taken.
    private var cause = 0
    private var bytesBase = 0
    private var width = 1

    public init(path: String, clock: Int = 0, memory: Server, buffer: Server, _ configuration: Configuration) {
        self.configuration = configuration
        transfers = Array(repeating: Transfer(), count: configuration.transfers)
        takenTransfers = Slots(configuration.transfers)
        chunks = Array(repeating: Chunk(), count: configuration.outstanding)
        takenChunks = Slots(configuration.outstanding)
        super.init(path: path, clock: clock, ports: [memory, buffer])
    }

    public override var actionNames: [String] { ["byte"] }

    public override var stallCauses: [String] { ["transfers"] + Self.portNames.map { "port \($0)" } }

    public override func attachUnit(to ledger: Ledger) {
        width = max(ledger.operators.count, 1)
        bytesBase = ledger.registerActions(
            Self.portNames.flatMap { ["\($0) read", "\($0) written"] }, of: "\(path):bytes")
    }

    public override func byteCounter(port: Int, isWrite: Bool, _ operatorID: Int) -> Int? {
        bytesBase + (2 * port + (isWrite ? 1 : 0)) * width + operatorID
    }

    // MARK: Commands

    public override func problem(with work: Work) -> String? {
        guard work.streams.count == 2, !work.streams[0].isWrite, work.streams[1].isWrite else {
            return "a copy has one stream that is read, and then one that is written"
        }
        let bytes = work.streams.map { $0.bytes.multipliedReportingOverflow(by: $0.count) }
        return bytes[0] == bytes[1] && !bytes[0].overflow ? nil : "a copy writes the bytes that it reads"
    }

    public override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        guard let slot = takenTransfers.take() else { return .refused(cause: cause) }
        precondition(work.streams.count == 2, "a copy has a source and a destination")
        let (source, target) = (work.streams[0], work.streams[1])
        let total = source.bytes * source.count
        precondition(
            !source.isWrite && target.isWrite && total == target.bytes * target.count && total > 0,
            "a copy writes the bytes that it reads")
        transfers[slot] = Transfer(
            source: pattern(source), target: pattern(target), sourcePort: source.port,
            targetPort: target.port, sourceCommand: command + source.address, targetCommand: command + target.address,
            operatorID: operatorID, total: total, posts: currentPosts())
        requesting.append(slot)
        pump(kernel)
        return .accepted(next: kernel.now(self) + 1)
    }

    private func pattern(_ stream: Work.Stream) -> CopyPattern {
        CopyPattern(address: address(stream.address), bytes: stream.bytes, count: stream.count, stride: stream.stride)
    }

    // MARK: Chunks

    public override func wakeUnit(_ kernel: Kernel) { pump(kernel) }

    /// Sends every request that can go: writes of what has arrived, then reads.
    private func pump(_ kernel: Kernel) {
        cause = 0
        while let slot = arrived.first, write(slot, kernel) { arrived.removeFirst() }
        while let transfer = requesting.first, let slot = takenChunks.next, read(transfer, slot, kernel) {
            if transfers[transfer].requested == transfers[transfer].total { requesting.removeFirst() }
        }
    }

    private func write(_ slot: Int, _ kernel: Kernel) -> Bool {
        let chunk = chunks[slot]
        let transfer = transfers[chunk.transfer]
        var request = Request(
            address: 0, bytes: 0, isWrite: true, operatorID: transfer.operatorID, command: transfer.targetCommand,
            requester: id, tag: slot)
        transfer.target.locate(chunk.length, at: chunk.offset, in: &request)
        if !submit(request, to: transfer.targetPort, kernel) { return false }
        chunks[slot].stage = .writing
        return true
    }

    private func read(_ index: Int, _ slot: Int, _ kernel: Kernel) -> Bool {
        let transfer = transfers[index]
        let length = CopyPattern.chunk(
            transfer.source, transfer.target, limit: min(configuration.burst, transfer.total - transfer.requested),
            at: transfer.requested)
        var request = Request(
            address: 0, bytes: 0, isWrite: false, operatorID: transfer.operatorID, command: transfer.sourceCommand,
            requester: id, tag: slot)
        transfer.source.locate(length, at: transfer.requested, in: &request)
        if !submit(request, to: transfer.sourcePort, kernel) { return false }
        takenChunks.take()
        chunks[slot] = Chunk(stage: .reading, transfer: index, offset: transfer.requested, length: length)
        transfers[index].requested += length
        return true
    }

    private func submit(_ request: Request, to port: Int, _ kernel: Kernel) -> Bool {
        kernel.touch(ports[port].id)
        guard ports[port].submit(request, kernel) else {
            cause = 1 + port
            return false
        }
        let counter = bytesBase + (2 * port + (request.isWrite ? 1 : 0)) * width + request.operatorID
        kernel.ledger.add(request.totalBytes, to: counter)
        return true
    }

    public override func completed(tag slot: Int, _ kernel: Kernel) {
        if chunks[slot].stage == .reading {
            chunks[slot].stage = .arrived
            arrived.append(slot)
        } else {
            takenChunks.release(slot)
            wrote(chunks[slot].length, of: chunks[slot].transfer, kernel)
        }
        kernel.poke(id)
    }

    private func wrote(_ length: Int, of index: Int, _ kernel: Kernel) {
        count([Work.ActionCount(0, length)], operatorID: transfers[index].operatorID, kernel)
        transfers[index].written += length
        if transfers[index].written == transfers[index].total {
            deliver(transfers[index].posts, kernel)
            takenTransfers.release(index)
        }
    }

    public override func visitUnit(_ state: inout StateVisitor) { visitCopies(&state) }

    public override func label(of tag: Int) -> Int { takenChunks.rank(of: tag) }

    public override var signature: Int { requesting.count << 16 | arrived.count }

    /// Bytes moved through a port for an operator.
    public func bytes(port: Int, isWrite: Bool, _ operatorID: Int, in ledger: Ledger) -> Int {
        ledger[bytesBase + (2 * port + (isWrite ? 1 : 0)) * width + operatorID]
    }
}
