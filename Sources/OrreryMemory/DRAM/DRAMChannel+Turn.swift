import OrrerySimulation

/// Turns between reads and writes.
extension DRAMChannel {
    /// Whether the next decision between reads and writes would come out differently.
    ///
    /// Where turns restart, an access holds its place until its data are through, and the turn of writes ends with them even if no
    /// read waits.
    @inline(__always)
    func wouldChangeMode(at now: Cycle) -> Bool {
        let writes = queues.count[1] &* 100
        if policy.turnRestarts {
            let isMoving = accessEnd > now
            return isDraining
                ? (writes == 0 && !isMoving) || (writes < drainLow && queues.count[0] > 0)
                : writes > drainHigh || (queues.count[0] == 0 && queues.count[1] > 0 && !isMoving)
        }
        return isDraining
            ? (writes < drainLow || writes == 0) && queues.count[0] > 0
            : writes > drainHigh || (queues.count[0] == 0 && queues.count[1] > 0)
    }

    /// Decides between reads and writes. - Returns: whether that changed.
    @inline(__always)
    func updateMode(at now: Cycle, _ kernel: Kernel) -> Bool {
        let changes = wouldChangeMode(at: now)
        if changes {
            isDraining.toggle()
            if policy.turnRestarts { restart(isDraining ? 0 : 1, at: now, kernel) }
        }
        return changes
    }

    /// Takes back what banks have begun for requests of a class whose turn is over: a row from which the access has been begun, or could be,
    /// is closed, one that was on its way counts as open, and the request becomes the youngest. The bus turns from now on, or from the
    /// end of the data on it.
    private func restart(_ kind: Int, at now: Cycle, _ kernel: Kernel) {
        foreseenAt = -1
        for bank in 0..<banks {
            let list = kind &* banks &+ bank
            let slot = queues.openRow[bank] < 0 ? queues.head[list] : queues.hit[list]
            if slot < 0 || slot == clocked { continue }
            if queues.openRow[bank] < 0 {
                // Only a bank that is being precharged for a request has begun.
                if timing.own(activate, bank) <= now || isBlocked(bank) { continue }
                queues.open(queues.pool[slot].row, bank)
                bankOpened(bank, at: now, kernel)
            } else if timing.own(column[kind], bank) < now &+ max(accessLead, 1) {
                queues.open(-1, bank)
                bankClosed(bank, at: now, kernel)
            } else if accesses[bank] > 0 {
                continue
            }
            accesses[bank] = 1
            queues.remove(slot)
            queues.renew(slot)
            queues.append(slot)
            timing.forget(bank)
            touch(bank)
        }
        let latency = kind == 0 ? table.readLatency : table.writeLatency
        timing.follow(column[1 &- kind], column[kind], 0, at: max(now, accessEnd) &- latency)
    }
}
