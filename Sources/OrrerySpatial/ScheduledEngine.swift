import OrrerySimulation

/// An engine whose commands run by a schedule: so many cycles of its own, and for each stream a window of those cycles.
///
/// Cycle by cycle: the unit counts its own cycles. A stream is given to its server when the count reaches the opening of
/// its window; the count does not pass the window's close before the stream is over, nor an opening while the server refuses.
/// In such cycles the unit stands still, stalled for that port: the lock-step of an array that stops feeding when one operand is
/// late. Servers answer for whole streams, so a late piece shows at the close of the window.
///
/// Operands are asked for ahead: where a server says how long the way from an access to its data is, the unit's registers take
/// that many cycles of operands, and the unit does everything so much later than it asks, without standing still. Commands keep
/// their order in the unit, those that need no operands too; a command that finds the unit idle begins at once. What makes an
/// access late besides (a bank, a port) holds the unit up as ever. A unit does not check whether it asks for what it is still
/// writing: an operand that it wrote must be as many cycles old.
///
/// With a write buffer, results of up to `writeBuffer` commands may still wait for their bank when the unit goes on. They were
/// given to the server before anything that reads them, and servers keep that order.
///
/// Exclusivity checks of its state cost a tenth of the time of a wake-up; no access to one of these properties lasts while the
/// engine calls out.
public class ScheduledEngine: Engine {
    private let portNames: [String]
    /// Own cycles of the present command at `reachedAt`.
    @exclusivity(unchecked) private var position = 0
    /// When `position` is reached; `.never` while stalled or idle.
    @exclusivity(unchecked) private var reachedAt: Cycle = .never
    @exclusivity(unchecked) private var isRunning = false
    /// The present command has not begun its own cycles.
    @exclusivity(unchecked) private var isHeld = false
    /// Own cycles that `progress` has told of.
    @exclusivity(unchecked) private var observed = 0
    /// Streams of the present command that were submitted.
    @exclusivity(unchecked) private var submitted = 0
    /// Bit k is set while stream k of the present command is under way.
    @exclusivity(unchecked) private var outstanding = 0
    /// Results of earlier commands that are still being written.
    @exclusivity(unchecked) private var posted: [Posted] = []
    /// Distinguishes the tags of the present command's streams from those of `posted`.
    @exclusivity(unchecked) private var slot = 0
    private let writeBuffer: Int
    /// When the unit has done what it was told so far; it may have asked for the operands of later commands by then.
    private var doneAt: Cycle = 0
    /// Where the streams that were not submitted yet begin, with their ids.
    @exclusivity(unchecked) private var addresses: [(address: Int, command: Int)] = []

    private struct Posted {
        /// Distinguishes its streams' tags from those of other commands.
        var slot: Int
        /// Bit k is set while stream k is under way.
        var outstanding: Int
    }

    /// - Parameter writeBuffer: commands whose results may still be on their way while the unit goes on.
    public init(path: String, clock: Int, ports: [(name: String, server: Server)], writeBuffer: Int = 0) {
        self.writeBuffer = writeBuffer
        portNames = ports.map(\.name)
        super.init(path: path, clock: clock, ports: ports.map(\.server))
    }

    public override var actionNames: [String] { OperationTable.actionNames }
    public override var stallCauses: [String] { portNames.map { "port \($0)" } }

    public override func problem(with work: Work) -> String? { work.scheduleProblem(details: [0]) }

    // MARK: What a class adds

    /// Most own cycles between two looks at the unit.
    var grain: Int { .max }
    /// Cycles to wait before the present command's first own cycle; asked again after them, until it answers 0.
    func hold(_ work: Work, _ kernel: Kernel) -> Int { 0 }
    /// Whether the command is over once all its streams are.
    func isOver(_ work: Work, after position: Int, _ kernel: Kernel) -> Bool { position >= work.cycles }
    /// When the result of a command is there that leaves the unit at `end`; asked once for each.
    /// - Parameter delay: cycles by which it is later than the schedule says.
    func result(_ work: Work, end: Cycle, delay: Int) -> Cycle { end + work.resultLatency + delay }
    /// Whether commands without streams must run by own cycles too.
    var observesEveryCommand: Bool { false }

