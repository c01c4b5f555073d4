import OrrerySimulation

/// Look-ups, in the order of the queues.
extension Cache {
    /// Begins as many look-ups in this cycle as ports, banks and registers allow.
    @inline(__always)
    func look(at now: Cycle, _ kernel: Kernel) {
        if early.count | waitingWrites.count | waiting.count | prefetches.count == 0 {
            lookCycle = .never
        } else {
            lookNext(at: now, kernel)
        }
    }

    private func lookNext(at now: Cycle, _ kernel: Kernel) {
        if portCycle != now { (portCycle, portsUsed) = (now, 0) }
        lookCycle = .never
        while true {
            let source =
                early.count > 0 ? 0 : waitingWrites.count > 0 ? 1 : waiting.count > 0 ? 2 : prefetches.count > 0 ? 3 : 4
            if source == 4 { return }
            if portsUsed == configuration.ports {
                conflict(.portConflicts, at: now, kernel)
                lookCycle = now + 1
                return
            }
            let job =
                source == 0
                ? early.first
                : source == 1 ? waitingWrites.first : source == 2 ? waiting.first : prefetches.first
            if configuration.indexing == .physical, jobs[job].translated > now {
                lookCycle = jobs[job].translated
                return
            }
            if configuration.banks > 0 {
                let bank = (physical(job) &>> lineShift) % configuration.banks
                if bankCycles[bank] == now {
                    conflict(.bankConflicts, at: now, kernel)
                    lookCycle = now + 1
                    return
                }
            }
            // Nothing but a register that falls free lets a look-up go on that found none: no need to look again before.
            if isLookBlocked, job == registerless, misses.isFull { return }
            if let stall = lookUp(job, at: now, kernel) {
                if stalledSince < 0 { (stalledSince, self.stall) = (now, stall) }
                isLookBlocked = true
                registerless = stall == .mshrFull ? job : -1
                return
            }
            isLookBlocked = false
            if stalledSince >= 0 { bookStall(until: now, kernel) }
            portsUsed += 1
            if configuration.banks > 0 { bankCycles[(jobs[job].lastLine) % configuration.banks] = now }
            if jobs[job].isLooking && jobs[job].physical >= 0 { continue }
            switch source {
            case 0: early.removeFirst()
            case 1: waitingWrites.removeFirst()
            case 2: waiting.removeFirst()
            default: prefetches.removeFirst()
            }
            if jobs[job].isLooking {
                begin(job, kernel)
            } else {
                leaveQueue(job, kernel)
                if jobs[job].isAside {
                    untranslated -= 1
                    if hasRefused { beginRefused(kernel) }
                }
                finishLine(job, kernel)
            }
        }
    }

    /// Counts a cycle in which a look-up waits for a port or a bank, once.
    private func conflict(_ counter: CacheCounter, at now: Cycle, _ kernel: Kernel) {
        if conflictCycle == now { return }
        conflictCycle = now
        count(counter, kernel)
    }

    @inline(__always)
    private func physical(_ job: Int) -> Int { jobs[job].physical >= 0 ? jobs[job].physical : jobs[job].cursor }

    /// Books the cycles since look-ups are held up.
    func bookStall(until now: Cycle, _ kernel: Kernel) {
        if stalledSince < 0 { return }
        count(stall, by: now - stalledSince, kernel)
        stalledSince = isLookBlocked ? now : -1
    }

