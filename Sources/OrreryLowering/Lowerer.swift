import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Lowers one cascade, group by group.
struct Lowerer {
    let cascade: Cascade
    let mapping: Mapping
    let hardware: Hardware
    let diagnostics: Diagnostics
    /// The mapping's groups, or those of the case that applies.
    private var groups: [Mapping.Group]
    private var scope: ParameterScope
    private var allocator: Allocator
    private var places: [String: [String]] = [:]
    private var whole: [String: MemoryPlan.Area] = [:]
    private var tokens: [Program.Token] = []
    private var graph = OperatorGraph()

    /// A group whose tasks are known.
    private struct Planned {
        var name: String
        var space: RankSpace
        var tasks: [Task]
    }

    init(
        cascade: Cascade, parameters: [String: Quantity], mapping: Mapping, hardware: Hardware, diagnostics: Diagnostics
    ) {
        self.cascade = cascade
        self.mapping = mapping
        groups = mapping.groups
        self.hardware = hardware
        self.diagnostics = diagnostics
        scope = ParameterScope(workload: parameters, hardware: hardware, diagnostics: diagnostics)
        allocator = Allocator(hardware)
    }

    mutating func lower() throws -> Lowered {
        checkScope()
        scope.define(mapping.parameters)
        if let applies = mapping.cases.first(where: { scope.holds($0.condition, "cases.\($0.name.text)") }) {
            groups = applies.groups
        }
        readPlaces()
        let bound = groups.map { group in
            let space = RankSpace(cascade, group, scope, diagnostics)
            let binder = Binder(cascade: cascade, group: group, space: space, hardware: hardware, diagnostics: diagnostics)
            return (group, space, binder.bind())
        }
        checkEveryEinsumIsBound()
        try diagnostics.throwIfErrors()
        placeWholeTensors(bound.map { $0.2 }, bound.map { $0.1 })
        try diagnostics.throwIfErrors()
        var planned: [Planned] = []
        for (group, space, einsums) in bound { planned.append(plan(group, space, einsums)) }
        try diagnostics.throwIfErrors()
        allocator.finish()
        if !allocator.errors.isEmpty { throw CapacityErrors(errors: allocator.errors) }
        separate(&planned)
        return Lowered(
            program: program(planned).coalesced(), plan: allocator.plan, graph: graph, assumptions: mapping.assumptions,
            operations: cascade.operationCounts, minimumTraffic: cascade.minimumTraffic.bytes)
    }

    // MARK: Checks

    private func checkScope() {
        if let name = mapping.cascade, name != cascade.name {
            diagnostics.error(
                "the mapping '\(mapping.name)' is for the cascade '\(name)', not for '\(cascade.name)'", at: mapping.mark, path: "for")
        }
    }

    private func checkEveryEinsumIsBound() {
        let bound = Set(groups.flatMap { $0.bind.flatMap { $0.value.map(\.text) } })
        let missing = cascade.einsums.map(\.name).filter { !bound.contains($0) }
        if !missing.isEmpty {
            diagnostics.error(
                "no engine is given for \(missing.map { "'\($0)'" }.joined(separator: ", "))",
                at: groups.first?.bind.first?.name.mark ?? mapping.mark, path: "bind")
        }
        var seen: Set<String> = []
        for group in groups {
            for name in group.bind.flatMap(\.value) where !seen.insert(name.text).inserted && groups.count > 1 {
                diagnostics.error("'\(name.text)' is bound in two groups", at: name.mark, path: "bind")
            }
        }
    }

    private mutating func readPlaces() {
        for entry in mapping.place {
            if cascade.tensor(named: entry.name.text) == nil {
                diagnostics.error(
                    "the cascade has no tensor '\(entry.name.text)'", at: entry.name.mark, path: "place",
                    hint: suggestion(for: entry.name.text, among: cascade.tensors.map(\.name)))
            }
            for memory in entry.value.memories where hardware.memory(memory.text) == nil {
                diagnostics.error(
                    "the machine '\(hardware.name)' has no memory '\(memory.text)'", at: memory.mark,
                    path: "place.\(entry.name.text)",
                    hint: suggestion(for: memory.text, among: hardware.memories.map(\.path)))
            }
            places[entry.name.text] = entry.value.memories.map(\.text)
        }
    }

    // MARK: Planning

