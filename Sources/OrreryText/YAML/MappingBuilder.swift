/// Fills a mapping from alternating keys and values: duplicates are errors that name both places, and merge keys bring
/// in what is not written out.
struct MappingBuilder {
    private(set) var entries: [Entry] = []

    /// Index of each key in `entries`; kept only once a mapping is long enough for a search to cost.
    private var places: [String: Int] = [:]
    /// Entries from here on came from a merge key: a key written out takes their place.
    private var mergedKeys: Set<String> = []
    private var pendingKey: Pending?

    private enum Pending {
        case key(String, SourceMark)
        case merge
        /// The key was no good; its value is dropped.
        case none
    }

    mutating func add(_ node: Node, keyLength: Int, _ diagnostics: Diagnostics) {
        guard let pending = pendingKey else {
            pendingKey = key(of: node, keyLength: keyLength, diagnostics)
            return
        }
        pendingKey = nil
        switch pending {
        case .none: break
        case .merge: merge(node, diagnostics)
        case .key(let key, let mark):
            insert(Entry(key: key, keyMark: mark, value: node), diagnostics)
        }
    }

    private func key(of node: Node, keyLength: Int, _ diagnostics: Diagnostics) -> Pending {
        guard let scalar = node.scalar else {
            diagnostics.error("a key must be text, not \(node.summary)", at: node.mark)
            return .none
        }
        if scalar.text == "<<", scalar.isPlain { return .merge }
        guard !scalar.text.isEmpty else {
            diagnostics.error("a key is empty", at: node.mark)
            return .none
        }
        guard scalar.text.utf8.count <= keyLength || scalar.text.unicodeScalars.count <= keyLength else {
            diagnostics.error(
                "a key is longer than \(keyLength) characters: \(quotedForMessage(scalar.text))", at: node.mark)
            return .none
        }
        return .key(scalar.text, node.mark)
    }

    private mutating func insert(_ entry: Entry, _ diagnostics: Diagnostics) {
        guard let index = place(of: entry.key) else { return append(entry) }
        if mergedKeys.remove(entry.key) != nil {
            entries[index] = entry
        } else {
            diagnostics.error(
                "duplicate key \(quotedForMessage(entry.key))", at: entry.keyMark,
                hint: "it is first at \(entries[index].keyMark)")
        }
    }

    private mutating func merge(_ node: Node, _ diagnostics: Diagnostics) {
        for source in node.sequence ?? [node] {
            guard let inherited = source.mapping else {
                diagnostics.error(
                    "'<<' merges mappings, not \(source.summary)", at: source.mark,
                    hint: "expected an alias of a mapping, or a sequence of them")
                continue
            }
            for entry in inherited where place(of: entry.key) == nil {
                mergedKeys.insert(entry.key)
                append(entry)
            }
        }
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        if entries.count == Self.searchedLength {
            for (index, entry) in entries.enumerated() { places[entry.key] = index }
        } else if entries.count > Self.searchedLength {
            places[entry.key] = entries.count - 1
        }
    }

    private func place(of key: String) -> Int? {
        entries.count < Self.searchedLength ? entries.firstIndex { $0.key == key } : places[key]
    }

    private static let searchedLength = 16
}
