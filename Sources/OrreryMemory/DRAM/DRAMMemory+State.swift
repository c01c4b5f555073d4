import OrrerySimulation

extension DRAMMemory {
    func visitState(_ state: inout StateVisitor) {
        state.plain(&phase)
        lockstep.visit(&state)
        admission.visit(&state)
        answers.visit(&state)
        // Requests are told by their order at the port, then by the order of their accesses: slots have no meaning.
        var order = transferOrder()
        let count = state.count(order.count)
        let lengths = (0...waiting.paced).map { state.count(waiting.members($0).count) }
        if state.isRestoring {
            transfers.clear()
            waiting.clear()
            order = (0..<count).map { _ in transfers.take(DRAMTransfer()) }
            var place = 0
            for (list, length) in lengths.enumerated() {
                for slot in order[place..<place + length] { waiting.append(slot, to: list) }
                place += length
            }
        }
        for slot in order { transfers.slots[slot].visit(&state) }
        var number: [Int: Int] = [:]
        for (index, slot) in order.enumerated() { number[slot] = index }
        for unit in simulated { unit.visit(&state, order, number, decoder) }
        if state.isRestoring { wakeAt = .never }
    }

    func transferOrder() -> [Int] {
        var order = (0...waiting.paced).flatMap(waiting.members)
        var seen = Set(order)
        for unit in simulated {
            for slot in unit.accessesByAge() {
                let transfer = unit.queues.pool[slot].transfer
                // Writes that were answered when they came belong to no request any more.
                if transfer >= 0, seen.insert(transfer).inserted { order.append(transfer) }
            }
        }
        return order
    }
}

extension DRAMTransfer {
    mutating func visit(_ state: inout StateVisitor) {
        state.plain(&requester)
        state.tag(&tag, of: requester)
        state.plain(&operatorID)
        state.plain(&isWrite)
        state.address(&address, command: &command)
        state.address(&pieceAddress, command: &command)
        state.plain(&bytesLeft)
        state.plain(&pieceBytes)
        state.plain(&stride)
        state.plain(&piecesLeft)
        state.plain(&paceCycles)
        state.plain(&paceParts)
        state.plain(&paceUnit)
        state.time(&nextPiece)
        state.plain(&nextPart)
        state.plain(&open)
        state.time(&doneAt)
        state.plain(&blockedBy)
    }
}

extension DRAMChannel {
    /// Every waiting access, oldest first.
    func accessesByAge() -> [Int] {
        var slots: [Int] = []
        for list in 0..<(2 * banks) {
            var slot = queues.head[list]
            while slot >= 0 {
                slots.append(slot)
                slot = queues.pool[slot].next
            }
        }
        for list in 0..<(2 * banks) {
            var slot = queues.frontHead[list]
            while slot >= 0 {
                slots.append(slot)
                slot = queues.pool[slot].next
            }
        }
        for bank in 0..<banks where active[bank] >= 0 { slots.append(active[bank]) }
        var merged: [Int] = []
        for slot in slots {
            var other = queues.pool[slot].merged
            while other >= 0 {
                merged.append(other)
                other = queues.pool[other].merged
            }
        }
        slots += merged
        return slots.sorted { queues.pool[$0].sequence < queues.pool[$1].sequence }
    }

    func settle(at now: Cycle, _ kernel: Kernel) {
        // Which states ranks went through depends on what timing forgets.
        for scope in 0..<openBanks.count { bookStandby(scope, at: now, kernel) }
        lowPower?.settle(at: now)
        timing.settle(at: now)
        bookReadWait(at: now, kernel)
        for bus in 0..<busFree.count where busFree[bus] <= now { busFree[bus] = 0 }
        for scope in 0..<clockUntil.count where clockUntil[scope] <= now { clockUntil[scope] = 0 }
        if accessEnd <= now { accessEnd = 0 }
        for bus in 0..<dataFree.count { bookEmpty(bus, at: now, kernel) }
        if accessLead > 0 {
            for slot in accessesByAge() where queues.pool[slot].ready <= now { queues.pool[slot].ready = 0 }
        }
        for bank in 0..<banks where queues.openRow[bank] < 0 {
            accesses[bank] = 0
            activateCause[bank] = 0
        }
    }

    private enum Place: Int { case list, front, active, merged }

