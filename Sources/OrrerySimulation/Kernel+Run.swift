/// Time steps, from the first to the last.
extension Kernel {
    /// Runs to the end: from the beginning, or on from an interruption or a restored state.
    /// - Parameter shouldStop: asked now and then; true ends the run with `.interrupted`.
    public func run(shouldStop: () -> Bool = { false }) -> Outcome {
        if !hasStarted { start() }
        return resume(shouldStop: shouldStop)
    }

    /// The first time step.
    package func start() {
        hasStarted = true
        for component in components { component.start(self) }
        finishStep()
    }

    /// Goes on from a cut.
    /// - Parameter limit: the time step after which to pause, with `.interrupted`.
    package func resume(upToStep limit: Int = .max, shouldStop: () -> Bool = { false }) -> Outcome {
        while true {
            if step >= limit || (step & 0xFFF == 0xFFF && shouldStop()) { return .interrupted }
            guard advanceToNextInstant() else { break }
            step &+= 1
            finishStep()
        }
        for component in components { component.settle(self) }
        let stuck = engines.filter { !$0.isDone }
        return stuck.isEmpty ? .completed : .deadlock(Deadlock(stuck, kernel: self))
    }

    @inline(__always)
    private func finishStep() {
        drainActive()
        if isMarkPending { mark() }
        if isFoldPending { folding?.serve(self) }
    }

    /// Wakes what is active, lowest id first, until nothing is.
    @inline(__always)
    private func drainActive() {
        while activeCount > 0 {
            let bits = active[activeFrom]
            if bits == 0 {
                activeFrom &+= 1
                continue
            }
            let component = activeFrom << 6 | bits.trailingZeroBitCount
            active[activeFrom] = bits & (bits &- 1)
            activeCount &-= 1
            events &+= 1
            lastActive[component] = step
            rings[table.clock(component)].schedule(component, at: .never)
            table.wake(component, self)
        }
        activeFrom = 0
    }

    /// Moves time to the earliest wake-up of any clock. - Returns: false where nothing is left that keeps the run alive.
    private func advanceToNextInstant() -> Bool {
        if rings.count == 1 {
            guard let cycle = rings[0].earliest() else { return false }
            if hasBackground, !isAlive(rings[0].earliestComponent()) { return false }
            cycles[0] = cycle
            collect(0)
            return true
        }
        var least: Int128?
        var first = 0
        for clock in 0..<rings.count {
            guard let cycle = rings[clock].earliest() else { continue }
            let distance = Int128(cycle - cycles[clock]) * Int128(clocks.ticks[clock]) - Int128(residues[clock])
            if least.map({ distance < $0 }) ?? true { (least, first) = (distance, clock) }
        }
        guard let distance = least else { return false }
        if hasBackground, !isAlive(rings[first].earliestComponent()) { return false }
        move(by: distance)
        for clock in 0..<rings.count where residues[clock] == 0 { collect(clock) }
        return true
    }

    /// Whether anything but background work is pending. - Parameter next: one of the components that wake next.
    private func isAlive(_ next: Int) -> Bool {
        if !inBackground[next] { return true }
        return components.indices.contains { wakeTime($0) != .never && !inBackground[$0] }
    }

    private func collect(_ clock: Int) {
        let ring = rings[clock]
        ring.advance(to: cycles[clock])
        while let component = ring.popDue() { activate(component) }
    }

    private func move(by ticks: Int128) {
        for clock in 0..<rings.count {
            let (edges, residue) = (ticks + Int128(residues[clock])).quotientAndRemainder(
                dividingBy: Int128(clocks.ticks[clock]))
            cycles[clock] += Int(edges)
            residues[clock] = Int(residue)
        }
    }

    /// Moves time by `ticks`, and all wake-ups with it but those of the components in `staying`; none comes later than its
    /// component's entry in `deadlines`.
    func translate(by ticks: Int128, staying: [Bool], deadlines: [Cycle]) {
        let before = cycles.elements
        move(by: ticks)
        for clock in 0..<rings.count {
            let edges = cycles[clock] - before[clock]
            rings[clock].translate(to: cycles[clock], count: components.count) { component, time in
                min(staying[component] ? time : time + edges, deadlines[component])
            }
        }
    }

    /// Puts the clocks and all wake-ups at those of a snapshot.
    func setTime(_ snapshot: Snapshot) {
        for clock in 0..<rings.count {
            cycles[clock] = snapshot.cycles[clock]
            residues[clock] = snapshot.phases[clock]
            rings[clock].reset(to: snapshot.cycles[clock], count: components.count)
        }
        for word in 0..<active.count { active[word] = 0 }
        activeCount = 0
        step = snapshot.step
        for token in tokens.indices { (hasBlockedTaker[token], hasBlockedPoster[token]) = (true, true) }
        hasStarted = true
        for (component, time) in snapshot.wakes.enumerated() {
            rings[table.clock(component)].schedule(component, at: time)
            inBackground[component] = snapshot.inBackground[component]
            if inBackground[component] { hasBackground = true }
        }
    }

    @inline(__always)
    func clock(_ component: Int) -> Int { table.clock(component) }

    var backgroundWakes: [Bool] { inBackground.elements }

    func wakeTime(_ component: Int) -> Cycle { rings[table.clock(component)].time(of: component) }
}
