import OrreryText

/// Finds the place that a path means in a mapping's tree, and says what was probably meant where there is none.
struct MappingPlaces {
    /// What paths may begin with.
    static let keys = MappingReader.headerKeys.filter { $0 != "mapping" } + MappingReader.groupKeys
    private static let lists = ["assumptions", "loops", "passes", "through", "direct", "pipelined", "unbounded"]
    /// Sections whose entries have entries of their own.
    private static let nested = ["spatial", "spill", "split"]

    /// The tree `root` with the value at `path`; one for the whole mapping also replaces those of groups and cases.
    static func setting(_ path: [String], of root: Node, to value: Node) throws(Diagnostic) -> Node {
        let keys = try keys(path[...], in: root, among: keys, value)
        var result = try root.setting(path: keys, to: value)
        guard let section = keys.first, MappingReader.groupKeys.contains(section) else { return result }
        result = withoutOwn(keys, inGroupsOf: result)
        for entry in result["cases"]?.mapping ?? [] {
            var own = withoutOwn(keys, inGroupsOf: entry.value)
            if own[section] != nil { own = try own.setting(path: keys, to: value) }
            result = try result.setting(path: ["cases", entry.key], to: own)
        }
        return result
    }

    private static func withoutOwn(_ keys: [String], inGroupsOf node: Node) -> Node {
        (node["groups"]?.keys ?? []).reduce(node) { $0.removing(path: ["groups", $1] + keys) }
    }

    /// The keys on the way to a path below `scope`: the mapping, one of its groups or one of its cases.
    private static func keys(
        _ path: ArraySlice<String>, in scope: Node, among known: [String], _ value: Node
    ) throws(Diagnostic) -> [String] {
        guard let section = path.first else { throw problem("a key must follow", listing: known, value) }
        guard known.contains(section) else { throw problem("unknown key '\(section)'", like: section, known, value) }
        let rest = path.dropFirst()
        guard section == "groups" || section == "cases" else {
            return [section] + (try entry(rest, section, scope[section], value))
        }
        let names = scope[section]?.keys ?? []
        guard let name = rest.first else {
            throw problem("'\(section)' is no single value: a name must follow", listing: names, value)
        }
        guard let inner = scope[section]?[name] else {
            let kind = section == "groups" ? "group" : "case"
            throw problem("there is no \(kind) '\(name)'", like: name, names, value)
        }
        let own = MappingReader.groupKeys + (section == "cases" ? ["when", "groups"] : [])
        return [section, name] + (try keys(rest.dropFirst(), in: inner, among: own, value))
    }

    /// The keys inside a section. Names may have dots in them, as those of engines in groups have.
    private static func entry(
        _ path: ArraySlice<String>, _ section: String, _ node: Node?, _ value: Node
    ) throws(Diagnostic) -> [String] {
        if path.isEmpty { return [] }
        let name = path.joined(separator: ".")
        if lists.contains(section) {
            guard let index = Int(name), node?.sequence?.indices.contains(index) ?? false else {
                throw problem("'\(section)' has no entry '\(name)'", like: nil, [], value)
            }
            return [name]
        }
        for count in (1...path.count).reversed() {
            let key = path.prefix(count).joined(separator: ".")
            if node?[key] != nil { return [key] + path.dropFirst(count) }
        }
        if section == "parameters" {
            throw problem("there is no parameter '\(name)'", like: name, node?.keys ?? [], value)
        }
        if nested.contains(section), let last = path.last, path.count > 1 {
            return [path.dropLast().joined(separator: "."), last]
        }
        return [name]
    }

    private static func problem(_ message: String, listing words: [String], _ value: Node) -> Diagnostic {
        let hint = words.isEmpty ? nil : "such as \(words.prefix(4).joined(separator: ", "))"
        return Diagnostic(.error, message, at: value.mark, hint: hint)
    }

    private static func problem(
        _ message: String, like word: String?, _ words: [String], _ value: Node
    ) -> Diagnostic {
        Diagnostic(.error, message, at: value.mark, hint: word.flatMap { suggestion(for: $0, among: words) })
    }
}
