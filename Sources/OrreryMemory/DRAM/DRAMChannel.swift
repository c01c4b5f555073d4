import OrrerySimulation

/// One memory controller with its channel (or pseudo-channel, where these are private): queues, scheduler, refresh and the state of
/// the banks. It is ticked only at cycles at which a command may issue or something moves.
final class DRAMChannel {
    let policy: DRAMController
    let table: DRAMTimingTable
    let timing: DRAMTimingState
    let queues: DRAMQueues
    let front: DRAMFront
    let schedule: DRAMSchedule
    /// The front's own, held here for speed.
    let counters: DRAMCounters
    let index: Int
    let banks: Int

    /// Commands by role; -1 where the standard has none.
    let activate: Int
    let precharge: Int
    let prechargeAll: Int
    let column: FixedArray<Int>
    let columnClosing: FixedArray<Int>
    let refreshAll: Int
    let refreshBank: Int
    /// -1 also where the data clock always runs.
    let startClock: Int

    /// First cycle at which each command bus is free.
    let busFree: FixedArray<Int>
    let columnBus: Int
    let rowBus: Int
    /// The last cycle for the second half of an activate; `.never` where none is under way.
    @exclusivity(unchecked) var secondDue: Cycle = .never
    /// By scope: the first cycle in which the data clock stands still, where it does between accesses.
    let clockUntil: FixedArray<Cycle>
    /// The access for which the data clock was started, and which has the bus next; -1 for none.
    @exclusivity(unchecked) var clocked = -1
    /// Accesses since the row was opened, by bank.
    let accesses: FixedArray<Int>
    /// How often in a row the bank was closed before an access to its row, and how many banks have reached `mostUnserved`.
    let unserved: FixedArray<Int>
    @exclusivity(unchecked) var patientBanks = 0
    /// A refresh that has closed a row so often before anybody could use it waits for an access.
    static let mostUnserved = 8
    /// What held the bank's last activate up.
    let activateCause: FixedArray<Int>
    /// The request that opened the bank's row and has not been served; -1 for none.
    let active: FixedArray<Int>
    @exclusivity(unchecked) var activeCount = 0
    /// Bits of the banks with such a request.
    let activeBanks: FixedArray<UInt64>
    /// Who touched a bank last, for folding.
    let touchedBy: FixedArray<Int>
    let touchedAt: FixedArray<Int>

    /// Banks under one data bus (channel, or pseudo-channel of a shared one) and what the bus did.
    let banksPerBus: Int
    let dataFree: FixedArray<Int>
    let waitingSince: FixedArray<Int>
    let waiting: FixedArray<Int>
    /// Lost cycles that will be charged to what the next access waited for.
    let uncharged: FixedArray<Int>
    /// Reads that wait, and since when that many do.
    @exclusivity(unchecked) var readsWaiting = 0
    @exclusivity(unchecked) var readsSince: Cycle = 0
    /// Operator of the last access, to whom refreshes are charged.
    @exclusivity(unchecked) var lastOperator = 0

    /// Ranks that sleep, where the controller lets them.
    let lowPower: DRAMLowPower?

    /// Nodes whose standby is told apart by whether a bank is open.
    let banksPerScope: Int
    let scopeOf: FixedArray<Int>
    let busOf: FixedArray<Int>
    let openBanks: FixedArray<Int>
    /// By scope and word: bits of its banks.
    let scopeBits: FixedArray<UInt64>
    let standbySince: FixedArray<Int>

    // Policy, as the hot path reads it.
    let isShared: Bool
    let hasTwoBuses: Bool
    let isInOrder: Bool
    let prefersActivates: Bool
    let usesActiveBuffer: Bool
    let protectsHits: Bool
    let oldestCloses: Bool
    let closesRows: Bool
    let rowHitCap: Int
    let readQueue: Int
    let writeQueue: Int
    let bankQueue: Int
    let drainHigh: Int
    let drainLow: Int
    /// Ticks from the coming of a request to its access.
    let accessLead: Int
    let ticksPerClock: Int
    let alignsAll: Bool

    @exclusivity(unchecked) var isDraining = false
    @exclusivity(unchecked) var drainLeft = 0
    /// Where turns restart: when the data of the last access are through.
    @exclusivity(unchecked) var accessEnd: Cycle = 0
    /// Nothing in the front queue finds room in the queue of its bank.
    @exclusivity(unchecked) var isFrontStuck = false
    /// Bank whose turn was last, where banks have queues.
    @exclusivity(unchecked) var turn = 0
    @exclusivity(unchecked) var refresh: DRAMRefresh
    @exclusivity(unchecked) var isRefreshPending = false
    /// The next cycle at which it has something to do; `.never` for none. `soonest` collects it during a tick.
    var next: Cycle {
        @inline(__always) get { schedule.next[index] }
        @inline(__always) set { schedule.next[index] = newValue }
    }
    @exclusivity(unchecked) var soonest: Cycle = .never
    @exclusivity(unchecked) var step = 0
    /// The command that will be chosen in a cycle if nothing comes in between; see `lookAhead`.
    @exclusivity(unchecked) var foreseen = DRAMChoice()
    @exclusivity(unchecked) var foreseenAt: Cycle = -1
    /// A command has issued in this tick.
    @exclusivity(unchecked) var hasIssued = false
    @exclusivity(unchecked) var lastTick: Cycle = -1

