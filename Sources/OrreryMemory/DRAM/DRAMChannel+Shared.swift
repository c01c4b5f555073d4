import OrrerySimulation

/// What a scheduler has found so far.
struct DRAMChoice {
    var slot = -1
    var command = -1
    var rank = Int.max
    /// Whether there is a command is all that is asked: the first one found will do.
    var takesAny = false

    /// Takes a command of a higher priority than what was found before.
    @inline(__always)
    mutating func take(_ slot: Int, _ command: Int, rank: Int) {
        self.slot = slot
        self.command = command
        self.rank = takesAny ? .min : rank
    }
}

/// A controller with queues that all banks share.
extension DRAMChannel {
    /// A clock of a controller with shared queues: one command on each bus, the column bus first.
    func tickShared(at now: Cycle, _ kernel: Kernel) {
        hasIssued = false
        if hasTwoBuses {
            issueOnBus(columnBus, rows: false, columns: true, at: now, kernel)
            issueOnBus(rowBus, rows: true, columns: false, at: now, kernel)
        } else if foreseenAt == now, !isRefreshPending, !policy.turnRestarts || !wouldChangeMode(at: now) {
            issue(foreseen, at: now, kernel)
        } else {
            issueOnBus(rowBus, rows: true, columns: true, at: now, kernel)
        }
        // What may issue after a command: found now, it need not be looked for in every cycle.
        if hasIssued, clocked < 0, !isRefreshPending, secondDue == .never, !isInOrder, !wouldChangeMode(at: now) {
            lookAhead(at: now + 1)
        }
    }

    /// Sets `soonest` to the first cycle from `next` on in which a command may be ready. What will be chosen at `next` by a controller with
    /// one bus is kept: unless a request comes or a refresh falls due, it need not be looked for again.
    private func lookAhead(at next: Cycle) {
        soonest = .never
        let isColumnFree = busFree[columnBus] <= next
        let isRowFree = busFree[rowBus] <= next
        var choice = DRAMChoice(takesAny: hasTwoBuses)
        if isColumnFree, activeCount > 0 { scanActive(&choice, at: next) }
        if choice.slot < 0 { scan(&choice, isRowFree, isColumnFree, at: next) }
        if choice.slot >= 0 {
            soonest = next
            if !hasTwoBuses { (foreseen, foreseenAt) = (choice, next) }
        } else {
            if !isColumnFree { soonest = min(soonest, busFree[columnBus]) }
            if !isRowFree { soonest = min(soonest, busFree[rowBus]) }
        }
    }

    private func issueOnBus(_ bus: Int, rows: Bool, columns: Bool, at now: Cycle, _ kernel: Kernel) {
        if busFree[bus] > now {
            if queues.count[0] &+ queues.count[1] &+ activeCount > 0 || isRefreshPending {
                soonest = min(soonest, busFree[bus])
            }
            return
        }
        if clocked >= 0, columns {
            issueClocked(at: now, kernel)
            return
        }
        if secondDue != .never, rows {
            if secondDue > now, issueNext(rows: rows, columns: columns, at: now, kernel) { return }
            // Its turn at the latest, or a clock that nothing else wants.
            if secondDue <= now || busFree[bus] <= now { takeSecond(at: now) }
            return
        }
        _ = issueNext(rows: rows, columns: columns, at: now, kernel)
    }

    /// The second half of an activate takes its clock on the bus.
    func takeSecond(at now: Cycle) {
        busFree[rowBus] = now + ticksPerClock
        secondDue = .never
        soonest = min(soonest, busFree[rowBus])
    }

    /// Issues the command of the highest priority. - Returns: whether there was one.
    private func issueNext(rows: Bool, columns: Bool, at now: Cycle, _ kernel: Kernel) -> Bool {
        var choice = DRAMChoice()
        if columns, activeCount > 0 {
            scanActive(&choice, at: now)
            if choice.slot >= 0 {
                issue(choice, at: now, kernel)
                return true
            }
        }
        if isRefreshPending {
            if rows, advanceRefresh(at: now, kernel) {
                soonest = min(soonest, now + 1)
                return true
            }
            if patientBanks > 0 {
                soonest = min(soonest, now + 1)
            } else if policy.refreshBlocks == .channel {
                return false
            }
        }
        _ = updateMode(at: now, kernel)
        if isInOrder { scanOldest(&choice, rows, columns, at: now) } else { scan(&choice, rows, columns, at: now) }
        if choice.slot < 0 { return false }
        issue(choice, at: now, kernel)
        return true
    }

