import OrrerySimulation

/// Holds a component to what folding relies on: that `visit` names its whole state, each value as what it is.
///
/// The machine is run once as it is; then, for a number of cuts spread over the run,
/// - a snapshot is taken and the run goes on: taking it must change nothing,
/// - the snapshot is restored into a fresh machine, which must be in the same state and have the same future, and into the one
///   that has come to its end,
/// - everything that is still to come is delayed, which must change nothing but the times,
/// and at the end the run is folded, which must give the same end and the same counters.
///
/// Use it in a test of a component as `#expect(try checkConformance { … } == [])`, with a program that makes the component
/// do all it can do, and loops that are long enough to fold.
/// - Parameters:
///   - cuts: how many instants of the run are tried.
///   - makeMachine: makes a fresh machine; the same one each time. It is asked to fold or not to fold.
/// - Returns: what does not hold, in words; empty where all is well.
public func checkConformance(cuts: Int = 20, makeMachine: (_ folds: Bool) throws -> Simulation) throws -> [String] {
    var problems: [String] = []
    func report(_ what: String, _ differences: [String]) {
        if !differences.isEmpty { problems.append("\(what): \(differences.joined(separator: "; "))") }
    }
    for part in try makeMachine(false).kernels.indices {
        func kernel(folds: Bool = false) throws -> Kernel { try makeMachine(folds).kernels[part] }
        let whole = try kernel()
        let truth = FinalState(whole, whole.run())
        for index in 0..<cuts {
            let cut = whole.step * index / max(1, cuts)
            let first = try kernel()
            first.start()
            _ = first.resume(upToStep: cut)
            let snapshot = first.snapshot()

            let second = try kernel()
            second.restore(snapshot)
            report("restored at step \(cut)", snapshot.differences(from: second.snapshot()))
            report("restored at step \(cut) and run on", truth.differences(from: FinalState(second, second.run())))

            let third = try kernel()
            third.restore(snapshot)
            third.delay(phases: 7)
            let delay = Int128(7) * Int128(third.clocks.jointPhase)
            report(
                "delayed at step \(cut)", truth.differences(from: FinalState(third, third.run()), delay: delay))

            report("snapshot at step \(cut)", truth.differences(from: FinalState(first, first.run())))
            first.restore(snapshot)
            report("taken back to step \(cut)", truth.differences(from: FinalState(first, first.run())))
        }
        let folded = try kernel(folds: true)
        report("folded", truth.differences(from: FinalState(folded, folded.run())))
    }
    return problems
}

extension Snapshot {
    /// In what another snapshot of the same instant differs.
    fileprivate func differences(from other: Snapshot) -> [String] {
        var found: [String] = []
        if entries != other.entries { found.append("states") }
        if wakes != other.wakes { found.append("wake-ups") }
        if indices != other.indices || trips != other.trips { found.append("loops") }
        if counters != other.counters { found.append("counters") }
        return found
    }
}
