/// Where a clock stands.
@usableFromInline
struct ClockDomain {
    /// The current edge, and the ticks since then.
    @usableFromInline var cycle: Cycle = 0
    @usableFromInline var residue = 0
    /// Ticks of a cycle.
    let ticks: Int

    init(ticks: Int) { self.ticks = ticks }

    /// Moves it to its edge `edge`.
    @inline(__always)
    mutating func move(to edge: Cycle) {
        cycle = edge
        residue = 0
    }

    /// Moves it by ticks, at most to where a sum of two such steps needs no more than 64 bits.
    @inline(__always)
    mutating func move(by least: Int) {
        residue &+= least
        if residue < ticks { return }
        cycle &+= 1
        residue &-= ticks
        if residue < ticks { return }
        // As unsigned numbers: what a signed division asks before it took as long as the rest of the step.
        let edges = Int(bitPattern: UInt(bitPattern: residue) / UInt(bitPattern: ticks))
        cycle &+= edges
        residue &-= edges &* ticks
    }
}

/// From one time step to the next.
extension Kernel {
    /// Moves time to the earliest wake-up of any clock. - Returns: false where nothing is left that keeps the run alive.
    ///
    /// Distances are reckoned in 64 bits, and in 128 where that is too few: in the latter alone a step of two clocks took 590
    /// instructions, a sixth of a run of a core on caches and DRAM.
    @inline(__always)
    func advanceToNextInstant() -> Bool {
        if domains.count == 1 {
            let cycle = rings[0].next
            if cycle == .never || hasBackground && !isAlive { return false }
            domains[0].cycle = cycle
            collect(rings[0], at: cycle)
            return true
        }
        if hasLongTicks { return advanceFar() }
        var (least, first, edge) = (Int.max, 0, 0)
        for clock in 0..<domains.count {
            let cycle = rings[clock].next
            if cycle == .never { continue }
            let domain = domains[clock]
            let (distance, isFar) = (cycle &- domain.cycle).multipliedReportingOverflow(by: domain.ticks)
            if isFar || distance > Self.longTicks { return advanceFar() }
            if distance &- domain.residue < least { (least, first, edge) = (distance &- domain.residue, clock, cycle) }
        }
        if least == Int.max || hasBackground && !isAlive { return false }
        for clock in 0..<domains.count {
            if clock == first { domains[clock].move(to: edge) } else { domains[clock].move(by: least) }
            if domains[clock].residue == 0 { collect(rings[clock], at: domains[clock].cycle) }
        }
        return true
    }

    /// The same, in 128 bits.
    private func advanceFar() -> Bool {
        var least: Int128?
        for clock in 0..<domains.count {
            let cycle = rings[clock].next
            if cycle == .never { continue }
            let domain = domains[clock]
            let distance = Int128(cycle - domain.cycle) * Int128(domain.ticks) - Int128(domain.residue)
            least = min(least ?? distance, distance)
        }
        guard let least else { return false }
        if hasBackground, !isAlive { return false }
        move(by: least)
        for clock in 0..<domains.count where domains[clock].residue == 0 {
            collect(rings[clock], at: domains[clock].cycle)
        }
        return true
    }

    /// Whether anything but background work is pending.
    @inline(__always)
    private var isAlive: Bool { isForeground(lastForeground) || findForeground() }

    private func findForeground() -> Bool {
        guard let found = components.indices.first(where: { isForeground($0) }) else { return false }
        lastForeground = found
        return true
    }

    @inline(__always)
    private func isForeground(_ component: Int) -> Bool {
        !inBackground[component] && wakeTime(component) != .never
    }

    @inline(__always)
    private func collect(_ ring: EventRing, at cycle: Cycle) {
        ring.advance(to: cycle)
        while let component = ring.popDue() { activate(component) }
    }

    /// Moves time by so many ticks.
    func move(by ticks: Int128) {
        for clock in 0..<domains.count {
            let (edges, residue) = (ticks + Int128(domains[clock].residue)).quotientAndRemainder(
                dividingBy: Int128(domains[clock].ticks))
            domains[clock].cycle += Int(edges)
            domains[clock].residue = Int(residue)
        }
    }
}
