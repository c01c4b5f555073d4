import OrreryText

/// How a memory controller is built: every structure that DRAM simulators differ in, as a parameter.
public struct DRAMController: Hashable, Sendable {
    /// Where requests wait for their commands.
    public enum Organisation: String, CaseIterable, Sendable {
        /// The scheduler chooses among all waiting requests of the mode (reads or writes).
        case shared
        /// Requests move, one a clock, from a front queue to in-order queues of the banks, which take turns.
        case perBank = "per-bank"
    }

    public enum Scheduling: String, CaseIterable, Sendable {
        /// The oldest request whose next command may issue now.
        case firstReady = "first-ready"
        /// The oldest request alone.
        case inOrder = "in-order"
    }

    public enum WriteDrain: String, CaseIterable, Sendable {
        /// Writes between a high and a low watermark, or while there are no reads.
        case watermarks
        /// As many writes as there were when their queue was full (or above `idle_drain` with idle banks).
        case batch
    }

    public enum WriteDone: String, CaseIterable, Sendable {
        /// A cycle after the write was taken.
        case posted
        /// With its command.
        case command
        /// With the end of its data.
        case data
    }

    public enum Refresh: String, CaseIterable, Sendable {
        case none
        case allBank = "all-bank"
        case perBank = "per-bank"
    }

    /// What waits while a refresh is due.
    public enum RefreshBlocks: String, CaseIterable, Sendable {
        case channel
        case target
    }

    public enum RowPolicy: String, CaseIterable, Sendable {
        case open
        /// Every access closes its row, unless another one waits for it.
        case closed
    }

    public enum PseudoChannels: String, CaseIterable, Sendable {
        /// They share command buses and queues.
        case shared
        /// Each is a channel of its own.
        case `private`
    }

    public enum CommandClocks: String, CaseIterable, Sendable {
        case device
        /// Every command takes one clock on its bus.
        case one
    }

    /// A data clock that the standard lets stand still between accesses.
    public enum DataClock: String, CaseIterable, Sendable {
        /// Started by a command before an access, where it has stopped.
        case onDemand = "on-demand"
        case alwaysOn = "always-on"
    }

    public enum Alignment: String, CaseIterable, Sendable {
        /// As the standard says for each command.
        case device
        /// All at the begin of a clock.
        case clock
        case none
    }

    public enum Priority: String, CaseIterable, Sendable {
        /// By age alone.
        case age
        /// Activates before accesses before precharges, then by age.
        case activate
    }

    public var name: String
    public var organisation: Organisation
    public var readQueue: Int
    public var writeQueue: Int
    /// Whether the queue sizes are for each pseudo-channel.
    public var queuesPerPseudoChannel: Bool
    public var bankQueue: Int
    public var scheduling: Scheduling
    public var priority: Priority
    public var activeBuffer: Bool
    public var rowHitCap: Int?
    public var protectHits: Bool
    public var prechargeByOldestOnly: Bool
    public var writeDrain: WriteDrain
    public var drainHigh: Int
    public var drainLow: Int
    public var idleDrain: Int
    /// Clocks from the coming of a request to its access, where the device's rules count an access as its burst alone.
    public var accessLead: Int
    /// Whether what banks have begun for a request, up to its access, is taken back when reads and writes change turns.
    public var turnRestarts: Bool
    public var writeDone: WriteDone
    public var forwarding: Bool
    public var mergeReads: Bool
    public var mergeWrites: Bool
    public var completionOverhead: Int
    public var refresh: Refresh
    public var refreshBlocks: RefreshBlocks
    public var refreshStagger: Bool
    public var refreshPostpone: Int
    public var prechargeOneByOne: Bool
    public var rowPolicy: RowPolicy
    public var pseudoChannels: PseudoChannels
    public var commandClocks: CommandClocks
    public var alignment: Alignment
    public var dataClock: DataClock
    /// Clocks without an access after which a rank (or pseudo-channel) enters power-down, and self-refresh; 0 for never.
    public var powerDown: Int
    public var selfRefresh: Int
    public var mapping: String?
}

