import OrreryText

/// The values that occur in a mapping file.
extension MappingReader {
    /// A mapping of names to values, in file order; `null` takes away what an extended file says, and what cannot be read is
    /// left out.
    func pairs<Value: Sendable>(
        _ node: Node?, _ path: String, _ read: (Node, String) -> Value?
    ) -> [Mapping.Named<Value>] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error("expected names with values, found \(node.summary)", at: node.mark, path: path)
            return []
        }
        return entries.filter { !$0.value.isNull }.compactMap { entry in
            read(entry.value, "\(path).\(entry.key)").map {
                Mapping.Named(name: Mapping.Name(text: entry.key, mark: entry.keyMark), value: $0)
            }
        }
    }

    /// One word or a list of words.
    func names(_ node: Node?, _ path: String) -> [Mapping.Name] {
        guard let node, !node.isNull else { return [] }
        let items = node.sequence ?? [node]
        return items.compactMap { item in
            guard let text = item.string, !item.isNull else {
                diagnostics.error("expected a name, found \(item.summary)", at: item.mark, path: path)
                return nil
            }
            return Mapping.Name(text: text, mark: item.mark)
        }
    }

    func expressions(_ node: Node, _ path: String) -> [Expression]? {
        guard let items = node.sequence, !items.isEmpty else {
            diagnostics.error(
                "expected the sizes from the outermost part to the innermost, found \(node.sequence == nil ? node.summary : "none")",
                at: node.mark, path: path)
            return nil
        }
        let sizes = items.compactMap { Expression($0, path: path, diagnostics: diagnostics) }
        return sizes.count == items.count ? sizes : nil
    }

    func spatial(_ node: Node, _ path: String) -> Mapping.Spatial? {
        guard let entries = node.mapping else {
            diagnostics.error("expected {rows: …, columns: …}, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        for entry in entries where !["rows", "columns"].contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, path: path,
                hint: suggestion(for: entry.key, among: ["rows", "columns"]))
        }
        return Mapping.Spatial(
            rows: names(node["rows"], "\(path).rows"), columns: names(node["columns"], "\(path).columns"))
    }

    /// `[QK + 2, [AV, QK + 1], GM]`: a nested list shares its inner loops.
    func order(_ node: Node, _ path: String) -> [[Mapping.Issue]]? {
        guard let items = node.sequence else {
            diagnostics.error("expected a list of operators, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        return items.map { item in
            (item.sequence ?? [item]).compactMap { issue($0, path) }
        }
    }

    /// `QK` or `QK + 2`, where what follows the sign is any expression.
    private func issue(_ node: Node, _ path: String) -> Mapping.Issue? {
        guard let text = node.string, !node.isNull else {
            diagnostics.error("expected an operator, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        guard let plus = text.firstIndex(of: "+") else {
            return Mapping.Issue(name: Mapping.Name(text: trimmed(text[...]), mark: node.mark), lookahead: nil)
        }
        let rest = String(text[text.index(after: plus)...])
        let name = Mapping.Name(text: trimmed(text[..<plus]), mark: node.mark)
        let place = node.mark.advanced(by: text.distance(from: text.startIndex, to: plus) + 1)
        return Expression(parsing: rest, mark: place, path: path, diagnostics: diagnostics).map {
            Mapping.Issue(name: name, lookahead: $0)
        }
    }

    private func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    func place(_ node: Node, _ path: String) -> Mapping.Place? {
        let memories = names(node, path)
        return memories.isEmpty ? nil : Mapping.Place(memories: memories)
    }

    /// `m1`, `[m1, p2]` or `{loop: m1, when: P > 1024}`.
    func reloads(_ node: Node, _ path: String) -> [Mapping.Reload]? {
        (node.sequence ?? [node]).compactMap { item in
            guard let entries = item.mapping else {
                return names(item, path).first.map { Mapping.Reload(loop: $0, condition: nil) }
            }
            for entry in entries where !["loop", "when"].contains(entry.key) {
                diagnostics.error(
                    "unknown key '\(entry.key)'", at: entry.keyMark, path: path,
                    hint: suggestion(for: entry.key, among: ["loop", "when"]))
            }
            guard let loop = names(item["loop"], path).first else {
                diagnostics.error("the key 'loop' is missing", at: item.mark, path: path)
                return nil
            }
            let condition = item["when"].flatMap { Expression($0, path: path, diagnostics: diagnostics) }
            return Mapping.Reload(loop: loop, condition: condition)
        }
    }

    func spill(_ node: Node, _ path: String) -> Mapping.Spill? {
        if node.mapping != nil {
            return Mapping.Spill(
                fractions: pairs(node, path) { Expression($0, path: $1, diagnostics: diagnostics) })
        }
        return Expression(node, path: path, diagnostics: diagnostics).map {
            Mapping.Spill(fractions: [Mapping.Named(name: Mapping.Name(text: "", mark: node.mark), value: $0)])
        }
    }
}