    /// Inputs, outputs, and what passes from one group to another lie whole in their places.
    private mutating func placeWholeTensors(_ groups: [[MappedEinsum]], _ spaces: [RankSpace]) {
        for tensor in cascade.tensors {
            let producer = groups.firstIndex { $0.contains { $0.name == tensor.name } }
            let readers = groups.indices.filter { place in
                groups[place].contains { $0.inputs.contains { $0.tensor == tensor.name } }
            }
            let passes = readers.contains { reader in producer.map { $0 != reader } ?? false }
            guard tensor.isInput || tensor.isOutput || passes else { continue }
            if tensor.type.bits % 8 != 0 {
                diagnostics.error(
                    "'\(tensor.name)' has elements of \(tensor.type.bits) bits, which no engine streams yet", at: tensor.mark)
            }
            guard let home = places[tensor.name]?.first else {
                diagnostics.error(
                    "'\(tensor.name)' has no place", at: mapping.mark, path: "place",
                    hint: "such as place: {\(tensor.name): \(hardware.memories.last?.path ?? "dram")}")
                continue
            }
            var bytes = tensor.bytes
            for (einsums, space) in zip(groups, spaces) {
                for einsum in einsums {
                    for access in einsum.inputs + [einsum.output] where access.tensor == tensor.name {
                        let extents = TileExtents(space, loops: einsum.looped, inner: einsum.inner)
                        let shape = TileShape(access, tensor, of: einsum, extents, space)
                        bytes = max(bytes, shape.wholeLayout(base: 0).bytes)
                    }
                }
            }
            whole[tensor.name] = allocator.place(tensor.name, in: home, .whole, tileBytes: bytes, tiles: 1)
        }
    }

    private mutating func plan(_ group: Mapping.Group, _ space: RankSpace, _ einsums: [MappedEinsum]) -> Planned {
        let reader = IssueReader(
            group: group, einsums: einsums, hardware: hardware, scope: scope, diagnostics: diagnostics)
        allocator.begin(group: group.name.text)
        var planner = GroupPlanner(
            cascade: cascade, group: group, space: space, hardware: hardware, scope: scope, diagnostics: diagnostics,
            issues: reader.read(), places: places, whole: whole, allocator: allocator, tokens: tokens)
        if !diagnostics.hasErrors { planner.plan() }
        allocator = planner.allocator
        tokens = planner.tokens
        graph.nodes += planner.nodes()
        return Planned(name: group.name.text, space: space, tasks: planner.tasks.filter { !$0.emissions.isEmpty })
    }

    /// A group begins when everything that the one before it leaves in memory is there.
    private mutating func separate(_ groups: inout [Planned]) {
        for later in groups.indices.dropFirst() {
            let earlier = later - 1
            let finals = groups[earlier].tasks.indices.filter { groups[earlier].tasks[$0].leaves }
            let space = groups[earlier].space
            let count = finals.reduce(0) { $0 + groups[earlier].tasks[$1].runs(in: space) }
            if count == 0 { continue }
            for queue in Set(groups[later].tasks.map(\.queue)).sorted() {
                let own = groups[later].tasks.indices.filter { groups[later].tasks[$0].queue == queue }
                guard let first = own.min(by: { groups[later].tasks[$0].precedes(groups[later].tasks[$1]) }) else { continue }
                tokens.append(Program.Token(name: "\(groups[earlier].name) done"))
                let ranks = groups[later].tasks[first].ranks.filter { groups[later].space.extent($0) > 1 }
                groups[later].tasks[first].waits.insert(
                    TaskUse(token: tokens.count - 1, count: count, conditions: LoopCondition.first(ranks)), at: 0)
                for index in finals {
                    let conditions = groups[earlier].tasks[index].leavingConditions
                    groups[earlier].tasks[index].posts.append(
                        TaskUse(token: tokens.count - 1, conditions: conditions, isResult: true))
                }
            }
        }
    }

    private func program(_ groups: [Planned]) -> Program {
        var operators: [String] = []
        var loopIDs: [String: Int] = [:]
        for task in groups.flatMap(\.tasks) {
            if !operators.contains(task.name) { operators.append(task.name) }
            for rank in task.ranks where loopIDs[rank] == nil { loopIDs[rank] = loopIDs.count }
        }
        let ids = Dictionary(uniqueKeysWithValues: operators.enumerated().map { ($1, $0) })
        var program = Program(operators: operators, tokens: tokens)
        var queues: [String] = []
        for task in groups.flatMap(\.tasks) where !queues.contains(task.queue) { queues.append(task.queue) }
        for queue in queues {
            var instructions: [Instruction] = []
            for group in groups {
                var builder = QueueBuilder(space: group.space, operators: ids, loopIDs: loopIDs, from: instructions)
                builder.add(group.tasks.filter { $0.queue == queue }.sorted { $0.position < $1.position })
                instructions = builder.instructions
            }
            program.queues.append(QueueProgram(engine: queue, instructions: instructions))
        }
        return program
    }
}
