@testable import OrrerySimulation

/// Everything that a folded and an unfolded run must agree in, and what folding did.
struct RunResult {
    private let snapshot: Snapshot
    private let deadlock: Deadlock?
    private let blocks: [Ledger.Block]
    /// Clock of each component.
    private let clocks: [Int]
    let isInterrupted: Bool
    /// Iterations of all loops over all engines, and those of them that were simulated.
    let iterations: Int
    let simulated: Int
    let folds: Int
    let captures: Int
    let events: Int
    let steps: Int

    /// - Parameter limit: time steps after which the run is given up.
    init(_ machine: ToyMachine, folds: Bool, rules: FoldRules = .all, limit: Int = .max) throws {
        let kernel = try machine.kernel(folds: folds, rules: rules)
        kernel.start()
        let outcome = kernel.resume(upToStep: limit)
        self.init(kernel, outcome)
    }

    init(_ kernel: Kernel, _ outcome: Outcome) {
        snapshot = kernel.snapshot()
        blocks = kernel.ledger.blocks
        clocks = kernel.components.map(\.clock)
        if case .deadlock(let found) = outcome { deadlock = found } else { deadlock = nil }
        if case .interrupted = outcome { isInterrupted = true } else { isInterrupted = false }
        iterations = kernel.ledger.blocks.last.map { block in
            block.names.indices.reduce(0) { $0 + kernel.ledger[block.base + $1] }
        } ?? 0
        simulated = kernel.folding == nil ? iterations : kernel.foldReports.reduce(0) { $0 + $1.simulated }
        self.folds = kernel.folding?.folds ?? 0
        captures = kernel.folding?.captures ?? 0
        events = kernel.events
        steps = kernel.step
    }

    var isDeadlocked: Bool { deadlock != nil }

    /// Cycle of the first clock at the end.
    var end: Cycle { snapshot.cycles[0] }

    func counter(_ name: String, of component: String) -> Int? {
        for block in blocks where block.component == component {
            if let index = block.names.firstIndex(of: name) { return snapshot.counters[block.base + index * block.width] }
        }
        return nil
    }

    /// In what two runs differ; empty where they agree.
    func differences(from other: RunResult) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ first: Value, _ second: Value) {
            if first != second { found.append("\(name): \(first) and \(second)") }
        }
        let (a, b) = (snapshot, other.snapshot)
        compare("end in ticks", a.instant, b.instant)
        compare("clock phases", a.phases, b.phases)
        compare("deadlock", deadlock, other.deadlock)
        compare("engines finished", a.finished, b.finished)
        compare("loop indices", a.indices, b.indices)
        compare("token counts", a.tokenCount, b.tokenCount)
        compare("tokens posted", a.tokenPosted, b.tokenPosted)
        compare("tokens taken", a.tokenTaken, b.tokenTaken)
        for block in blocks {
            for index in 0..<(block.names.count * block.width) {
                let name = "\(block.component) \(block.names[index / block.width])"
                compare(name, a.counters[block.base + index], b.counters[block.base + index])
            }
        }
        for id in clocks.indices { compare("state of component \(id)", normal(id), other.normal(id)) }
        return found
    }

    /// The final state of a component: times relative to the end, without the numbers of time steps.
    private func normal(_ id: Int) -> [Int] {
        let end = snapshot.cycles[clocks[id]]
        return snapshot.entries[snapshot.range(of: id)].flatMap { entry in
            switch entry.kind {
            case .time, .deadline: [entry.value == .never ? -1 : max(0, entry.value - end)]
            case .plain: [entry.value]
            case .address, .row: [entry.value, entry.command]
            }
        }
    }
}
