import OrrerySimulation

/// The request streams of `reference/memory` §3.1.
public struct RequestStream: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case seq, seqw, seq67, rand, rand67, chase, rowconf, pingpong, bankrr, bg1, stride2k
    }

    public var kind: Kind
    public var count: Int
    /// Widths of the fields in bits.
    public var access: Int
    public var pseudo: Int
    public var group: Int
    public var bank: Int
    public var row: Int
    public var column: Int
    public var channel: Int
    /// Map A has the column below the bank group, map B above it.
    public var isMapB: Bool

    public init(
        kind: Kind, count: Int, access: Int, pseudo: Int, group: Int, bank: Int, row: Int, column: Int, channel: Int,
        isMapB: Bool
    ) {
        self.kind = kind
        self.count = count
        self.access = access
        self.pseudo = pseudo
        self.group = group
        self.bank = bank
        self.row = row
        self.column = column
        self.channel = channel
        self.isMapB = isMapB
    }

    /// The stream as a workload would give it.
    public var accesses: AccessStream {
        let bits = pseudo + group + bank + row + column + channel
        let (step, span) = (1 << access, 1 << (bits + access))
        // Where the fields begin, in bytes.
        let columnShift = access + pseudo + channel + (isMapB ? group : 0)
        let groupShift = access + pseudo + channel + (isMapB ? 0 : column)
        let bankShift = access + pseudo + channel + group + column
        let rowShift = bankShift + bank
        func nest(_ counters: (bits: Int, shift: Int)...) -> AccessStream {
            AccessStream(
                .nested, ["counts": counters.map { 1 << $0.bits }, "strides": counters.map { 1 << $0.shift }],
                bytes: step, count: count)
        }
        func random(_ writes: AccessStream.Writes? = nil) -> AccessStream {
            AccessStream(
                .random, ["span": [span], "seed": [1]], bytes: step, writes: writes, isChain: kind == .chase,
                count: count)
        }
        func sequential(_ writes: AccessStream.Writes? = nil) -> AccessStream {
            AccessStream(.sequential, ["span": [span]], bytes: step, writes: writes, count: count)
        }
        switch kind {
        case .seq: return sequential()
        case .seqw: return sequential(.all)
        case .seq67: return sequential(.every(period: 3, phase: 2))
        case .rand, .chase: return random()
        case .rand67: return random(.drawn(oneIn: 3, seed: 2))
        case .rowconf:
            return AccessStream(
                .rowConflict, ["distance": [1 << rowShift], "rows": [1 << row]], bytes: step, count: count)
        case .pingpong:
            return AccessStream(
                .pingPong, ["distance": [1 << rowShift], "step": [1 << columnShift], "columns": [1 << column]],
                bytes: step, count: count)
        case .bankrr: return nest((group, groupShift), (bank, bankShift), (row, rowShift))
        case .bg1: return nest((column, columnShift), (row, rowShift))
        case .stride2k:
            return AccessStream(.strided, ["span": [span], "stride": [2048]], bytes: step, count: count)
        }
    }

    /// One request at a time.
    public var window: Int { kind == .chase ? 1 : .max }
}

/// Offers a stream in order, at most `width` requests every `interval` cycles, and stops at the first refusal.
///
/// No access to its state lasts while it calls out: checks of that took a quarter of the time of a benchmark of DRAM.
public final class StreamDriver: Engine {
    private let stream: RequestStream
    private let accesses: AccessGenerator?
    @exclusivity(unchecked) private var pending: Access?
    /// Whether the server would take an access, where the driver asks before it offers one.
    private let isTaken: (Access) -> Bool
    private let perCycle: Int
    private let interval: Int
    @exclusivity(unchecked) private var offered = 0
    @exclusivity(unchecked) private var inThisCycle = 0
    @exclusivity(unchecked) private var cycle: Cycle = -1
    @exclusivity(unchecked) private var isBlocked = false
    @exclusivity(unchecked) private var readsOpen = 0
    @exclusivity(unchecked) public private(set) var readsDone = 0
    @exclusivity(unchecked) public private(set) var latencySum = 0
    @exclusivity(unchecked) public private(set) var lastDone: Cycle = 0
    @exclusivity(unchecked) public private(set) var lastTaken: Cycle = 0
    @exclusivity(unchecked) private var resumeAt: Cycle = 0

    public init(
        _ server: Server, _ stream: RequestStream, width: Int, interval: Int = 1,
        isTaken: @escaping (Access) -> Bool = { _ in true }
    ) {
        self.isTaken = isTaken
        self.stream = stream
        accesses = AccessGenerator.make(stream.accesses)
        perCycle = width
        self.interval = interval
        super.init(path: "driver", clock: 0, ports: [server])
    }

    /// Cycles until all requests were taken and all reads had returned.
    public var cycles: Int { max(lastDone, lastTaken) + 1 }
    public var hasEnded: Bool { offered == stream.count && readsOpen == 0 }

    public override func wakeUnit(_ kernel: Kernel) {
        let now = kernel.now(self)
        if now < resumeAt || now % interval != 0 { return }
        if now != cycle {
            cycle = now
            inThisCycle = 0
        }
        if isBlocked {
            // Room that the memory made in this cycle is offered to from the next one on.
            isBlocked = false
            resumeAt = now + 1
            return
        }
        while offered < stream.count, inThisCycle < perCycle, readsOpen < stream.window {
            guard let access = pending ?? accesses?.next() else { return }
            pending = access
            if !isTaken(access) { break }
            let isWrite = access.isWrite
            let request = Request(
                address: access.address, bytes: access.bytes, isWrite: isWrite, operatorID: 0, command: -1,
                requester: id, tag: isWrite ? -1 : now)
            guard ports[0].submit(request, kernel) else {
                isBlocked = true
                return
            }
            pending = nil
            if !isWrite { readsOpen += 1 }
            offered += 1
            inThisCycle += 1
            lastTaken = now
        }
        resumeAt = now + 1
    }

    public override var nextUnitWake: Cycle {
        if isBlocked || offered == stream.count || readsOpen >= stream.window { return .never }
        return (max(resumeAt, cycle + 1) + interval - 1) / interval * interval
    }

    public override func completed(tag: Int, _ kernel: Kernel) {
        if tag < 0 { return }
        readsOpen -= 1
        readsDone += 1
        lastDone = kernel.now(self)
        latencySum += lastDone - tag
        // A memory that refused tells by itself when there is room.
        if stream.window == .max { return }
        resumeAt = lastDone + 1
        kernel.poke(id)
    }
}
