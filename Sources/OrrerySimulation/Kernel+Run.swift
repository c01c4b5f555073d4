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
            if step >= limit { return .interrupted }
            if step & 0xFFF == 0xFFF {
                if let failure { return .failed(failure) }
                if shouldStop() { return .interrupted }
            }
            guard advanceToNextInstant() else { break }
            step &+= 1
            finishStep()
        }
        if let failure { return .failed(failure) }
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
            rings[table.clock(component)].cancel(component)
            table.wake(component, self)
        }
        activeFrom = 0
    }

    /// Moves time by `ticks`, and all wake-ups with it but those of the components in `staying`; none comes later than its
    /// component's entry in `deadlines`.
    func translate(by ticks: Int128, staying: [Bool], deadlines: [Cycle]) {
        let before = cycles
        move(by: ticks)
        for clock in 0..<rings.count {
            let edges = domains[clock].cycle - before[clock]
            rings[clock].translate(to: domains[clock].cycle, count: components.count) { component, time in
                min(staying[component] ? time : time + edges, deadlines[component])
            }
        }
    }

    /// Puts the clocks and all wake-ups at those of a snapshot.
    func setTime(_ snapshot: Snapshot) {
        for clock in 0..<rings.count {
            domains[clock].cycle = snapshot.cycles[clock]
            domains[clock].residue = snapshot.phases[clock]
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
