import OrreryText

/// A workload file as read, `extends:` resolved, before its parameters have values.
struct WorkloadDefinition: Sendable {
    /// A value given to a parameter from outside: by the user, or by the workload that has this one as a stage.
    struct Override: Sendable {
        /// Name of a parameter, or `stage.name`.
        let name: String
        let value: Quantity
        /// Where a file gives it; nil for the user's.
        let mark: SourceMark?
    }

    let node: Node
    let path: String
    let overrides: [Override]
    /// The files of the workloads that this one is a stage of, outermost first.
    let ancestors: [String]

    /// Longest chain of `extends:` or of stages.
    static let deepest = 16

    static let keys = [
        "workload", "extends", "description", "parameters", "ranks", "tensors", "operations", "cascade", "initial",
        "stages",
        "phases", "mappings", "traffic", "trace", "sources",
    ]

    /// Reads a file and the files it extends; nil after reporting why that is impossible.
    static func load(
        _ path: String, overrides: [Override], ancestors: [String], diagnostics: Diagnostics
    ) -> WorkloadDefinition? {
        guard let node = YAML.load(path: path, diagnostics: diagnostics),
            node.isOrMayBe(.workload, diagnostics: diagnostics)
        else { return nil }
        return make(node, path: path, overrides: overrides, ancestors: ancestors, diagnostics: diagnostics)
    }

    static func make(
        _ node: Node, path: String, overrides: [Override], ancestors: [String], diagnostics: Diagnostics
    ) -> WorkloadDefinition? {
        guard let whole = extended(node, chain: 0, diagnostics: diagnostics) else { return nil }
        return WorkloadDefinition(node: whole, path: path, overrides: overrides, ancestors: ancestors)
    }

    private static func extended(_ node: Node, chain: Int, diagnostics: Diagnostics) -> Node? {
        guard node.mapping != nil else {
            diagnostics.error("expected a workload, found \(node.summary)", at: node.mark)
            return nil
        }
        guard let base = node["extends"] else { return node }
        guard chain < deepest else {
            diagnostics.error("more than \(deepest) files extend each other", at: base.mark)
            return nil
        }
        guard let name = base.string, !base.isNull else {
            diagnostics.error("expected the path of a workload, found \(base.summary)", at: base.mark)
            return nil
        }
        guard let parent = YAML.load(path: resolve(name, from: base.mark), diagnostics: diagnostics),
            let whole = extended(parent, chain: chain + 1, diagnostics: diagnostics)
        else { return nil }
        return whole.merging(node)
    }

    /// The path of a file that another file names: relative to that file, `.yaml` added where it has no such end.
    static func resolve(_ name: String, from mark: SourceMark) -> String {
        let file = name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? name : name + ".yaml"
        guard !file.hasPrefix("/"), let slash = mark.file.lastIndex(of: "/") else { return normalised(file) }
        return normalised(mark.file[...slash] + file)
    }

    /// The path without `.` and without `name/..`, so that a file has one path.
    private static func normalised(_ path: String) -> String {
        var steps: [Substring] = []
        for step in path.split(separator: "/") where step != "." {
            if step == "..", let last = steps.last, last != ".." { steps.removeLast() } else { steps.append(step) }
        }
        return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
    }
}

extension Node {
    /// The place of a scalar's first character, behind its quote.
    var firstCharacter: SourceMark {
        scalar?.style == .quoted ? mark.advanced(by: 1) : mark
    }

    /// Reports every key of a mapping that is not among those allowed.
    func allow(keys: [String], diagnostics: Diagnostics) {
        for entry in mapping ?? [] where !keys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, hint: suggestion(for: entry.key, among: keys))
        }
    }

    /// The entries of a mapping; none, after reporting it, for anything else that is not empty.
    func entries(of what: String, diagnostics: Diagnostics) -> [Entry] {
        if let mapping { return mapping }
        if !isNull { diagnostics.error("expected \(what), found \(summary)", at: mark) }
        return []
    }
}

extension Entry {
    /// Whether the key can be a name in statements and expressions; reports it where not.
    func isName(of what: String, diagnostics: Diagnostics) -> Bool {
        if !key.isEmpty, StatementLexer.firstName(of: key) == key { return true }
        diagnostics.error(
            "'\(key)' can't be the name of \(what)", at: keyMark,
            hint: "a name has letters, digits and _, a letter first")
        return false
    }
}