extension DRAMController {
    /// The controller that a file describes; nil after reporting everything that is wrong with it.
    public static func read(_ node: Node, path: String, diagnostics: Diagnostics) -> DRAMController? {
        let values = ParameterValues.decode(
            node, declared: parameters, ignoring: ["description", "source", "status"], path: path,
            diagnostics: diagnostics)
        guard values.isComplete else { return nil }
        let ours = Diagnostics(limit: .max)
        if values[drainLow] > values[drainHigh] {
            ours.error(
                "drain_low of \(values[drainLow]) % is above drain_high of \(values[drainHigh]) %: between them reads and writes would take turns without end",
                at: (node["drain_low"] ?? node["drain_high"] ?? node).mark, path: "\(path).drain_low",
                hint: "expected at most \(values[drainHigh])")
        }
        if values[activeBuffer], values[organisation] == .perBank {
            ours.error(
                "queues of the banks have no active buffer beside them",
                at: (node["active_buffer"] ?? node).mark, path: "\(path).active_buffer",
                hint: "with queues: per-bank expected active_buffer: false")
        }
        if values[turnRestarts], values[activeBuffer] || values[organisation] == .perBank {
            ours.error(
                "only what waits in shared queues can be begun anew",
                at: (node["turn_restarts"] ?? node).mark, path: "\(path).turn_restarts",
                hint: "with turn_restarts: true expected queues: shared and active_buffer: false")
        }
        if values[accessLead] > 0, values[organisation] == .perBank {
            ours.error(
                "queues of the banks have no lead before accesses",
                at: (node["access_lead"] ?? node).mark, path: "\(path).access_lead",
                hint: "with queues: per-bank expected access_lead: 0")
        }
        for problem in ours.all { diagnostics.report(problem) }
        if ours.hasErrors { return nil }
        return DRAMController(
            name: values[name], organisation: values[organisation], readQueue: values[readQueue],
            writeQueue: values[writeQueue], queuesPerPseudoChannel: values[queuesPerPseudoChannel],
            bankQueue: values[bankQueue], scheduling: values[scheduling], priority: values[priority],
            activeBuffer: values[activeBuffer], rowHitCap: values[rowHitCap] == 0 ? nil : values[rowHitCap],
            protectHits: values[protectHits], prechargeByOldestOnly: values[prechargeByOldestOnly],
            writeDrain: values[writeDrain], drainHigh: values[drainHigh], drainLow: values[drainLow],
            idleDrain: values[idleDrain], accessLead: values[accessLead], turnRestarts: values[turnRestarts],
            writeDone: values[writeDone], forwarding: values[forwarding],
            mergeReads: values[mergeReads], mergeWrites: values[mergeWrites],
            completionOverhead: values[completionOverhead], refresh: values[refresh],
            refreshBlocks: values[refreshBlocks], refreshStagger: values[refreshStagger],
            refreshPostpone: values[refreshPostpone], prechargeOneByOne: values[prechargeOneByOne],
            rowPolicy: values[rowPolicy], pseudoChannels: values[pseudoChannels],
            commandClocks: values[commandClocks], alignment: values[alignment], dataClock: values[dataClock],
            powerDown: values[powerDown], selfRefresh: values[selfRefresh],
            mapping: values[mapping])
    }

    static let parameters: [any AnyParameter] = [
        name, organisation, readQueue, writeQueue, queuesPerPseudoChannel, bankQueue, scheduling, priority,
        activeBuffer, rowHitCap, protectHits, prechargeByOldestOnly, writeDrain, drainHigh, drainLow, idleDrain,
        accessLead, turnRestarts, writeDone, forwarding, mergeReads, mergeWrites, completionOverhead, refresh,
        refreshBlocks, refreshStagger,
        refreshPostpone, prechargeOneByOne, rowPolicy, pseudoChannels, commandClocks, alignment, dataClock, powerDown,
        selfRefresh,
        mapping,
    ]

