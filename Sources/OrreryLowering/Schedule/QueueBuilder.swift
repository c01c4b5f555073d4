import OrrerySimulation

/// Writes the tasks of one queue as a loop nest: neighbours share the loops that they have in common, and what runs ahead gets a
/// prologue with its first iterations.
struct QueueBuilder {
    let space: RankSpace
    let operators: [String: Int]
    let loopIDs: [String: Int]
    private(set) var instructions: [Instruction] = []

    private indirect enum Node {
        case loop(LoopKey, [Node])
        case command(Task, [String: Int])
    }

    init(space: RankSpace, operators: [String: Int], loopIDs: [String: Int], from instructions: [Instruction] = []) {
        self.instructions = instructions
        self.space = space
        self.operators = operators
        self.loopIDs = loopIDs
    }

    /// Adds the nest of `tasks`, which are in issue order.
    mutating func add(_ tasks: [Task]) {
        var roots: [Node] = []
        prologue(tasks, &roots)
        for task in tasks {
            insert(task, chain: task.chain.filter { space.extent($0.rank) > 1 }, fixed: [:], into: &roots)
        }
        for root in roots { emit(root, levels: []) }
    }

    /// Iterations that run before the nest: at each step what is due, in issue order, with its indices as constants.
    private func prologue(_ tasks: [Task], _ roots: inout [Node]) {
        let furthest = tasks.map(\.lookahead).max() ?? 0
        for step in (0..<furthest).map({ $0 - furthest }) {
            for task in tasks where task.lookahead > 0 && task.lookahead + step >= 0 {
                guard let fixed = digits(task.lookahead + step, of: task.fused) else { continue }
                let passes = task.chain.filter { $0.scope != 0 && space.extent($0.rank) > 1 }
                let apart = passes.map { LoopKey(rank: $0.rank, scope: $0.scope * (furthest + 1) - step) }
                insert(task, chain: apart, fixed: fixed, into: &roots)
            }
        }
    }

    /// The indices of iteration `number` of a nest; nil where it has fewer.
    private func digits(_ number: Int, of loops: [LoopKey]) -> [String: Int]? {
        var rest = number
        var result: [String: Int] = [:]
        for loop in loops.reversed() {
            let trips = space.extent(loop.rank)
            result[loop.rank] = rest % trips
            rest /= trips
        }
        return rest == 0 ? result : nil
    }

    private func insert(_ task: Task, chain: [LoopKey], fixed: [String: Int], into nodes: inout [Node]) {
        guard let outer = chain.first else {
            nodes.append(.command(task, fixed))
            return
        }
        let rest = Array(chain.dropFirst())
        if case .loop(let key, var inside)? = nodes.last, key == outer {
            nodes.removeLast()
            insert(task, chain: rest, fixed: fixed, into: &inside)
            nodes.append(.loop(outer, inside))
        } else {
            var inside: [Node] = []
            insert(task, chain: rest, fixed: fixed, into: &inside)
            nodes.append(.loop(outer, inside))
        }
    }

    private mutating func emit(_ node: Node, levels: [String]) {
        switch node {
        case .loop(let key, let inside):
            let begin = instructions.count
            instructions.append(.loopEnd(mate: begin))
            for child in inside { emit(child, levels: levels + [key.rank]) }
            let end = instructions.count
            instructions.append(.loopEnd(mate: begin))
            instructions[begin] = .loopBegin(
                loop: loopIDs[key.rank] ?? 0, trips: TripCount(space.extent(key.rank)), mate: end)
        case .command(let task, let fixed):
            let frame = Frame(space: space, levels: levels, fixed: fixed)
            let isPrologue = !fixed.isEmpty
            let ahead =
                isPrologue
                ? 0
                : task.chain.filter { $0.scope != 0 }.reduce(task.lookahead) { $0 * space.extent($1.rank) }
            for emission in task.emissions {
                guard let command = frame.command(task, emission, operators[task.name] ?? 0, lookahead: ahead) else {
                    continue
                }
                instructions.append(.command(command))
            }
        }
    }
}

/// Where a command stands: which loops enclose it, and which indices are constants there.
private struct Frame {
    let space: RankSpace
    let levels: [String]
    let fixed: [String: Int]

    /// nil where the command never runs.
    func command(_ task: Task, _ emission: Emission, _ operatorID: Int, lookahead: Int) -> Command? {
        guard let guards = resolve(emission.conditions) else { return nil }
        var known: Set<String> = []
        var open: [String] = []
        for rank in emission.variantLoops {
            if levels.contains(rank), space.extent(rank) > 1 {
                open.append(rank)
            } else if fixed[rank].map({ $0 == space.extent(rank) - 1 }) ?? true {
                known.insert(rank)
            }
        }
        let variants = (0..<(1 << open.count)).compactMap { bits in
            emission.work[known.union(open.indices.filter { bits >> $0 & 1 == 1 }.map { open[$0] })]
        }
        return Command(
            operatorID: operatorID, variants: variants, raggedLevels: open.compactMap { levels.firstIndex(of: $0) },
            addresses: task.addresses.map(resolve), waits: task.waits.compactMap(resolve),
            posts: task.posts.compactMap(resolve), guards: guards, lookahead: lookahead)
    }

    private func resolve(_ use: TaskUse) -> TokenUse? {
        resolve(use.conditions).map { TokenUse(use.token, count: use.count, where: $0) }
    }

    /// nil where the conditions cannot hold.
    private func resolve(_ conditions: [LoopCondition]) -> Guard? {
        var result: [Guard.Condition] = []
        for condition in conditions {
            if space.extent(condition.rank) > 1, let level = levels.firstIndex(of: condition.rank) {
                let kind: Guard.Condition.Kind =
                    switch condition.kind {
                    case .first: .first
                    case .last: .last
                    case .notFirst: .notFirst
                    case .notLast: .notLast
                    }
                result.append(Guard.Condition(kind, level: level))
                continue
            }
            let index = fixed[condition.rank] ?? 0
            let end = space.extent(condition.rank) - 1
            let holds =
                switch condition.kind {
                case .first: index == 0
                case .last: index == end
                case .notFirst: index > 0
                case .notLast: index < end
                }
            if !holds { return nil }
        }
        return Guard(result)
    }

    private func resolve(_ address: TaskAddress) -> AddressSource {
        var result = AddressSource(base: address.base, strides: levels.map { address.strides[$0] ?? 0 })
        for (rank, index) in fixed { result.base += index * (address.strides[rank] ?? 0) }
        if let ring = address.ring, address.ringLength > 1 {
            if let level = levels.firstIndex(of: ring) {
                result.ringLevel = level
                result.ringLength = address.ringLength
                result.ringStride = address.ringStride
            } else {
                result.base += (fixed[ring] ?? 0) % address.ringLength * address.ringStride
            }
        }
        return result
    }
}
