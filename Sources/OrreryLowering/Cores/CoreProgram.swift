import OrreryEinsum
import OrrerySimulation
import OrreryText

/// The program of a cascade on cores: a command an Einsum, in the order in which they can be evaluated. Where a recurrence takes one
/// generation of several Einsums after the other, the program has the loop over generations.
struct CoreProgram {
    let cascade: Cascade
    let mapping: Mapping
    /// By Einsum.
    let builders: [String: NestBuilder]
    let diagnostics: Diagnostics
    private(set) var program = Program()
    private(set) var graph = OperatorGraph()
    /// Ranks of the loops around what is added.
    private var levels: [String] = []

    init(cascade: Cascade, mapping: Mapping, builders: [String: NestBuilder], diagnostics: Diagnostics) {
        self.cascade = cascade
        self.mapping = mapping
        self.builders = builders
        self.diagnostics = diagnostics
    }

    mutating func add(_ steps: [Schedule]) {
        for step in steps {
            switch step {
            case .einsum(let einsum): add(cascade.einsums[einsum])
            case .loop(let rank, let body):
                // One Einsum goes through its generations by itself.
                if case .einsum(let einsum)? = body.first, body.count == 1 {
                    add(cascade.einsums[einsum])
                } else {
                    add(body, over: rank)
                }
            }
        }
    }

    private mutating func add(_ body: [Schedule], over rank: String) {
        let einsums = body.flatMap(\.einsums).map { cascade.einsums[$0] }
        let homes = einsums.compactMap { builders[$0.name] }
        guard let home = homes.first else { return }
        if homes.contains(where: { $0.unit.path != home.unit.path }) {
            diagnostics.error(
                "a recurrence along '\(rank)' goes through Einsums of several cores", at: einsums[0].mark,
                hint: "bind \(einsums.map { "'\($0.name)'" }.joined(separator: ", ")) to one")
            return
        }
        if homes.contains(where: { $0.space.parts(of: rank).count > 1 }) {
            diagnostics.error(
                "'\(rank)' counts generations of several Einsums, and can't be partitioned", at: einsums[0].mark)
            return
        }
        let trips = home.space.extent(rank)
        if trips == 1 { return add(body) }
        let queue = queue(of: home.unit.path)
        let begin = program.queues[queue].instructions.count
        program.queues[queue].instructions.append(.loopEnd(mate: begin))
        levels.append(rank)
        program.loops.append(rank)
        let loop = program.loops.count - 1
        add(body)
        levels.removeLast()
        let end = program.queues[queue].instructions.count
        program.queues[queue].instructions.append(.loopEnd(mate: begin))
        program.queues[queue].instructions[begin] = .loopBegin(loop: loop, trips: TripCount(trips), mate: end)
    }

    private mutating func add(_ einsum: Einsum) {
        guard let builder = builders[einsum.name], let nest = builder.nest(of: einsum, inside: levels) else { return }
        let unit = builder.unit
        let counts = nest.counts
        var actions = [("instruction", counts.instructions), ("load", counts.loads), ("store", counts.stores)]
        actions += counts.operations.map { ($0.kind.rawValue, $0.count) }
        let work = Work(
            opcode: 0,
            actions: actions.compactMap { name, count in
                unit.classInfo.actions.firstIndex(of: name).map { Work.ActionCount($0, count) }
            }, accesses: program.accesses.count)
        program.accesses.append(AccessStream(.nest(nest), count: counts.instructions))
        program.operators.append(einsum.name)
        var command = Command(operatorID: program.operators.count - 1, variants: [work])
        command.addresses = levels.indices.map { level in
            AddressSource(base: 0, strides: levels.indices.map { $0 == level ? 1 : 0 })
        }
        // Whoever reads what another core writes waits for it.
        for producer in graph.nodes.map(\.name) where einsum.reads.contains(where: { $0.tensor == producer }) {
            guard builders[producer]?.unit.path != unit.path else { continue }
            command.waits.append(TokenUse(program.tokens.count, where: everywhere(.first, levels.count)))
            post(program.tokens.count, by: producer)
            program.tokens.append(Program.Token(name: "\(producer) ready"))
        }
        let queue = queue(of: unit.path)
        program.queues[queue].instructions.append(.command(command))
        graph.nodes.append(
            node(of: einsum, nest, counts, on: unit, runs: levels.reduce(1) { $0 * builder.space.extent($1) }))
    }

    private mutating func queue(of engine: String) -> Int {
        if let place = program.queues.firstIndex(where: { $0.engine == engine }) { return place }
        program.queues.append(QueueProgram(engine: engine, instructions: []))
        return program.queues.count - 1
    }

    /// The command of an Einsum posts a token at its last end.
    private mutating func post(_ token: Int, by einsum: String) {
        for queue in program.queues.indices {
            for place in program.queues[queue].instructions.indices {
                guard case .command(var command) = program.queues[queue].instructions[place],
                    program.operators[command.operatorID] == einsum
                else { continue }
                command.posts.append(TokenUse(token, where: everywhere(.last, command.addresses.count)))
                program.queues[queue].instructions[place] = .command(command)
            }
        }
    }

    private func everywhere(_ kind: OrrerySimulation.Guard.Condition.Kind, _ levels: Int) -> OrrerySimulation.Guard {
        OrrerySimulation.Guard((0..<levels).map { .init(kind, level: $0) })
    }

    private func node(
        of einsum: Einsum, _ nest: LoopNest, _ counts: LoopNest.Counts, on unit: Hardware.Unit, runs: Int
    ) -> OperatorGraph.Node {
        var reads: [String] = []
        for access in einsum.reads where !reads.contains(access.tensor) { reads.append(access.tensor) }
        let loops = nest.loops[nest.fixed...].map { "\($0.name) \($0.trips)" }.joined(separator: ", ")
        let executed =
            "\(counts.instructions) instructions, \(counts.loads) loads, \(counts.stores) stores, \(counts.branches) branches"
        return OperatorGraph.Node(
            name: einsum.name, group: mapping.name, engine: unit.path, reads: reads, writes: [einsum.name], runs: runs,
            copiedBytes: 0, text: "\(einsum.text); \(loops.isEmpty ? "no loop" : "loops \(loops)"); \(executed)")
    }
}

extension Schedule {
    /// The Einsums of a step.
    fileprivate var einsums: [Int] {
        switch self {
        case .einsum(let einsum): [einsum]
        case .loop(_, let body): body.flatMap(\.einsums)
        }
    }
}
