import OrrerySimulation

/// One end of a link between two devices: requests go over it to a server at the far end, answers come back.
///
/// **Modelled cycle by cycle.** A message takes a direction of the link for (data + header) / bandwidth, a fraction of cycles kept
/// exactly, in the order of submission, and arrives `latency` later, at the next edge of the clock. Data longer than
/// `payload` go as several messages with a header each. A read sends one header forward; its data come back when the far server is
/// done. A write sends its data forward; when the far server is done a header comes back. `credits` bounds the requests between
/// their submission and their answer. At the far end requests are handed over in order; one that is refused there holds up those behind
/// it. Requests from the far end (`Link.far`) share both directions.
///
/// With no server behind it a link carries messages: a write is done when it has arrived. That is what routes a token.
///
/// **Abstracted.** A request is forwarded when all of it has arrived (requests should be no longer than a burst). The
/// directions are independent and alike. No replay, no flow control by bytes.
///
/// Source: the form of PCIe and NVLink timing (serialisation + latency + credits); see `Docs/Models/Memory.md`.
public final class Link: Server, Metered {
    public struct Configuration: Hashable, Sendable {
        /// Of one direction.
        public var rate: Rate
        /// Cycles from the last byte's sending to its arrival.
        public var latency: Int
        /// Overhead bytes of a message.
        public var header: Int
        /// Data bytes of a message at most.
        public var payload: Int
        /// Requests under way from one end at most.
        public var credits: Int

        public init(rate: Rate, latency: Int, header: Int, payload: Int, credits: Int) {
            self.rate = rate
            self.latency = latency
            self.header = header
            self.payload = payload
            self.credits = credits
        }
    }

    /// A request under way.
    private struct Slot {
        /// As it is handed over at the far end: the link is the requester and the slot the tag.
        var request = Request(
            address: 0, bytes: 0, isWrite: false, operatorID: 0, command: -1, requester: 0, tag: 0)
        var requester = 0
        var tag = 0

        mutating func visit(_ state: inout StateVisitor) {
            state.address(&request.address, command: &request.command)
            state.plain(&request.bytes)
            state.plain(&request.count)
            state.plain(&request.stride)
            state.plain(&request.isWrite)
            state.plain(&request.operatorID)
            state.plain(&request.requester)
            state.plain(&request.pace)
            state.plain(&requester)
            state.tag(&tag, of: requester)
        }
    }

    /// A message on the wire.
    private struct Flight {
        var slot = 0
        var at: Cycle = 0
    }

    public static let actionNames = ["forward", "backward"]

    public let configuration: Configuration
    private let wires: Wires
    /// The direction of requests.
    private let outward: Wires.Direction
    private let target: Server?
    /// The end at the near side, which owns the wires' state; nil for that end itself.
    private let near: Link?
    private let admission: Admission
    private var slots: [Slot]
    private var taken: Slots
    private var outbound: [Flight] = []
    private var inbound: [Flight] = []

    /// The near end: requests go to `target`, or end at the far end as messages.
    public init(path: String, clock: Int = 0, target: Server?, _ configuration: Configuration) {
        self.configuration = configuration
        self.target = target
        near = nil
        outward = .forward
        wires = Wires(configuration)
        admission = Admission(capacity: configuration.credits)
        slots = Array(repeating: Slot(), count: configuration.credits)
        taken = Slots(configuration.credits)
        super.init(path: path, clock: clock)
    }

    /// The far end of `near`: its requests go the other way, over the same wires.
    public init(farEndOf near: Link, target: Server?) {
        configuration = near.configuration
        self.target = target
        self.near = near
        outward = .backward
        wires = near.wires
        admission = Admission(capacity: configuration.credits)
        slots = Array(repeating: Slot(), count: configuration.credits)
        taken = Slots(configuration.credits)
        super.init(path: "\(near.path).far", clock: near.clock)
    }

    public override var behind: [Server] { (target.map { [$0] } ?? []) + (near.map { [$0] } ?? []) }

    public override var passesOnTo: Server? { target }

    public override var canBeRead: Bool { target != nil }

    public var peak: Rate { configuration.rate }

