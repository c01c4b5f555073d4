import OrrerySimulation

/// What a scheduler has found so far.
struct DRAMChoice {
    var slot = -1
    var command = -1
    var rank = Int.max
}

extension DRAMChannel {
    /// A clock of a controller with shared queues: one command on each bus, the column bus first.
    func tickShared(at now: Cycle, _ kernel: Kernel) {
        hasIssued = false
        if hasTwoBuses {
            issueOnBus(columnBus, rows: false, columns: true, at: now, kernel)
            issueOnBus(rowBus, rows: true, columns: false, at: now, kernel)
        } else {
            issueOnBus(rowBus, rows: true, columns: true, at: now, kernel)
        }
        // What may issue after a command: found now, it need not be looked for in every cycle.
        if hasIssued, !isRefreshPending, secondDue == .never, !isInOrder, !wouldChangeMode { lookAhead(at: now + 1) }
    }

    /// Sets `soonest` to the first cycle from `next` on in which a command may be ready.
    private func lookAhead(at next: Cycle) {
        soonest = .never
        let isColumnFree = busFree[columnBus] <= next
        let isRowFree = busFree[rowBus] <= next
        var choice = DRAMChoice()
        if isColumnFree, activeCount > 0 { scanActive(&choice, at: next) }
        if choice.slot < 0 { scan(&choice, isRowFree, isColumnFree, at: next) }
        if choice.slot >= 0 {
            soonest = next
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
        if secondDue != .never, rows {
            if secondDue > now, issueNext(rows: rows, columns: columns, at: now, kernel) { return }
            // Its turn at the latest, or a clock that nothing else wants.
            if secondDue <= now || busFree[bus] <= now { takeSecond(at: now) }
            return
        }
        _ = issueNext(rows: rows, columns: columns, at: now, kernel)
    }

    /// The second half of an activate takes its clock on the bus.
    private func takeSecond(at now: Cycle) {
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
            if policy.refreshBlocks == .channel { return false }
        }
        _ = updateMode()
        if isInOrder { scanOldest(&choice, rows, columns, at: now) } else { scan(&choice, rows, columns, at: now) }
        if choice.slot < 0 { return false }
        issue(choice, at: now, kernel)
        return true
    }

    /// Requests whose row was opened for them: only their access is left.
    private func scanActive(_ choice: inout DRAMChoice, at now: Cycle) {
        if activeBound > now {
            soonest = min(soonest, activeBound)
            return
        }
        let others = soonest
        soonest = .never
        defer {
            activeBound = choice.slot < 0 ? soonest : 0
            soonest = min(soonest, others)
        }
        for word in 0..<activeBanks.count {
            var bits = activeBanks[word]
            while bits != 0 {
                let bank = word << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                let slot = active[bank]
                consider(column[queues.pool[slot].isWrite ? 1 : 0], slot, bank, rank: 0, &choice, at: now)
            }
        }
    }

    /// Whether nothing above the banks of a scope keeps a command from issuing now; else notes when that ends.
    @inline(__always)
    private func isOpenAbove(_ command: Int, _ bank: Int, at now: Cycle) -> Bool {
        let time = timing.upper(command, bank) >> DRAMTimingState.causeBits
        if time <= now { return true }
        if time < soonest { soonest = time }
        return false
    }

    @inline(__always)
    private func consider(
        _ command: Int, _ slot: Int, _ bank: Int, rank: Int, _ choice: inout DRAMChoice, at now: Cycle
    ) {
        let time = time(command, bank, now)
        if time > now {
            if time < soonest { soonest = time }
            return
        }
        let own = rank &+ queues.pool[slot].sequence
        if own < choice.rank { choice = DRAMChoice(slot: slot, command: command, rank: own) }
    }