    init(
        _ front: DRAMFront, _ schedule: DRAMSchedule, index: Int, _ table: DRAMTimingTable, _ policy: DRAMController,
        busLevel: Int
    ) {
        self.front = front
        self.schedule = schedule
        counters = front.counters
        self.index = index
        self.table = table
        self.policy = policy
        timing = DRAMTimingState(table)
        banks = table.banks
        let standard = table.device.standard
        func command(_ role: DRAMStandard.Role) -> Int { standard.command(role) ?? -1 }
        activate = command(.activate)
        precharge = command(.precharge)
        prechargeAll = command(.prechargeAll)
        column = FixedArray([command(.read), command(.write)])
        columnClosing = FixedArray([command(.readPrecharge), command(.writePrecharge)])
        refreshAll = command(.refreshAll)
        refreshBank = command(.refreshBank)
        startClock = policy.dataClock == .onDemand ? command(.startClock) : -1
        busFree = FixedArray(repeating: 0, count: standard.buses.count)
        columnBus = table.bus[column[0]]
        rowBus = table.bus[activate]
        accesses = FixedArray(repeating: 0, count: banks)
        unserved = FixedArray(repeating: 0, count: banks)
        activateCause = FixedArray(repeating: 0, count: banks)
        active = FixedArray(repeating: -1, count: banks)
        activeBanks = FixedArray(repeating: 0, count: (banks + 63) / 64)
        touchedBy = FixedArray(repeating: -1, count: banks)
        touchedAt = FixedArray(repeating: -1, count: banks)
        banksPerBus = table.banksBelow[busLevel]
        let dataBuses = table.nodes[busLevel]
        dataFree = FixedArray(repeating: 0, count: dataBuses)
        waitingSince = FixedArray(repeating: 0, count: dataBuses)
        waiting = FixedArray(repeating: 0, count: dataBuses)
        uncharged = FixedArray(repeating: 0, count: dataBuses)
        let scope = DRAMTimingTable.scopeLevel(standard)
        banksPerScope = table.banksBelow[scope]
        scopeOf = FixedArray((0..<table.banks).map { $0 / table.banksBelow[scope] })
        busOf = FixedArray((0..<table.banks).map { $0 / table.banksBelow[busLevel] })
        let words = (table.banks + 63) / 64
        var bits = Array(repeating: UInt64(0), count: table.nodes[scope] * words)
        for bank in 0..<table.banks {
            bits[bank / table.banksBelow[scope] * words + bank >> 6] |= 1 << UInt64(bank & 63)
        }
        scopeBits = FixedArray(bits)
        openBanks = FixedArray(repeating: 0, count: table.nodes[scope])
        clockUntil = FixedArray(repeating: 0, count: table.nodes[scope])
        standbySince = FixedArray(repeating: 0, count: table.nodes[scope])
        lowPower = DRAMLowPower(table, policy, scopes: table.nodes[scope])
        isShared = policy.organisation == .shared
        hasTwoBuses = columnBus != rowBus
        isInOrder = policy.scheduling == .inOrder
        prefersActivates = policy.priority == .activate
        usesActiveBuffer = policy.activeBuffer
        protectsHits = policy.protectHits
        oldestCloses = policy.prechargeByOldestOnly
        closesRows = policy.rowPolicy == .closed && columnClosing[0] >= 0 && columnClosing[1] >= 0
        rowHitCap = policy.rowHitCap ?? .max
        let factor = policy.queuesPerPseudoChannel ? dataBuses : 1
        readQueue = policy.readQueue * factor
        writeQueue = policy.writeQueue * factor
        bankQueue = policy.bankQueue
        drainHigh = writeQueue * policy.drainHigh
        drainLow = writeQueue * policy.drainLow
        ticksPerClock = table.ticksPerClock
        accessLead = policy.accessLead * table.ticksPerClock
        alignsAll = policy.alignment == .clock && table.ticksPerClock > 1
        let lists = policy.organisation == .perBank ? banks * policy.bankQueue : 0
        queues = DRAMQueues(
            banks: banks, capacity: readQueue + writeQueue + lists + banks + (policy.mergeReads ? 1024 : 0))
        refresh = DRAMRefresh(table, policy)
        schedule.refresh[index] = refresh.due
        next = refresh.due
    }

    // MARK: Ticks

    /// Does everything that is due at `now` and sets `next`.
    func tick(at now: Cycle, _ kernel: Kernel) {
        soonest = .never
        lastTick = now
        step = kernel.stepNumber
        let due = schedule.refresh[index]
        if due <= now { advanceInterval(at: now, kernel) }
        if isShared { tickShared(at: now, kernel) } else { tickPerBank(at: now, kernel) }
        if policy.turnRestarts, accessEnd > now { soonest = min(soonest, accessEnd) }
        next = max(min(soonest, schedule.refresh[index]), now + 1)
    }

    private func advanceInterval(at now: Cycle, _ kernel: Kernel) {
        if let lowPower {
            for scope in 0..<openBanks.count { followLowPower(scope, lowPower, to: now, kernel) }
        }
        refresh.advance(at: now, hasRequests: queues.count[0] + queues.count[1] + activeCount > 0)
        isRefreshPending = refresh.isPending
        schedule.refresh[index] = refresh.due
        if let lowPower { wakeForRefresh(lowPower, at: now, kernel) }
    }

    /// When a command may issue at the earliest: not before now, and at the begin of a clock where it has to be.
    @inline(__always)
    func time(_ command: Int, _ bank: Int, _ now: Cycle) -> Cycle {
        aligned(max(timing.earliest(command, bank) >> DRAMTimingState.causeBits, now), command)
    }

    @inline(__always)
    func aligned(_ cycle: Cycle, _ command: Int) -> Cycle {
        if ticksPerClock == 1 || !table.isAligned[command] { return cycle }
        let rest = cycle % ticksPerClock
        return rest == 0 ? cycle : cycle + ticksPerClock - rest
    }
}
