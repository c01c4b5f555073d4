import OrrerySimulation

/// What comes into a controller's queues.
extension DRAMChannel {
    /// Takes an access if there is room. - Returns: false where its queue is full.
    func offer(_ access: DRAMAccess, at now: Cycle, _ kernel: Kernel) -> Bool {
        let kind = access.isWrite ? 1 : 0
        if queues.mayHold(access, isWrite: true) {
            if !access.isWrite, policy.forwarding, queues.find(access, isWrite: true) >= 0 {
                front.finished(access.transfer, at: now + ticksPerClock, .early)
                front.countForwarded(kernel)
                return true
            }
            if access.isWrite, policy.mergeWrites, queues.find(access, isWrite: true) >= 0 {
                front.finished(access.transfer, at: now + ticksPerClock, .early)
                front.countMerged(kernel)
                return true
            }
        }
        if !access.isWrite, policy.mergeReads, queues.mayHold(access, isWrite: false), queues.hasRoom {
            let same = queues.find(access, isWrite: false)
            if same >= 0 {
                let slot = queues.take(access)
                queues.pool[slot].isMerged = true
                queues.pool[slot].merged = queues.pool[same].merged
                queues.pool[same].merged = slot
                front.countMerged(kernel)
                return true
            }
        }
        guard queues.count[kind] < (access.isWrite ? writeQueue : readQueue), queues.hasRoom else { return false }
        foreseenAt = -1
        let slot = queues.take(access)
        if accessLead > 0 { queues.pool[slot].ready = now &+ accessLead }
        queues.count[kind] &+= 1
        queues.note(access, 1)
        if let lowPower { wakeForAccess(access.bank, lowPower, at: now, kernel) }
        let bus = busOf[access.bank]
        if waiting[bus] == 0 { waitingSince[bus] = now }
        waiting[bus] &+= 1
        if !access.isWrite {
            bookReadWait(at: now, kernel)
            readsWaiting &+= 1
        } else if policy.writeDone == .posted {
            front.finished(access.transfer, at: now + ticksPerClock, .early)
            queues.pool[slot].transfer = -1
        }
        if isShared {
            queues.append(slot)
            noteArrival(slot, at: now, kernel)
        } else {
            queues.appendFront(slot)
            if noteInFront(slot) { wake(at: now) }
        }
        return true
    }

    /// The cycle at which the arrival makes a new command possible.
    @inline(__always)
    private func noteArrival(_ slot: Int, at now: Cycle, _ kernel: Kernel) {
        if isRefreshPending || isInOrder || updateMode(at: now, kernel) {
            wake(at: now)
            return
        }
        let access = queues.pool[slot]
        if access.isWrite != isDraining { return }
        let list = (access.isWrite ? banks : 0) &+ access.bank
        let command: Int
        if queues.openRow[access.bank] < 0 {
            command = activate
        } else if queues.hit[list] == slot {
            command = column[access.isWrite ? 1 : 0]
        } else if queues.miss[list] == slot {
            command = precharge
        } else {
            return
        }
        let time = max(
            timing.earliest(command, access.bank) >> DRAMTimingState.causeBits,
            command == activate || command == precharge ? now : max(now, access.ready))
        wake(at: max(time, busFree[table.bus[command]]))
    }

    /// Lets it be ticked at `cycle`, or a cycle after it has been.
    @inline(__always)
    private func wake(at cycle: Cycle) { next = min(next, max(cycle, lastTick &+ 1)) }

    /// Books the time that reads have spent in the queues.
    @inline(__always)
    func bookReadWait(at now: Cycle, _ kernel: Kernel) {
        if readsWaiting > 0 { counters.add(readsWaiting &* (now &- readsSince), .readWait, kernel) }
        readsSince = now
    }
}
