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

    /// Whether some Einsum is bound to a core.
    static func isMeant(by groups: [Mapping.Group], on hardware: Hardware) -> Bool {
        groups.flatMap(\.bind).contains { entry in
            hardware.unit(entry.name.text).map { hardware.units[$0].runsInstructions } ?? false
        }
    }

    func lower() throws -> Lowered {
        let spaces = groups.map { RankSpace(cascade, $0, scope, diagnostics) }
        for (group, space) in zip(groups, spaces) { checkKeys(group, space) }
        let homes = units()
        try diagnostics.throwIfErrors()
        let plan = try self.plan(homes)
        let starts = Dictionary(
            plan.areas.map { ($0.tensor, $0.address) }, uniquingKeysWith: { first, _ in first })
        let builders = homes.mapValues { home in
            NestBuilder(
                cascade: cascade, group: groups[home.group], space: spaces[home.group],
                unit: hardware.units[home.unit], vector: hardware.number("\(hardware.units[home.unit].path).vector"),
                starts: starts, diagnostics: diagnostics)
        }
        var program = CoreProgram(cascade: cascade, mapping: mapping, builders: builders, diagnostics: diagnostics)
        program.add(try cascade.schedule)
        try diagnostics.throwIfErrors()
        return Lowered(
            program: program.program, plan: plan, graph: program.graph, assumptions: mapping.assumptions,
            operations: cascade.operationCounts, minimumTraffic: cascade.minimumTraffic.bytes)
    }

    // MARK: Checks

    /// What says nothing about cores is an error: it would be passed over.
    private func checkKeys(_ group: Mapping.Group, _ space: RankSpace) {
        Binder(cascade: cascade, group: group, space: space, hardware: hardware, diagnostics: diagnostics)
            .checkSpatial()
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

    /// The core and the group of every Einsum.
    private func units() -> [String: (unit: Int, group: Int)] {
        let cores = hardware.units.filter(\.runsInstructions).map(\.path)
        var result: [String: (unit: Int, group: Int)] = [:]
        for group in groups.indices {
            for entry in groups[group].bind {
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
                        hint:
                            "one mapping is for cores or for other engines; stages of a workload may have different ones"
                    )
                    continue
                }
                for name in entry.value {
                    if result[name.text]?.group == group {
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
    private func plan(_ homes: [String: (unit: Int, group: Int)]) throws -> MemoryPlan {
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
}

extension Hardware.Unit {
    /// Whether it is a core: what it runs are instructions, not tiles.
    var runsInstructions: Bool { classInfo.streams == .instructions }
}
