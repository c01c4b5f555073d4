import OrrerySimulation

/// Lines that come, leave, and go to the next level.
extension Cache {
    /// Places the lines that have come, as many as the fill ports allow, and answers who waits for them.
    @inline(__always)
    func fill(at now: Cycle, _ kernel: Kernel) { if arrivals.due <= now { fillNext(at: now, kernel) } }

    private func fillNext(at now: Cycle, _ kernel: Kernel) {
        if fillCycle != now { (fillCycle, fillsUsed) = (now, 0) }
        isFillBlocked = false
        while arrivals.due <= now {
            if fillsUsed == configuration.fillPorts {
                count(.fillConflicts, kernel)
                break
            }
            let register = arrivals.first
            if miss[register].isKept, !writes.hasRoom {
                count(.writeBufferFull, kernel)
                isFillBlocked = true
                break
            }
            arrivals.removeFirst()
            fillsUsed += 1
            finish(register, at: now, kernel)
        }
        if isLookBlocked { look(at: now, kernel) }
    }

    private func finish(_ register: Int, at now: Cycle, _ kernel: Kernel) {
        let miss = miss[register]
        let address = misses.key(register) &<< sectorShift
        if miss.kind != .prefetch { count(.missCycles, by: now - miss.since, kernel) }
        if miss.isKept {
            place(
                address, Use(key: address &>> lineShift, isUnneeded: miss.isUnneeded), written: miss.isWritten,
                marks: miss.isPrefetch ? .prefetched : [], operatorID: miss.operatorID, kernel)
        }
        while let job = misses.takeWaiter(register) {
            if jobs[job].known > now { done.add(job, at: jobs[job].known) } else { finishLine(job, kernel) }
        }
        misses.release(register)
    }

    /// Places a sector, with its line where that is not there.
    func place(
        _ address: Int, _ use: Use, written isWritten: Bool, marks: TagArray.Marks, operatorID: Int, _ kernel: Kernel
    ) {
        let bit = sectorBit(address)
        // Without sectors no line is placed that is there: it was not when its register was taken, and none comes but by a register.
        var slot = isSectored ? tags.find(use.key) : -1
        if slot < 0 {
            let eviction = tags.fill(use, marks: marks)
            slot = eviction.slot
            if eviction.isLine { putOut(eviction.key, eviction.marks, slot: slot, operatorID: operatorID, kernel) }
            sectors.clear(slot)
        }
        sectors.add(bit, to: slot)
        if isWritten {
            tags.mark(slot, .dirty)
            sectors.write(bit, to: slot)
        }
        traffic.count(1, action: 3, operatorID: operatorID, kernel)
        if use.isUnneeded, tags.replacement.leavesAfter(use) {
            let marks = tags.marks(at: slot)
            tags.empty(slot)
            putOut(use.key, marks, slot: slot, operatorID: operatorID, kernel)
        }
    }

    /// A line has left the tags: what was written goes to the next level, and the caches above lose it where this one is inclusive.
    func putOut(_ key: Int, _ marks: TagArray.Marks, slot: Int, operatorID: Int, _ kernel: Kernel) {
        if marks.contains(.translations) {
            count(.blocksEvicted, kernel)
            return
        }
        count(.evictions, kernel)
        let address = key &<< lineShift
        var left = sectors.written(slot, marks)
        if configuration.inclusion == .inclusive {
            for cache in above {
                left |= cache.lose(address, bytes: configuration.line, kernel) ? sectors.present(slot) : 0
            }
        }
        if left != 0 {
            for sector in 0..<configuration.line / configuration.sector where left >> UInt8(sector) & 1 == 1 {
                count(.writeBacks, kernel)
                writes.append(
                    .init(
                        address: address + sector &<< sectorShift, bytes: configuration.sector, operatorID: operatorID))
            }
        } else if nextIsExclusive {
            writes.append(
                .init(address: address, bytes: configuration.line, operatorID: operatorID, isWrite: false))
        }
        sectors.clear(slot)
    }

