import OrrerySimulation

extension DRAMMemory {
    func take(_ request: Request, _ kernel: Kernel) -> Bool {
        precondition(request.bytes > 0 && request.count > 0 && request.address >= 0, "an empty request, or before 0")
        if !admission.admit(request.requester) { return false }
        let now = kernel.edge(self)
        if request.count == 1, takeSingle(request, at: now, kernel) { return true }
        var transfer = DRAMTransfer()
        transfer.requester = request.requester
        transfer.tag = request.tag
        transfer.operatorID = request.operatorID
        transfer.command = request.command
        transfer.isWrite = request.isWrite
        transfer.address = request.address
        transfer.bytesLeft = request.bytes
        transfer.pieceAddress = request.address
        transfer.pieceBytes = request.bytes
        transfer.stride = request.stride
        transfer.piecesLeft = request.count - 1
        transfer.nextPiece = now
        if request.pace > 0, request.count > 1 { setPace(&transfer, request, kernel) }
        let slot = transfers.take(transfer)
        front.traffic.count(request, kernel)
        if handOver(slot, at: now, kernel) {
            admission.release(kernel)
        } else {
            // What fell free while nobody waited has been seen here.
            if waiting.count == 0 { front.forgetRoom() }
            keepWaiting(slot)
        }
        scheduleWake(kernel)
        return true
    }

    /// The usual request: one access that finds room at once.
    private func takeSingle(_ request: Request, at now: Cycle, _ kernel: Kernel) -> Bool {
        let place = decoder.decode(request.address)
        let start = decoder.start(of: request.address)
        guard request.address + request.bytes <= start + accessBytes else { return false }
        if lockstep.isOn { lockstep.leave() }
        var transfer = DRAMTransfer()
        transfer.requester = request.requester
        transfer.tag = request.tag
        transfer.operatorID = request.operatorID
        transfer.command = request.command
        transfer.isWrite = request.isWrite
        transfer.open = 1
        let wasIdle = transfers.count == 0
        let slot = transfers.take(transfer)
        var access = DRAMAccess()
        access.address = start
        access.row = place.row
        access.column = place.column
        access.bank = place.bank
        access.transfer = slot
        access.command = request.command
        access.operatorID = request.operatorID
        access.isWrite = request.isWrite
        guard offer(access, to: place.unit, at: now, kernel) else {
            transfers.release(slot)
            return false
        }
        front.traffic.count(request, kernel)
        admission.release(kernel)
        if wasIdle || schedule.next[place.unit] < wakeAt || answers.next < wakeAt { scheduleWake(kernel) }
        return true
    }

    /// A memory that never limits: answered with the next tick, or with that in which a paced request has its last piece.
    func answerAtOnce(_ request: Request, _ kernel: Kernel) -> Bool {
        if !admission.admit(request.requester) { return false }
        var transfer = DRAMTransfer()
        if request.pace > 0, request.count > 1 { setPace(&transfer, request, kernel) }
        let pieces = request.count - 1
        let parts = (transfer.paceParts * pieces + transfer.paceUnit - 1) / transfer.paceUnit
        let at = kernel.edge(self) + 1 + transfer.paceCycles * pieces + parts
        answers.add(
            DRAMAnswers.Entry(at: at, requester: request.requester, tag: request.tag),
            request.isWrite ? .write : .read)
        front.traffic.count(request, kernel)
        for piece in 0..<request.count {
            let begin = request.address + piece * request.stride
            let accesses = (begin % accessBytes + request.bytes + accessBytes - 1) / accessBytes
            front.traffic.count(
                accesses, action: (request.isWrite ? DRAMFront.Action.write : .read).rawValue,
                operatorID: request.operatorID,
                kernel)
        }
        admission.release(kernel)
        scheduleWake(kernel)
        return true
    }

    private func setPace(_ transfer: inout DRAMTransfer, _ request: Request, _ kernel: Kernel) {
        let theirs = kernel.clocks.ticks[kernel.clock(of: request.requester)]
        let ours = kernel.clocks.ticks[clock]
        let divisor = greatestCommonDivisor(theirs, ours)
        transfer.paceUnit = ours / divisor
        (transfer.paceCycles, transfer.paceParts) =
            (request.pace * (theirs / divisor)).quotientAndRemainder(dividingBy: transfer.paceUnit)
    }

    /// Hands accesses of a request to their channels until one has no room, or the next piece is not due.
    /// - Returns: whether all have been handed over.
    private func handOver(_ slot: Int, at now: Cycle, _ kernel: Kernel) -> Bool {
        if transfers.slots[slot].isSingle(of: accessBytes) {
            if lockstep.isOn { lockstep.leave() }
            return handOverSingle(slot, at: now, kernel)
        }
        var transfer = transfers.slots[slot]
        transfer.blockedBy = -1
        while !transfer.isHandedOver {
            if transfer.bytesLeft == 0 {
                transfer.pieceAddress += transfer.stride
                transfer.address = transfer.pieceAddress
                transfer.bytesLeft = transfer.pieceBytes
                transfer.piecesLeft -= 1
            }
            let isPaced = transfer.paceCycles > 0 || transfer.paceParts > 0
            if isPaced, transfer.isAtPiece {
                let earliest = transfer.nextPart > 0 ? transfer.nextPiece + 1 : transfer.nextPiece
                if earliest > now { break }
            }
            if lockstep.isOn, !lockstep.holds(transfer) { lockstep.leave() }
            // In lockstep an access stands for one of each controller.
            let accesses = counters.weight
            let place = decoder.decode(transfer.address)
            var access = DRAMAccess()
            access.address = transfer.address / accessBytes * accessBytes
            access.row = place.row
            access.column = place.column
            access.bank = place.bank
            access.transfer = slot
            access.command = transfer.command
            access.operatorID = transfer.operatorID
            access.isWrite = transfer.isWrite
            transfers.slots[slot].open += accesses
            guard offer(access, to: place.unit, at: now, kernel) else {
                transfers.slots[slot].open -= accesses
                transfer.blockedBy = place.unit
                break
            }
            if isPaced, transfer.isAtPiece { advancePace(&transfer, now) }
            let bytes = min(transfer.bytesLeft, accesses * accessBytes - (transfer.address - access.address))
            transfer.address += bytes
            transfer.bytesLeft -= bytes
        }
        // Answers may have come in the meantime, of accesses that needed no command.
        transfer.open = transfers.slots[slot].open
        transfer.doneAt = transfers.slots[slot].doneAt
        transfers.slots[slot] = transfer
        if transfer.isHandedOver {
            if transfer.open == 0 { front.answer(slot, .early) }
            return true
        }
        return false
    }

