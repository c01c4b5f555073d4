import OrreryText

/// A table of energies and areas: what elements of hardware cost, and which elements each class of components is made
/// of.
struct CostTable: Sendable {
    /// What a class of components costs.
    struct ClassCosts: Sendable {
        /// Element to its count, or to `{count: …, size: …}`, over the component's parameters.
        var madeOf: Node?
        /// Formula of each action, over elements and the component's parameters.
        var actions: [String: CostFormula]
        /// Actions that cost nothing.
        var free: Set<String>
    }

    var name: String
    var path: String
    var elements: [String: CostElement]
    var classes: [String: ClassCosts]
    /// Elements whose actions artifact accounting charges for one instance only.
    var oneInstance: Set<String>

    private static let keys = ["table", "description", "elements", "classes", "artifact"]

    /// Reads the table at `path`; nil after reporting what is wrong with it.
    static func load(path: String, diagnostics: Diagnostics) -> CostTable? {
        guard let root = YAML.load(path: path, diagnostics: diagnostics),
            root.isOrMayBe(.table, diagnostics: diagnostics)
        else { return nil }
        let ours = Diagnostics(limit: .max)
        let table = CostTable(root, path: path, ours)
        for problem in ours.all { diagnostics.report(problem) }
        return ours.hasErrors ? nil : table
    }

    private init(_ root: Node, path: String, _ diagnostics: Diagnostics) {
        self.path = path
        name = root["table"]?.string ?? ""
        if name.isEmpty { diagnostics.error("a table has a name", at: root.mark, hint: "expected table: NAME") }
        reportUnknown(root, Self.keys, path: "", diagnostics)
        elements = [:]
        for entry in root["elements"]?.mapping ?? [] {
            let reader = ElementReader(name: entry.key, node: entry.value, diagnostics: diagnostics)
            elements[entry.key] = reader.read()
        }
        classes = [:]
        for entry in root["classes"]?.mapping ?? [] {
            classes[entry.key] = Self.classCosts(entry.value, path: "classes.\(entry.key)", diagnostics)
        }
        let artifact = root["artifact"]
        if let artifact { reportUnknown(artifact, ["one_instance"], path: "artifact", diagnostics) }
        let named = artifact?["one_instance"]?.sequence ?? []
        oneInstance = Set(named.compactMap(\.string))
        for node in named where elements[node.string ?? ""] == nil {
            diagnostics.error(
                "there is no element \(node.summary)", at: node.mark, path: "artifact.one_instance",
                hint: suggestion(for: node.string ?? "", among: elements.keys.sorted()))
        }
    }

    private static func classCosts(_ node: Node, path: String, _ diagnostics: Diagnostics) -> ClassCosts {
        reportUnknown(node, ["made_of", "actions", "free"], path: path, diagnostics)
        var costs = ClassCosts(madeOf: node["made_of"], actions: [:], free: [])
        for entry in node["actions"]?.mapping ?? [] {
            costs.actions[entry.key] = CostFormula(entry.value, path: "\(path).actions.\(entry.key)", diagnostics)
        }
        costs.free = Set(node["free"]?.sequence?.compactMap(\.string) ?? [])
        for action in costs.free.intersection(costs.actions.keys).sorted() {
            diagnostics.error("'\(action)' is free and has an energy", at: node["free"]?.mark, path: path)
        }
        return costs
    }
}

/// The energy of an action as a formula, with what the file says about its origin.
struct CostFormula: Sendable {
    var expression: Expression
    var note: SourceNote?
    var mark: SourceMark

    init?(_ node: Node, path: String, _ diagnostics: Diagnostics) {
        mark = node.mark
        if node.isNoted {
            note = SourceNote(node, ignoring: ["value"], path: path, diagnostics: diagnostics)
        }
        guard let expression = Expression(node.unnoted, path: path, diagnostics: diagnostics) else { return nil }
        self.expression = expression
    }
}

func reportUnknown(_ node: Node, _ keys: [String], path: String, _ diagnostics: Diagnostics) {
    guard node.mapping != nil else {
        diagnostics.error("expected a mapping, found \(node.summary)", at: node.mark, path: path)
        return
    }
    for entry in node.mapping ?? [] where !keys.contains(entry.key) {
        diagnostics.error(
            "unknown key '\(entry.key)'", at: entry.keyMark, path: path, hint: suggestion(for: entry.key, among: keys))
    }
}
