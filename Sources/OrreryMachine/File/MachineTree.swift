import OrreryText

/// A machine file with everything that it extends, as a tree that overrides can be laid over without building the machine:
/// for whom has to tell thousands of machines apart.
public struct MachineTree: Sendable {
    private let node: Node
    private let resolver: OverrideResolver

    /// Reads a machine file and what it extends; nil after reporting what is wrong.
    public init?(path: String, diagnostics: Diagnostics) {
        guard let file = MachineFile.load(path: path, diagnostics: diagnostics) else { return nil }
        node = file.node
        resolver = OverrideResolver(classes: Catalog.classes)
    }

    /// The name that the file gives the machine.
    public var name: String { node["machine"]?.string ?? "" }

    /// What decides how the machine behaves, in file order: its components by name, and its sections. What only says where
    /// numbers come from is left out.
    public var parts: [(name: String, node: Node)] {
        (node.mapping ?? []).flatMap { entry -> [(name: String, node: Node)] in
            switch entry.key {
            case "sources", "description": []
            case "components": (entry.value.mapping ?? []).map { ($0.key, $0.value) }
            default: [(entry.key, entry.value)]
            }
        }
    }

    /// The name of the part that the path of an override begins with.
    public static func part(of path: String) -> Substring {
        let end = path.utf8.firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }
        return path[..<(end ?? path.endIndex)]
    }

    /// A part with overrides laid over it, all of which begin with its name.
    /// - Returns: nil where one of them has no place.
    public func part(_ name: String, with overrides: [Override]) -> Node? {
        let diagnostics = Diagnostics()
        // Places are found, and changed, in a tree of the part alone.
        let own = node["components"]?.entry(name).map { entry in
            Entry(key: "components", keyMark: node.mark, value: Node(.mapping([entry]), at: node.mark))
        }
        let small = Node(.mapping([node.entry(name), own].compactMap { $0 }), at: node.mark)
        let changed = overrides.reduce(small) { resolver.apply($1, to: $0, diagnostics) }
        if diagnostics.hasErrors { return nil }
        return changed["components"]?[name] ?? changed[name]
    }
}
