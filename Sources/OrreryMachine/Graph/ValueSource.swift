import OrreryText

/// A number of a machine, and where it comes from.
public struct ValueSource: Hashable, Sendable {
    /// Path of the number: `dram.bandwidth`, `array2d.operations.exp.slots`, `clocks.core`.
    public var path: String
    /// As it is written.
    public var text: String
    /// Where it is written; for an override the file is its label.
    public var mark: SourceMark
    /// What the file says about its origin; nil where it says nothing, or where a value was replaced that it spoke of.
    public var note: SourceNote?
    /// Who set it, where it is an override.
    public var override: String?

    /// Nobody says where it comes from.
    public var lacksSource: Bool { note == nil && override == nil }

    /// `sourced`, `derived`, `recalled` or `fitted`; `user` for an override, `none` where the source is missing.
    public var status: String { override == nil ? note?.status.rawValue ?? "none" : "user" }
}

extension Machine {
    /// The numbers that nobody names a source for, in file order.
    public var unsourced: [ValueSource] { sources.filter(\.lacksSource) }
}

/// Collects the numbers of a machine's tree and the notes on them.
struct SourceReader {
    let root: Node
    let recipe: MachineRecipe
    let diagnostics: Diagnostics
    private var notes: [(path: String, note: SourceNote)] = []
    private(set) var found: [ValueSource] = []
    /// The notes that hold, one for each number: what `sources:` is in a resolved tree.
    private(set) var resolved: [Entry] = []

    private static let words: Set = ["class", "clock", "connect", "exports"]

    init(root: Node, recipe: MachineRecipe, diagnostics: Diagnostics) {
        self.root = root
        self.recipe = recipe
        self.diagnostics = diagnostics
    }

    mutating func read() -> [ValueSource] {
        let given = root["sources"]
        if let given, given.mapping == nil {
            diagnostics.error(
                "expected {path: {source: …, status: …}}, found \(given.summary)", at: given.mark, path: "sources")
        }
        for entry in given?.mapping ?? [] {
            let path = "sources.\(entry.key)"
            if let note = SourceNote(entry.value, path: path, diagnostics: diagnostics) {
                notes.append((entry.key, note))
            }
        }
        for entry in root["clocks"]?.mapping ?? [] { add(entry.value, "clocks.\(entry.key)") }
        addMembers(root["components"], "")
        checkPaths(given)
        return found
    }

    private mutating func addMembers(_ node: Node?, _ scope: String) {
        for entry in node?.mapping ?? [] { addComponent(entry.value, joined(scope, entry.key)) }
    }

    private mutating func addComponent(_ node: Node, _ path: String) {
        for entry in node.mapping ?? [] where !Self.words.contains(entry.key) {
            switch entry.key {
            case "components": addMembers(entry.value, path)
            case "instances":
                for instance in entry.value.mapping ?? [] { addComponent(instance.value, "\(path)[\(instance.key)]") }
            default: add(entry.value, "\(path).\(entry.key)")
            }
        }
    }

    private mutating func add(_ node: Node, _ path: String) {
        if node.isNoted, let value = node["value"] {
            let others: Set = ["value"]
            let note = SourceNote(node, ignoring: others, path: path, diagnostics: Diagnostics())
            return add(value, path, note)
        }
        switch node.content {
        case .scalar: add(node, path, nil)
        case .sequence(let items): for (place, item) in items.enumerated() { add(item, "\(path)[\(place)]") }
        case .mapping(let entries): for entry in entries { add(entry.value, joined(path, entry.key)) }
        }
    }

    private mutating func add(_ value: Node, _ path: String, _ note: SourceNote?) {
        guard value.mapping == nil, value.sequence == nil else {
            for (inner, scalar) in value.scalars(path) { add(scalar, inner, note) }
            return
        }
        guard let text = value.string, value.quantity != nil else { return }
        let isOverride = recipe.overrides.contains(value.mark.file)
        let listed = isOverride || note != nil ? nil : listed(path, value.mark)
        if let listed { resolved.append(Entry(key: path, keyMark: listed.mark, value: listed.node)) }
        found.append(
            ValueSource(
                path: path, text: text, mark: value.mark, note: isOverride ? nil : note ?? listed,
                override: isOverride ? value.mark.file : nil))
    }

    /// The note of the longest path that covers `path`, unless the value was replaced by a file above the note's.
    private func listed(_ path: String, _ mark: SourceMark) -> SourceNote? {
        let plain = familyPath(path)
        let covering = notes.filter { covers($0.path, path) || covers($0.path, plain) }
        guard let nearest = covering.max(by: { $0.path.utf8.count < $1.path.utf8.count }) else { return nil }
        return recipe.rank(of: nearest.note.mark) >= recipe.rank(of: mark) ? nearest.note : nil
    }

    private func covers(_ note: String, _ path: String) -> Bool {
        guard path.hasPrefix(note) else { return false }
        let rest = path.dropFirst(note.count)
        return rest.isEmpty || rest.first == "." || rest.first == "["
    }

    /// A note on nothing is a misspelt one; where a file above took the number away, it is only idle.
    private func checkPaths(_ given: Node?) {
        let paths = found.map(\.path)
        for entry in given?.mapping ?? [] where entry.keyMark.file == recipe.path {
            if paths.contains(where: { covers(entry.key, $0) || covers(entry.key, familyPath($0)) }) { continue }
            diagnostics.error(
                "'\(entry.key)' is no number of this machine", at: entry.keyMark, path: "sources",
                hint: closest(entry.key, among: paths).map { "did you mean '\($0)'?" })
        }
    }
}

extension SourceNote {
    fileprivate var node: Node {
        let parts = [("source", source), ("status", status.rawValue)]
        return Node(.mapping(parts.map { Entry(key: $0, keyMark: mark, value: Node($1, at: mark)) }), at: mark)
    }
}
