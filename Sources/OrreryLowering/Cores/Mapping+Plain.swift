import OrreryEinsum
import OrreryMachine
import OrreryText

extension Mapping {
    /// Whether a machine leaves no choice, so that cascades need no mapping: its one engine is a core.
    public static func isPlain(on machine: Machine) -> Bool { onlyCore(of: machine) != nil }

    /// The mapping of a cascade where none is given and the machine leaves no choice: its core runs all Einsums, each with its loops in
    /// the order of its ranks.
    ///
    /// - Parameters:
    ///   - path: of the workload.
    ///   - overrides: values that are laid over it, as over a file that has only `bind:`.
    /// - Returns: nil on any other machine, or after reporting what is wrong with the overrides.
    public static func plain(
        of cascade: Cascade, on machine: Machine, path: String, overrides: inout MappingOverrides,
        diagnostics: Diagnostics
    ) -> Mapping? {
        guard let core = onlyCore(of: machine) else { return nil }
        let mark = SourceMark(file: path)
        func entry(_ key: String, _ content: Node.Content) -> Entry {
            Entry(key: key, keyMark: mark, value: Node(content, at: mark))
        }
        let bind = entry(core, .sequence(cascade.einsums.map { Node($0.name, at: mark) }))
        let root = Node(
            .mapping([entry("mapping", .scalar(Scalar("plain"))), entry("bind", .mapping([bind]))]), at: mark)
        return read(overrides.apply(to: root, diagnostics), path: path, diagnostics)
    }

    private static func onlyCore(of machine: Machine) -> String? {
        let engines = machine.components.filter { $0.classInfo.role == .engine }
        return engines.count == 1 && engines[0].classInfo.streams == .instructions ? engines[0].path : nil
    }
}
