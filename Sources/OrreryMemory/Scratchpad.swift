import OrrerySimulation
import OrreryText

/// A software-managed on-chip buffer: single-ported banks behind a number of shared ports.
///
/// **Modelled cycle by cycle.** A piece of a request reads or writes every row of `width` bytes that it touches, one access each; the row
/// in which the piece before it ends is still at the port and needs none. An access takes one port for a cycle and its bank (row number modulo `banks`) for `bankCycle` cycles. Accesses of one request
/// go in order, several in the same cycle where ports and banks allow; pieces begin at least `pace` cycles apart. Between
/// requests the oldest goes first: a younger access takes any cycle in which it delays no older one. The data are there `latency`
/// cycles after the cycle of the access. `queue` bounds the requests under way.
///
/// **Abstracted.** A request reserves all its accesses when it is taken, which gives the same cycles as arbitration
/// cycle by cycle because an older request never waits for a younger one (with `bankCycle` above 1 the arbiter is taken to know
/// the older streams). The wires between ports and banks are a full crossbar. Accesses of different requests to the same row are not merged.
///
/// Source: the banked scratchpads of FuseMax's and SCALE-Sim's machines; the arbitration is a modelling choice.
public final class Scratchpad: Server, Metered {
    public struct Configuration: Hashable, Sendable {
        /// Bytes; a multiple of `width`.
        public var capacity: Int
        public var banks: Int
        public var ports: Int
        /// Bytes of a row: what one access through one port moves.
        public var width: Int
        /// Cycles from the cycle of an access to its data.
        public var latency: Int
        /// Cycles that a bank is busy with an access; 0 for banks that never conflict.
        public var bankCycle: Int
        /// Requests under way at most.
        public var queue: Int

        public init(
            capacity: Int, banks: Int, ports: Int, width: Int, latency: Int, bankCycle: Int = 1, queue: Int = 16
        ) {
            self.capacity = capacity
            self.banks = banks
            self.ports = ports
            self.width = width
            self.latency = latency
            self.bankCycle = bankCycle
            self.queue = queue
        }

        func validate() throws(ConfigurationError) {
            if capacity % (width * banks) != 0 {
                throw ConfigurationError(
                    parameter: "capacity", "\(capacity) B is no multiple of \(banks) banks × rows of \(width) B")
            }
        }
    }

    public let configuration: Configuration
    @exclusivity(unchecked) public private(set) var traffic = Traffic()
    private let table: ReservationTable
    private let admission: Admission
    private let completions = CompletionQueue()
    @exclusivity(unchecked) private var conflictBase = 0

    public init(path: String, clock: Int = 0, _ configuration: Configuration) throws(ConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        table = ReservationTable(
            ports: configuration.ports, banks: configuration.banks, bankCycle: configuration.bankCycle)
        admission = Admission(capacity: configuration.queue)
        super.init(path: path, clock: clock)
    }

    /// What ports and banks allow together.
    public var peak: Rate {
        let (banks, ports) = (configuration.banks, configuration.ports)
        let cycle = max(configuration.bankCycle, 1)
        let rows = configuration.bankCycle == 0 ? ports : min(ports * cycle, banks)
        return Rate(bytes: rows * configuration.width, perCycles: cycle)
    }

    public override var accessLatency: Int { configuration.latency }

    public override var addressing: Addressing { .interleaved(period: configuration.banks * configuration.width) }

    public override func attach(to ledger: Ledger) {
        traffic.attach(to: ledger, path: path, actions: ["read", "write"])
        conflictBase = ledger.registerCounters(["port conflicts", "bank conflicts"], of: path)
    }

    public override func submit(_ request: Request, _ kernel: Kernel) -> Bool {
        precondition(request.bytes > 0 && request.count > 0 && request.address >= 0, "an empty request, or before 0")
        if !admission.admit(request.requester) { return false }
        let arrival = kernel.edge(self)
        table.advance(to: arrival)
        let grant = table.reserve(
            RowPattern(request, width: configuration.width, banks: configuration.banks), pieces: request.count,
            pacing: Pacing(request, from: arrival, at: self, kernel))
        let latency = request.isPipelined ? 0 : configuration.latency
        completions.add(request, at: grant.last + 1 + latency, of: self, kernel)
        traffic.count(request, kernel)
        traffic.count(grant.accesses, action: request.isWrite ? 1 : 0, operatorID: request.operatorID, kernel)
        kernel.ledger.add(grant.portConflicts, to: conflictBase)
        kernel.ledger.add(grant.bankConflicts, to: conflictBase + 1)
        return true
    }

    /// Cycles by which accesses were held up because all ports were in use, also by accesses of their own request.
    public func portConflicts(in ledger: Ledger) -> Int { ledger[conflictBase] }

    /// Cycles by which accesses were held up because their bank was busy, with a port free.
    public func bankConflicts(in ledger: Ledger) -> Int { ledger[conflictBase + 1] }

    public override func wake(_ kernel: Kernel) { completions.completeDue(admission, of: self, kernel) }

    public override func settle(_ kernel: Kernel) { table.settle(at: kernel.now(self)) }

    public override func visit(_ state: inout StateVisitor) {
        table.visit(&state)
        admission.visit(&state)
        completions.visit(&state)
    }

    public override var signature: Int { completions.count }
}

extension Scratchpad {
    /// The class `scratchpad`.
    static let componentClass = ComponentClass(
        name: "scratchpad", role: .memory, summary: "a software-managed buffer of banks behind shared ports",
        discussion: """
            Cycle by cycle: every row of a request takes one port for a cycle and its bank (row number modulo banks) for \
            bank_cycle cycles, once for consecutive pieces in it, accesses of a request in order, the oldest request first; a full queue refuses.
            Not modelled: topology of the wires between ports and banks, merging of accesses of different requests to the same row.
            """,
        parameters: [capacity, banks, ports, width, latency, bankCycle, queue], actions: ["read", "write"],
        relaxed: ["ports": "4096", "bank_cycle": "0 cycles", "latency": "0 cycles", "queue": "4096"],
        storage: { Storage(capacity: $0[capacity], rowBytes: $0[width]) },
        make: { (site) throws(ConfigurationError) in
            let values = site.values
            return [
                try Scratchpad(
                    path: site.path, clock: site.clock,
                    Configuration(
                        capacity: values[capacity], banks: values[banks], ports: values[ports], width: values[width],
                        latency: try site.cycles(latency), bankCycle: values[bankCycle], queue: values[queue]))
            ]
        })

    private static let capacity = Parameter.bytes(
        "capacity", 1...(1 << 50), help: "bytes it holds, a multiple of banks × width")
    private static let banks = Parameter.integer("banks", 1...4096, help: "single-ported banks, interleaved by rows")
    private static let ports = Parameter.integer(
        "ports", 1...4096, help: "accesses in a cycle, over all banks together")
    private static let width = Parameter.bytes(
        "width", 1...(1 << 20), help: "bytes of a row: what one access through one port moves")
    private static let latency = Parameter.duration("latency", help: "from the cycle of an access to its data")
    private static let bankCycle = Parameter.cycles(
        "bank_cycle", 0...1024, default: 1, help: "cycles that a bank is busy with an access; 0 for no conflicts")
    private static let queue = Parameter.integer(
        "queue", 1...4096, default: 16, help: "requests under way; further ones are refused and stall their requester")
}