    /// What the unit's own cycles did in the cycle that has just ended; `grain` is 1.
    enum Progress {
        case none
        case own(Int)
        /// The unit waits for a stream to close; whether it stood still is known when that ends.
        case undecided
    }

    /// Tells of each own cycle once.
    final func progress(_ work: @autoclosure () -> Work, _ kernel: Kernel) -> Progress {
        if !isRunning || position == observed || reachedAt != .never && reachedAt > kernel.now(self) { return .none }
        if lateStream(work()) != nil { return .undecided }
        observed = position
        return .own(position - 1)
    }

    // MARK: Running

    public override func begin(_ work: Work, operatorID: Int, command: Int, _ kernel: Kernel) -> Issue {
        if work.streams.isEmpty, !observesEveryCommand {
            let wait = hold(work, kernel)
            let end = kernel.now(self) + wait + work.cycles
            count(work.actions, operatorID: operatorID, kernel)
            return .occupied(until: end, result: result(work, end: end, delay: delay(work, end: end, kernel)))
        }
        addresses = work.streams.map { (address($0.address), command + $0.address) }
        position = 0
        observed = 0
        submitted = 0
        slot = freeSlot
        isRunning = true
        isHeld = true
        proceed(work, operatorID: operatorID, kernel)
        return .working
    }

    private func proceed(_ work: Work, operatorID: Int, _ kernel: Kernel) {
        if isHeld {
            let wait = hold(work, kernel)
            if wait > 0 { return run(own: 0, in: wait, kernel) }
            isHeld = false
        }
        while submitted < work.streams.count, work.opens(submitted) <= position {
            if !submit(work, operatorID: operatorID, kernel) {
                return stall(port: work.streams[submitted].port, kernel)
            }
        }
        if let late = lateStream(work) { return stall(port: work.streams[late].port, kernel) }
        var limit = submitted < work.streams.count ? work.opens(submitted) : .max
        for stream in 0..<submitted where holdsUnit(stream, work) { limit = min(limit, work.closes(stream)) }
        if limit == .max, isOver(work, after: position, kernel) {
            if outstanding != 0, posted.count >= writeBuffer {
                return stall(port: work.streams[outstanding.trailingZeroBitCount].port, kernel)
            }
            return end(work, operatorID: operatorID, kernel)
        }
        if position < work.cycles { limit = min(limit, work.cycles) }
        let own = min(limit - position, grain)
        run(own: own, in: own, kernel)
    }

    /// A stream that should be over by now.
    private func lateStream(_ work: Work) -> Int? {
        (0..<submitted).first { holdsUnit($0, work) && work.closes($0) <= position }
    }

    /// Whether the unit cannot pass the close of a stream that is still under way.
    private func holdsUnit(_ stream: Int, _ work: Work) -> Bool {
        outstanding & 1 << stream != 0 && (writeBuffer == 0 || !work.streams[stream].isWrite)
    }

    /// The first slot that no earlier command's results occupy.
    private var freeSlot: Int { (0...posted.count).first { slot in !posted.contains { $0.slot == slot } } ?? 0 }

    private func run(own: Int, in cycles: Int, _ kernel: Kernel) {
        position += own
        reachedAt = kernel.now(self) + cycles
        expect(busyUntil: reachedAt, thenStalledFor: 0, kernel)
    }

    private func stall(port: Int, _ kernel: Kernel) {
        reachedAt = .never
        expect(busyUntil: kernel.now(self), thenStalledFor: port, kernel)
    }

