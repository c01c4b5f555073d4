import OrrerySimulation

/// An engine that issues the requests of a stream to a memory, to measure the memory.
///
/// **Modelled cycle by cycle.** Requests go out in the order of the stream, up to `issue` in a cycle and then none for `interval`
/// cycles, while fewer than `outstanding` are under way. A request that the memory refuses holds up those behind it, and is
/// offered again when the memory has room; so does one whose address depends on a request that has not come back. A command is done
/// when all requests of its stream are. Every cycle in which a request goes out is busy; the others are the stalls `port
/// memory` (refused), `outstanding` (the limit), `dependence`, and `interval`.
///
/// **Abstracted.** There is no core: an address costs nothing, and requests are those of the stream as they are.
public final class TrafficGenerator: Engine {
    public struct Configuration: Hashable, Sendable {
        /// Requests under way at most.
        public var outstanding: Int
        /// Requests that go out in a cycle at most.
        public var issue: Int
        /// Cycles from one cycle with requests to the next.
        public var interval: Int

        public init(outstanding: Int, issue: Int = 1, interval: Int = 1) {
            self.outstanding = outstanding
            self.issue = issue
            self.interval = interval
        }
    }

    /// A request under way.
    private struct Slot {
        var sent: Cycle = 0
        var number = 0
        var isWrite = false
    }

    private enum Cause: Int { case port, outstanding, dependence, interval }

    public let configuration: Configuration
    @exclusivity(unchecked) private var accesses: () -> Access? = { nil }
    @exclusivity(unchecked) private var pending: Access?
    /// The file of a recorded stream.
    private var trace: String?
    /// Requests that have not gone out, and the number of the next one.
    @exclusivity(unchecked) private var isRunning = false
    @exclusivity(unchecked) private var left = 0
    @exclusivity(unchecked) private var number = 0
    @exclusivity(unchecked) private var warmUp = 0
    private let slots: FixedArray<Slot>
    private let free: FixedArray<Int>
    @exclusivity(unchecked) private var freeCount: Int
    /// Whether one of the latest requests is under way, by its number modulo 64.
    @exclusivity(unchecked) private var isOpen: UInt64 = 0
    @exclusivity(unchecked) private var group: Cycle = -1
    @exclusivity(unchecked) private var inGroup = 0
    @exclusivity(unchecked) private var resumeAt: Cycle = .never
    @exclusivity(unchecked) private var source = 0
    @exclusivity(unchecked) private var bytesBase = 0
    @exclusivity(unchecked) private var latencyBase = 0
    @exclusivity(unchecked) private var width = 1

    public init(path: String, clock: Int = 0, memory: Server, _ configuration: Configuration) {
        self.configuration = configuration
        slots = FixedArray(repeating: Slot(), count: configuration.outstanding)
        free = FixedArray((0..<configuration.outstanding).reversed().map { $0 })
        freeCount = configuration.outstanding
        super.init(path: path, clock: clock, ports: [memory])
    }

    public override var actionNames: [String] { ["access"] }
    public override var stallCauses: [String] { ["port memory", "outstanding", "dependence", "interval"] }
    public override var takesStreams: Bool { true }
    /// The place in a stream is no state that could be compared.
    public override var isFoldable: Bool { false }

    public override func attachUnit(to ledger: Ledger) {
        width = max(ledger.operators.count, 1)
        bytesBase = ledger.registerActions(["memory read", "memory written"], of: "\(path):bytes")
        latencyBase = ledger.registerCounters(
            ["reads done", "read latency cycles", "writes done", "write latency cycles"], of: path)
    }

    // MARK: Commands

    public override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        guard let index = work.accesses else { return .occupied(until: kernel.now(self), result: kernel.now(self)) }
        let stream = accessStreams[index]
        do throws(TraceError) {
            accesses = try Self.accesses(of: stream)
        } catch {
            kernel.fail(self, error.description)
            return .working
        }
        trace = stream.tracePath
        (left, number, warmUp) = (stream.total, 0, stream.warmUp)
        (pending, isOpen, source) = (nil, 0, command)
        isRunning = true
        kernel.poke(id)
        return .working
    }

    private static func accesses(of stream: AccessStream) throws(TraceError) -> () -> Access? {
        if let generator = AccessGenerator.make(stream) { return { generator.next() } }
        let instructions = try InstructionAccesses(stream)
        return { instructions.next() }
    }

    // MARK: Requests

    public override func wakeUnit(_ kernel: Kernel) {
        if left > 0 {
            pump(kernel)
        } else if isRunning, freeCount == configuration.outstanding {
            isRunning = false
            finish(result: kernel.now(self), kernel)
        }
    }

    public override var nextUnitWake: Cycle { resumeAt }

    /// Sends every request that can go in this cycle.
    private func pump(_ kernel: Kernel) {
        let now = kernel.now(self)
        resumeAt = .never
        if now != group {
            if group >= 0, now < group &+ configuration.interval {
                resumeAt = group &+ configuration.interval
                return
            }
            inGroup = 0
        }
        var cause = Cause.interval
        while left > 0 {
            if inGroup == configuration.issue {
                resumeAt = now &+ configuration.interval
                cause = .interval
                break
            }
            guard let access = pending ?? accesses() else {
                if let trace {
                    kernel.fail(self, TraceError.ended(trace, before: "\(left) of its accesses").description)
                }
                left = 0
                break
            }
            pending = access
            if let blocked = blocked(access) {
                cause = blocked
                break
            }
            if !send(access, at: now, kernel) {
                cause = .port
                break
            }
            pending = nil
            group = now
            inGroup &+= 1
        }
        expect(busyUntil: group == now ? now &+ 1 : now, thenStalledFor: left > 0 ? cause.rawValue : 0, kernel)
    }

    private func blocked(_ access: Access) -> Cause? {
        if access.dependence > 0, isOpen >> UInt64((number &- access.dependence) & 63) & 1 == 1 { return .dependence }
        return freeCount == 0 ? .outstanding : nil
    }

    private func send(_ access: Access, at now: Cycle, _ kernel: Kernel) -> Bool {
        let slot = free[freeCount &- 1]
        let request = Request(
            address: access.address, bytes: access.bytes, isWrite: access.isWrite, operatorID: currentOperatorID,
            command: source, requester: id, tag: slot)
        kernel.touch(ports[0].id)
        guard ports[0].submit(request, kernel) else { return false }
        freeCount &-= 1
        slots[slot] = Slot(sent: now, number: number, isWrite: access.isWrite)
        isOpen |= 1 << UInt64(number & 63)
        kernel.ledger.add(access.bytes, to: bytesBase &+ (access.isWrite ? width : 0) &+ currentOperatorID)
        count([Work.ActionCount(0, 1)], operatorID: currentOperatorID, kernel)
        number &+= 1
        left &-= 1
        if number == warmUp { kernel.beginMeasurement() }
        return true
    }

    public override func completed(tag slot: Int, _ kernel: Kernel) {
        let request = slots[slot]
        let counter = latencyBase &+ (request.isWrite ? 2 : 0)
        kernel.ledger.add(1, to: counter)
        kernel.ledger.add(kernel.edge(self) &- request.sent, to: counter &+ 1)
        if number &- request.number <= 64 { isOpen &= ~(1 << UInt64(request.number & 63)) }
        free[freeCount] = slot
        freeCount &+= 1
        if left == 0 {
            if freeCount == configuration.outstanding { kernel.poke(id) }
        } else if resumeAt == .never {
            kernel.poke(id)
        }
    }
}
