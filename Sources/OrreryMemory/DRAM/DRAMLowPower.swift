import OrrerySimulation

/// In which power state each rank (or pseudo-channel) of a controller is, and since when.
///
/// While nothing waits for a rank nothing can happen to it but refreshes, so its states are followed up to a cycle only when somebody
/// asks: an access or a refresh that comes for it, or its accounts.
final class DRAMLowPower {
    enum Mode: Int {
        case awake
        /// Clocks off, rows as they are.
        case powerDown
        /// All banks closed, refreshed by the device itself.
        case selfRefresh
    }

    /// Ticks that a state lasts at least, and from its end to the next command.
    struct Times {
        var minimum: Int
        var exit: Int
    }

    /// Ticks without an access after which a rank enters a state; `.never` for not at all.
    let powerDownAfter: Cycle
    let selfRefreshAfter: Cycle
    let powerDown: Times
    let selfRefresh: Times

    /// By rank.
    let mode: FixedArray<Int>
    /// Accesses that wait for it.
    let accesses: FixedArray<Int>
    /// The end of its last data, when it entered the state that it is in, when it leaves it (`.never` for not yet), and up to when
    /// its last command keeps it from entering one.
    let idleSince: FixedArray<Cycle>
    let enteredAt: FixedArray<Cycle>
    let leavesAt: FixedArray<Cycle>
    let busyUntil: FixedArray<Cycle>

    /// Nil for a controller that lets nothing sleep.
    init?(_ table: DRAMTimingTable, _ policy: DRAMController, scopes: Int) {
        if policy.powerDown == 0, policy.selfRefresh == 0 { return nil }
        let device = table.device
        func times(_ state: DRAMStandard.LowPower?) -> Times {
            Times(minimum: state.map { device.ticks($0.minimum) } ?? 0, exit: state.map { device.ticks($0.exit) } ?? 0)
        }
        powerDown = times(device.standard.powerDown)
        selfRefresh = times(device.standard.selfRefresh)
        powerDownAfter = policy.powerDown == 0 ? .never : policy.powerDown * table.ticksPerClock
        selfRefreshAfter = policy.selfRefresh == 0 ? .never : policy.selfRefresh * table.ticksPerClock
        mode = FixedArray(repeating: 0, count: scopes)
        accesses = FixedArray(repeating: 0, count: scopes)
        idleSince = FixedArray(repeating: 0, count: scopes)
        enteredAt = FixedArray(repeating: 0, count: scopes)
        leavesAt = FixedArray(repeating: .never, count: scopes)
        busyUntil = FixedArray(repeating: 0, count: scopes)
    }

    /// Takes over the states of another controller's ranks.
    func copy(from other: DRAMLowPower) {
        mode.copy(from: other.mode)
        accesses.copy(from: other.accesses)
        idleSince.copy(from: other.idleSince)
        enteredAt.copy(from: other.enteredAt)
        leavesAt.copy(from: other.leavesAt)
        busyUntil.copy(from: other.busyUntil)
    }

    func mode(of scope: Int) -> Mode { Mode(rawValue: mode[scope]) ?? .awake }

    /// Forgets times that nothing depends on, so that equal futures look equal.
    func settle(at now: Cycle) {
        for scope in 0..<mode.count {
            if accesses[scope] > 0 { idleSince[scope] = 0 }
            if mode[scope] == 0 { enteredAt[scope] = 0 }
            if busyUntil[scope] <= now { busyUntil[scope] = 0 }
        }
    }

    func visit(_ state: inout StateVisitor) {
        for scope in 0..<mode.count {
            state.plain(&mode[scope])
            state.time(&idleSince[scope])
            state.time(&enteredAt[scope])
            state.time(&leavesAt[scope])
            state.time(&busyUntil[scope])
            if state.isRestoring { accesses[scope] = 0 }
        }
    }
}

extension DRAMChannel {
    /// An access that came for a bank: its rank wakes.
    func wakeForAccess(_ bank: Int, _ low: DRAMLowPower, at now: Cycle, _ kernel: Kernel) {
        let scope = scopeOf[bank]
        if low.accesses[scope] == 0 { leaveLowPower(scope, low, at: now, kernel) }
        low.accesses[scope] &+= 1
    }

