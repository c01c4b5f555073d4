import OrreryEinsum
import OrrerySimulation
import OrreryText

/// Lowers a cascade to cores: every Einsum is a nest of loops that its core runs as a stream of instructions, one Einsum after the
/// other. All tensors lie whole in the memory behind the cores.
struct CoreLowerer {
    let cascade: Cascade
    let mapping: Mapping
    let groups: [Mapping.Group]
    let hardware: Hardware
    let scope: ParameterScope
    let diagnostics: Diagnostics

    /// An Einsum with its core.
    private struct Bound {
        var nest: LoopNest
        var unit: Int
    }

    /// Whether some Einsum is bound to a core.
    static func isMeant(by groups: [Mapping.Group], on hardware: Hardware) -> Bool {
        groups.flatMap(\.bind).contains { entry in
            hardware.unit(entry.name.text).map { hardware.units[$0].runsInstructions } ?? false
        }
    }

    func lower() throws -> Lowered {
        checkKeys()
        let homes = units()
        try diagnostics.throwIfErrors()
        let plan = try self.plan(homes)
        let starts = Dictionary(
            plan.areas.map { ($0.tensor, $0.address) }, uniquingKeysWith: { first, _ in first })
        var bound: [Bound?] = []
        for einsum in cascade.einsums {
            guard let home = homes[einsum.name] else {
                bound.append(nil)
                continue
            }
            let builder = NestBuilder(
                cascade: cascade, group: home.group, space: RankSpace(cascade, home.group, scope, diagnostics),
                unit: hardware.units[home.unit], vector: hardware.number("\(hardware.units[home.unit].path).vector"),
                starts: starts, diagnostics: diagnostics)
            bound.append(builder.nest(of: einsum).map { Bound(nest: $0, unit: home.unit) })
        }
        let order = order()
        try diagnostics.throwIfErrors()
        return Lowered(
            program: program(bound, order), plan: plan, graph: graph(bound, order), assumptions: mapping.assumptions,
            operations: cascade.operationCounts, minimumTraffic: cascade.minimumTraffic.bytes)
    }

    // MARK: Checks

    /// What says nothing about cores is an error: it would be passed over.
    private func checkKeys() {
        for group in groups {
            Binder(cascade: cascade, group: group, space: RankSpace(cascade, group, scope, Diagnostics()),
                hardware: hardware, diagnostics: diagnostics
            ).checkRanks()
            let keys: [(String, Mapping.Name?)] = [
                ("passes", group.passes.first), ("order", group.order.first?.name),
                ("depth", group.depth.first?.name), ("reload", group.reload.first?.name),
                ("spill", group.spill.first?.name), ("share", group.share.first?.name),
                ("after", group.after.first?.name), ("through", group.through.first),
                ("direct", group.direct.first), ("pipelined", group.pipelined.first),
                ("unbounded", group.unbounded.first), ("split", group.split.first?.rank),
                ("copy", group.copy.first?.name),
            ]
            for (key, name) in keys {
                guard let name else { continue }
                diagnostics.error(
                    "'\(key)' says nothing about a core", at: name.mark, path: key,
                    hint: "partition, loops, spatial, bind and place do")
            }
            for entry in group.spatial where !entry.value.rows.isEmpty {
                diagnostics.error(
                    "a core has no rows", at: entry.value.rows[0].mark, path: "spatial.\(entry.name.text)",
                    hint: "columns: RANK lays a rank over its registers")
            }
        }
    }

