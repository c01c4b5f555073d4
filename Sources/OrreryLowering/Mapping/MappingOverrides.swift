import OrreryMachine
import OrreryText

/// Values that replace some of mapping files, as `--set mapping.depth.K=2` or an axis of a study gives them.
///
/// A path is that of the file, once everything that it extends is merged: `mapping.depth.K`, `mapping.order.array2d`,
/// `mapping.groups.scores.depth.QK`. It holds for every mapping that a run uses; `mapping.NAME.depth.K` for the one that
/// is called so. A value for the whole mapping also replaces what groups and cases have of their own.
public struct MappingOverrides {
    /// What paths of mappings begin with.
    public static let prefix = "mapping."

    private let overrides: [Override]
    /// Indices of the overrides that some mapping had a place for.
    private var used: Set<Int> = []
    /// Names of the mappings so far.
    private var names: [String] = []

    /// - Parameter overrides: those whose paths begin with ``prefix``.
    public init(_ overrides: [Override] = []) { self.overrides = overrides }

    /// Lays the values over the tree of a mapping file. Values that no place is for are reported.
    mutating func apply(to root: Node, _ diagnostics: Diagnostics) -> Node {
        let name = root["mapping"]?.string ?? ""
        names.append(name)
        var result = root
        for (index, override) in overrides.enumerated() {
            let steps = override.path.dropFirst(Self.prefix.count).split(
                separator: ".", omittingEmptySubsequences: false
            ).map(String.init)
            guard let path = steps.first.flatMap({ own($0, steps, of: name) }) else { continue }
            used.insert(index)
            guard let value = YAML.parse(override.text, file: override.label, diagnostics: diagnostics) else {
                continue
            }
            do {
                result = try MappingPlaces.setting(path, of: result, to: value)
            } catch {
                diagnostics.error(error.message, at: value.mark, path: override.path, hint: error.hint)
            }
        }
        return result
    }

    /// The steps inside the file; nil where they begin with no key of a mapping, and not with this one's name.
    private func own(_ first: String, _ steps: [String], of name: String) -> [String]? {
        if MappingPlaces.keys.contains(first) { return steps }
        return first == name ? Array(steps.dropFirst()) : nil
    }

    /// Reports the overrides that begin with nothing that a mapping has, once all mappings are read.
    public func reportUnused(_ diagnostics: Diagnostics) {
        for (index, override) in overrides.enumerated() where !used.contains(index) {
            let rest = override.path.dropFirst(Self.prefix.count)
            let first = rest.prefix { $0 != "." }
            diagnostics.error(
                first.isEmpty ? "'\(override.path)' is no path" : "a mapping has no '\(first)'",
                at: SourceMark(file: override.label), path: override.path,
                hint: first.isEmpty
                    ? "expected a path such as mapping.depth.K"
                    : suggestion(for: String(first), among: MappingPlaces.keys + names))
        }
    }
}
