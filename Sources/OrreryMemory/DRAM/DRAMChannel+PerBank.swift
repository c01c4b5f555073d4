import OrrerySimulation

/// A controller whose banks have queues of their own that take turns.
extension DRAMChannel {
    /// A clock of a controller whose banks have queues that take turns.
    func tickPerBank(at now: Cycle, _ kernel: Kernel) {
        if ticksPerClock > 1, alignsAll, now % ticksPerClock != 0 {
            soonest = now + ticksPerClock - now % ticksPerClock
            return
        }
        hasIssued = false
        let isBusy = busFree[rowBus] > now && busFree[columnBus] > now
        if isBusy {
            soonest = min(busFree[rowBus], busFree[columnBus])
        } else if clocked >= 0 {
            issueClocked(at: now, kernel)
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
        let hasMoved = moveFromFront(at: now)
        // What may issue after a command: found now, it need not be looked for in every clock.
        if hasIssued || hasMoved, alignsAll || ticksPerClock == 1, !isRefreshPending, clocked < 0, secondDue == .never {
            lookAheadPerBank(at: now + ticksPerClock)
        }
    }

    /// Sets `soonest` to the first clock from `next` on in which a command may be ready, or a request may move to its bank's queue.
    private func lookAheadPerBank(at next: Cycle) {
        soonest = .never
        let free = min(busFree[rowBus], busFree[columnBus])
        let last = turn
        if mayMove {
            soonest = next
        } else if free > next {
            soonest = free
        } else if takeTurns(at: next).slot >= 0 {
            soonest = next
            turn = last
        }
    }

    /// The first ready request of the next bank in turn that has one.
    private func takeTurns(at now: Cycle) -> DRAMChoice {
        queues.sleepers.advance(.bank, to: now)
        // From the bank behind the last one to the end, then from the first bank on.
        let start = turn &+ 1 == banks ? 0 : turn &+ 1
        for part in 0..<2 {
            let (from, to) = part == 0 ? (start, banks) : (0, start)
            var word = from >> 6
            while word << 6 < to {
                var bits =
                    (queues.pending[word] | queues.pending[queues.words &+ word]) & queues.sleepers.awake(.bank, word)
                if bits.nonzeroBitCount > 3 { bits = candidates(bits, word, at: now) }
                if isRefreshPending { bits &= ~blockedBits(word) }
                if word == from >> 6 { bits &= ~0 << UInt64(from & 63) }
                if to &- word << 6 < 64 { bits &= 1 << UInt64(to &- word << 6) &- 1 }
                while bits != 0 {
                    let bank = word << 6 | bits.trailingZeroBitCount
                    bits &= bits &- 1
                    let others = soonest
                    soonest = .never
                    let choice = firstReady(bank, at: now)
                    if choice.slot >= 0 {
                        soonest = others
                        turn = bank
                        return choice
                    }
                    queues.sleepers.sleep(.bank, bank, until: soonest)
                    soonest = others
                }
                word &+= 1
            }
        }
        soonest = min(soonest, queues.sleepers.next(.bank))
        return DRAMChoice()
    }

    /// Some banks without those that wait for the data bus alone: after each access all of them would be looked at in vain.
    @inline(__always)
    private func candidates(_ banks: UInt64, _ word: Int, at now: Cycle) -> UInt64 {
        let missing = queues.missing[word] | queues.missing[queues.words &+ word]
        let hits = banks & queues.open[word] & ~missing
        if hits == 0 { return banks }
        let reads = hits & queues.hitting[word]
        let writes = hits & queues.hitting[queues.words &+ word]
        var result = banks & ~hits
        if reads != 0 { result |= allowed(reads, word, column[0], at: now) }
        if writes != 0 { result |= allowed(writes, word, column[1], at: now) }
        return result
    }

    /// The oldest request in the queue of a bank; -1 for none.
    @inline(__always)
    func oldest(of bank: Int) -> Int {
        let heads = (queues.head[bank], queues.head[banks &+ bank])
        if heads.0 < 0 { return heads.1 }
        if heads.1 < 0 { return heads.0 }
        return queues.pool[heads.0].sequence < queues.pool[heads.1].sequence ? heads.0 : heads.1
    }

    private func firstReady(_ bank: Int, at now: Cycle) -> DRAMChoice {
        var choice = DRAMChoice()
        let oldest = oldest(of: bank)
        if queues.openRow[bank] < 0 {
            if secondDue == .never {
                consider(activate, oldest, bank, &choice, at: now)
            } else {
                soonest = min(soonest, now + 1)
            }
            return choice
        }
        let hits = (queues.hit[bank], queues.hit[banks &+ bank])
        if !isInOrder || hits.0 == oldest {
            if hits.0 >= 0 { consider(column[0], hits.0, bank, &choice, at: now) }
        }
        if !isInOrder || hits.1 == oldest {
            if hits.1 >= 0 { consider(column[1], hits.1, bank, &choice, at: now) }
        }
        if queues.pool[oldest].row != queues.openRow[bank] {
            // A row that was opened serves somebody first; in order nobody else could be served meanwhile.
            let isProtected =
                !isInOrder && (hits.0 >= 0 || hits.1 >= 0)
                && (accesses[bank] == 0 || protectsHits && accesses[bank] < rowHitCap)
            if !isProtected { consider(precharge, oldest, bank, &choice, at: now) }
        } else if !oldestCloses, !isInOrder, accesses[bank] > 0 {
            let misses = (queues.miss[bank], queues.miss[banks &+ bank])
            for miss in [misses.0, misses.1] where miss >= 0 && !(protectsHits && accesses[bank] < rowHitCap) {
                consider(precharge, miss, bank, &choice, at: now)
            }
        }
        return choice
    }

    /// Whether a batch of writes begins.
    @inline(__always)
    private var startsDrain: Bool {
        if drainLeft > 0 { return false }
        let writes = queues.count[1]
        if writes >= writeQueue { return true }
        // Somebody waits for writes that are answered with their command or data: the last few are served too.
        let isAwaited = writes > 0 && queues.count[0] == 0 && policy.writeDone != .posted
        return (writes > policy.idleDrain || isAwaited) && queues.listed[0] == 0 && queues.listed[1] == 0
    }

    /// Whether the queue of a bank has room.
    @inline(__always)
    private func hasRoom(_ bank: Int) -> Bool {
        queues.length[bank] &+ queues.length[banks &+ bank] < bankQueue
    }

    /// Whether a request would move from the front queue in the next clock, or one that just came there could.
    private var mayMove: Bool {
        if startsDrain { return true }
        if !isFrontStuck, oldestMovable < 0 { isFrontStuck = true }
        return !isFrontStuck
    }

    /// Notes a request that came to the front queue. - Returns: whether it changes what could move.
    @inline(__always)
    func noteInFront(_ slot: Int) -> Bool {
        let isTurn = queues.pool[slot].isWrite == (drainLeft > 0)
        if isFrontStuck, !startsDrain, !(isTurn && hasRoom(queues.pool[slot].bank)) { return false }
        isFrontStuck = false
        return true
    }

    /// The oldest request of the present class in the front queue whose bank has room; -1 for none.
    private var oldestMovable: Int {
        let kind = drainLeft > 0 ? 1 : 0
        var oldest = -1
        for word in 0..<queues.words {
            var bits = queues.frontBits[kind &* queues.words &+ word]
            while bits != 0 {
                let bank = word << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                if !hasRoom(bank) { continue }
                let slot = queues.frontHead[kind &* banks &+ bank]
                if oldest < 0 || queues.pool[slot].sequence < queues.pool[oldest].sequence { oldest = slot }
            }
        }
        return oldest
    }

    /// Moves one request from the front queue to the queue of its bank. - Returns: whether there was one.
    private func moveFromFront(at now: Cycle) -> Bool {
        if startsDrain {
            drainLeft = queues.count[1]
            isFrontStuck = false
        }
        if isFrontStuck { return false }
        let oldest = oldestMovable
        if oldest < 0 {
            isFrontStuck = true
            return false
        }
        let kind = drainLeft > 0 ? 1 : 0
        queues.removeFront(oldest)
        // In the queue of its bank it stands behind those that moved before it, whenever they came.
        queues.renew(oldest)
        queues.append(oldest)
        queues.sleepers.wake(.bank, queues.pool[oldest].bank)
        queues.count[kind] &-= 1
        if kind == 1 { drainLeft &-= 1 }
        front.hasRoom[index] = true
        // It may issue a clock later.
        soonest = min(soonest, now + ticksPerClock)
        return true
    }
}
