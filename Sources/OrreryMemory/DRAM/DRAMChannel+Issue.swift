import OrrerySimulation

extension DRAMChannel {
    /// Issues the chosen command, or what has to go right before it.
    func issue(_ choice: DRAMChoice, at now: Cycle, _ kernel: Kernel) {
        if startClock >= 0, choice.command == column[0] || choice.command == column[1],
            startsClock(choice, at: now, kernel)
        {
            return
        }
        carryOut(choice, at: now, kernel)
    }

    /// The access for which the data clock was started.
    func issueClocked(at now: Cycle, _ kernel: Kernel) {
        let access = queues.pool[clocked]
        let command = column[access.isWrite ? 1 : 0]
        let time = time(command, access.bank, now)
        if time > now {
            soonest = min(soonest, time)
            return
        }
        let slot = clocked
        clocked = -1
        carryOut(DRAMChoice(slot: slot, command: command), at: now, kernel)
    }

    /// Starts the data clock if it stands still. - Returns: whether that, or the second half of an activate that cannot wait for both
    /// commands, took the bus.
    private func startsClock(_ choice: DRAMChoice, at now: Cycle, _ kernel: Kernel) -> Bool {
        let access = queues.pool[choice.slot]
        let bank = access.bank
        if now < clockUntil[scopeOf[bank]] { return false }
        if secondDue <= now &+ table.ticks[startClock] {
            takeSecond(at: now)
            return true
        }
        chargeLost(access, at: now, kernel)
        timing.issue(startClock, bank, at: now)
        occupy(startClock, at: now)
        clocked = choice.slot
        soonest = min(soonest, busFree[columnBus])
        return true
    }

    private func carryOut(_ choice: DRAMChoice, at now: Cycle, _ kernel: Kernel) {
        soonest = min(soonest, now + 1)
        hasIssued = true
        let access = queues.pool[choice.slot]
        if !access.isCounted {
            queues.pool[choice.slot].isCounted = true
            front.countRow(
                hit: choice.command == column[0] || choice.command == column[1],
                isConflict: choice.command == precharge, kernel)
        }
        queues.sleepers.wake(access.bank)
        touchedBy[access.bank] = access.command
        touchedAt[access.bank] = step
        if choice.command == activate {
            open(access, choice.slot, at: now, kernel)
        } else if choice.command == precharge {
            close(access.bank, at: now, kernel)
        } else {
            move(access, choice.slot, at: now, kernel)
        }
    }

    @inline(__always)
    private func occupy(_ command: Int, at now: Cycle) { busFree[table.bus[command]] = now &+ table.ticks[command] }

    private func open(_ access: DRAMAccess, _ slot: Int, at now: Cycle, _ kernel: Kernel) {
        let bank = access.bank
        let limit = timing.earliest(activate, bank)
        // What decided the cycle, if anything but its own arrival did.
        activateCause[bank] =
            limit >> DRAMTimingState.causeBits >= now ? limit & (1 << DRAMTimingState.causeBits - 1) : 0
        timing.issue(activate, bank, at: now)
        if let within = table.secondWithin { secondDue = now + within }
        occupy(activate, at: now)
        accesses[bank] = 0
        if usesActiveBuffer {
            queues.remove(slot)
            queues.count[access.isWrite ? 1 : 0] &-= 1
            queues.note(access, -1)
            active[bank] = slot
            activeBanks[bank >> 6] |= 1 << UInt64(bank & 63)
            activeCount &+= 1
            front.hasRoom[index] = true
            isFrontStuck = false
        }
        queues.open(access.row, bank)
        bankOpened(bank, at: now, kernel)
        front.count(.activate, access.operatorID, kernel)
    }

    func close(_ bank: Int, at now: Cycle, _ kernel: Kernel) {
        timing.issue(precharge, bank, at: now)
        occupy(precharge, at: now)
        queues.open(-1, bank)
        bankClosed(bank, at: now, kernel)
        front.countPrecharge(1, kernel)
    }

