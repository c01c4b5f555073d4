import OrrerySimulation

/// Retirement, and what goes to the memory.
extension Core {
    /// Retires what is done, in order.
    func retire(at now: Cycle, _ kernel: Kernel) {
        let first = head
        var (loadCount, storeCount) = (0, 0)
        while head < tail, head &- first < configuration.retire {
            let slot = head & entryMask
            if entries[slot].completeAt > now { break }
            loadCount &+= Int(entries[slot].loadCount)
            if entries[slot].firstLoad >= 0 {
                var load = entries[slot].firstLoad
                while load >= 0 {
                    let next = loads[Int(load)].nextOfInstruction
                    if configuration.loadRelease == .retirement || loads[Int(load)].address < 0 { release(load) }
                    load = next
                }
            }
            if configuration.registers != nil { releaseRegisters(entries[slot].destinations) }
            storeRetired &+= Int(entries[slot].storeCount)
            storeCount &+= Int(entries[slot].storeCount)
            head &+= 1
            if head == warmUp { kernel.beginMeasurement() }
            if head == total { break }
        }
        let count = head &- first
        if count == 0 { return }
        self.count(count, ofAction: 0, operatorID: operatorID, kernel)
        if loadCount > 0 { self.count(loadCount, ofAction: 1, operatorID: operatorID, kernel) }
        if storeCount > 0 { self.count(storeCount, ofAction: 2, operatorID: operatorID, kernel) }
        if head == total, warmUp > 0 { stop(kernel) }
    }

    /// The values that an instruction's take the place of are not needed any more.
    @inline(__always)
    private func releaseRegisters(_ registers: (UInt8, UInt8)) {
        releaseRegister(Int(registers.0))
        releaseRegister(Int(registers.1))
    }

    @inline(__always)
    private func releaseRegister(_ register: Int) {
        if register == 0 { return }
        if isMapped[register] { registersInUse &-= 1 } else { isMapped[register] = true }
    }

    @inline(__always)
    private func release(_ load: Int32) {
        freeLoads[freeLoadCount] = load
        freeLoadCount &+= 1
    }

    /// The last instruction that is measured has retired: what was begun behind it is dropped.
    private func stop(_ kernel: Kernel) {
        kernel.endMeasurement()
        (hasEnded, isStopped) = (true, true)
    }

    // MARK: Loads

    /// Sends loads that have executed.
    func sendLoads(at now: Cycle, _ kernel: Kernel) {
        var count = 0
        while readyHead < readyTail, count < configuration.loads {
            let load = Int(ready[readyHead & readyMask])
            var request = Request(
                address: loads[load].address, bytes: Int(loads[load].bytes), isWrite: false, operatorID: operatorID,
                command: command, requester: id, tag: load)
            request.instruction = loads[load].pointer
            kernel.touch(memory.id)
            loads[load].sentAt = now
            guard memory.submit(request, kernel) else {
                loadIsRefused = true
                return
            }
            kernel.ledger.add(request.bytes, to: bytesBase &+ operatorID)
            underWay &+= 1
            readyHead &+= 1
            count &+= 1
        }
    }

    func answered(tag: Int, _ kernel: Kernel) {
        underWay &-= 1
        if tag >= configuration.loadQueue {
            completedStore(tag &- configuration.loadQueue)
        } else {
            let now = kernel.edge(self)
            let number = loads[tag].instruction
            let slot = number & entryMask
            kernel.ledger.add(1, to: counterBase)
            kernel.ledger.add(now &- loads[tag].sentAt, to: counterBase &+ 1)
            entries[slot].loadsLeft &-= 1
            if configuration.loadRelease == .completion { unlink(Int32(truncatingIfNeeded: tag), slot) }
            if entries[slot].loadsLeft == 0, !isStopped {
                complete(number, at: now &+ configuration.answerLatency)
                if configuration.order == .inOrder { executeInOrder() }
            }
        }
        kernel.poke(id)
    }

    /// A load leaves its queue, and the list of its instruction's loads with it.
    private func unlink(_ load: Int32, _ slot: Int) {
        if entries[slot].firstLoad == load {
            entries[slot].firstLoad = loads[Int(load)].nextOfInstruction
        } else {
            var before = entries[slot].firstLoad
            while before >= 0, loads[Int(before)].nextOfInstruction != load {
                before = loads[Int(before)].nextOfInstruction
            }
            if before >= 0 { loads[Int(before)].nextOfInstruction = loads[Int(load)].nextOfInstruction }
        }
        release(load)
    }

    // MARK: Stores

    /// Sends stores that have retired.
    func sendStores(at now: Cycle, _ kernel: Kernel) {
        var count = 0
        while storeSend < storeRetired, count < configuration.stores {
            let store = storeSend & storeMask
            var request = Request(
                address: stores[store].address, bytes: Int(stores[store].bytes), isWrite: true, operatorID: operatorID,
                command: command, requester: id, tag: configuration.loadQueue &+ store)
            request.instruction = stores[store].pointer
            kernel.touch(memory.id)
            guard memory.submit(request, kernel) else {
                storeIsRefused = true
                return
            }
            kernel.ledger.add(request.bytes, to: bytesBase &+ width &+ operatorID)
            underWay &+= 1
            storeSend &+= 1
            count &+= 1
            if configuration.storeRelease == .acceptance { releaseStore() }
        }
    }

    @inline(__always)
    private func releaseStore() {
        storeFilter[(stores[storeHead & storeMask].address >> 3) & 1023] &-= 1
        storeHead &+= 1
    }

    private func completedStore(_ store: Int) {
        if configuration.storeRelease == .acceptance { return }
        stores[store].isDone = true
        while storeHead < storeSend, stores[storeHead & storeMask].isDone { releaseStore() }
    }
}