    /// The same for a request of one access.
    private func handOverSingle(_ slot: Int, at now: Cycle, _ kernel: Kernel) -> Bool {
        let address = transfers.slots[slot].address
        let place = decoder.decode(address)
        var access = DRAMAccess()
        access.address = address / accessBytes * accessBytes
        access.row = place.row
        access.column = place.column
        access.bank = place.bank
        access.transfer = slot
        access.command = transfers.slots[slot].command
        access.operatorID = transfers.slots[slot].operatorID
        access.isWrite = transfers.slots[slot].isWrite
        transfers.slots[slot].open &+= 1
        guard offer(access, to: place.unit, at: now, kernel) else {
            transfers.slots[slot].open &-= 1
            transfers.slots[slot].blockedBy = place.unit
            return false
        }
        transfers.slots[slot].address &+= transfers.slots[slot].bytesLeft
        transfers.slots[slot].bytesLeft = 0
        transfers.slots[slot].blockedBy = -1
        if transfers.slots[slot].open == 0 { front.answer(slot, .early) }
        return true
    }

    private func advancePace(_ transfer: inout DRAMTransfer, _ now: Cycle) {
        if now > transfer.nextPiece + (transfer.nextPart > 0 ? 1 : 0) {
            transfer.nextPiece = now
            transfer.nextPart = 0
        }
        transfer.nextPiece += transfer.paceCycles
        transfer.nextPart += transfer.paceParts
        if transfer.nextPart >= transfer.paceUnit {
            transfer.nextPart -= transfer.paceUnit
            transfer.nextPiece += 1
        }
    }

    func serve(_ kernel: Kernel) {
        let now = kernel.now(self)
        while let entry = answers.take(until: now) { kernel.complete(entry.requester, tag: entry.tag) }
        for index in 0..<lockstep.simulated where schedule.next[index] <= now {
            tick(unit: index, at: now, kernel)
        }
        // An access that is answered with its command.
        while let entry = answers.take(until: now) { kernel.complete(entry.requester, tag: entry.tag) }
        if waiting.count > 0 { handOverWaiting(at: now, kernel) }
        if lockstep.shouldJoin() { joinIfAlike(at: now, kernel) }
        scheduleWake(kernel)
    }

    /// Puts a request behind those that wait for the same controller, or for a piece to fall due.
    @inline(__always)
    private func keepWaiting(_ slot: Int) {
        let unit = transfers.slots[slot].blockedBy
        waiting.append(slot, to: unit < 0 ? waiting.paced : 2 &* unit &+ (transfers.slots[slot].isWrite ? 1 : 0))
    }

    private func handOverWaiting(at now: Cycle, _ kernel: Kernel) {
        var done = 0
        for unit in units.indices where front.hasRoom[unit] {
            for list in (2 * unit)..<(2 * unit + 2) {
                while waiting.first(list) >= 0 {
                    let slot = waiting.removeFirst(list)
                    if handOver(slot, at: now, kernel) {
                        done += 1
                    } else if transfers.slots[slot].blockedBy == unit {
                        // Its turn goes on where it was.
                        waiting.prepend(slot, to: list)
                        break
                    } else {
                        keepWaiting(slot)
                    }
                }
            }
            front.hasRoom[unit] = false
        }
        if waiting.first(waiting.paced) < 0, done == 0 { return }
        for slot in waiting.members(waiting.paced) {
            _ = waiting.removeFirst(waiting.paced)
            if handOver(slot, at: now, kernel) { done += 1 } else { keepWaiting(slot) }
        }
        for _ in 0..<done { admission.release(kernel) }
    }

    /// Asks for the next wake-up: refresh alone does not keep the run alive.
    func scheduleWake(_ kernel: Kernel) {
        var next = answers.next
        var isBusy = next != .never
        for index in 0..<lockstep.simulated {
            let time = schedule.next[index]
            if time < schedule.refresh[index] { isBusy = true }
            if time < next { next = time }
        }
        if waiting.count > 0 { isBusy = true }
        var slot = waiting.first(waiting.paced)
        while slot >= 0 {
            let part = transfers.slots[slot].nextPart > 0 ? 1 : 0
            next = min(next, transfers.slots[slot].nextPiece + part)
            slot = transfers.slots[slot].next
        }
        wakeAt = next
        kernel.wake(id, at: next, inBackground: !isBusy && transfers.count == 0)
    }
}