    /// Takes out what lies in a line of the inclusive cache below. - Returns: whether some of it was written.
    func lose(_ address: Int, bytes: Int, _ kernel: Kernel) -> Bool {
        var wasWritten = false
        for line in (address &>> lineShift)...((address + bytes - 1) &>> lineShift) {
            for cache in above {
                wasWritten = cache.lose(line &<< lineShift, bytes: configuration.line, kernel) || wasWritten
            }
            let slot = tags.find(line)
            if slot < 0 { continue }
            wasWritten = wasWritten || tags.marks(at: slot).contains(.dirty)
            tags.empty(slot)
            sectors.clear(slot)
            count(.backInvalidations, kernel)
        }
        return wasWritten
    }

    /// Asks the next level for lines, and gives it what was written, until it refuses.
    @inline(__always)
    func send(at now: Cycle, _ kernel: Kernel) {
        if !isFetchRefused && fetches.due <= now || !isWriteRefused && writes.count > 0 { sendNext(at: now, kernel) }
    }

    private func sendNext(at now: Cycle, _ kernel: Kernel) {
        while !isFetchRefused, fetches.due <= now {
            let register = fetches.first
            var request = Request(
                address: misses.key(register) &<< sectorShift, bytes: configuration.sector, isWrite: false,
                operatorID: miss[register].operatorID, command: miss[register].command, requester: id, tag: register)
            request.kind = miss[register].kind
            request.isPhysical = true
            request.isUnneeded = miss[register].isUnneeded
            request.instruction = miss[register].instruction
            if next.submit(request, kernel) { fetches.removeFirst() } else { isFetchRefused = true }
        }
        if writes.count == 0 || isWriteRefused { return }
        let wasFull = !writes.hasRoom
        while !isWriteRefused, writes.count > 0 {
            let entry = writes.first
            var request = Request(
                address: entry.address, bytes: entry.bytes, isWrite: entry.isWrite, operatorID: entry.operatorID,
                command: -1, requester: id, tag: Self.writeTag)
            request.kind = entry.kind
            request.isPhysical = true
            if next.submit(request, kernel) { writes.removeFirst() } else { isWriteRefused = true }
        }
        if wasFull, writes.hasRoom {
            if isFillBlocked { fill(at: now, kernel) }
            if isLookBlocked { look(at: now, kernel) }
        }
    }

    /// Whether an address lies in this cache or in one below it. Changes nothing.
    func reaches(_ address: Int) -> Bool {
        let slot = tags.find(address &>> lineShift)
        if slot >= 0 && sectors.holds(slot, sectorBit(address)) { return true }
        return nextCache?.reaches(address) ?? false
    }
}

/// TLB blocks, for a page walker.
extension Cache {
    /// Looks for the block of a page, a use where it is there.
    func useBlock(_ page: Page, isNested: Bool, _ kernel: Kernel) -> Bool {
        traffic.count(1, action: 0, operatorID: 0, kernel)
        return TranslationBlocks(in: tags).use(page, isNested: isNested)
    }

    /// Makes the line with a leaf entry the block of its page. - Returns: false where the write buffer has no room for what that
    /// puts out.
    func insertBlock(_ page: Page, entry address: Int, isNested: Bool, _ kernel: Kernel) -> Bool {
        if !writes.hasRoom { return false }
        let line = address &>> lineShift
        let slot = tags.find(line)
        if slot >= 0 {
            sectors.clear(slot)
        }
        let eviction = TranslationBlocks(in: tags).convert(page, line: line, isNested: isNested)
        count(.blocksInserted, kernel)
        if eviction.isLine { putOut(eviction.key, eviction.marks, slot: eviction.slot, operatorID: 0, kernel) }
        sectors.clear(eviction.slot)
        if writes.count > 0, !isWriteRefused { kernel.poke(id) }
        return true
    }

    /// TLB blocks that it holds.
    public var residentBlocks: Int { TranslationBlocks(in: tags).count }

    /// Tells a TLB-aware policy whether translation is under pressure.
    func setPressure(_ isHigh: Bool) { (tags.replacement as? TLBAwareRRIP)?.isUnderPressure = isHigh }
}
