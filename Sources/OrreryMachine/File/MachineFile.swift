import OrreryText

/// A machine file with everything that it extends merged into one tree.
struct MachineFile {
    /// The merged tree, without `extends`.
    var node: Node
    /// The files it was read from, as marks name them: the most basic one first, the one that was asked for last.
    var layers: [String]

    /// Files that may extend each other in a row.
    static let extensionLimit = 16

    /// Reads the file at `path` and what it extends; nil after reporting that it cannot be had.
    static func load(path: String, diagnostics: Diagnostics) -> MachineFile? {
        var chain: [String] = []
        var paths: [String] = []
        var layers: [Node] = []
        var next: (path: String, mark: SourceMark?)? = (path, nil)
        while let (path, mark) = next {
            let name = normalised(path)
            if chain.contains(name) {
                let cycle = (chain[(chain.firstIndex(of: name) ?? 0)...] + [name]).joined(separator: " -> ")
                diagnostics.error("files extend each other in a circle: \(cycle)", at: mark, path: "extends")
                return nil
            }
            guard chain.count < extensionLimit else {
                diagnostics.error("more than \(extensionLimit) files extend each other", at: mark, path: "extends")
                return nil
            }
            chain.append(name)
            paths.append(path)
            guard let layer = readLayer(path, mark, diagnostics) else { return nil }
            layers.append(layer)
            guard let base = layer["extends"] else { break }
            guard let text = base.string, !base.isNull else {
                diagnostics.error(
                    "expected the path of a machine file, found \(base.summary)", at: base.mark, path: "extends")
                return nil
            }
            next = (normalised(resolved(text, besideFile: path)), base.mark)
        }
        var node = layers.removeLast().removing("extends")
        for layer in layers.reversed() { node = merge(node, layer.removing("extends")) }
        return MachineFile(node: node, layers: paths.reversed())
    }

    private static func readLayer(_ path: String, _ mark: SourceMark?, _ diagnostics: Diagnostics) -> Node? {
        if let mark, case .failure(let problem) = readFile(path, limit: 64 << 20) {
            diagnostics.error("'\(path)': \(problem.message)", at: mark, path: "extends", hint: problem.hint)
            return nil
        }
        guard let node = YAML.load(path: path, diagnostics: diagnostics) else { return nil }
        guard node.mapping != nil else {
            diagnostics.error("expected a machine, found \(node.summary)", at: node.mark)
            return nil
        }
        return node
    }

    /// `overlay` laid over `base`: mappings merge key by key. Three things replace what they meet as a whole: a value
    /// with its own source (`{value: …, source: …}`), a component with another class, and anything that is no mapping.
    /// `null` takes a key away.
    static func merge(_ base: Node, _ overlay: Node) -> Node {
        guard let below = base.mapping, let above = overlay.mapping, !base.isNoted, !overlay.isNoted else {
            return overlay
        }
        if let new = overlay["class"]?.string, let old = base["class"]?.string, new != old { return overlay }
        var entries = below
        for entry in above {
            let place = entries.firstIndex { $0.key == entry.key }
            if entry.value.isNull {
                if let place { entries.remove(at: place) }
            } else if let place {
                let value = merge(entries[place].value, entry.value)
                entries[place] = Entry(key: entry.key, keyMark: entry.keyMark, value: value)
            } else {
                entries.append(entry)
            }
        }
        return Node(.mapping(entries), at: overlay.mark)
    }
}

extension Node {
    /// `{value: …, source: …, status: …}`
    var isNoted: Bool { self["value"] != nil && (self["source"] != nil || self["status"] != nil) }
}
