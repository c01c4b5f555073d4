extension Parameter {
    /// A value that is described in a file of its own: the path of the file, beside the file that names it, or a mapping,
    /// whose `extends: PATH` is the file that it lays itself over.
    ///
    /// - Parameter decode: gives the value of the whole description, or nil after reporting what is wrong.
    public static func part(
        _ name: String, type: String, default: Value? = nil, help: String,
        decode: @escaping @Sendable (Node, _ path: String, Diagnostics) -> Value?
    ) -> Parameter<Value> {
        Parameter(
            name: name, help: help, type: "\(type): a file, or a mapping that may extend one", default: `default`,
            defaultDescription: nil, isRequired: `default` == nil, takesMapping: true,
            schema: ["anyOf": [["type": "string"], ["type": "object"]]]
        ) { node, reading in
            guard let whole = PartFile.resolve(node, path: reading.path, diagnostics: reading.diagnostics) else {
                return nil
            }
            return decode(whole, reading.path, reading.diagnostics)
        }
    }
}

/// Descriptions of parts in files of their own, such as DRAM devices.
public enum PartFile {
    /// Values that stand in no file, such as overrides: what their marks have in place of one, and the file that paths in them are
    /// relative to.
    public struct Overlay: Sendable {
        var labels: Set<String>
        var file: String

        public init(labels: Set<String>, file: String) {
            self.labels = labels
            self.file = file
        }
    }

    /// The overrides that are laid over what this task reads.
    @TaskLocal public static var overlay: Overlay?

    private static let mostFiles = 16

    /// The description that a path or a mapping stands for, with all that it extends; nil after reporting what is wrong.
    public static func resolve(_ node: Node, path: String, diagnostics: Diagnostics) -> Node? {
        resolve(node, path: path, files: [], diagnostics)
    }

    private static func resolve(_ node: Node, path: String, files: [String], _ diagnostics: Diagnostics) -> Node? {
        if let name = node.string, !node.isNull {
            let isOverlaid = overlay?.labels.contains(node.mark.file) ?? false
            let file = beside(isOverlaid ? overlay?.file ?? "" : node.mark.file, name)
            guard !files.contains(file), files.count < mostFiles else {
                diagnostics.error(
                    "'\(name)' extends itself, or more than \(mostFiles) files", at: node.mark, path: path)
                return nil
            }
            let problems = Diagnostics()
            let loaded = YAML.load(path: file, diagnostics: problems)
            if loaded != nil { diagnostics.noteRead(file) }
            for var problem in problems.all {
                // A file that cannot be opened is the fault of the place that names it.
                if loaded == nil, problem.mark == SourceMark(file: file) {
                    problem.message = "\(file): \(problem.message)"
                    problem.mark = node.mark
                    problem.path = path
                }
                diagnostics.report(problem)
            }
            return loaded.flatMap { resolve($0, path: path, files: files + [file], diagnostics) }
        }
        guard let entries = node.mapping else {
            diagnostics.error("expected a file or a mapping, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        guard let base = node["extends"] else { return node }
        guard base.string != nil else {
            diagnostics.error("'extends' names a file", at: base.mark, path: path)
            return nil
        }
        let own = Node(.mapping(entries.filter { $0.key != "extends" }), at: node.mark)
        return resolve(base, path: path, files: files, diagnostics).map { $0.merging(own) }
    }

    private static func beside(_ file: String, _ name: String) -> String {
        if name.hasPrefix("/") { return name }
        guard let slash = file.lastIndex(of: "/") else { return name }
        return String(file[...slash]) + name
    }
}