    private func end(_ work: Work, operatorID: Int, _ kernel: Kernel) {
        isRunning = false
        reachedAt = .never
        count(work.actions, operatorID: operatorID, kernel)
        if outstanding != 0 { posted.append(Posted(slot: slot, outstanding: outstanding)) }
        outstanding = 0
        let now = kernel.now(self)
        finish(result: result(work, end: now, delay: delay(work, end: now, kernel)), kernel)
    }

    /// Cycles by which the result of a command, for which all is asked at `end`, is later than the schedule says: its operands' way
    /// from their memory, or the commands before it, and, without a write buffer, the result's way into its memory.
    private func delay(_ work: Work, end: Cycle, _ kernel: Kernel) -> Int {
        var (toUnit, fromUnit) = (0, 0)
        for stream in work.streams {
            let latency = accessLatency(of: ports[stream.port], kernel)
            if !stream.isWrite {
                toUnit = max(toUnit, latency)
            } else if writeBuffer == 0 {
                fromUnit = max(fromUnit, latency)
            }
        }
        doneAt = max(end + toUnit, doneAt + work.cycles)
        return doneAt - end + fromUnit
    }

    /// A server's access latency in cycles of this unit's clock, rounded up.
    private func accessLatency(of server: Server, _ kernel: Kernel) -> Int {
        let latency = server.accessLatency
        if latency == 0 || server.clock == clock { return latency }
        let ticks = kernel.clocks.ticks
        return (latency * ticks[server.clock] + ticks[clock] - 1) / ticks[clock]
    }

    private func submit(_ work: Work, operatorID: Int, _ kernel: Kernel) -> Bool {
        let stream = work.streams[submitted]
        let server = ports[stream.port]
        let place = addresses[0]
        kernel.touch(server.id)
        let isTaken = server.submit(
            Request(
                address: place.address, bytes: stream.bytes, count: stream.count, stride: stream.stride,
                isWrite: stream.isWrite, operatorID: operatorID, command: place.command, requester: id,
                tag: slot << 6 + submitted,
                pace: work.pace(submitted), isPipelined: true), kernel)
        if isTaken {
            outstanding |= 1 << submitted
            submitted += 1
            addresses.removeFirst()
        }
        return isTaken
    }

    public override func completed(tag: Int, _ kernel: Kernel) {
        let bit = 1 << (tag & 63)
        if let index = posted.firstIndex(where: { $0.slot == tag >> 6 }) {
            posted[index].outstanding &= ~bit
            if posted[index].outstanding == 0 { posted.remove(at: index) }
        } else {
            outstanding &= ~bit
        }
        if reachedAt == .never { kernel.poke(id) }
    }

    /// Commands whose results are on their way, oldest first, and then the present one.
    public override func label(of tag: Int) -> Int {
        let rank = posted.firstIndex { $0.slot == tag >> 6 } ?? posted.count
        return rank << 6 | tag & 63
    }

    public override var nextUnitWake: Cycle { reachedAt }

    public override func wakeUnit(_ kernel: Kernel) {
        if isRunning, reachedAt == .never || reachedAt <= kernel.now(self) {
            proceed(currentWork, operatorID: currentOperatorID, kernel)
        }
    }

    public override func visitUnit(_ state: inout StateVisitor) {
        state.plain(&position)
        state.time(&reachedAt)
        state.plain(&isRunning)
        state.plain(&isHeld)
        state.plain(&submitted)
        state.plain(&outstanding)
        state.time(&doneAt)
        let pending = state.count(addresses.count)
        if state.isRestoring { addresses = Array(repeating: (0, -1), count: pending) }
        for index in addresses.indices {
            var place = addresses[index]
            state.address(&place.address, command: &place.command)
            addresses[index] = place
        }
        let writes = state.count(posted.count)
        if state.isRestoring {
            posted = (0..<writes).map { Posted(slot: $0, outstanding: 0) }
            slot = writes
        }
        for index in posted.indices {
            state.plain(&posted[index].outstanding)
        }
    }
}