    func visit(
        _ state: inout StateVisitor, _ order: [Int], _ number: [Int: Int], _ decoder: DRAMAddressDecoder
    ) {
        foreseenAt = -1
        timing.visit(&state)
        refresh.visit(&state)
        lowPower?.visit(&state)
        isRefreshPending = refresh.isPending
        schedule.refresh[index] = refresh.due
        state.plain(&isDraining)
        state.plain(&drainLeft)
        state.time(&accessEnd)
        state.plain(&turn)
        state.plain(&lastOperator)
        state.time(&schedule.next[index])
        state.time(&secondDue)
        for bus in 0..<busFree.count { state.time(&busFree[bus]) }
        for scope in 0..<clockUntil.count { state.time(&clockUntil[scope]) }
        state.plain(&readsWaiting)
        for bus in 0..<dataFree.count {
            // After settling it is never in the past; as the first cycle after it, it moves with the fold even if it is now.
            var after = dataFree[bus] + 1
            state.time(&after)
            dataFree[bus] = after - 1
            state.plain(&uncharged[bus])
        }
        let isRestoring = state.isRestoring
        if isRestoring { queues.clear() }
        let unit = decoder.rowUnit
        for bank in 0..<banks {
            state.row(&queues.openRow[bank], unit: unit, command: &touchedBy[bank], touched: &touchedAt[bank])
            state.plain(&accesses[bank])
            state.plain(&unserved[bank])
            state.plain(&activateCause[bank])
            if isRestoring {
                active[bank] = -1
                if queues.openRow[bank] >= 0 { queues.open[bank >> 6] |= 1 << UInt64(bank & 63) }
            }
        }
        if isRestoring {
            activeCount = 0
            patientBanks = (0..<banks).count { unserved[$0] >= Self.mostUnserved }
            isFrontStuck = false
            for word in 0..<activeBanks.count { activeBanks[word] = 0 }
            for scope in 0..<openBanks.count {
                openBanks[scope] = (scope * banksPerScope..<(scope + 1) * banksPerScope).count {
                    queues.openRow[$0] >= 0
                }
            }
            // Since when requests wait matters for what lies behind the present only, and that has been booked.
            for bus in 0..<waiting.count { (waiting[bus], waitingSince[bus]) = (0, 0) }
            lastTick = -1
        }
        visitAccesses(&state, order, number, decoder)
    }

    private func visitAccesses(
        _ state: inout StateVisitor, _ order: [Int], _ number: [Int: Int], _ decoder: DRAMAddressDecoder
    ) {
        var slots = accessesByAge()
        let total = state.count(slots.count)
        let isRestoring = state.isRestoring
        if isRestoring { clocked = -1 }
        if isRestoring { slots = (0..<total).map { _ in queues.take(DRAMAccess()) } }
        for slot in slots {
            var access = queues.pool[slot]
            var place = isRestoring ? 0 : self.place(of: slot).rawValue
            var transfer = access.transfer < 0 ? -1 : number[access.transfer] ?? -1
            var host = isRestoring || place != Place.merged.rawValue ? 0 : hostAge(of: slot, slots)
            state.plain(&place)
            state.plain(&host)
            state.plain(&transfer)
            state.plain(&access.operatorID)
            state.plain(&access.isWrite)
            state.plain(&access.isCounted)
            if accessLead > 0 { state.time(&access.ready) }
            var isClocked = slot == clocked
            state.plain(&isClocked)
            if isClocked { clocked = slot }
            state.address(&access.address, command: &access.command)
            let location = decoder.decode(access.address)
            access.row = location.row
            access.bank = location.bank
            access.column = location.column
            if isRestoring { access.transfer = transfer < 0 ? -1 : order[transfer] }
            queues.pool[slot] = access
            if isRestoring { restore(slot, Place(rawValue: place) ?? .list, host: slots[host]) }
        }
    }

    private func place(of slot: Int) -> Place {
        let access = queues.pool[slot]
        if active[access.bank] == slot { return .active }
        if access.isMerged { return .merged }
        return access.isInFront ? .front : .list
    }

    /// Which of the accesses a merged read waits with, by age.
    private func hostAge(of slot: Int, _ slots: [Int]) -> Int {
        slots.firstIndex { first in
            var other = queues.pool[first].merged
            while other >= 0 {
                if other == slot { return !queues.pool[first].isMerged }
                other = queues.pool[other].merged
            }
            return false
        } ?? 0
    }

    private func restore(_ slot: Int, _ place: Place, host: Int) {
        let access = queues.pool[slot]
        let kind = access.isWrite ? 1 : 0
        if place == .front || place == .list { queues.note(access, 1) }
        if place != .merged {
            waiting[access.bank / banksPerBus] += 1
            lowPower?.accesses[scopeOf[access.bank]] += 1
        }
        switch place {
        case .active:
            active[access.bank] = slot
            activeBanks[access.bank >> 6] |= 1 << UInt64(access.bank & 63)
            activeCount += 1
        case .merged:
            queues.pool[slot].isMerged = true
            queues.pool[slot].merged = queues.pool[host].merged
            queues.pool[host].merged = slot
        case .front:
            queues.appendFront(slot)
            queues.count[kind] += 1
        case .list:
            queues.append(slot)
            if isShared { queues.count[kind] += 1 }
        }
    }
}
