import OrrerySimulation

/// Everything that two runs of the same machine and program must agree in at their ends.
public struct FinalState {
    private let snapshot: Snapshot
    private let deadlock: Deadlock?
    private let blocks: [Ledger.Block]
    /// Clock of each component.
    private let clocks: [Int]
    private let paths: [String]

    public init(_ kernel: Kernel, _ outcome: Outcome) {
        snapshot = kernel.snapshot()
        blocks = kernel.ledger.blocks
        clocks = kernel.components.map(\.clock)
        paths = kernel.components.map(\.path)
        if case .deadlock(let found) = outcome { deadlock = found } else { deadlock = nil }
    }

    public var isDeadlocked: Bool { deadlock != nil }

    /// Cycle of the first clock at the end.
    public var end: Cycle { snapshot.cycles[0] }

    /// The counter `name` of a component, of the first operator.
    public func counter(_ name: String, of component: String) -> Int? {
        for block in blocks where block.component == component {
            if let index = block.names.firstIndex(of: name) {
                return snapshot.counters[block.base + index * block.width]
            }
        }
        return nil
    }

    /// In what another run differs from this one; empty where they agree.
    /// - Parameter delay: how much later, in ticks, the other run ended because it was delayed.
    public func differences(from other: FinalState, delay: Int128 = 0) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ first: Value, _ second: Value) {
            if first != second { found.append("\(name): \(first) and \(second)") }
        }
        let (a, b) = (snapshot, other.snapshot)
        compare("end in ticks", a.instant + delay, b.instant)
        compare("clock phases", a.phases, b.phases)
        compare("deadlock", deadlock?.waits, other.deadlock?.waits)
        if delay == 0 { compare("engines finished", a.finished, b.finished) }
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
        for id in clocks.indices { compare("state of \(paths[id])", normal(id), other.normal(id)) }
        return found
    }

    /// The state of a component: times relative to the end, without the numbers of time steps.
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
