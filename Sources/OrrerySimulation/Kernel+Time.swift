/// From one time step to the next.
extension Kernel {
    /// Moves time to the earliest wake-up of any clock. - Returns: false where nothing is left that keeps the run alive.
    ///
    /// Distances are reckoned in 64 bits, and in 128 where that is too few: in the latter alone a step of two clocks took 590
    /// instructions, a sixth of a run of a core on caches and DRAM.
    func advanceToNextInstant() -> Bool {
        if rings.count == 1 {
            let cycle = rings[0].next
            if cycle == .never || hasBackground && !isAlive { return false }
            cycles[0] = cycle
            collect(0)
            return true
        }
        if hasLongTicks { return advanceFar() }
        var least = Int.max
        for clock in 0..<rings.count {
            let cycle = rings[clock].next
            if cycle == .never { continue }
            let (distance, isFar) = (cycle &- cycles[clock]).multipliedReportingOverflow(by: ticks[clock])
            if isFar || distance > Self.longTicks { return advanceFar() }
            least = min(least, distance &- residues[clock])
        }
        if least == Int.max || hasBackground && !isAlive { return false }
        for clock in 0..<rings.count {
            let total = least &+ residues[clock]
            if total < ticks[clock] {
                residues[clock] = total
                if total != 0 { continue }
            } else {
                let edges = total / ticks[clock]
                cycles[clock] &+= edges
                residues[clock] = total &- edges &* ticks[clock]
            }
        }
        for clock in 0..<rings.count where residues[clock] == 0 { collect(clock) }
        return true
    }

    /// The same, in 128 bits.
    private func advanceFar() -> Bool {
        var least: Int128?
        for clock in 0..<rings.count {
            let cycle = rings[clock].next
            if cycle == .never { continue }
            let distance = Int128(cycle - cycles[clock]) * Int128(ticks[clock]) - Int128(residues[clock])
            least = min(least ?? distance, distance)
        }
        guard let least else { return false }
        if hasBackground, !isAlive { return false }
        move(by: least)
        for clock in 0..<rings.count where residues[clock] == 0 { collect(clock) }
        return true
    }

    /// Whether anything but background work is pending.
    private var isAlive: Bool {
        if isForeground(lastForeground) { return true }
        guard let found = components.indices.first(where: { isForeground($0) }) else { return false }
        lastForeground = found
        return true
    }

    @inline(__always)
    private func isForeground(_ component: Int) -> Bool {
        !inBackground[component] && wakeTime(component) != .never
    }

    @inline(__always)
    private func collect(_ clock: Int) {
        let ring = rings[clock]
        ring.advance(to: cycles[clock])
        while let component = ring.popDue() { activate(component) }
    }

    /// Moves time by so many ticks.
    func move(by ticks: Int128) {
        for clock in 0..<rings.count {
            let (edges, residue) = (ticks + Int128(residues[clock])).quotientAndRemainder(
                dividingBy: Int128(clocks.ticks[clock]))
            cycles[clock] += Int(edges)
            residues[clock] = Int(residue)
        }
    }
}