    /// Requests whose row was opened for them: only their access is left.
    private func scanActive(_ choice: inout DRAMChoice, at now: Cycle) {
        queues.sleepers.advance(.active, to: now)
        for word in 0..<activeBanks.count {
            var bits = activeBanks[word] & queues.sleepers.awake(.active, word)
            while bits != 0 {
                let bank = word << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                let slot = active[bank]
                consider(
                    column[queues.pool[slot].isWrite ? 1 : 0], slot, bank, rank: 0, isAllowed: false, &choice,
                    .active, at: now)
            }
        }
        soonest = min(soonest, queues.sleepers.next(.active))
    }

    /// Those of some banks to which nothing above the banks of their scope keeps a command from issuing now; notes when that ends for
    /// the others.
    @inline(__always)
    func allowed(_ banks: UInt64, _ word: Int, _ command: Int, at now: Cycle) -> UInt64 {
        var result: UInt64 = 0
        var rest = banks
        while rest != 0 {
            let first = word << 6 | rest.trailingZeroBitCount
            let own = scopeBits[scopeOf[first] &* queues.words &+ word]
            let time = timing.upper(command, first) >> DRAMTimingState.causeBits
            if time <= now { result |= rest & own } else if time < soonest { soonest = time }
            rest &= ~own
        }
        return result
    }

    /// A command that may issue is a candidate; else notes when it may.
    @inline(__always)
    func consider(_ command: Int, _ slot: Int, _ bank: Int, _ choice: inout DRAMChoice, at now: Cycle) {
        let isAccess = command == column[0] || command == column[1]
        let time = time(command, bank, isAccess ? max(queues.pool[slot].ready, now) : now)
        if time > now {
            if time < soonest { soonest = time }
            return
        }
        let own = queues.pool[slot].sequence
        if own < choice.rank { choice.take(slot, command, rank: own) }
    }

    /// The same for a command of a rank; a bank for which it is too early sleeps. Where something of a higher priority was found
    /// it does not matter when this one may issue: there is another look in the next cycle.
    /// - Parameter isAllowed: what lies above the banks of the scope does not keep it (``allowed(_:_:_:at:)``).
    @inline(__always)
    private func consider(
        _ command: Int, _ slot: Int, _ bank: Int, rank: Int, isAllowed: Bool, _ choice: inout DRAMChoice,
        _ group: DRAMSleepers.Group, at now: Cycle
    ) {
        let own = rank &+ queues.pool[slot].sequence
        if own >= choice.rank { return }
        let limit = isAllowed ? timing.lower(command, bank) : timing.earliest(command, bank)
        let least = command == column[0] || command == column[1] ? max(queues.pool[slot].ready, now) : now
        let time = aligned(max(limit >> DRAMTimingState.causeBits, least), command)
        if time <= now {
            choice.take(slot, command, rank: own)
        } else {
            queues.sleepers.sleep(group, bank, until: time)
        }
    }

    /// The commands of all banks with requests of the present mode.
    private func scan(_ choice: inout DRAMChoice, _ rows: Bool, _ columns: Bool, at now: Cycle) {
        let kind = isDraining ? 1 : 0
        let rowGroup: DRAMSleepers.Group = kind == 0 ? .readRow : .writeRow
        let accessGroup: DRAMSleepers.Group = kind == 0 ? .readAccess : .writeAccess
        if rows { queues.sleepers.advance(rowGroup, to: now) }
        if columns { queues.sleepers.advance(accessGroup, to: now) }
        for word in 0..<queues.words {
            let place = kind &* queues.words &+ word
            if queues.pending[place] == 0 { continue }
            let free = isRefreshPending ? ~blockedBits(word) : ~0
            if rows {
                let awake = queues.sleepers.awake(rowGroup, word) & free
                let closed = queues.pending[place] & ~queues.open[word] & awake
                if closed != 0, secondDue == .never { scanClosed(closed, word, kind, rowGroup, &choice, at: now) }
                let missing = queues.missing[place] & queues.open[word] & awake
                if missing != 0 { scanMissing(missing, word, kind, rowGroup, &choice, at: now) }
            }
            if columns {
                let hitting = queues.hitting[place] & queues.sleepers.awake(accessGroup, word) & free
                if hitting != 0 { scanHitting(hitting, word, kind, accessGroup, &choice, at: now) }
            }
        }
        if rows { soonest = min(soonest, queues.sleepers.next(rowGroup)) }
        if columns { soonest = min(soonest, queues.sleepers.next(accessGroup)) }
    }

    @inline(__always)
    private func scanClosed(
        _ banks: UInt64, _ word: Int, _ kind: Int, _ group: DRAMSleepers.Group, _ choice: inout DRAMChoice,
        at now: Cycle
    ) {
        var bits = allowed(banks, word, activate, at: now)
        while bits != 0 {
            let bank = word << 6 | bits.trailingZeroBitCount
            bits &= bits &- 1
            consider(
                activate, queues.head[kind &* self.banks &+ bank], bank,
                rank: prefersActivates && isRateBound(bank, at: now) ? -2 << 50 : 0, isAllowed: true, &choice, group,
                at: now)
        }
    }