    /// Looks the job's next line up. - Returns: what keeps it from going on, nil where it did.
    private func lookUp(_ job: Int, at now: Cycle, _ kernel: Kernel) -> CacheCounter? {
        let address = physical(job)
        let line = address &>> lineShift
        let bytes = min(
            jobs[job].end - jobs[job].cursor, configuration.sector - address & (configuration.sector - 1))
        let known =
            jobs[job].isLate
            ? max(now, jobs[job].arrival + configuration.tagLatency)
            : max(now + configuration.tagLatency, jobs[job].translated)
        jobs[job].known = known
        let use = Use(key: line, isTranslation: false, isUnneeded: jobs[job].isUnneeded)
        let slot = tags.find(line)
        let bit = sectorBit(address)
        let isHit = slot >= 0 && sectors.holds(slot, bit)
        var wasPrefetched = false
        if isHit {
            if configuration.writePolicy == .through, jobs[job].isWrite, !writes.hasRoom { return .writeBufferFull }
            wasPrefetched = hit(job, slot: slot, bit: bit, use, address: address, bytes: bytes, kernel)
            done.add(job, at: known + configuration.dataLatency)
        } else if let stall = missed(job, address: address, bytes: bytes, use, known: known, kernel) {
            return stall
        }
        traffic.count(1, action: 0, operatorID: jobs[job].operatorID, kernel)
        if hasPrefetcher, let configuration = configuration.prefetcher, jobs[job].kind == .data {
            // Where no instruction asks, it is the address source of a command.
            let site = jobs[job].instruction == 0 ? jobs[job].site : Int(jobs[job].instruction)
            prefetcher?.observe(address, site: site, isTrigger: !isHit || wasPrefetched) {
                prefetch($0, configuration, after: job, kernel)
            }
        }
        step(&jobs[job], line: line, bytes: bytes)
        return nil
    }

    @inline(__always)
    func sectorBit(_ address: Int) -> UInt8 {
        isSectored ? 1 &<< UInt8(truncatingIfNeeded: (address & (configuration.line - 1)) &>> sectorShift) : 1
    }

    /// Goes on to the job's next line, or ends its look-ups.
    @inline(__always)
    private func step(_ job: inout Job, line: Int, bytes: Int) {
        job.lastLine = line
        job.cursor += bytes
        if job.cursor < job.end {
            if job.physical >= 0 {
                job.physical += bytes
                if job.cursor & (PageSize.small.bytes - 1) == 0 { job.physical = -1 }
            }
        } else if job.pieces > 0 {
            job.pieces -= 1
            job.cursor = job.end - job.bytes + job.stride
            job.end = job.cursor + job.bytes
            if job.physical >= 0 { job.physical = -1 }
        } else {
            job.isLooking = false
        }
        if job.isPhysical { job.physical = job.cursor }
    }

    /// Uses a line that is there. - Returns: whether a prefetch had brought it and this is its first use.
    private func hit(
        _ job: Int, slot: Int, bit: UInt8, _ use: Use, address: Int, bytes: Int, _ kernel: Kernel
    ) -> Bool {
        let (kind, isWrite, operatorID) = (jobs[job].kind, jobs[job].isWrite, jobs[job].operatorID)
        jobs[job].pending += 1
        kernel.ledger.add(1, to: counterBase + CacheCounter.hits(kind, isWrite: isWrite))
        traffic.count(1, action: isWrite ? 2 : 1, operatorID: operatorID, kernel)
        if !isWrite || configuration.writesRefresh { tags.touch(slot, use) }
        let wasPrefetched = hasPrefetcher && tags.marks(at: slot).contains(.prefetched)
        if wasPrefetched, kind != .prefetch {
            tags.unmark(slot, .prefetched)
            count(.prefetchesUseful, kernel)
        }
        if isWrite {
            if configuration.writePolicy == .back {
                tags.mark(slot, .dirty)
                sectors.write(bit, to: slot)
            } else {
                writes.append(.init(address: address, bytes: bytes, operatorID: operatorID, kind: kind))
            }
        }
        if configuration.inclusion == .exclusive, kind != .eviction { moveUp(job, slot: slot) }
        if use.isUnneeded, tags.replacement.leavesAfter(use), tags.key(at: slot) == use.key {
            let marks = tags.marks(at: slot)
            tags.empty(slot)
            putOut(use.key, marks, slot: slot, operatorID: operatorID, kernel)
        }
        return wasPrefetched
    }

    /// An exclusive cache gives the line to the cache above that asked for it, with what was written in it.
    private func moveUp(_ job: Int, slot: Int) {
        guard let asker = above.first(where: { $0.id == jobs[job].requester }) else { return }
        if tags.marks(at: slot).contains(.dirty), jobs[job].tag >= 0 { asker.miss[jobs[job].tag].isWritten = true }
        tags.empty(slot)
        sectors.clear(slot)
    }

