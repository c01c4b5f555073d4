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
        if hasTwoBuses {
            issueOnBus(columnBus, rows: false, columns: true, at: now, kernel)
            issueOnBus(rowBus, rows: true, columns: false, at: now, kernel)
        } else {
            issueOnBus(rowBus, rows: true, columns: true, at: now, kernel)
        }
    }

    private func issueOnBus(_ bus: Int, rows: Bool, columns: Bool, at now: Cycle, _ kernel: Kernel) {
        if busFree[bus] > now {
            if queues.count[0] &+ queues.count[1] &+ activeCount > 0 || refresh.isPending {
                soonest = min(soonest, busFree[bus])
            }
            return
        }
        var choice = DRAMChoice()
        if columns, activeCount > 0 {
            scanActive(&choice, at: now)
            if choice.slot >= 0 { return issue(choice, at: now, kernel) }
        }
        if refresh.isPending {
            if rows, advanceRefresh(at: now, kernel) {
                soonest = min(soonest, now + 1)
                return
            }
            if policy.refreshBlocks == .channel { return }
        }
        _ = updateMode()
        if isInOrder { scanOldest(&choice, rows, columns, at: now) } else { scan(&choice, rows, columns, at: now) }
        if choice.slot >= 0 { issue(choice, at: now, kernel) }
    }

    /// Requests whose row was opened for them: only their access is left.
    private func scanActive(_ choice: inout DRAMChoice, at now: Cycle) {
        var left = activeCount
        var bank = 0
        while left > 0 {
            let slot = active[bank]
            if slot >= 0 {
                left &-= 1
                consider(column[queues.pool[slot].isWrite ? 1 : 0], slot, bank, rank: 0, &choice, at: now)
            }
            bank &+= 1
        }
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
        for word in 0..<queues.words {
            var bits = queues.pending[kind &* queues.words &+ word]
            while bits != 0 {
                let bank = word << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                if refresh.isPending, isBlocked(bank) { continue }
                if queues.openRow[bank] < 0 {
                    if rows { consider(activate, queues.head[base &+ bank], bank, rank: 0, &choice, at: now) }
                    continue
                }
                if columns {
                    let hit = queues.hit[base &+ bank]
                    if hit >= 0 {
                        consider(
                            column[kind], hit, bank, rank: prefersActivates ? 1 << 50 : 0, &choice, at: now)
                    }
                }
                if rows {
                    let miss = queues.miss[base &+ bank]
                    if miss >= 0, mayClose(bank, kind, miss) {
                        consider(precharge, miss, bank, rank: prefersActivates ? 2 << 50 : 0, &choice, at: now)
                    }
                }
            }
        }
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
        } else if refresh.isPending, advanceRefresh(at: now, kernel) {
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
            if refresh.isPending, isBlocked(bank) { continue }
            let choice = firstReady(bank, at: now)
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
            consider(activate, oldest, bank, rank: 0, &choice, at: now)
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
