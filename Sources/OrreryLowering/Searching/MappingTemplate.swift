import OrreryEinsum
import OrreryText

/// A mapping file with a space around it: what its key `search` lets vary.
///
/// ```yaml
/// search:
///   parameters.P1: {divisors: ceil(P / array2d.columns)}
///   depth.K: [1, 2, 4]
/// ```
///
/// Each key is a path as `--set mapping.PATH` takes it. The file's own values are the first assignment.
public struct MappingTemplate: Sendable {
    /// Some values of the space, by path.
    public typealias Assignment = [(path: String, value: Node)]

    public let path: String
    /// What the file says without any of the space.
    public let mapping: Mapping
    private let root: Node

    /// - Returns: nil after reporting what is wrong with the file.
    public init?(path: String, diagnostics: Diagnostics) {
        guard let root = Mapping.tree(of: path, from: nil, opened: [], diagnostics),
            let mapping = Mapping.read(root, path: path, diagnostics)
        else { return nil }
        self.path = path
        self.root = root
        self.mapping = mapping
    }

    /// The mapping with some values.
    public func mapping(with assignment: Assignment, diagnostics: Diagnostics) -> Mapping? {
        if let changed = mapping.with(parameters: assignment, diagnostics) { return changed }
        return tree(with: assignment, diagnostics).flatMap { Mapping.read($0, path: path, diagnostics) }
    }

    /// The mapping file with some values, complete in itself.
    public func text(with assignment: Assignment, diagnostics: Diagnostics) -> String? {
        tree(with: assignment, diagnostics).map(YAMLEmitter.text)
    }

    private func tree(with assignment: Assignment, _ diagnostics: Diagnostics) -> Node? {
        var result = root.removing("search")
        for (path, value) in assignment {
            do {
                result = try MappingPlaces.setting(path.split(separator: ".").map(String.init), of: result, to: value)
            } catch {
                diagnostics.error(error.message, at: value.mark, path: "search.\(path)", hint: error.hint)
                return nil
            }
        }
        return result
    }

    /// Every combination of the space's values, the file's own first; not more than `limit`, evenly picked.
    public func assignments(
        parameters: [String: Quantity], hardware: Hardware, limit: Int, diagnostics: Diagnostics
    ) -> [Assignment] {
        var scope = ParameterScope(workload: parameters, hardware: hardware, diagnostics: diagnostics)
        scope.define(mapping.parameters)
        let axes = mapping.search.map { ($0.name.text, $0.value.values(in: scope, path: "search.\($0.name.text)")) }
        let count = axes.reduce(1) { total, axis in
            let (product, overflow) = total.multipliedReportingOverflow(by: max(1, axis.1.count))
            return overflow ? .max : product
        }
        if axes.isEmpty { return [[]] }
        let taken = min(count, limit)
        return [[]]
            + (0..<taken).map { place in
                var rest = Int(Int128(place) * Int128(count) / Int128(taken))
                return axes.compactMap { axis in
                    guard !axis.1.isEmpty else { return nil }
                    let (quotient, index) = rest.quotientAndRemainder(dividingBy: axis.1.count)
                    rest = quotient
                    return (axis.0, axis.1[index])
                }
            }
    }
}

extension Mapping {
    /// The mapping with other values of its parameters; nil where the assignment is about something else too.
    fileprivate func with(parameters assignment: MappingTemplate.Assignment, _ diagnostics: Diagnostics) -> Mapping? {
        var result = self
        for (path, value) in assignment {
            guard let place = parameters.firstIndex(where: { path == "parameters.\($0.name.text)" }),
                let expression = Expression(value, path: path, diagnostics: diagnostics)
            else { return nil }
            result.parameters[place].value = expression
        }
        return result
    }
}
