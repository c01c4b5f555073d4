import OrrerySimulation
import OrreryText

/// Turns a machine's tree into a checked machine.
struct MachineBuilder {
    let root: Node
    let recipe: MachineRecipe
    let diagnostics: Diagnostics

    private static let keys = [
        "machine", "description", "clocks", "components", "connect", "interleave", "energy", "area", "sources",
    ]

    /// The machine; nil, or to be thrown away, where the diagnostics have errors.
    func build() -> Machine? {
        for entry in root.mapping ?? [] where !Self.keys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark,
                hint: suggestion(for: entry.key, among: Self.keys + ["extends"]))
        }
        let name = root["machine"]?.string ?? ""
        if name.isEmpty {
            diagnostics.error(
                "a machine has a name", at: root["machine"]?.mark ?? root.mark, hint: "expected machine: NAME")
        }
        let clocks = ClockReader.read(root["clocks"], at: root.mark, diagnostics)
        var builder = PartBuilder(classes: recipe.classes, clocks: clocks, diagnostics: diagnostics)
        builder.build(root)
        var connector = Connector(parts: builder.parts, tree: builder.tree, diagnostics: diagnostics)
        connector.connect(builder.connects)
        connector.checkRequiredPorts()
        let groups = groups(builder)
        var sources = SourceReader(root: root, recipe: recipe, diagnostics: diagnostics)
        let origins = sources.read()
        let costs = CostReader(parts: connector.parts, recipe: recipe, diagnostics: diagnostics)
        let energy = root["energy"].flatMap(costs.energy)
        let area = root["area"].flatMap(costs.area)
        guard let clocks, !diagnostics.hasErrors else { return nil }
        let tables = [root["energy"], root["area"]].compactMap { $0.flatMap(costs.tablePath) }
        let machine = Machine(
            name: name, clocks: clocks, components: connector.parts, groups: groups, energy: energy, area: area,
            sources: origins,
            files: recipe.layers + Set(tables).sorted() + Set(diagnostics.files.map(normalised)).sorted(),
            resolvedNode: resolved(costs, sources.resolved),
            recipe: recipe,
            index: Dictionary(
                connector.parts.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first }))
        return assembled(machine)
    }

    /// The component or group of this name alone, connected to nothing, with its area; nil where the tree has none or it has errors.
    func build(only name: String, _ tables: CostTables) -> Machine? {
        guard let components = root["components"], let entry = components.entry(name),
            let clocks = ClockReader.read(root["clocks"], at: root.mark, diagnostics)
        else { return nil }
        var builder = PartBuilder(classes: recipe.classes, clocks: clocks, diagnostics: diagnostics)
        let members = Entry(
            key: "components", keyMark: components.mark, value: Node(.mapping([entry]), at: components.mark))
        builder.build(Node(.mapping([members]), at: root.mark))
        let costs = CostReader(parts: builder.parts, recipe: recipe, tables: tables, diagnostics: diagnostics)
        let area = root["area"].flatMap(costs.area)
        if diagnostics.hasErrors { return nil }
        return Machine(
            name: root["machine"]?.string ?? "", clocks: clocks, components: builder.parts, groups: groups(builder),
            energy: nil, area: area, sources: [], files: recipe.layers, resolvedNode: root, recipe: recipe,
            index: Dictionary(
                builder.parts.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Assembles the machine once, so that what only its components can check is found here.
    private func assembled(_ machine: Machine) -> Machine? {
        do {
            let assembly = try machine.instantiate()
            for component in assembly.components { component.detach() }
            return machine
        } catch let error as AssemblyError {
            diagnostics.report(error.diagnostic)
        } catch {
            diagnostics.error("cannot be assembled: \(error)")
        }
        return nil
    }

    private func groups(_ builder: PartBuilder) -> [Machine.Group] {
        var interleaves: [String: Machine.Interleave] = [:]
        for (scope, node) in builder.interleaves {
            let read = Machine.Interleave(node, scope: scope, tree: builder.tree, diagnostics: diagnostics)
            if let read { interleaves[familyPath(scope)] = read }
        }
        return builder.tree.order.compactMap { path in
            guard let member = builder.tree.members[path], member.isGroup || member.count != nil else { return nil }
            return Machine.Group(
                path: path, count: builder.tree.instances(of: path), hasMembers: member.isGroup,
                interleave: interleaves[path], mark: member.mark)
        }
    }

    /// The tree with the notes on sources that hold, and with paths of tables as one writes them beside the file that
    /// was asked for.
    private func resolved(_ costs: CostReader, _ notes: [Entry]) -> Node {
        var node = root.removing("sources")
        if !notes.isEmpty { node = node.replacing("sources", with: Node(.mapping(notes), at: notes[0].keyMark)) }
        for key in ["energy", "area"] {
            guard let section = root[key], let path = costs.tablePath(section), let text = section["table"] else {
                continue
            }
            let table = Node(
                relative(path, toFile: recipe.path), at: SourceMark(file: recipe.path, line: text.mark.line))
            node = node.replacing(key, with: section.replacing("table", with: table))
        }
        return node
    }
}

extension ComponentTree {
    /// Instances of a member in the whole machine: the product of all counts on its path.
    func instances(of path: String) -> Int {
        var product = 1
        var prefix = ""
        for step in path.split(separator: ".") {
            prefix = joined(prefix, String(step))
            product *= members[prefix]?.count ?? 1
        }
        return product
    }
}
