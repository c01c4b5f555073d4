/// A part of a machine: something with state, a clock and one wake-up time.
///
/// A component sleeps until the kernel wakes it, either at the time that it asked for (`Kernel.wake(_:at:)`) or because
/// something that it waits for has changed (`Kernel.poke(_:)`). It keeps its own list of pending things and asks for the
/// earliest. Within one cycle components wake in the order of their ids, each at most once unless poked again, so no order of
/// insertion is ever part of the state.
open class Component {
    /// Path in the machine file, such as `gpu.sm[3].l1`.
    public let path: String
    /// Index of the clock domain in the run's `ClockSet`.
    public let clock: Int
    /// Position in the kernel's table, set when the run is assembled.
    @exclusivity(unchecked) public internal(set) var id = -1

    public init(path: String, clock: Int = 0) {
        self.path = path
        self.clock = clock
    }

    /// Connects a late port (`ComponentClass.Port.isLate`), when all components are made.
    open func connect(port: String, to server: Server) throws(ConfigurationError) {}

    /// Lets go of components that know this one, so that none keeps another alive when the run is over.
    open func detach() {}

    /// Registers counters; called once before the run starts.
    open func attach(to ledger: Ledger) {}

    /// Called at the start of the run, at cycle 0.
    open func start(_ kernel: Kernel) {}

    /// Called at the wake-up time or after a poke. May be called when nothing is due.
    open func wake(_ kernel: Kernel) {}

    /// The request that was submitted with `tag` is done. Called at the cycle of its completion.
    open func completed(tag: Int, _ kernel: Kernel) {}

    /// Books everything that accrues with time (busy or stalled spans, occupancy) up to now and restarts it at now.
    open func settle(_ kernel: Kernel) {}

    /// Names the whole state, see `StateVisitor`. Ids, parameters and counters in the ledger are not state.
    open func visit(_ state: inout StateVisitor) {}

    /// What stands for a tag of its own requests in a recorded state: which of those under way it is, whatever number it
    /// happens to have. Equal states have equal labels, and a component that is restored takes them for its tags.
    open func label(of tag: Int) -> Int { tag }

    /// A component that cannot name its state returns false: nothing folds while it is active.
    open var isFoldable: Bool { true }

    /// Up to now, in one word, invariant under a shift in time and addresses: a cheap filter before a full comparison.
    open var signature: Int { 0 }

    /// The same for the queue of an engine.
    var queueSignature: Int { 0 }

    /// How the component's answers depend on addresses.
    open var addressing: Addressing { .blind }
}

/// How a server's answers depend on the addresses that it is given: what a fold has to check.
public enum Addressing: Hashable, Sendable {
    /// Not at all.
    case blind
    /// Only through the address modulo `period` bytes (banks, channels).
    case interleaved(period: Int)
    /// It compares addresses with stored ones (open rows, tags). `period`: shifts must be its multiple; `unit`: bytes of a
    /// row or line, the grain in which two streams can meet.
    case compared(period: Int, unit: Int)

    /// Bytes by multiples of which addresses may be shifted without the component seeing it; nil where any shift will do.
    var interleave: Int? {
        switch self {
        case .blind: nil
        case .interleaved(let period), .compared(let period, _): period
        }
    }
}

/// A read or write of a strided pattern: `count` pieces of `bytes` each, `stride` bytes apart.
public struct Request: Hashable, Sendable {
    public var address: Int
    public var bytes: Int
    public var count: Int
    public var stride: Int
    public var isWrite: Bool
    /// The operator that the traffic is counted for.
    public var operatorID: Int
    /// Global id of the command's address source that it follows, for folding.
    public var command: Int
    /// Component that is told of the completion.
    public var requester: Int
    /// Handed back with the completion.
    public var tag: Int
    /// Least number of requester-clock cycles between the starts of two pieces; 0 where the requester takes any rate.
    public var pace: Int
    /// The requester counts the server's `accessLatency` itself: it is told when the last access is made, without it.
    public var isPipelined: Bool
    /// What the bytes are, where a server treats them differently.
    public var kind = Kind.data
    /// The address is physical although the request passes a component that translates: a page walk.
    public var isPhysical = false
    /// The requester predicts that what it asks for is not needed again soon, for replacement policies that heed it.
    public var isUnneeded = false
    /// The low bits of the address of the instruction that asks, for prefetchers; 0 where it comes of none.
    public var instruction: Int32 = 0

    /// What is asked for, as far as caches tell it apart.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case data
        /// An entry of a page table or of a TLB in memory.
        case translation
        case prefetch
        /// A whole line that a cache puts out: written ones, and clean ones for an exclusive cache.
        case eviction
    }

    public init(
        address: Int, bytes: Int, count: Int = 1, stride: Int = 0, isWrite: Bool, operatorID: Int, command: Int,
        requester: Int, tag: Int, pace: Int = 0, isPipelined: Bool = false
    ) {
        self.address = address
        self.bytes = bytes
        self.count = count
        self.stride = stride
        self.isWrite = isWrite
        self.operatorID = operatorID
        self.command = command
        self.requester = requester
        self.tag = tag
        self.pace = pace
        self.isPipelined = isPipelined
    }

    /// Bytes of the whole pattern.
    public var totalBytes: Int { bytes * count }
}

/// A component that takes requests and answers later.
open class Server: Component {
    /// Servers that it passes requests on to.
    open var behind: [Server] { [] }

    /// The server that gets every byte of every request as it came in, where all are passed on to one; for what the program decides
    /// about a run (`Sampling`).
    open var passesOnTo: Server? { nil }

    /// False where it only passes on what is written.
    open var canBeRead: Bool { true }

    /// Cycles of its clock that always lie between an access and its data, and between a write and the moment that it can
    /// be read; 0 where a server does not let requesters count them (`Request.isPipelined`).
    open var accessLatency: Int { 0 }

    /// Offers a request at the current instant. The server either takes it, and later calls `Kernel.complete`, or has no
    /// room and returns false; then it pokes the requester when there is room.
    open func submit(_ request: Request, _ kernel: Kernel) -> Bool { false }
}