    private static let name = Parameter.text("controller", help: "name of the preset")
    private static let organisation = Parameter.choice(
        "queues", of: Organisation.self, help: "one shared queue each for reads and writes, or queues of the banks")
    private static let readQueue = Parameter.integer("reads", 1...4096, help: "reads that wait")
    private static let writeQueue = Parameter.integer("writes", 1...4096, help: "writes that wait")
    private static let queuesPerPseudoChannel = Parameter.flag(
        "per_pseudo_channel", default: false, help: "the sizes of the queues are for each pseudo-channel")
    private static let bankQueue = Parameter.integer(
        "bank_queue", 1...256, default: 8, help: "requests in the queue of a bank, where banks have queues")
    private static let scheduling = Parameter.choice(
        "scheduling", of: Scheduling.self, default: .firstReady, help: "whose command issues")
    private static let priority = Parameter.choice(
        "priority", of: Priority.self, default: .age, help: "which of several ready commands issues")
    private static let activeBuffer = Parameter.flag(
        "active_buffer", default: false,
        help: "a request whose row was opened leaves the queue, goes first, and keeps its row until it is served")
    private static let rowHitCap = Parameter.integer(
        "row_hit_cap", default: 0,
        help: "accesses to a row after which it may be closed though others wait; 0 for no cap")
    private static let protectHits = Parameter.flag(
        "protect_hits", default: false, help: "a row is not closed while requests to it wait, up to the cap")
    private static let prechargeByOldestOnly = Parameter.flag(
        "precharge_by_oldest", default: false, help: "only the oldest request to a bank may close its row")
    private static let writeDrain = Parameter.choice(
        "write_drain", of: WriteDrain.self, default: .watermarks, help: "when writes are served")
    private static let drainHigh = Parameter.integer(
        "drain_high", 0...100, default: 80, help: "percent of the writes' queue above which writes are served")
    private static let drainLow = Parameter.integer(
        "drain_low", 0...100, default: 20, help: "percent of the writes' queue below which reads are served again")
    private static let idleDrain = Parameter.integer(
        "idle_drain", default: 8, help: "writes above which a batch begins while the banks' queues are empty")
    private static let accessLead = Parameter.integer(
        "access_lead", 0...100_000, default: 0,
        help: "clocks from a request to its access, where the device counts an access as its burst alone")
    private static let turnRestarts = Parameter.flag(
        "turn_restarts", default: false,
        help: "what banks have begun for a request is taken back when reads and writes change turns")
    private static let writeDone = Parameter.choice(
        "write_done", of: WriteDone.self, default: .data, help: "when a write is answered")
    private static let forwarding = Parameter.flag(
        "forwarding", default: true, help: "a read of a waiting write's data is answered from the queue")
    private static let mergeReads = Parameter.flag(
        "merge_reads", default: false, help: "reads of the same data wait as one")
    private static let mergeWrites = Parameter.flag(
        "merge_writes", default: true, help: "a write to the data of a waiting one replaces it")
    private static let completionOverhead = Parameter.integer(
        "completion_overhead", 0...100_000, default: 0, help: "clocks from the end of the data to the answer")
    private static let refresh = Parameter.choice(
        "refresh", of: Refresh.self, help: "which banks are refreshed at a time")
    private static let refreshBlocks = Parameter.choice(
        "refresh_blocks", of: RefreshBlocks.self, default: .target, help: "what waits while a refresh is due")
    private static let refreshStagger = Parameter.flag(
        "refresh_stagger", default: false, help: "scopes are refreshed evenly spread, not at the same time")
    private static let refreshPostpone = Parameter.integer(
        "refresh_postpone", 0...8, default: 0, help: "refreshes that may be late while requests wait")
    private static let prechargeOneByOne = Parameter.flag(
        "precharge_one_by_one", default: false, help: "before a refresh banks are closed one by one")
    private static let rowPolicy = Parameter.choice(
        "row_policy", of: RowPolicy.self, default: .open, help: "whether rows stay open")
    private static let pseudoChannels = Parameter.choice(
        "pseudo_channels", of: PseudoChannels.self, default: .shared, help: "share buses and queues, or not")
    private static let commandClocks = Parameter.choice(
        "command_clocks", of: CommandClocks.self, default: .device, help: "clocks of a command on its bus")
    private static let alignment = Parameter.choice(
        "alignment", of: Alignment.self, default: .device, help: "which commands begin with a clock")
    private static let dataClock = Parameter.choice(
        "data_clock", of: DataClock.self, default: .onDemand,
        help: "a data clock that may stand still between accesses (WCK) is started for them, or always on")
    private static let powerDown = Parameter.integer(
        "power_down", 0...1_000_000_000, default: 0,
        help: "clocks without an access after which a rank powers down; 0 for never")
    private static let selfRefresh = Parameter.integer(
        "self_refresh", 0...1_000_000_000, default: 0,
        help: "clocks without an access after which a rank whose banks are closed refreshes itself; 0 for never")
    private static let mapping = Parameter.text(
        "mapping", help: "address map where the memory gives none"
    ).optional()
}