    /// Lets a line that is not there come, or writes around. - Returns: what keeps it from doing so.
    private func missed(
        _ job: Int, address: Int, bytes: Int, _ use: Use, known: Cycle, _ kernel: Kernel
    ) -> CacheCounter? {
        let (kind, isWrite) = (jobs[job].kind, jobs[job].isWrite)
        let hits = CacheCounter.hits(kind, isWrite: isWrite)
        var register = misses.find(address &>> sectorShift)
        let isWhole = bytes == configuration.sector && (isWrite || kind == .eviction)
        let goesAround =
            isWrite && (configuration.allocation == .reads || configuration.writePolicy == .through && isWhole)
        if goesAround || isWhole {
            if register < 0 || goesAround {
                if !writes.hasRoom { return .writeBufferFull }
                if goesAround {
                    writes.append(
                        .init(address: address, bytes: bytes, operatorID: jobs[job].operatorID, kind: kind))
                } else {
                    place(address, use, written: isWrite, marks: [], operatorID: jobs[job].operatorID, kernel)
                }
            } else if isWrite {
                miss[register].isWritten = true
            }
            jobs[job].pending += 1
            done.add(job, at: known)
            kernel.ledger.add(1, to: counterBase + hits + (register < 0 ? 1 : 2))
            return nil
        }
        if register >= 0 {
            if jobs[job].requester < 0 {
                dropPrefetch(job, kernel)
                return nil
            }
            if !misses.hasRoom(register) { return .targetsFull }
            if miss[register].isPrefetch, kind != .prefetch {
                miss[register].isPrefetch = false
                count(.prefetchesUseful, kernel)
            }
            kernel.ledger.add(1, to: counterBase + hits + 2)
        } else {
            if misses.isFull {
                if jobs[job].requester >= 0 { return .mshrFull }
                dropPrefetch(job, kernel)
                return nil
            }
            register = allocate(job, sector: address &>> sectorShift, known: known)
            kernel.ledger.add(1, to: counterBase + hits + 1)
            if kind != .prefetch { demandMisses &+= 1 }
        }
        if isWrite {
            if configuration.writePolicy == .back { miss[register].isWritten = true }
            miss[register].isKept = true
        }
        if jobs[job].requester >= 0 {
            jobs[job].pending += 1
            misses.wait(job, for: register)
        }
        if isWrite, configuration.writePolicy == .through {
            writes.append(.init(address: address, bytes: bytes, operatorID: jobs[job].operatorID, kind: kind))
        }
        return nil
    }

    /// Takes a register for a line that is not there. - Returns: the register.
    @inline(__always)
    private func allocate(_ job: Int, sector: Int, known: Cycle) -> Int {
        let register = misses.allocate(sector)
        let requester = jobs[job].requester
        let isFromAbove = configuration.inclusion == .exclusive && above.contains { $0.id == requester }
        miss[register] = Miss(
            since: known, operatorID: jobs[job].operatorID, command: jobs[job].site,
            isPrefetch: jobs[job].kind == .prefetch && requester < 0,
            kind: jobs[job].kind, isKept: !isFromAbove && configuration.allocation != .writes,
            isUnneeded: jobs[job].isUnneeded, instruction: jobs[job].instruction)
        fetches.add(register, at: known)
        return register
    }

    private func dropPrefetch(_ job: Int, _ kernel: Kernel) { count(.prefetchesDropped, kernel) }

    /// Puts a prefetch into its queue, where it has room.
    private func prefetch(
        _ address: Int, _ configuration: PrefetcherConfiguration, after job: Int, _ kernel: Kernel
    ) {
        if tags.find(address &>> lineShift) >= 0 && !isSectored || misses.find(address &>> sectorShift) >= 0 { return }
        if prefetches.count == configuration.queue {
            count(.prefetchesDropped, kernel)
            return
        }
        count(.prefetchesIssued, kernel)
        let new = freeJobs.take()
        jobs[new] = Job(
            requester: -1, tag: 0, operatorID: jobs[job].operatorID, site: jobs[job].site, cursor: address,
            end: address + self.configuration.sector, bytes: self.configuration.sector, pending: 1,
            arrival: jobs[job].arrival, translated: jobs[job].arrival, physical: address, isPhysical: true,
            holdsPlace: false, kind: .prefetch)
        prefetches.append(new)
    }
}
