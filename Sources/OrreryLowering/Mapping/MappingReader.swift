import OrreryText

extension Mapping {
    /// Reads a mapping file and what it extends.
    ///
    /// - Returns: nil after reporting to `diagnostics` what is wrong.
    public static func load(_ path: String, diagnostics: Diagnostics) -> Mapping? {
        var none = MappingOverrides()
        return load(path, overrides: &none, diagnostics: diagnostics)
    }

    /// Reads a mapping file and what it extends, and lays the overrides that are meant for it over that.
    ///
    /// - Returns: nil after reporting to `diagnostics` what is wrong in what results. An override without a place is an error too,
    ///   and is left out.
    public static func load(
        _ path: String, overrides: inout MappingOverrides, diagnostics: Diagnostics
    ) -> Mapping? {
        guard let node = tree(of: path, from: nil, opened: [], diagnostics) else { return nil }
        return read(overrides.apply(to: node, diagnostics), path: path, diagnostics)
    }

    /// Reads a mapping from YAML text. Files that it extends are sought beside `file`.
    public static func parse(_ text: String, file: String, diagnostics: Diagnostics) -> Mapping? {
        guard let node = YAML.parse(text, file: file, diagnostics: diagnostics),
            let whole = extended(node, file: file, opened: [file], diagnostics)
        else { return nil }
        return read(whole, path: file, diagnostics)
    }

    static func read(_ node: Node, path: String, _ diagnostics: Diagnostics) -> Mapping? {
        let own = Diagnostics(limit: .max)
        let mapping = MappingReader(diagnostics: own).read(node, path: path)
        for problem in own.all { diagnostics.report(problem) }
        return own.hasErrors ? nil : mapping
    }

    static func tree(
        of path: String, from mark: SourceMark?, opened: [String], _ diagnostics: Diagnostics
    ) -> Node? {
        if opened.contains(path) {
            let circle = (opened + [path]).joined(separator: " -> ")
            diagnostics.error("files extend each other in a circle: \(circle)", at: mark, path: "extends")
            return nil
        }
        guard let node = YAML.load(path: path, diagnostics: diagnostics),
            node.isOrMayBe(.mapping, diagnostics: diagnostics)
        else { return nil }
        return extended(node, file: path, opened: opened + [path], diagnostics)
    }

    private static func extended(
        _ node: Node, file: String, opened: [String], _ diagnostics: Diagnostics
    ) -> Node? {
        guard let entries = node.mapping else {
            diagnostics.error("expected a mapping file, found \(node.summary)", at: node.mark)
            return nil
        }
        guard let base = node["extends"] else { return node }
        guard let text = base.string, !base.isNull else {
            diagnostics.error(
                "expected the path of a mapping file, found \(base.summary)", at: base.mark, path: "extends")
            return nil
        }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let path = text.hasPrefix("/") ? text : folder + text
        guard let below = tree(of: path, from: base.mark, opened: opened, diagnostics) else { return nil }
        return below.merging(Node(.mapping(entries.filter { $0.key != "extends" }), at: node.mark))
    }
}

/// Turns a mapping file's tree into a `Mapping`; reports every problem of form.
struct MappingReader {
    let diagnostics: Diagnostics

    static let headerKeys = ["mapping", "for", "parameters", "place", "assumptions", "groups", "cases", "search"]
    static let groupKeys = [
        "partition", "loops", "passes", "spatial", "bind", "order", "depth", "reload", "spill", "share", "after",
        "through", "direct", "pipelined", "unbounded", "split", "copy",
    ]

