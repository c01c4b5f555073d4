import OrrerySimulation

/// An engine whose commands stream operands from and to servers: it submits all streams of a command at its begin, and the
/// command lasts until both the unit's own cycles and the last stream are over.
///
/// A subclass says in `timing` how long its unit takes with operands that arrive at full rate. What the streams take longer
/// is booked as the stall `operands` of the port that was last. Operand queues are as deep as the longest stall.
open class StreamingEngine: Engine {
    /// What the unit itself needs for a command.
    public struct Timing {
        /// Cycles that the unit is occupied where operands arrive at full rate.
        public var busy: Int
        /// Cycles after the end of the occupation at which the result is there (a pipelined network).
        public var resultLatency: Int
        /// Cycles from the last piece of a stream to the end of the command (wavefront, drain).
        public var afterStreams: Int

        public init(busy: Int, resultLatency: Int = 0, afterStreams: Int = 0) {
            self.busy = busy
            self.resultLatency = resultLatency
            self.afterStreams = afterStreams
        }
    }

    private let portNames: [String]
    /// Streams of the present command that were submitted so far, while not all are.
    private var submitted = 0
    /// Bit k is set while stream k of the present command is under way.
    private var outstanding = 0
    private var endAt: Cycle = .never
    /// When the unit's own cycles of the present command are over.
    private var ownEnd: Cycle = 0

    public init(path: String, clock: Int, ports: [(name: String, server: Server)]) {
        portNames = ports.map(\.name)
        super.init(path: path, clock: clock, ports: ports.map(\.server))
    }

    /// How long the unit takes for a command.
    open func timing(_ work: Work) -> Timing { Timing(busy: 0) }

    open override var stallCauses: [String] { portNames.map { "port \($0)" } }

    open override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        let now = kernel.now(self)
        while submitted < work.streams.count {
            let stream = work.streams[submitted]
            let request = Request(
                address: address(stream.address), bytes: stream.bytes, count: stream.count, stride: stream.stride,
                isWrite: stream.isWrite, operatorID: operatorID, command: command + stream.address, requester: id,
                tag: submitted,
                pace: 1)
            kernel.touch(ports[stream.port].id)
            if !ports[stream.port].submit(request, kernel) { return .refused(cause: stream.port) }
            outstanding |= 1 << submitted
            submitted += 1
        }
        submitted = 0
        let timing = timing(work)
        ownEnd = now + timing.busy
        if work.streams.isEmpty {
            count(work.actions, operatorID: operatorID, kernel)
            return .occupied(until: now + timing.busy, result: now + timing.busy + timing.resultLatency)
        }
        if outstanding == 0 {
            endAt = max(now + timing.busy, now + timing.afterStreams)
        }
        expect(busyUntil: now + timing.busy, thenStalledFor: slowestPort(work), kernel)
        return .working
    }

    /// The port of the first stream that is still under way.
    private func slowestPort(_ work: Work) -> Int {
        outstanding == 0 ? 0 : work.streams[outstanding.trailingZeroBitCount].port
    }

    open override func completed(tag: Int, _ kernel: Kernel) {
        outstanding &= ~(1 << tag)
        if submitted > 0 { return }
        let work = currentWork
        if outstanding == 0 {
            endAt = max(ownEnd, kernel.edge(self) + timing(work).afterStreams)
            kernel.poke(id)
        } else {
            expect(busyUntil: ownEnd, thenStalledFor: slowestPort(work), kernel)
        }
    }

    open override var nextUnitWake: Cycle { endAt }

    open override func wakeUnit(_ kernel: Kernel) {
        if kernel.now(self) < endAt { return }
        let work = currentWork
        count(work.actions, operatorID: currentOperatorID, kernel)
        endAt = .never
        finish(result: kernel.now(self) + timing(work).resultLatency, kernel)
    }

    open override func visitUnit(_ state: inout StateVisitor) {
        state.plain(&submitted)
        state.plain(&outstanding)
        state.time(&endAt)
        state.time(&ownEnd)
    }
}