    @inline(__always)
    private func scanMissing(
        _ banks: UInt64, _ word: Int, _ kind: Int, _ group: DRAMSleepers.Group, _ choice: inout DRAMChoice,
        at now: Cycle
    ) {
        var bits = allowed(banks, word, precharge, at: now)
        while bits != 0 {
            let bank = word << 6 | bits.trailingZeroBitCount
            bits &= bits &- 1
            let miss = queues.miss[kind &* self.banks &+ bank]
            if mayClose(bank, kind, miss) {
                consider(
                    precharge, miss, bank, rank: prefersActivates ? 2 << 50 : 0, isAllowed: true, &choice, group,
                    at: now)
            }
        }
    }

    /// Activates go first, but an access that keeps the data bus from falling idle goes before those that are not held by their own
    /// rate.
    @inline(__always)
    private func scanHitting(
        _ banks: UInt64, _ word: Int, _ kind: Int, _ group: DRAMSleepers.Group, _ choice: inout DRAMChoice,
        at now: Cycle
    ) {
        var bits = allowed(banks, word, column[kind], at: now)
        while bits != 0 {
            let bank = word << 6 | bits.trailingZeroBitCount
            bits &= bits &- 1
            let isUrgent = prefersActivates && dataFree[busOf[bank]] >= now
            consider(
                column[kind], queues.hit[kind &* self.banks &+ bank], bank,
                rank: prefersActivates ? (isUrgent ? -1 : 1) << 50 : 0, isAllowed: true, &choice, group, at: now)
        }
    }

    /// Whether an activate could not have issued before now because of the window of the last four: a lost clock is lost for good.
    @inline(__always)
    private func isRateBound(_ bank: Int, at now: Cycle) -> Bool {
        let limit = timing.earliest(activate, bank)
        return limit >> DRAMTimingState.causeBits == now
            && table.windowCauses & 1 << UInt64(limit & (1 << DRAMTimingState.causeBits - 1)) != 0
    }

    /// Whether a request may close the open row of its bank.
    @inline(__always)
    private func mayClose(_ bank: Int, _ kind: Int, _ slot: Int) -> Bool {
        if active[bank] >= 0 { return false }
        let list = kind &* banks &+ bank
        if oldestCloses, queues.head[list] != slot { return false }
        // A row that was opened serves somebody first.
        if accesses[bank] == 0, queues.hit[list] >= 0 { return false }
        return !protectsHits || queues.hit[list] < 0 || accesses[bank] >= rowHitCap
    }

    /// The oldest waiting request of the mode; -1 for none.
    var oldestOfMode: Int {
        let kind = isDraining ? 1 : 0
        var oldest = -1
        for bank in 0..<banks {
            let slot = queues.head[kind &* banks &+ bank]
            if slot >= 0, oldest < 0 || queues.pool[slot].sequence < queues.pool[oldest].sequence { oldest = slot }
        }
        return oldest
    }

    /// Only the oldest request of the mode.
    private func scanOldest(_ choice: inout DRAMChoice, _ rows: Bool, _ columns: Bool, at now: Cycle) {
        let kind = isDraining ? 1 : 0
        let oldest = oldestOfMode
        guard oldest >= 0 else { return }
        let bank = queues.pool[oldest].bank
        if isBlocked(bank) || activeCount > 0 { return }
        let row = queues.openRow[bank]
        if row == queues.pool[oldest].row {
            if columns { consider(column[kind], oldest, bank, &choice, at: now) }
        } else if rows {
            if row < 0, secondDue != .never { return }
            consider(row < 0 ? activate : precharge, oldest, bank, &choice, at: now)
        }
    }

    /// Whether a refresh that is due keeps new commands from a bank.
    func isBlocked(_ bank: Int) -> Bool {
        isRefreshPending && blockedBits(bank >> 6) & 1 << UInt64(bank & 63) != 0
    }

    /// The same for the banks of a word, while a refresh is pending.
    func blockedBits(_ word: Int) -> UInt64 {
        var bits: UInt64 = policy.refreshBlocks == .channel ? ~0 : 0
        for item in refresh.items {
            if item.isAll {
                bits |= scopeBits[scopeOf[item.bank] &* queues.words &+ word]
            } else if item.bank >> 6 == word {
                bits |= 1 << UInt64(item.bank & 63)
            }
        }
        if patientBanks > 0 {
            for bank in (word << 6)..<min(word << 6 + 64, banks) where servesFirst(bank) {
                bits &= ~(1 << UInt64(bank & 63))
            }
        }
        return bits
    }
}