    /// A read or write.
    private func move(_ access: DRAMAccess, _ slot: Int, at now: Cycle, _ kernel: Kernel) {
        let bank = access.bank
        let kind = access.isWrite ? 1 : 0
        bookDataBus(access, at: now, kernel)
        lastOperator = access.operatorID
        if !access.isWrite {
            bookReadWait(at: now, kernel)
            readsWaiting &-= 1
        }
        if active[bank] == slot {
            active[bank] = -1
            activeBanks[bank >> 6] &= ~(1 << UInt64(bank & 63))
            activeCount &-= 1
        } else {
            queues.remove(slot)
            queues.note(access, -1)
            if isShared {
                queues.count[kind] &-= 1
            }
            isFrontStuck = false
        }
        let closes = closesRows && queues.hit[bank] < 0 && queues.hit[banks &+ bank] < 0 && active[bank] < 0
        let command = closes ? columnClosing[kind] : column[kind]
        timing.issue(command, bank, at: now)
        occupy(command, at: now)
        if startClock >= 0 {
            let scope = scopeOf[bank]
            clockUntil[scope] = max(clockUntil[scope], now &+ table.clockRunsOn[kind])
        }
        accesses[bank] &+= 1
        if policy.turnRestarts { accessEnd = now &+ (access.isWrite ? table.writeLatency : table.readLatency) }
        if let lowPower {
            let scope = scopeOf[bank]
            let end = now &+ (access.isWrite ? table.writeLatency : table.readLatency)
            lowPower.accesses[scope] &-= 1
            lowPower.idleSince[scope] = max(lowPower.idleSince[scope], end)
        }
        if closes {
            queues.open(-1, bank)
            bankClosed(bank, at: now, kernel)
            front.countPrecharge(1, kernel)
        }
        front.count(access.isWrite ? .write : .read, access.operatorID, kernel)
        if access.isWrite {
            switch policy.writeDone {
            case .posted: break
            case .command: front.finished(access.transfer, at: now, .early)
            case .data:
                front.finished(
                    access.transfer, at: now + table.writeLatency + policy.completionOverhead * ticksPerClock, .write)
            }
        } else {
            let done = now + table.readLatency + policy.completionOverhead * ticksPerClock
            front.finished(access.transfer, at: done, .read)
            var other = queues.pool[slot].merged
            while other >= 0 {
                front.finished(queues.pool[other].transfer, at: done, .read)
                let following = queues.pool[other].merged
                queues.release(other)
                other = following
            }
        }
        queues.release(slot)
        front.hasRoom[index] = true
    }

    @inline(__always)
    private func bookDataBus(_ access: DRAMAccess, at now: Cycle, _ kernel: Kernel) {
        chargeLost(access, at: now, kernel)
        let bus = busOf[access.bank]
        dataFree[bus] = now &+ table.burst
        waiting[bus] &-= 1
    }

    /// Attributes the cycles that the data bus stood still though requests waited to what an access has waited for.
    @inline(__always)
    private func chargeLost(_ access: DRAMAccess, at now: Cycle, _ kernel: Kernel) {
        let bus = busOf[access.bank]
        bookEmpty(bus, at: now, kernel)
        let lost = uncharged[bus]
        if lost > 0 {
            uncharged[bus] = 0
            let limit = timing.earliest(column[access.isWrite ? 1 : 0], access.bank)
            var cause = 0
            if limit >> DRAMTimingState.causeBits >= now {
                cause = limit & (1 << DRAMTimingState.causeBits - 1)
                if cause == counters.activateCause, activateCause[access.bank] != 0 {
                    cause = activateCause[access.bank]
                }
            }
            counters.addLost(lost, cause: cause, kernel)
        }
    }

    /// Books the time that a data bus stood still up to now: without a request to the front end, else to what the next access
    /// will turn out to have waited for.
    @inline(__always)
    func bookEmpty(_ bus: Int, at now: Cycle, _ kernel: Kernel) {
        let start = dataFree[bus]
        if start >= now { return }
        let empty = waiting[bus] == 0 ? now &- start : min(max(waitingSince[bus] &- start, 0), now &- start)
        if empty > 0 { counters.add(empty, .frontEnd, kernel) }
        uncharged[bus] &+= now &- start &- empty
        dataFree[bus] = now
    }

    // MARK: Refresh

    /// Takes the next step of the refreshes that are due. - Returns: whether a command issued.
    func advanceRefresh(at now: Cycle, _ kernel: Kernel) -> Bool {
        if busFree[rowBus] > now {
            soonest = min(soonest, busFree[rowBus])
            return false
        }
        let last = policy.refreshBlocks == .channel ? 1 : refresh.items.count
        for index in 0..<min(last, refresh.items.count) {
            let item = refresh.items[index]
            if item.isAll ? refreshScope(item, index, at: now, kernel) : refreshOne(item, index, at: now, kernel) {
                return true
            }
        }
        return false
    }

