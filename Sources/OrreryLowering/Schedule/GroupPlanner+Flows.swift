import OrrerySimulation

/// Who waits for whom.
extension GroupPlanner {
    /// A tensor's way from one task to those of one queue that read it.
    struct Flow {
        var name: String
        var producer: Int
        var readers: [Int]
        /// Ranks that tell one tile from another.
        var varying: Set<String>
        /// Which generation is read, and along which rank.
        var generation = MappedAccess.Generation.current
        var generationRank: String?
        /// Tiles that may be under way; nil where nothing bounds them here.
        var slots: Int?
        /// The producer, or the reader, runs once for each tile: its own conditions see to that.
        var producerIsGuarded = false
        var readersAreGuarded = false
        /// Index of the readers' address that the tile is behind, by reader.
        var addresses: [Int: Int] = [:]
    }

    /// Adds the tokens of a flow: the producer announces each tile and, where slots are counted, waits for a free one;
    /// the first reader waits, the last one gives the slot back.
    mutating func connect(_ flow: Flow) {
        let readers = flow.readers.sorted { tasks[$0].precedes(tasks[$1]) }
        guard let first = readers.first, let last = readers.last else { return }
        var varying = flow.varying
        var produced: [LoopCondition] = []
        var consumed: [LoopCondition] = []
        if let rank = flow.generationRank {
            switch flow.generation {
            case .current: varying.insert(rank)
            case .previous:
                varying.insert(rank)
                produced = [LoopCondition(rank: rank, kind: .notLast)]
                consumed = [LoopCondition(rank: rank, kind: .notFirst)]
            case .final, .initial: break
            }
        }
        func repeated(_ task: Int) -> [String] { open(tasks[task].chain).map(\.rank).filter { !varying.contains($0) } }
        let makes = flow.producerIsGuarded ? [] : repeated(flow.producer)
        let ready = token("\(flow.name) ready")
        tasks[flow.producer].posts.append(
            TaskUse(token: ready, conditions: LoopCondition.last(makes) + produced, isResult: true))
        let reads = flow.readersAreGuarded ? [] : repeated(first)
        tasks[first].waits.append(
            TaskUse(token: ready, conditions: LoopCondition.first(reads) + consumed, address: flow.addresses[first]))
        guard let slots = flow.slots else { return }
        let free = token("\(flow.name) free", initial: slots)
        tasks[flow.producer].waits.append(
            TaskUse(token: free, conditions: LoopCondition.first(makes) + produced, isResult: true))
        let releases = flow.readersAreGuarded ? [] : repeated(last)
        tasks[last].posts.append(TaskUse(token: free, conditions: LoopCondition.last(releases) + consumed))
    }

    /// Adds `after`: an operator that waits until another one's iteration before is over.
    mutating func planBarriers() {
        for entry in group.after {
            guard let later = issues.firstIndex(where: { $0.name == entry.name.text }),
                let earlier = issues.firstIndex(where: { $0.name == entry.value.text })
            else {
                diagnostics.error(
                    "'\(entry.name.text)' and '\(entry.value.text)' must both be computed here", at: entry.name.mark,
                    path: "after")
                continue
            }
            func runs(_ index: Int) -> Int { tasks[index].chain.reduce(1) { $0 * space.extent($1.rank) } }
            guard runs(later) == runs(earlier) else {
                diagnostics.error(
                    "'\(entry.name.text)' runs \(runs(later)) times and '\(entry.value.text)' \(runs(earlier)) times",
                    at: entry.name.mark, path: "after")
                continue
            }
            let go = token("\(entry.name.text) after \(entry.value.text)", initial: 1)
            tasks[later].waits.append(TaskUse(token: go))
            tasks[earlier].posts.append(TaskUse(token: go, isResult: true))
        }
    }
}
