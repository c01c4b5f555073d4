import OrrerySimulation

/// Instructions on their way into the window.
extension Core {
    /// Dispatches what can be in this cycle. - Returns: what keeps the next instruction out; nil where only the width does.
    func dispatch(at now: Cycle, _ kernel: Kernel) -> Cause? {
        if warmUp == 0, tail == total { hasEnded = true }
        if branch >= 0 || now < fetchFrom { return hasEnded ? .drain : .branch }
        guard let stream else { return .drain }
        return stream.with { dispatch($0.chunk, kernel) }
    }

    private func dispatch(_ chunk: borrowing FixedArray<StreamInstruction>, _ kernel: Kernel) -> Cause? {
        var (count, taken) = (0, 0)
        while count < configuration.dispatch {
            if chunkPosition == chunkLength, !refill(kernel) { return .drain }
            let slot = chunkPosition
            if tail &- head >= configuration.window { return .window }
            let loadCount = Int(chunk[slot].loadCount)
            let storeCount = Int(chunk[slot].storeCount)
            if loadCount > freeLoadCount { return .loadQueue }
            if storeTail &- storeHead &+ storeCount > configuration.storeQueue { return .storeQueue }
            if chunk[slot].isTaken { taken &+= 1 }
            enter(chunk[slot], kernel)
            chunkPosition &+= 1
            count &+= 1
            if branch >= 0 { return .branch }
            if taken >= configuration.takenBranches { return nil }
        }
        return nil
    }

    /// The next instructions of the stream. - Returns: false where it has ended.
    ///
    /// A stream that warms up goes on behind the instructions that are measured, until those have retired, as a trace does that is longer
    /// than what is looked at.
    private func refill(_ kernel: Kernel) -> Bool {
        if hasEnded { return false }
        if warmUp == 0, tail >= total {
            hasEnded = true
            return false
        }
        chunkPosition = 0
        chunkLength = stream?.with { $0.refill() } ?? 0
        if warmUp == 0 { chunkLength = min(chunkLength, total &- tail) }
        if chunkLength == 0 {
            hasEnded = true
            if tail < total, let trace {
                kernel.fail(self, TraceError.ended(trace, before: "\(total - tail) of its instructions").description)
            }
        }
        return chunkLength > 0
    }

    @inline(__always)
    private func enter(_ instruction: StreamInstruction, _ kernel: Kernel) {
        let number = tail
        let slot = number & entryMask
        entries[slot] = CoreEntry()
        tail &+= 1
        // All sources in one word: most instructions have one or two.
        let sources = instruction.sources
        var left = UInt32(sources[0]) | UInt32(sources[1]) << 8 | UInt32(sources[2]) << 16 | UInt32(sources[3]) << 24
        while left != 0 {
            let shift = UInt32(left.trailingZeroBitCount & ~7)
            let register = Int(left &>> shift & 0xFF)
            left &= ~(0xFF &<< shift)
            let writer = writers[register]
            if writer < 0, !isMapped[register] {
                // A value from before the stream's begin has a register too.
                isMapped[register] = true
                registersInUse &+= 1
            }
            if writer >= head { depend(slot, on: writer, source: Int(shift >> 3)) }
        }
        if instruction.loadCount > 0 { enterLoads(instruction, number, kernel) }
        if instruction.storeCount > 0 { enterStores(instruction, number) }
        entries[slot].destinations = (instruction.destinations[0], instruction.destinations[1])
        for index in 0..<2 where instruction.destinations[index] != 0 {
            writers[Int(instruction.destinations[index])] = number
        }
        if instruction.isBranch { predict(instruction, number, kernel) }
        if instruction.operation > 0 {
            count(
                Int(instruction.operations), ofAction: 2 &+ Int(instruction.operation), operatorID: operatorID, kernel)
        }
    }

    /// An instruction reads what another one, which is in the window, leaves.
    @inline(__always)
    private func depend(_ slot: Int, on writer: Int, source: Int) {
        let producer = writer & entryMask
        let complete = entries[producer].completeAt
        if complete != .never {
            if complete > entries[slot].readyAt { entries[slot].readyAt = complete }
            return
        }
        let node = slot &* 8 &+ source
        nextWaiter[node] = entries[producer].firstWaiter
        entries[producer].firstWaiter = Int32(truncatingIfNeeded: node)
        entries[slot].pending &+= 1
    }

    private func enterLoads(_ instruction: StreamInstruction, _ number: Int, _ kernel: Kernel) {
        let slot = number & entryMask
        entries[slot].loadCount = instruction.loadCount
        for index in 0..<Int(instruction.loadCount) {
            let address = instruction.loads[index]
            freeLoadCount &-= 1
            let load = Int(freeLoads[freeLoadCount])
            var isForwarded = false
            if let store = forwardingStore(address, bytes: Int(instruction.bytes)) {
                isForwarded = true
                kernel.ledger.add(1, to: counterBase &+ 2)
                if store >= head { depend(slot, on: store, source: 4 &+ index) }
            } else {
                entries[slot].loadsLeft &+= 1
            }
            loads[load] = CoreLoad(
                address: isForwarded ? -1 : address, instruction: number,
                nextOfInstruction: entries[slot].firstLoad, bytes: instruction.bytes,
                pointer: Int32(truncatingIfNeeded: instruction.pointer))
            entries[slot].firstLoad = Int32(truncatingIfNeeded: load)
        }
    }

    /// The instruction of the youngest store to the same 8 bytes in the queue, as far as that has written what is read.
    @inline(__always)
    private func forwardingStore(_ address: Int, bytes: Int) -> Int? {
        if storeFilter[(address >> 3) & 1023] == 0 { return nil }
        var index = storeTail &- 1
        while index >= storeHead {
            let store = stores[index & storeMask]
            if store.address >> 3 == address >> 3, store.address < address &+ bytes,
                address < store.address &+ Int(store.bytes)
            {
                return store.instruction
            }
            index &-= 1
        }
        return nil
    }

    private func enterStores(_ instruction: StreamInstruction, _ number: Int) {
        for index in 0..<Int(instruction.storeCount) {
            let address = instruction.stores[index]
            stores[storeTail & storeMask] = CoreStore(
                address: address, instruction: number, bytes: instruction.bytes,
                pointer: Int32(truncatingIfNeeded: instruction.pointer))
            storeFilter[(address >> 3) & 1023] &+= 1
            storeTail &+= 1
        }
        entries[number & entryMask].storeCount = instruction.storeCount
    }

    private func predict(_ instruction: StreamInstruction, _ number: Int, _ kernel: Kernel) {
        kernel.ledger.add(1, to: counterBase &+ 3)
        let isRight: Bool
        switch configuration.predictor {
        case .perfect: isRight = true
        case .taken: isRight = instruction.isTaken
        case .bimodal:
            // Two-bit counters, found by the branch's address.
            let slot = (instruction.pointer >> 2) & (predictor.count &- 1)
            let counter = predictor[slot]
            isRight = (counter >= 2) == instruction.isTaken
            predictor[slot] = instruction.isTaken ? min(counter &+ 1, 3) : counter == 0 ? 0 : counter &- 1
        }
        if !isRight {
            kernel.ledger.add(1, to: counterBase &+ 4)
            branch = number
        }
    }
}