    func read(_ node: Node, path: String) -> Mapping? {
        let known = Self.headerKeys + Self.groupKeys
        for entry in node.mapping ?? [] where !known.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, hint: suggestion(for: entry.key, among: known))
        }
        guard let title = node["mapping"], let name = title.string, !title.isNull else {
            diagnostics.error("the key 'mapping' with the mapping's name is missing", at: node.mark)
            return nil
        }
        let scope = node["for"]
        for entry in scope?.mapping ?? [] where !["cascade", "machine"].contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, path: "for",
                hint: suggestion(for: entry.key, among: ["cascade", "machine"]))
        }
        return Mapping(
            name: name, path: path, cascade: scope?["cascade"]?.string, machine: scope?["machine"]?.string,
            assumptions: names(node["assumptions"], "assumptions").map(\.text), mark: node.mark,
            parameters: pairs(node["parameters"], "parameters") { Expression($0, path: $1, diagnostics: diagnostics) },
            place: pairs(node["place"], "place") { place($0, $1) }, groups: groups(of: node, name),
            cases: cases(of: node, name), search: pairs(node["search"], "search") { searchRange($0, $1) })
    }

    /// `cases: {streamed: {when: M > 65536, order: …}}`: keys that replace the mapping's where the condition holds.
    private func cases(of node: Node, _ name: String) -> [Mapping.Case] {
        pairs(node["cases"], "cases") { value, path -> (Expression, [Mapping.Group])? in
            guard let entries = value.mapping, let when = value["when"] else {
                diagnostics.error("expected {when: condition, …}, found \(value.summary)", at: value.mark, path: path)
                return nil
            }
            let known = ["when", "groups"] + Self.groupKeys
            for entry in entries where !known.contains(entry.key) {
                diagnostics.error(
                    "unknown key '\(entry.key)'", at: entry.keyMark, path: path,
                    hint: suggestion(for: entry.key, among: known))
            }
            guard let condition = Expression(when, path: path, diagnostics: diagnostics) else { return nil }
            let replaced = (node.mapping ?? []).filter { old in
                old.key != "cases" && !entries.contains { $0.key == old.key }
            }
            let own = entries.filter { $0.key != "when" }
            return (condition, groups(of: Node(.mapping(replaced + own), at: value.mark), name))
        }.map { Mapping.Case(name: $0.name, condition: $0.value.0, groups: $0.value.1) }
    }

    private func groups(of node: Node, _ name: String) -> [Mapping.Group] {
        let whole = node.entry("groups")
        guard let list = whole?.value else { return [group(node, name: Mapping.Name(text: name, mark: node.mark))] }
        guard let items = list.mapping, !items.isEmpty else {
            diagnostics.error(
                "expected the groups by name, found \(list.summary)", at: list.mark, path: "groups",
                hint: "such as groups: {scores: {bind: …}, softmax: {bind: …}}")
            return []
        }
        let shared = Node(.mapping((node.mapping ?? []).filter { Self.groupKeys.contains($0.key) }), at: node.mark)
        return items.map { item in
            for entry in item.value.mapping ?? [] where !Self.groupKeys.contains(entry.key) {
                diagnostics.error(
                    "unknown key '\(entry.key)'", at: entry.keyMark, path: "groups.\(item.key)",
                    hint: suggestion(for: entry.key, among: Self.groupKeys))
            }
            return group(shared.merging(item.value), name: Mapping.Name(text: item.key, mark: item.keyMark))
        }
    }

    private func group(_ node: Node, name: Mapping.Name) -> Mapping.Group {
        var group = Mapping.Group(name: name)
        group.partition = pairs(node["partition"], "partition") { expressions($0, $1) }
        group.loops = names(node["loops"], "loops")
        group.passes = names(node["passes"], "passes")
        group.spatial = pairs(node["spatial"], "spatial") { spatial($0, $1) }
        group.bind = pairs(node["bind"], "bind") { names($0, $1) }
        group.order = pairs(node["order"], "order") { order($0, $1) }
        group.depth = pairs(node["depth"], "depth") { Expression($0, path: $1, diagnostics: diagnostics) }
        group.reload = pairs(node["reload"], "reload") { reloads($0, $1) }
        group.spill = pairs(node["spill"], "spill") { spill($0, $1) }
        group.share = pairs(node["share"], "share") { names($0, $1).first }
        group.after = pairs(node["after"], "after") { names($0, $1).first }
        group.through = names(node["through"], "through")
        group.direct = names(node["direct"], "direct")
        group.pipelined = names(node["pipelined"], "pipelined")
        group.unbounded = names(node["unbounded"], "unbounded")
        group.split = pairs(node["split"], "split") { value, path in pairs(value, path) { names($0, $1) } }.map {
            Mapping.Split(rank: $0.name, devices: $0.value)
        }
        group.copy = pairs(node["copy"], "copy") { names($0, $1).first }
        return group
    }
}
