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
    var tokens: [Program.Token] = []
    private var graph = OperatorGraph()

    /// A group of Einsums on one device.
    struct Part {
        var group: Mapping.Group
        var device: Device
        var space: RankSpace
        var einsums: [MappedEinsum]
        var issues: [Issue]
        /// Memories of tensors, the home first.
        var places: [String: [String]]
        var whole: [String: MemoryPlan.Area] = [:]
        var sliced: Set<String> = []
    }

    /// A group whose tasks are known, on all devices.
    struct Planned {
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
        scope = ParameterScope(
            workload: parameters, hardware: hardware, aliases: Device.aliases(of: mapping.groups),
            diagnostics: diagnostics)
        allocator = Allocator(hardware)
    }

    mutating func lower() throws -> Lowered {
        mapping.checkNames(of: cascade, diagnostics)
        scope.define(mapping.parameters)
        if let applies = mapping.cases.first(where: { scope.holds($0.condition, "cases.\($0.name.text)") }) {
            groups = applies.groups
        }
        if CoreLowerer.isMeant(by: groups, on: hardware) {
            checkEveryEinsumIsBound()
            return try CoreLowerer(
                cascade: cascade, mapping: mapping, groups: groups, hardware: hardware, scope: scope,
                diagnostics: diagnostics
            ).lower()
        }
        var parts = groups.map(parts)
        checkEveryEinsumIsBound()
        try diagnostics.throwIfErrors()
        placeWholeTensors(&parts)
        try diagnostics.throwIfErrors()
        var planned: [Planned] = []
        for devices in parts { planned.append(plan(devices)) }
        try diagnostics.throwIfErrors()
        allocator.finish()
        if !allocator.errors.isEmpty { throw CapacityErrors(errors: allocator.errors) }
        separate(&planned)
        return Lowered(
            program: program(planned).coalesced(), plan: allocator.plan, graph: graph, assumptions: mapping.assumptions,
            operations: cascade.operationCounts, minimumTraffic: cascade.minimumTraffic.bytes)
    }

    /// A group on each of its devices, with every name resolved.
    private func parts(_ group: Mapping.Group) -> [Part] {
        let space = RankSpace(cascade, group, scope, diagnostics)
        return Device.all(of: group, space, diagnostics).map { device in
            let group = device.view(group)
            let own = device.rank.map { space.fixing($0.text, at: device.index, at: $0.mark, diagnostics) } ?? space
            let einsums = Binder(
                cascade: cascade, group: group, space: own, hardware: hardware, diagnostics: diagnostics
            ).bind()
            let issues = IssueReader(
                cascade: cascade, group: group, einsums: einsums, hardware: hardware, scope: scope,
                diagnostics: diagnostics
            ).read()
            return Part(
                group: group, device: device, space: own, einsums: einsums, issues: issues, places: places(on: device))
        }
    }

    // MARK: Checks

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

    private func places(on device: Device) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for entry in mapping.place {
            let memories = entry.value.memories.map(device.meaning)
            for memory in memories where hardware.memory(memory.text) == nil {
                diagnostics.error(
                    "the machine '\(hardware.name)' has no memory '\(memory.text)'", at: memory.mark,
                    path: "place.\(entry.name.text)",
                    hint: suggestion(for: memory.text, among: hardware.memories.map(\.path)))
            }
            result[entry.name.text] = memories.map(\.text)
        }
        return result
    }

    // MARK: Planning

    /// Inputs, outputs, and what passes from one group to another lie whole in their places; each device has its slice of a tensor
    /// where the devices have places of their own.
    private mutating func placeWholeTensors(_ parts: inout [[Part]]) {
        for tensor in cascade.tensors {
            let producer = parts.firstIndex { $0.contains { $0.einsums.contains { $0.name == tensor.name } } }
            let readers = parts.indices.filter { place in
                parts[place].contains { $0.einsums.contains { $0.inputs.contains { $0.tensor == tensor.name } } }
            }
            let passes = readers.contains { reader in producer.map { $0 != reader } ?? false }
            guard tensor.isInput || tensor.isOutput || passes else { continue }
            if tensor.type.bits % 8 != 0 {
                diagnostics.error(
                    "'\(tensor.name)' has elements of \(tensor.type.bits) bits, which no engine streams yet",
                    at: tensor.mark)
            }
            guard mapping.place.contains(where: { $0.name.text == tensor.name }) else {
                diagnostics.error(
                    "'\(tensor.name)' has no place", at: mapping.mark, path: "place",
                    hint: "such as place: {\(tensor.name): \(hardware.memories.last?.path ?? "dram")}")
                continue
            }
            let homes = Set(parts.joined().compactMap { $0.places[tensor.name]?.first })
            var areas: [String: MemoryPlan.Area] = [:]
            for home in homes.sorted() {
                var bytes = homes.count > 1 ? 0 : tensor.bytes
                for part in parts.joined() where part.places[tensor.name]?.first == home {
                    bytes = max(bytes, wholeBytes(tensor, part, isSliced: homes.count > 1))
                }
                areas[home] = allocator.place(tensor.name, in: home, .whole, tileBytes: bytes, tiles: 1)
            }
            for group in parts.indices {
                for device in parts[group].indices {
                    parts[group][device].whole[tensor.name] = parts[group][device].places[tensor.name]?.first.flatMap {
                        areas[$0]
                    }
                    if homes.count > 1 { parts[group][device].sliced.insert(tensor.name) }
                }
            }
        }
    }

    private func wholeBytes(_ tensor: Tensor, _ part: Part, isSliced: Bool) -> Int {
        var bytes = 0
        for einsum in part.einsums {
            for access in einsum.inputs + [einsum.output] where access.tensor == tensor.name {
                let extents = TileExtents(part.space, loops: einsum.looped, inner: einsum.inner)
                let shape = TileShape(access, tensor, of: einsum, extents, part.space)
                bytes = max(bytes, shape.wholeLayout(base: 0, isSliced: isSliced).bytes)
            }
        }
        return bytes
    }

    private mutating func plan(_ devices: [Part]) -> Planned {
        allocator.begin(group: devices.first?.group.name.text ?? "")
        var tasks: [Task] = []
        for part in devices {
            var planner = GroupPlanner(
                cascade: cascade, group: part.group, space: part.space, hardware: hardware, scope: scope,
                diagnostics: diagnostics, issues: part.issues, places: part.places, whole: part.whole,
                sliced: part.sliced,
                suffix: part.device.suffix, allocator: allocator, tokens: tokens)
            planner.plan()
            allocator = planner.allocator
            tokens = planner.tokens
            graph.nodes += planner.nodes()
            tasks += planner.tasks.filter { !$0.emissions.isEmpty }
        }
        let space = devices.first?.space ?? RankSpace(cascade, groups[0], scope, diagnostics)
        return Planned(name: devices.first?.group.name.text ?? "", space: space, tasks: tasks)
    }
}