    /// Refreshes that fell due, with all ranks followed up to now: a device in self-refresh does them by itself, others wake for them.
    func wakeForRefresh(_ low: DRAMLowPower, at now: Cycle, _ kernel: Kernel) {
        refresh.drop { low.mode(of: scopeOf[$0]) == .selfRefresh && low.leavesAt[scopeOf[$0]] == .never }
        isRefreshPending = refresh.isPending
        for item in refresh.items { leaveLowPower(scopeOf[item.bank], low, at: now, kernel) }
    }

    /// Ends the state that a rank is in, as soon as it has lasted long enough; its commands wait for the exit time beyond that.
    private func leaveLowPower(_ scope: Int, _ low: DRAMLowPower, at now: Cycle, _ kernel: Kernel) {
        followLowPower(scope, low, to: now, kernel)
        let mode = low.mode(of: scope)
        if mode == .awake || low.leavesAt[scope] != .never { return }
        let times = mode == .powerDown ? low.powerDown : low.selfRefresh
        low.leavesAt[scope] = max(now, low.enteredAt[scope] + times.minimum)
        hold(scope, low, until: low.leavesAt[scope] + times.exit)
    }

    private func hold(_ scope: Int, _ low: DRAMLowPower, until cycle: Cycle) {
        timing.hold(from: scope * banksPerScope, count: banksPerScope, until: cycle, cause: counters.powerDownCause)
        low.busyUntil[scope] = cycle
    }

    /// Takes a rank through the states that it has been in up to now, and books them.
    func followLowPower(_ scope: Int, _ low: DRAMLowPower, to now: Cycle, _ kernel: Kernel) {
        if low.leavesAt[scope] != .never {
            if now < low.leavesAt[scope] { return }
            change(scope, low, .awake, at: low.leavesAt[scope], kernel)
            low.leavesAt[scope] = .never
        }
        if low.accesses[scope] > 0 || refresh.items.contains(where: { scopeOf[$0.bank] == scope }) { return }
        while let next = nextState(scope, low), next.at <= now {
            change(scope, low, next.mode, at: next.at, kernel)
            // From power-down to self-refresh by way of a clock that runs.
            if next.mode == .awake { hold(scope, low, until: next.at + low.powerDown.exit) }
        }
    }

    /// The state that an idle rank goes to next, and when.
    private func nextState(_ scope: Int, _ low: DRAMLowPower) -> (mode: DRAMLowPower.Mode, at: Cycle)? {
        let banks = (scope * banksPerScope)..<((scope + 1) * banksPerScope)
        let isClosed = openBanks[scope] == 0
        let refreshing =
            isClosed && low.selfRefreshAfter != .never ? low.idleSince[scope] + low.selfRefreshAfter : .never
        func ready(_ command: Int, _ isMeant: (Int) -> Bool = { _ in true }) -> Cycle {
            banks.reduce(low.busyUntil[scope]) {
                isMeant($1) ? max($0, timing.earliest(command, $1) >> DRAMTimingState.causeBits) : $0
            }
        }
        switch low.mode(of: scope) {
        case .selfRefresh: return nil
        case .powerDown:
            return refreshing == .never
                ? nil : (.awake, max(refreshing, low.enteredAt[scope] + low.powerDown.minimum))
        case .awake:
            // The last data and what they leave behind in the bank are over when its row could be closed.
            let down =
                low.powerDownAfter == .never
                ? .never
                : max(low.idleSince[scope] + low.powerDownAfter, ready(precharge) { self.queues.openRow[$0] >= 0 })
            if refreshing != .never, refreshing <= down { return (.selfRefresh, max(refreshing, ready(activate))) }
            return down == .never ? nil : (.powerDown, down)
        }
    }

    private func change(
        _ scope: Int, _ low: DRAMLowPower, _ mode: DRAMLowPower.Mode, at cycle: Cycle, _ kernel: Kernel
    ) {
        front.countStandby(
            cycle &- standbySince[scope], openBanks: openBanks[scope], low.mode(of: scope), kernel)
        standbySince[scope] = cycle
        low.mode[scope] = mode.rawValue
        low.enteredAt[scope] = cycle
    }
}
