import OrrerySimulation
import OrreryText

extension Machine {
    /// Reads a machine file with all that it extends, lays the overrides over it, checks everything and assembles it
    /// once.
    ///
    /// Every problem goes to `diagnostics`, warnings too.
    /// - Parameter classes: the classes that the file may name.
    /// - Returns: nil where there was an error.
    public static func load(
        path: String, overrides: [Override] = [], classes: [ComponentClass] = Catalog.classes, diagnostics: Diagnostics
    ) -> Machine? {
        guard let file = MachineFile.load(path: path, diagnostics: diagnostics) else { return nil }
        let recipe = MachineRecipe(
            classes: classes, path: path, layers: file.layers, overrides: Set(overrides.map(\.label)))
        return build(file.node, overrides, recipe, diagnostics)
    }

    /// The same machine with further overrides, without reading its file again.
    public func with(_ overrides: [Override], diagnostics: Diagnostics) -> Machine? {
        var recipe = recipe
        recipe.overrides.formUnion(overrides.map(\.label))
        return Self.build(resolvedNode, overrides, recipe, diagnostics)
    }

    /// The machine with the relaxed variant of the component at `path`, or of all components there (all instances of
    /// `gpu.sm`, everything in a group), for counterfactual runs.
    ///
    /// It has neither energies nor areas: no table knows a memory with thousands of ports.
    /// - Returns: nil where there is no such component, or none of them has a relaxed variant.
    public func relaxed(_ path: String) -> Machine? {
        let overrides = parts(at: path).flatMap { part in
            part.classInfo.relaxed.sorted { $0.key < $1.key }.map { name, text in
                Override(path: "\(part.path).\(name)", text: text, label: "relaxed")
            }
        }
        if overrides.isEmpty { return nil }
        var bare = self
        bare.resolvedNode = resolvedNode.removing("energy").removing("area")
        return bare.with(overrides, diagnostics: Diagnostics())
    }

    /// One component or group of the file by itself, with other values: for its numbers and its area, at a fraction of the cost of
    /// the machine. It is connected to nothing and cannot run; whether it goes with the rest is not checked.
    ///
    /// - Parameter tables: keeps the tables that are read.
    /// - Returns: nil where there is no such component, an override has no place, or the component has errors.
    func alone(_ name: String, with overrides: [Override], tables: CostTables) -> Machine? {
        let diagnostics = Diagnostics()
        let resolver = OverrideResolver(classes: recipe.classes)
        let root = overrides.reduce(resolvedNode) { resolver.apply($1, to: $0, diagnostics) }
        let overlay = PartFile.Overlay(
            labels: recipe.overrides.union(overrides.map(\.label)), file: recipe.path)
        return PartFile.$overlay.withValue(overlay) {
            MachineBuilder(root: root, recipe: recipe, diagnostics: diagnostics).build(only: name, tables)
        }
    }

    private static func build(
        _ node: Node, _ overrides: [Override], _ recipe: MachineRecipe, _ diagnostics: Diagnostics
    ) -> Machine? {
        let ours = Diagnostics(limit: .max)
        var node = node
        let resolver = OverrideResolver(classes: recipe.classes)
        for override in overrides { node = resolver.apply(override, to: node, ours) }
        let overlay = PartFile.Overlay(labels: recipe.overrides, file: recipe.path)
        let machine = PartFile.$overlay.withValue(overlay) {
            MachineBuilder(root: node, recipe: recipe, diagnostics: ours).build()
        }
        var seen: Set<Diagnostic> = []
        for problem in ours.all where seen.insert(problem).inserted { diagnostics.report(problem) }
        return ours.hasErrors ? nil : machine
    }
}

/// What it takes to build a machine from its tree.
struct MachineRecipe: Sendable {
    var classes: [ComponentClass]
    /// The file that was asked for.
    var path: String
    /// The files that were merged, as marks name them, the most basic one first.
    var layers: [String]
    /// Labels of the overrides so far.
    var overrides: Set<String>

    /// How far up the layers a place lies: values of a higher layer replace those below. Overrides are on top.
    func rank(of mark: SourceMark) -> Int { layers.firstIndex(of: mark.file) ?? layers.count }
}