    private func refreshOne(_ item: DRAMRefresh.Item, _ index: Int, at now: Cycle, _ kernel: Kernel) -> Bool {
        let bank = item.bank
        if active[bank] >= 0 || servesFirst(bank) { return false }
        let isOpen = queues.openRow[bank] >= 0
        let command = isOpen ? precharge : refreshBank
        let time = time(command, bank, now)
        if time > now {
            soonest = min(soonest, time)
            return false
        }
        touch(bank)
        if isOpen {
            close(bank, at: now, kernel)
            return true
        }
        timing.issue(refreshBank, bank, at: now)
        occupy(refreshBank, at: now)
        lowPower?.busyUntil[scopeOf[bank]] = now + ticksPerClock
        finishRefresh(index)
        front.countRefresh(isAll: false, lastOperator, kernel)
        return true
    }

    private func refreshScope(_ item: DRAMRefresh.Item, _ index: Int, at now: Cycle, _ kernel: Kernel) -> Bool {
        let (first, end) = (item.bank, item.bank + banksPerScope)
        var open = 0
        for bank in first..<end where queues.openRow[bank] >= 0 {
            if active[bank] >= 0 || servesFirst(bank) { return false }
            open += 1
        }
        if open > 0, prechargeAll < 0 || policy.prechargeOneByOne {
            for bank in first..<end where queues.openRow[bank] >= 0 {
                let time = time(precharge, bank, now)
                if time <= now {
                    touch(bank)
                    close(bank, at: now, kernel)
                    return true
                }
                soonest = min(soonest, time)
            }
            return false
        }
        let command = open > 0 ? prechargeAll : refreshAll
        let limit = timing.earliest(all: command, first: first, count: banksPerScope) >> DRAMTimingState.causeBits
        let time = aligned(max(limit, now), command)
        if time > now {
            soonest = min(soonest, time)
            return false
        }
        timing.issue(all: command, first: first, scope: table.device.standard.commands[command].level, at: now)
        occupy(command, at: now)
        if open > 0 {
            for bank in first..<end where queues.openRow[bank] >= 0 {
                touch(bank)
                queues.open(-1, bank)
                bankClosed(bank, at: now, kernel)
            }
            front.countPrecharge(open, kernel)
        } else {
            lowPower?.busyUntil[scopeOf[first]] = now + ticksPerClock
            finishRefresh(index)
            front.countRefresh(isAll: true, lastOperator, kernel)
        }
        return true
    }

    /// Whether a refresh waits for the first access to the open row of a bank, because earlier ones have closed it too often
    /// before. The access is one that the scheduler would choose: all else of the bank, or channel, waits for the refresh.
    func servesFirst(_ bank: Int) -> Bool {
        if patientBanks == 0 || unserved[bank] < Self.mostUnserved { return false }
        if queues.openRow[bank] < 0 || accesses[bank] > 0 { return false }
        if isInOrder {
            let oldest = isShared ? oldestOfMode : oldest(of: bank)
            return oldest >= 0 && queues.pool[oldest].bank == bank && queues.pool[oldest].row == queues.openRow[bank]
        }
        if isShared { return queues.hit[(isDraining ? banks : 0) &+ bank] >= 0 }
        return queues.hit[bank] >= 0 || queues.hit[banks &+ bank] >= 0
    }

    private func finishRefresh(_ index: Int) {
        refresh.done(index)
        isRefreshPending = refresh.isPending
    }

    func touch(_ bank: Int) {
        queues.sleepers.wake(bank)
        touchedBy[bank] = -1
        touchedAt[bank] = step
    }

    // MARK: Standby

    func bankOpened(_ bank: Int, at now: Cycle, _ kernel: Kernel) {
        let scope = scopeOf[bank]
        bookStandby(scope, at: now, kernel)
        openBanks[scope] &+= 1
    }

    func bankClosed(_ bank: Int, at now: Cycle, _ kernel: Kernel) {
        let scope = scopeOf[bank]
        bookStandby(scope, at: now, kernel)
        openBanks[scope] &-= 1
        let before = unserved[bank]
        unserved[bank] = accesses[bank] == 0 ? before &+ 1 : 0
        if before &+ 1 == Self.mostUnserved, accesses[bank] == 0 { patientBanks &+= 1 }
        if before >= Self.mostUnserved, accesses[bank] > 0 { patientBanks &-= 1 }
    }

    /// Books the time since the last change as spent with that many banks open.
    @inline(__always)
    func bookStandby(_ scope: Int, at now: Cycle, _ kernel: Kernel) {
        if let lowPower { followLowPower(scope, lowPower, to: now, kernel) }
        front.countStandby(
            now &- standbySince[scope], openBanks: openBanks[scope], lowPower?.mode(of: scope) ?? .awake, kernel)
        standbySince[scope] = now
    }
}
