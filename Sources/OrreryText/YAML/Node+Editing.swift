extension Node {
    /// Reports every key of a mapping that is not among `keys`; true if there is none.
    @discardableResult
    public func hasOnly(_ keys: [String], path: String, diagnostics: Diagnostics) -> Bool {
        let known = Set(keys)
        var isClean = true
        for entry in mapping ?? [] where !known.contains(entry.key) {
            isClean = false
            diagnostics.error(
                "unknown key \(quotedForMessage(entry.key))", at: entry.keyMark, path: path,
                hint: suggestion(for: entry.key, among: keys))
        }
        return isClean
    }

    /// How deep a value may be nested, in a file and after overrides.
    public static let depthLimit = 128

    /// This value with `overlay` laid over it, as `extends:` does: mappings merge key by key, at every depth;
    /// anything else in the overlay replaces what was there. Keys keep the base's order, new ones follow.
    public func merging(_ overlay: Node) -> Node {
        guard case .mapping(let base) = content, case .mapping(let top) = overlay.content else { return overlay }
        var merged = base
        var places: [String: Int] = [:]
        for (index, entry) in base.enumerated() { places[entry.key] = index }
        for entry in top {
            if let place = places[entry.key] {
                let value = merged[place].value.merging(entry.value)
                merged[place] = Entry(key: entry.key, keyMark: entry.keyMark, value: value)
            } else {
                places[entry.key] = merged.count
                merged.append(entry)
            }
        }
        return Node(.mapping(merged), at: overlay.mark)
    }

    /// This value with the one at `path` replaced, as `--set a.b=…` does. Missing mappings on the way are made, with
    /// the mark of `value`; in a sequence a step is an index from 0.
    ///
    /// Throws where a step would have to pass through a scalar, or through an index that does not exist.
    public func setting(path: [String], to value: Node) throws(Diagnostic) -> Node {
        guard path.count < Node.depthLimit else {
            throw Diagnostic(.error, "the path has more than \(Node.depthLimit) steps", at: value.mark)
        }
        return try setting(path[...], to: value, whole: path)
    }

    private func setting(_ path: ArraySlice<String>, to value: Node, whole: [String]) throws(Diagnostic) -> Node {
        guard let step = path.first else { return value }
        let rest = path.dropFirst()
        var dotted: String { whole.joined(separator: ".") }
        switch content {
        case .mapping(var entries):
            if let index = entries.firstIndex(where: { $0.key == step }) {
                entries[index].value = try entries[index].value.setting(rest, to: value, whole: whole)
            } else {
                let inner = try Node(.mapping([]), at: value.mark).setting(rest, to: value, whole: whole)
                entries.append(Entry(key: step, keyMark: value.mark, value: inner))
            }
            return Node(.mapping(entries), at: mark)
        case .sequence(var items):
            guard let index = Int(step), items.indices.contains(index) else {
                throw Diagnostic(
                    .error, "'\(step)' is no index of the sequence at \(mark)", at: value.mark, path: dotted,
                    hint: "expected 0 to \(items.count - 1)")
            }
            items[index] = try items[index].setting(rest, to: value, whole: whole)
            return Node(.sequence(items), at: mark)
        case .scalar:
            guard isNull else {
                throw Diagnostic(
                    .error, "cannot set '\(step)' inside \(summary), which is no mapping (\(mark))", at: value.mark,
                    path: dotted)
            }
            return try Node(.mapping([]), at: value.mark).setting(path, to: value, whole: whole)
        }
    }
}

extension Node {
    /// A mapping without `key`.
    public func removing(_ key: String) -> Node {
        guard let entries = mapping else { return self }
        return Node(.mapping(entries.filter { $0.key != key }), at: mark)
    }

    /// This value without the key at the end of `path`; unchanged where there is none.
    public func removing(path: some Collection<String>) -> Node {
        guard let key = path.first, let value = self[key] else { return self }
        let rest = path.dropFirst()
        if rest.isEmpty { return removing(key) }
        return replacing(key, with: value.removing(path: Array(rest)))
    }

    /// A mapping with `key` replaced, or added at the end.
    public func replacing(_ key: String, with value: Node) -> Node {
        var entries = mapping ?? []
        if let place = entries.firstIndex(where: { $0.key == key }) {
            entries[place].value = value
        } else {
            entries.append(Entry(key: key, keyMark: value.mark, value: value))
        }
        return Node(.mapping(entries), at: mark)
    }
}