    /// The core and the group of every Einsum.
    private func units() -> [String: (unit: Int, group: Mapping.Group)] {
        let known = cascade.einsums.map(\.name)
        let cores = hardware.units.filter(\.runsInstructions).map(\.path)
        var result: [String: (unit: Int, group: Mapping.Group)] = [:]
        for group in groups {
            for entry in group.bind {
                guard let unit = hardware.unit(entry.name.text) else {
                    diagnostics.error(
                        "the machine '\(hardware.name)' has no engine '\(entry.name.text)'", at: entry.name.mark,
                        path: "bind", hint: suggestion(for: entry.name.text, among: cores))
                    continue
                }
                guard hardware.units[unit].runsInstructions else {
                    diagnostics.error(
                        "'\(entry.name.text)' is no core, and other Einsums of the mapping run on one",
                        at: entry.name.mark, path: "bind",
                        hint: "one mapping is for cores or for other engines; stages of a workload may have different ones")
                    continue
                }
                for name in entry.value {
                    if !known.contains(name.text) {
                        diagnostics.error(
                            "the cascade '\(cascade.name)' has no Einsum '\(name.text)'", at: name.mark,
                            path: "bind.\(entry.name.text)", hint: suggestion(for: name.text, among: known))
                    } else if result[name.text] != nil {
                        diagnostics.error("'\(name.text)' is bound twice", at: name.mark, path: "bind")
                    }
                    result[name.text] = (unit, group)
                }
            }
        }
        return result
    }

    // MARK: Memory

    /// Tensors begin at pages, so that none shares a page with another.
    private static let page = 4096

