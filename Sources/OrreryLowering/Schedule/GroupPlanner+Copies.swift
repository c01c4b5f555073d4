import OrrerySimulation
import OrreryText

/// Which engine does which copy, and in which order.
extension GroupPlanner {
    /// Copies that serve one unit in one direction between two memories: they keep that unit's order.
    private struct Lane: Hashable {
        var unit: Int
        var isLoad: Bool
        var memories: Set<String>
    }

    /// Spreads the lanes over the engines between their memories, loads first, and gives each copy its place in a queue.
    mutating func assignCopies() {
        var lanes: [Lane] = []
        for job in jobs.sorted(by: { ($0.isLoad ? 0 : 1, $0.unit) < ($1.isLoad ? 0 : 1, $1.unit) }) {
            let lane = lane(job)
            if !lanes.contains(lane) { lanes.append(lane) }
        }
        var queues: [Int: [Int]] = [:]
        for lane in lanes {
            let rivals = lanes.filter { $0.memories == lane.memories }
            let ends = lane.memories.sorted()
            let engines = hardware.copiers(ends[0], ends[ends.count - 1])
            guard !engines.isEmpty else { continue }
            let chosen = engines[engine(of: lane, among: rivals, engines.count)]
            for index in jobs.indices where self.lane(jobs[index]) == lane {
                queues[named(jobs[index]) ?? chosen, default: []].append(index)
            }
        }
        let ranks = issueRanks()
        for (engine, list) in queues.sorted(by: { $0.key < $1.key }) {
            let ordered = list.sorted { jobOrder($0, ranks) < jobOrder($1, ranks) }
            settle(ordered, on: engine)
        }
    }

    private func lane(_ job: CopyJob) -> Lane {
        Lane(unit: job.unit, isLoad: job.isLoad, memories: [job.from, job.to])
    }

    /// Copies follow the operators that they serve, what is brought before what is taken away.
    private func jobOrder(_ index: Int, _ ranks: [Int]) -> (Int, Int, Int) {
        (ranks[jobs[index].anchor], jobs[index].isLoad ? 0 : 1, index)
    }

    /// Places of the issues in an order in which one engine could serve all units: each unit's own order, and within an
    /// iteration producers before their readers.
    private func issueRanks() -> [Int] {
        var before: [Set<Int>] = issues.map { _ in [] }
        for (later, issue) in issues.enumerated() {
            for (earlier, other) in issues.enumerated() where earlier != later {
                let isOwn = other.unit == issue.unit && other.position < issue.position
                let isRead =
                    other.lookahead == issue.lookahead
                    && operands[later].contains {
                        $0.access.tensor == other.name && $0.access.generation == .current
                    }
                if isOwn || isRead { before[later].insert(earlier) }
            }
        }
        var ranks = issues.map { _ in 0 }
        var done: Set<Int> = []
        for place in issues.indices {
            let open = issues.indices.filter { !done.contains($0) }
            guard let next = open.first(where: { before[$0].isSubset(of: done) }) ?? open.first else { break }
            ranks[next] = place
            done.insert(next)
        }
        return ranks
    }

    /// With an engine for each lane each has its own; else the last one takes what leaves.
    private func engine(of lane: Lane, among lanes: [Lane], _ count: Int) -> Int {
        let place = lanes.firstIndex(of: lane) ?? 0
        if lanes.count <= count || count == 1 { return min(place, count - 1) }
        return lane.isLoad ? min(place, count - 2) : count - 1
    }

    /// The engine that the mapping names under `copy`.
    private func named(_ job: CopyJob) -> Int? {
        guard let entry = group.copy.first(where: { $0.name.text == job.tensor }) else { return nil }
        guard let engine = hardware.unit(entry.value.text), hardware.copiers(job.from, job.to).contains(engine) else {
            let able = hardware.copiers(job.from, job.to).map { hardware.units[$0].path }
            diagnostics.error(
                "'\(entry.value.text)' does not copy between '\(job.from)' and '\(job.to)'", at: entry.value.mark,
                path: "copy.\(job.tensor)", hint: suggestion(for: entry.value.text, among: able))
            return nil
        }
        return engine
    }

    private mutating func settle(_ list: [Int], on engine: Int) {
        let unit = hardware.units[engine]
        let ahead = prefetch(list)
        for (position, index) in list.enumerated() {
            let job = jobs[index]
            tasks[job.task].queue = unit.path
            tasks[job.task].position = position
            if job.isLoad { tasks[job.task].lookahead += ahead }
            guard let from = unit.port(from: job.from), let to = unit.port(to: job.to),
                let generate = unit.classInfo.generate
            else { continue }
            var emission = Emission(conditions: job.conditions, variantLoops: job.shortLoops)
            for last in subsets(job.shortLoops) {
                let operation = CopyTile.operation(tensor: job.tensor, bytes: job.bytes(last), from: from, to: to)
                do {
                    emission.work[last] = try generate(operation, unit.values).compute
                } catch {
                    diagnostics.error(
                        "'\(unit.path)' cannot copy '\(job.tensor)': \(error.message)", at: group.name.mark)
                }
            }
            tasks[job.task].emissions = [emission]
        }
    }

    /// How much further loads run ahead on an engine that stores too, so that the stores, which wait for results, do not hold up
    /// the loads of the next iterations: as far as every load has a free slot by then.
    private func prefetch(_ list: [Int]) -> Int {
        let loads = list.filter { jobs[$0].isLoad }
        guard loads.count < list.count, !loads.isEmpty else { return 0 }
        return min(Self.furthestPrefetch, max(0, (loads.map(iterationsHeld).min() ?? 1) - 1))
    }

    /// Iterations of the fused nest after which a load needs the slot again that it fills.
    private func iterationsHeld(_ index: Int) -> Int {
        let chain = open(tasks[jobs[index].task].chain)
        let once = Set(jobs[index].conditions.map(\.rank))
        let inPasses = chain.filter { $0.scope != 0 && !once.contains($0.rank) }.reduce(1) {
            $0 * space.extent($1.rank)
        }
        let fused = chain.filter { $0.scope == 0 }
        let after = fused.reversed().prefix { once.contains($0.rank) }.reduce(1) { $0 * space.extent($1.rank) }
        return jobs[index].slots / inPasses * after
    }

    private static let furthestPrefetch = 16

    /// All sets of loops that can be in their last iteration.
    func subsets(_ loops: [String]) -> [Set<String>] {
        (0..<(1 << loops.count)).map { bits in Set(loops.indices.filter { bits >> $0 & 1 == 1 }.map { loops[$0] }) }
    }
}
