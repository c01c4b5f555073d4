import OrrerySimulation

/// The request streams of `reference/memory` §3.1: request i of a kind, as a function of i.
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

    public static func splitmix(_ index: Int, seed: UInt64) -> UInt64 {
        var z = seed &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private func compose(row r: Int, bank b: Int = 0, group g: Int = 0, column c: Int = 0) -> Int {
        func cut(_ value: Int, _ bits: Int) -> Int { value & (1 << bits - 1) }
        var block = cut(r, row)
        block = block << bank | cut(b, bank)
        if isMapB {
            block = block << column | cut(c, column)
            block = block << group | cut(g, group)
        } else {
            block = block << group | cut(g, group)
            block = block << column | cut(c, column)
        }
        return block << (pseudo + channel)
    }

    /// Number of the access that request `index` asks for.
    public func block(_ index: Int) -> Int {
        let bits = pseudo + group + bank + row + column + channel
        switch kind {
        case .seq, .seqw, .seq67: return index & (1 << bits - 1)
        case .rand, .rand67, .chase: return Int(Self.splitmix(index, seed: 1) & (1 << UInt64(bits) - 1))
        case .rowconf: return compose(row: index)
        case .pingpong: return compose(row: index & 1, column: index >> 1)
        case .bankrr: return compose(row: index >> (group + bank), bank: index >> group, group: index)
        case .bg1: return compose(row: index >> column, column: index)
        case .stride2k: return ((index << 11) >> access) & (1 << bits - 1)
        }
    }

    public func address(_ index: Int) -> Int { block(index) << access }

    public func isWrite(_ index: Int) -> Bool {
        switch kind {
        case .seqw: true
        case .seq67: index % 3 == 2
        case .rand67: Self.splitmix(index, seed: 2) % 3 == 0
        default: false
        }
    }

    /// One request at a time.
    public var window: Int { kind == .chase ? 1 : .max }
}

/// Offers a stream in order, at most `width` requests every `interval` cycles, and stops at the first refusal.
public final class StreamDriver: Engine {
    private let stream: RequestStream
    private let perCycle: Int
    private let interval: Int
    private var offered = 0
    private var inThisCycle = 0
    private var cycle: Cycle = -1
    private var isBlocked = false
    private var readsOpen = 0
    public private(set) var readsDone = 0
    public private(set) var latencySum = 0
    public private(set) var lastDone: Cycle = 0
    public private(set) var lastTaken: Cycle = 0
    private var resumeAt: Cycle = 0

    public init(_ server: Server, _ stream: RequestStream, width: Int, interval: Int = 1) {
        self.stream = stream
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
            let isWrite = stream.isWrite(offered)
            let request = Request(
                address: stream.address(offered), bytes: 1 << stream.access, isWrite: isWrite, operatorID: 0,
                command: -1, requester: id, tag: isWrite ? -1 : now)
            guard ports[0].submit(request, kernel) else {
                isBlocked = true
                return
            }
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
        if stream.window == 1 { resumeAt = lastDone + 1 }
        kernel.poke(id)
    }
}
