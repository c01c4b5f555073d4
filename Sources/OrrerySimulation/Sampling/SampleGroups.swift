extension SampleWindow {
    /// Queues of which one waited for what another did in a window: none runs away from the others of its group.
    ///
    /// That they are elsewhere in their iterations at its ends makes no difference: all go as far as one of them, the lead where it is
    /// among them.
    struct Groups {
        /// Iterations that a group without the lead goes at least: it goes whole ones, by an estimate of its pace.
        private static let least = 16

        private let from: SampleCut
        private let to: SampleCut
        private let kernel: Kernel
        /// By queue, the number of its group.
        private let group: [Int]
        /// By group, the loop in which it goes on, and how far.
        private let pace: [Int: (loop: Int, delta: Int)]
        private let lead: Int

        init(_ from: SampleCut, _ to: SampleCut, _ lead: (engine: Engine, level: Int), _ kernel: Kernel) {
            (self.from, self.to, self.kernel) = (from, to, kernel)
            let engines = kernel.engines
            var group = Array(engines.indices)
            for token in kernel.tokens.indices where kernel.tokenBlocked[token] > from.step {
                let users = Set((kernel.takers[token] + kernel.posters[token]).map(\.id))
                let joined = Set(engines.indices.filter { users.contains(engines[$0].id) }.map { group[$0] })
                guard let first = joined.min() else { continue }
                for index in group.indices where joined.contains(group[index]) { group[index] = first }
            }
            let number = engines.firstIndex { $0 === lead.engine } ?? 0
            var pace: [Int: (loop: Int, delta: Int)] = [:]
            if let begin = lead.engine.loopBegin(level: lead.level) {
                pace[group[number]] = (lead.engine.steps[begin].loop, to.index - from.index)
            }
            for index in engines.indices where pace[group[index]] == nil {
                if let way = Self.way(of: index, from, to, kernel), way.delta >= Self.least {
                    pace[group[index]] = (engines[index].steps[way.begin].loop, way.delta)
                }
            }
            (self.group, self.pace, self.lead) = (group, pace, number)
        }

        func isWithLead(_ index: Int) -> Bool { group[index] == group[lead] }

        /// How a queue of the group moves; nil where it is not as far as the group.
        func motion(of index: Int) -> FoldMatch.Motion? {
            let engine = kernel.engines[index]
            guard let way = Self.way(of: index, from, to, kernel), let (loop, delta) = pace[group[index]],
                engine.steps[way.begin].loop == loop, abs(way.delta - delta) <= 1
            else { return nil }
            let end = to.indices[index][way.level]
            return end < delta
                ? nil
                : FoldMatch.Motion(engine: engine, level: way.level, begin: way.begin, from: end - delta, to: end)
        }

        /// The outermost loop in which a queue went on, and by how many iterations.
        private static func way(
            of index: Int, _ from: SampleCut, _ to: SampleCut, _ kernel: Kernel
        ) -> (level: Int, begin: Int, delta: Int)? {
            let pairs = zip(from.indices[index], to.indices[index])
            guard let (level, pair) = pairs.enumerated().first(where: { $0.element.0 != $0.element.1 }),
                from.begins[index].prefix(level + 1) == to.begins[index].prefix(level + 1),
                let begin = kernel.engines[index].loopBegin(level: level)
            else { return nil }
            return (level, begin, pair.1 - pair.0)
        }
    }
}