    /// Where the tensors lie: one behind the other in the memory behind the cores, by the addresses that the cores use.
    private func plan(_ homes: [String: (unit: Int, group: Mapping.Group)]) throws -> MemoryPlan {
        var memories: Set<String> = []
        for unit in Set(homes.values.map(\.unit)).sorted() {
            guard let memory = hardware.units[unit].ports.values.min() else {
                diagnostics.error(
                    "no memory in which tensors could lie is behind '\(hardware.units[unit].path)'", at: mapping.mark,
                    path: "bind")
                continue
            }
            memories.insert(memory)
        }
        if memories.count > 1 {
            diagnostics.error(
                "the cores lead to different memories: \(memories.sorted().joined(separator: ", "))", at: mapping.mark,
                path: "bind")
        }
        let memory = memories.min() ?? ""
        for entry in mapping.place {
            for name in entry.value.memories where name.text != memory {
                diagnostics.error(
                    hardware.memory(name.text) == nil
                        ? "the machine '\(hardware.name)' has no memory '\(name.text)'"
                        : "'\(name.text)' is not the memory behind the cores", at: name.mark,
                    path: "place.\(entry.name.text)", hint: memory.isEmpty ? nil : "expected \(memory)")
            }
        }
        try diagnostics.throwIfErrors()
        var plan = MemoryPlan()
        var end = 0
        for tensor in cascade.tensors {
            if tensor.type.bits % 8 != 0 {
                diagnostics.error(
                    "'\(tensor.name)' has elements of \(tensor.type.bits) bits, which no engine streams yet",
                    at: tensor.mark)
            }
            let address = (end + Self.page - 1) / Self.page * Self.page
            let bytes = tensor.type.bytes(of: tensor.shape.reduce(1, *))
            plan.areas.append(
                MemoryPlan.Area(
                    tensor: tensor.name, group: "", memory: memory, purpose: .whole, address: address,
                    tileBytes: bytes, tiles: 1, isUnbounded: false))
            end = min(address + bytes, 1 << 60)
        }
        if let capacity = hardware.memories.first(where: { $0.path == memory })?.storage.capacity, end > capacity {
            let entries = plan.areas.map { CapacityError.Entry(tensor: $0.tensor, bytes: $0.bytes) }
            throw CapacityErrors(errors: [
                CapacityError(
                    memory: memory, capacity: capacity, group: "",
                    entries: entries.enumerated().sorted {
                        ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset)
                    }.map(\.element))
            ])
        }
        return plan
    }

    // MARK: Program

    /// Einsums in the order in which they run.
    private func order() -> [Int] {
        cascade.schedule.flatMap { step -> [Int] in
            switch step {
            case .einsum(let einsum): return [einsum]
            case .loop(let rank, let body):
                if case .einsum(let einsum)? = body.first, body.count == 1 { return [einsum] }
                let einsums = body.compactMap { if case .einsum(let einsum) = $0 { cascade.einsums[einsum] } else { nil } }
                diagnostics.error(
                    "the recurrence along '\(rank)' takes one generation of \(einsums.map { "'\($0.name)'" }.joined(separator: ", ")) after the other, and a core runs whole Einsums",
                    at: einsums.first?.mark ?? mapping.mark, hint: "map it to engines that run tiles, or use a cascade without it")
                return []
            }
        }
    }

    private func program(_ bound: [Bound?], _ order: [Int]) -> Program {
        var program = Program(operators: order.map { cascade.einsums[$0].name })
        for (operatorID, einsum) in order.enumerated() {
            guard let own = bound[einsum] else { continue }
            let unit = hardware.units[own.unit]
            let counts = own.nest.counts
            var actions = [("instruction", counts.instructions), ("load", counts.loads), ("store", counts.stores)]
            actions += counts.operations.map { ($0.kind.rawValue, $0.count) }
            let work = Work(
                opcode: 0,
                actions: actions.compactMap { name, count in
                    unit.classInfo.actions.firstIndex(of: name).map { Work.ActionCount($0, count) }
                }, accesses: program.accesses.count)
            program.accesses.append(AccessStream(.nest(own.nest), count: counts.instructions))
            var command = Command(operatorID: operatorID, variants: [work])
            // Whoever reads what another core writes waits for it.
            for (earlier, producer) in order[..<operatorID].enumerated() {
                guard let other = bound[producer], other.unit != own.unit,
                    cascade.einsums[einsum].reads.contains(where: { $0.tensor == cascade.einsums[producer].name })
                else { continue }
                command.waits.append(TokenUse(program.tokens.count))
                program.post(program.tokens.count, by: earlier)
                program.tokens.append(Program.Token(name: "\(cascade.einsums[producer].name) ready"))
            }
            if let place = program.queues.firstIndex(where: { $0.engine == unit.path }) {
                program.queues[place].instructions.append(.command(command))
            } else {
                program.queues.append(QueueProgram(engine: unit.path, instructions: [.command(command)]))
            }
        }
        return program
    }

    private func graph(_ bound: [Bound?], _ order: [Int]) -> OperatorGraph {
        var graph = OperatorGraph()
        for place in order {
            guard let own = bound[place] else { continue }
            let einsum = cascade.einsums[place]
            var reads: [String] = []
            for access in einsum.reads where !reads.contains(access.tensor) { reads.append(access.tensor) }
            let counts = own.nest.counts
            let loops = own.nest.loops.map { "\($0.name) \($0.trips)" }.joined(separator: ", ")
            graph.nodes.append(
                OperatorGraph.Node(
                    name: einsum.name, group: mapping.name, engine: hardware.units[own.unit].path, reads: reads,
                    writes: [einsum.name], runs: 1, copiedBytes: 0,
                    text:
                        "\(einsum.text); loops \(loops.isEmpty ? "none" : loops); \(counts.instructions) instructions, \(counts.loads) loads, \(counts.stores) stores, \(counts.branches) branches"
                ))
        }
        return graph
    }
}

extension Program {
    /// The command of an operator posts a token at its end.
    fileprivate mutating func post(_ token: Int, by operatorID: Int) {
        for queue in queues.indices {
            for place in queues[queue].instructions.indices {
                guard case .command(var command) = queues[queue].instructions[place], command.operatorID == operatorID
                else { continue }
                command.posts.append(TokenUse(token))
                queues[queue].instructions[place] = .command(command)
            }
        }
    }
}

extension Hardware.Unit {
    /// Whether it is a core: what it runs are instructions, not tiles.
    var runsInstructions: Bool { classInfo.streams == .instructions }
}
