extension FoldMatch {
    /// Iterations of each loop that are skipped.
    func skippedIterations(_ now: Snapshot) -> [(loop: Int, count: Int)] {
        (0..<kernel.loopCount).map { loop in
            let counter = kernel.loopCounter(loop)
            return (loop, periods * (now.counters[counter] - earlier.counters[counter]))
        }
    }

    /// Skips the repetitions.
    func advance(_ now: Snapshot) {
        let n = periods
        let counters = kernel.ledger.repeated(since: earlier.counters, n)
        for motion in motions {
            let engine = motion.engine
            engine.indices[motion.level] += n * motion.delta
            if motion.level == 0 {
                engine.outermost.last += n * (now.cycles[engine.clock] - earlier.cycles[engine.clock])
            }
        }
        for (id, component) in kernel.components.enumerated() where !staying[id] {
            let clock = component.clock
            let cycles = n * (now.cycles[clock] - earlier.cycles[clock])
            let move = FoldMove(
                from: now.cycles[clock], cycles: cycles, periods: n, periodStart: earlier.step, shifts: shifts,
                staying: stayingDeadlines[id])
            var visitor = StateVisitor(.advance(move))
            component.visit(&visitor)
            (component as? Engine)?.began += cycles
        }
        for token in kernel.tokens.indices {
            kernel.tokenCount[token] += n * (now.tokenCount[token] - earlier.tokenCount[token])
            kernel.tokenPosted[token] += n * (now.tokenPosted[token] - earlier.tokenPosted[token])
            kernel.tokenTaken[token] += n * (now.tokenTaken[token] - earlier.tokenTaken[token])
        }
        kernel.timeline?.fold(from: now.instant, period: period, count: n)
        kernel.translate(by: Int128(n) * period, staying: staying, deadlines: earliestDeadline)
        if rules.contains(.settle) { kernel.restartAccounts(with: counters) } else { kernel.ledger.set(counters) }
    }
}