    /// The commands of all banks with requests of the present mode.
    private func scan(_ choice: inout DRAMChoice, _ rows: Bool, _ columns: Bool, at now: Cycle) {
        let kind = isDraining ? 1 : 0
        let base = kind &* banks
        var scope = -1
        // What the banks of a scope have in common is looked up once.
        var (mayActivate, mayAccess, mayPrecharge) = (false, false, false)
        for word in 0..<queues.words {
            let place = kind &* queues.words &+ word
            // Without row commands only banks with a hit matter.
            var bits = rows ? queues.pending[place] : queues.hitting[place]
            while bits != 0 {
                let bank = word << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                let list = base &+ bank
                if !columns, queues.rowBound[list] > now {
                    soonest = min(soonest, queues.rowBound[list])
                    continue
                }
                if isRefreshPending, isBlocked(bank) { continue }
                if scopeOf[bank] != scope {
                    scope = scopeOf[bank]
                    mayActivate = rows && secondDue == .never && isOpenAbove(activate, bank, at: now)
                    mayPrecharge = rows && isOpenAbove(precharge, bank, at: now)
                    mayAccess = columns && isOpenAbove(column[kind], bank, at: now)
                }
                if queues.openRow[bank] < 0 {
                    if mayActivate {
                        consider(
                            activate, queues.head[list], bank,
                            rank: prefersActivates && isRateBound(bank, at: now) ? -2 << 50 : 0, &choice,
                            &queues.rowBound[list], at: now)
                    }
                    continue
                }
                let hit = queues.hit[list]
                if mayAccess, hit >= 0 {
                    // Activates go first, but an access that keeps the data bus from falling idle goes before those that are not
                    // held by their own rate.
                    let isUrgent = dataFree[busOf[bank]] >= now
                    consider(
                        column[kind], hit, bank, rank: prefersActivates ? (isUrgent ? -1 : 1) << 50 : 0, &choice,
                        &queues.accessBound[list], at: now)
                }
                let miss = queues.miss[list]
                if mayPrecharge, miss >= 0, mayClose(bank, kind, miss) {
                    consider(
                        precharge, miss, bank, rank: prefersActivates ? 2 << 50 : 0, &choice, &queues.rowBound[list],
                        at: now)
                }
            }
        }
    }

    /// Whether an activate could not have issued before now because of the window of the last four: a lost clock is lost for good.
    @inline(__always)
    private func isRateBound(_ bank: Int, at now: Cycle) -> Bool {
        let limit = timing.earliest(activate, bank)
        return limit >> DRAMTimingState.causeBits == now
            && table.windowCauses & 1 << UInt64(limit & (1 << DRAMTimingState.causeBits - 1)) != 0
    }

    /// The same where an earlier look at the list may have told that it is too early.
    @inline(__always)
    private func consider(
        _ command: Int, _ slot: Int, _ bank: Int, rank: Int, _ choice: inout DRAMChoice, _ bound: inout Cycle,
        at now: Cycle
    ) {
        if bound <= now {
            let time = time(command, bank, now)
            if time <= now {
                let own = rank &+ queues.pool[slot].sequence
                if own < choice.rank { choice = DRAMChoice(slot: slot, command: command, rank: own) }
                return
            }
            bound = time
        }
        if bound < soonest { soonest = bound }
    }

    /// Whether a request may close the open row of its bank.
    @inline(__always)
    private func mayClose(_ bank: Int, _ kind: Int, _ slot: Int) -> Bool {
        if active[bank] >= 0 { return false }
        let list = kind &* banks &+ bank
        if oldestCloses, queues.head[list] != slot { return false }
        return !protectsHits || queues.hit[list] < 0 || accesses[bank] >= rowHitCap
    }

    /// Only the oldest request of the mode.
    private func scanOldest(_ choice: inout DRAMChoice, _ rows: Bool, _ columns: Bool, at now: Cycle) {
        let kind = isDraining ? 1 : 0
        var oldest = -1
        for bank in 0..<banks {
            let slot = queues.head[kind &* banks &+ bank]
            if slot >= 0, oldest < 0 || queues.pool[slot].sequence < queues.pool[oldest].sequence { oldest = slot }
        }
        guard oldest >= 0 else { return }
        let bank = queues.pool[oldest].bank
        if isBlocked(bank) || activeCount > 0 { return }
        let row = queues.openRow[bank]
        if row == queues.pool[oldest].row {
            if columns { consider(column[kind], oldest, bank, rank: 0, &choice, at: now) }
        } else if rows {
            if row < 0, secondDue != .never { return }
            consider(row < 0 ? activate : precharge, oldest, bank, rank: 0, &choice, at: now)
        }
    }

    /// Whether a refresh that is due keeps new commands from a bank.
    func isBlocked(_ bank: Int) -> Bool {
        for item in refresh.items {
            if item.isAll ? bank >= item.bank && bank < item.bank + banksPerScope : bank == item.bank { return true }
        }
        return false
    }

    // MARK: Queues of the banks

