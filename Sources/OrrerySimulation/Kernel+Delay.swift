extension Kernel {
    /// Lets all that is still to come happen `phases` joint phases of the clocks later, as a fold over no address would: nothing
    /// but the times may change. This is how tests find a time that a component keeps to itself.
    package func delay(phases: Int) {
        let recorded = snapshot()
        let ticks = Int128(phases) * Int128(clocks.jointPhase)
        for component in components {
            let move = FoldMove(
                from: recorded.cycles[component.clock], cycles: Int(ticks / Int128(clocks.ticks[component.clock])),
                periods: 0, periodStart: step, shifts: Array(repeating: 0, count: streamCount))
            var visitor = StateVisitor(.advance(move))
            component.visit(&visitor)
        }
        translate(
            by: ticks, staying: components.map { _ in false }, deadlines: components.map { _ in .never })
        restartAccounts(with: recorded.counters)
    }
}