    /// Of both ends together.
    public var traffic: Traffic { wires.counted }

    public override func attach(to ledger: Ledger) { if near == nil { wires.attach(to: ledger, path: path) } }

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        precondition(request.bytes > 0 && request.count > 0, "an empty request")
        precondition(target != nil || request.isWrite, "nothing behind the link that could be read")
        if !admission.admit(request.requester) { return false }
        guard let slot = taken.take() else { preconditionFailure("as many slots as credits") }
        var forwarded = request
        forwarded.requester = id
        forwarded.tag = slot
        forwarded.pace = pace(of: request, kernel)
        slots[slot] = Slot(request: forwarded, requester: request.requester, tag: request.tag)
        wires.count(request, kernel)
        let arrival = send(request.isWrite ? request.totalBytes : 0, outward, of: slot, kernel)
        if target == nil {
            inbound.append(Flight(slot: slot, at: arrival))
        } else {
            outbound.append(Flight(slot: slot, at: arrival))
        }
        kernel.poke(id)
        return true
    }

    /// The requester's pace in cycles of the link, rounded up.
    private func pace(of request: Request, _ kernel: Kernel) -> Int {
        let ticks = request.pace * kernel.clocks.ticks[kernel.clock(of: request.requester)]
        let ours = kernel.clocks.ticks[clock]
        return (ticks + ours - 1) / ours
    }

    private func send(_ bytes: Int, _ direction: Wires.Direction, of slot: Int, _ kernel: Kernel) -> Cycle {
        if let near { kernel.touch(near.id) }
        return wires.send(
            bytes, direction, operatorID: slots[slot].request.operatorID, from: kernel.edge(self), kernel)
    }

    /// The far server is done with the request in `slot`: its answer sets out.
    public override func completed(tag slot: Int, _ kernel: Kernel) {
        let request = slots[slot].request
        let back: Wires.Direction = outward == .forward ? .backward : .forward
        let arrival = send(request.isWrite ? 0 : request.totalBytes, back, of: slot, kernel)
        inbound.append(Flight(slot: slot, at: arrival))
        kernel.poke(id)
    }

    public override func wake(_ kernel: Kernel) {
        let now = kernel.now(self)
        while let flight = outbound.first, flight.at <= now, handOver(flight.slot, kernel) { outbound.removeFirst() }
        while let flight = inbound.first, flight.at <= now {
            inbound.removeFirst()
            let slot = slots[flight.slot]
            taken.release(flight.slot)
            admission.release(kernel)
            kernel.complete(slot.requester, tag: slot.tag)
        }
        schedule(kernel)
    }

    private func handOver(_ slot: Int, _ kernel: Kernel) -> Bool {
        guard let target else { return false }
        kernel.touch(target.id)
        if !target.submit(slots[slot].request, kernel) { return false }
        slots[slot].request.address = 0
        slots[slot].request.command = -1
        return true
    }

    /// Asks for the next arrival; a request that was refused at the far end waits for a poke.
    private func schedule(_ kernel: Kernel) {
        var next = inbound.first?.at ?? .never
        if let at = outbound.first?.at, at > kernel.now(self) { next = min(next, at) }
        kernel.wake(id, at: next)
    }

    public override func label(of tag: Int) -> Int { taken.rank(of: tag) }

    public override func settle(_ kernel: Kernel) { if near == nil { wires.settle(at: kernel.now(self)) } }

    public override func visit(_ state: inout StateVisitor) {
        if near == nil { wires.visit(&state) }
        admission.visit(&state)
        taken.visit(&state)
        for slot in taken.taken {
            slots[slot].visit(&state)
            if state.isRestoring { slots[slot].request.tag = slot }
        }
        visit(&outbound, &state)
        visit(&inbound, &state)
    }

    private func visit(_ flights: inout [Flight], _ state: inout StateVisitor) {
        let count = state.count(flights.count)
        if state.isRestoring { flights = Array(repeating: Flight(), count: count) }
        for index in flights.indices {
            taken.visit(&flights[index].slot, &state)
            state.time(&flights[index].at)
        }
    }

    public override var signature: Int { outbound.count << 16 | inbound.count }
}