    /// A clock of a controller whose banks have queues that take turns.
    func tickPerBank(at now: Cycle, _ kernel: Kernel) {
        if ticksPerClock > 1, alignsAll, now % ticksPerClock != 0 {
            soonest = now + ticksPerClock - now % ticksPerClock
            return
        }
        let isBusy = busFree[rowBus] > now && busFree[columnBus] > now
        if isBusy {
            soonest = min(busFree[rowBus], busFree[columnBus])
        } else if secondDue <= now {
            takeSecond(at: now)
        } else if isRefreshPending, advanceRefresh(at: now, kernel) {
            soonest = min(soonest, now + ticksPerClock)
        } else {
            let first = takeTurns(at: now)
            if first.slot >= 0 {
                issue(first, at: now, kernel)
                if hasTwoBuses {
                    // The next ready request in turn, if it needs the other bus.
                    let second = takeTurns(at: now)
                    if second.slot >= 0, table.bus[second.command] != table.bus[first.command] {
                        issue(second, at: now, kernel)
                    }
                }
            } else if secondDue != .never {
                takeSecond(at: now)
            }
        }
        moveFromFront(at: now)
    }

    /// The first ready request of the next bank in turn that has one.
    private func takeTurns(at now: Cycle) -> DRAMChoice {
        for offset in 1...banks {
            var bank = turn &+ offset
            if bank >= banks { bank &-= banks }
            if queues.head[bank] < 0, queues.head[banks &+ bank] < 0 { continue }
            if queues.rowBound[bank] > now {
                soonest = min(soonest, queues.rowBound[bank])
                continue
            }
            if isRefreshPending, isBlocked(bank) { continue }
            let others = soonest
            soonest = .never
            let choice = firstReady(bank, at: now)
            if choice.slot < 0 { queues.rowBound[bank] = soonest }
            soonest = min(soonest, others)
            if choice.slot >= 0 {
                turn = bank
                return choice
            }
        }
        return DRAMChoice()
    }

    private func firstReady(_ bank: Int, at now: Cycle) -> DRAMChoice {
        var choice = DRAMChoice()
        let heads = (queues.head[bank], queues.head[banks &+ bank])
        let oldest: Int
        if heads.0 < 0 {
            oldest = heads.1
        } else if heads.1 < 0 {
            oldest = heads.0
        } else {
            oldest = queues.pool[heads.0].sequence < queues.pool[heads.1].sequence ? heads.0 : heads.1
        }
        if queues.openRow[bank] < 0 {
            if secondDue == .never {
                consider(activate, oldest, bank, rank: 0, &choice, at: now)
            } else {
                soonest = min(soonest, now + 1)
            }
            return choice
        }
        let hits = (queues.hit[bank], queues.hit[banks &+ bank])
        if !isInOrder || hits.0 == oldest {
            if hits.0 >= 0 { consider(column[0], hits.0, bank, rank: 0, &choice, at: now) }
        }
        if !isInOrder || hits.1 == oldest {
            if hits.1 >= 0 { consider(column[1], hits.1, bank, rank: 0, &choice, at: now) }
        }
        if queues.pool[oldest].row != queues.openRow[bank] {
            let isProtected = protectsHits && (hits.0 >= 0 || hits.1 >= 0) && accesses[bank] < rowHitCap
            if !isProtected { consider(precharge, oldest, bank, rank: 0, &choice, at: now) }
        } else if !oldestCloses {
            let misses = (queues.miss[bank], queues.miss[banks &+ bank])
            for miss in [misses.0, misses.1] where miss >= 0 && !(protectsHits && accesses[bank] < rowHitCap) {
                consider(precharge, miss, bank, rank: 0, &choice, at: now)
            }
        }
        return choice
    }

    /// Moves one request from the front queue to the queue of its bank.
    private func moveFromFront(at now: Cycle) {
        let writes = frontCount(1)
        if drainLeft == 0 {
            let areBanksIdle = queues.listed[0] == 0 && queues.listed[1] == 0
            if writes >= writeQueue || (writes > policy.idleDrain && areBanksIdle) { drainLeft = writes }
        }
        let kind = drainLeft > 0 ? 1 : 0
        var slot = queues.frontHead[kind]
        while slot >= 0 {
            let bank = queues.pool[slot].bank
            if queues.length[bank] &+ queues.length[banks &+ bank] < policy.bankQueue {
                queues.removeFront(slot)
                queues.append(slot)
                queues.forgetBounds(bank)
                queues.count[kind] &-= 1
                if kind == 1 { drainLeft &-= 1 }
                memory.madeRoom(self)
                // It may issue a clock later.
                soonest = min(soonest, now + ticksPerClock)
                return
            }
            slot = queues.pool[slot].next
        }
    }

    /// Accesses that wait before the queues of the banks.
    private func frontCount(_ kind: Int) -> Int { queues.count[kind] }
}
