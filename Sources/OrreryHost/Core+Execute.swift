import OrrerySimulation

/// Instructions in the window: when they execute, and when their results are there.
extension Core {
    /// Lets the oldest waiting instructions into the scheduler while it has room.
    func schedule(at now: Cycle) {
        let free = configuration.registers.map { $0 &- registersInUse } ?? .max
        let isShort = free < configuration.registerMargin && head < unscheduled
        while unscheduled < tail, waitingInScheduler < configuration.scheduler, !isShort {
            let number = unscheduled
            let slot = number & entryMask
            if let registers = configuration.registers {
                let (first, second) = entries[slot].destinations
                let needed = (first == 0 ? 0 : 1) + (second == 0 ? 0 : 1)
                if registersInUse &+ needed > registers { break }
                registersInUse &+= needed
            }
            unscheduled &+= 1
            waitingInScheduler &+= 1
            entries[slot].isInScheduler = true
            if entries[slot].readyAt < now &+ 1 { entries[slot].readyAt = now &+ 1 }
            if configuration.order == .outOfOrder, entries[slot].pending == 0 { execute(number) }
        }
        if configuration.order == .inOrder { executeInOrder() }
    }

    /// Executes as far as no instruction waits for a source that nobody knows the time of.
    func executeInOrder() {
        while inOrder < unscheduled, entries[inOrder & entryMask].pending == 0 {
            let slot = inOrder & entryMask
            if entries[slot].readyAt < lastExecution { entries[slot].readyAt = lastExecution }
            inOrder &+= 1
            execute(inOrder &- 1)
        }
    }

    /// An instruction in the scheduler has all its sources, now or at a known time: takes the first cycle from then on in which it
    /// can execute.
    private func execute(_ number: Int) {
        let slot = number & entryMask
        var cycle = max(entries[slot].readyAt, processed &+ 1)
        while Int(executions[cycle & calendarMask]) >= configuration.execute { cycle &+= 1 }
        executions[cycle & calendarMask] &+= 1
        enterCalendar(cycle & calendarMask)
        executionsAhead &+= 1
        lastExecution = cycle
        entries[slot].isInScheduler = false
        if entries[slot].loadsLeft > 0 {
            var load = entries[slot].firstLoad
            while load >= 0 {
                if loads[Int(load)].address >= 0 { sendLater(load, at: cycle &+ configuration.addressLatency) }
                load = loads[Int(load)].nextOfInstruction
            }
        } else {
            complete(number, at: cycle &+ configuration.latency)
        }
    }

    /// The time of a result is known: so may be those of what waited for it.
    func complete(_ number: Int, at cycle: Cycle) {
        let slot = number & entryMask
        entries[slot].completeAt = cycle
        if number == branch {
            branch = -1
            fetchFrom = cycle &+ configuration.mispredictPenalty
        }
        if entries[slot].firstWaiter < 0 { return }
        worklist[worklistCount] = slot
        worklistCount &+= 1
        // A result that is known while waiters are being told is told after them: chains are as long as the window.
        if worklistCount == 1 { tellWaiters() }
    }

    private func tellWaiters() {
        var told = 0
        while told < worklistCount {
            let slot = worklist[told]
            told &+= 1
            let cycle = entries[slot].completeAt
            var waiter = entries[slot].firstWaiter
            entries[slot].firstWaiter = -1
            while waiter >= 0 {
                let node = Int(waiter)
                let consumer = node >> 3
                waiter = nextWaiter[node]
                if entries[consumer].readyAt < cycle { entries[consumer].readyAt = cycle }
                entries[consumer].pending &-= 1
                if entries[consumer].pending == 0, entries[consumer].isInScheduler, configuration.order == .outOfOrder {
                    execute(number(of: consumer))
                }
            }
        }
        worklistCount = 0
    }

    /// The number of the instruction in an entry of the window.
    @inline(__always)
    private func number(of slot: Int) -> Int { head &+ ((slot &- head) & entryMask) }

    // MARK: Calendar

    @inline(__always)
    private func enterCalendar(_ slot: Int) { calendarBits[slot >> 6] |= 1 << UInt64(slot & 63) }

    /// The first cycle after another, which is not before that up to which the calendar has been worked off, with anything in it; there
    /// must be one.
    @inline(__always)
    func nextInCalendar(after cycle: Cycle) -> Cycle {
        var first = cycle &+ 1
        while true {
            let slot = first & calendarMask
            let bits = calendarBits[slot >> 6] >> UInt64(slot & 63)
            if bits != 0 { return first &+ bits.trailingZeroBitCount }
            first &+= 64 &- (slot & 63)
        }
    }

    @inline(__always)
    private func sendLater(_ load: Int32, at cycle: Cycle) {
        let slot = cycle & calendarMask
        enterCalendar(slot)
        loads[Int(load)].next = -1
        if firstLoad[slot] < 0 { firstLoad[slot] = load } else { loads[Int(lastLoad[slot])].next = load }
        lastLoad[slot] = load
        loadsAhead &+= 1
    }

    /// Works off what was to happen up to now: instructions that executed leave the scheduler, and their loads get ready to go.
    func advanceCalendar(to now: Cycle) {
        var cycle = processed
        while executionsAhead > 0 || loadsAhead > 0 {
            cycle = nextInCalendar(after: cycle)
            if cycle > now { break }
            let slot = cycle & calendarMask
            calendarBits[slot >> 6] &= ~(1 << UInt64(slot & 63))
            let count = Int(executions[slot])
            executions[slot] = 0
            executionsAhead &-= count
            waitingInScheduler &-= count
            var load = firstLoad[slot]
            firstLoad[slot] = -1
            while load >= 0 {
                ready[readyTail & readyMask] = load
                readyTail &+= 1
                loadsAhead &-= 1
                load = loads[Int(load)].next
            }
        }
        processed = now
    }
}
