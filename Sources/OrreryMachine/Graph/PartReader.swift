import OrrerySimulation
import OrreryText

/// Reads one component: its class, its clock and its parameters.
struct PartReader {
    let classes: [ComponentClass]
    let clocks: ClockSet?
    let diagnostics: Diagnostics

    /// - Parameter clock: the clock that the group around it gives.
    /// - Returns: nil after reporting an unknown class; a part with other errors is returned, so that what follows can
    ///   be checked as well.
    func read(_ node: Node, path: String, clock: Node?, _ mark: SourceMark) -> Machine.Part? {
        guard let classNode = node["class"], let name = classNode.string else {
            diagnostics.error(
                "names no class", at: node["class"]?.mark ?? node.mark, path: path, hint: "expected class: NAME")
            return nil
        }
        guard let known = classes.first(where: { $0.name == name }) else {
            diagnostics.error(
                "unknown class '\(name)'", at: classNode.mark, path: path,
                hint: suggestion(for: name, among: classes.map(\.name) + ["group"]))
            return nil
        }
        let values = ParameterValues.decode(
            node, declared: known.parameters, ignoring: ["class", "clock", "made_of"], path: path,
            diagnostics: diagnostics)
        let scalars = scalars(node, known)
        return Machine.Part(
            path: path, family: path, classInfo: known, values: values,
            clock: self.clock(node["clock"] ?? clock, path: path, node.mark), connections: [], mark: mark,
            quantities: scalars.compactMapValues(\.quantity), settings: scalars.compactMapValues(\.string), groups: [],
            madeOf: node["made_of"])
    }

    private func clock(_ node: Node?, path: String, _ mark: SourceMark) -> Int {
        guard let clocks else { return 0 }
        let names = clocks.clocks.map(\.name)
        guard let node else {
            if names.count > 1 {
                diagnostics.error(
                    "names no clock, and the machine has \(names.count)", at: mark, path: path,
                    hint: "expected clock: \(names.joined(separator: " or clock: "))")
            }
            return 0
        }
        guard let name = node.string, let place = names.firstIndex(of: name) else {
            diagnostics.error(
                "there is no clock \(node.summary)", at: node.mark, path: "\(path).clock",
                hint: suggestion(for: node.string ?? "", among: names))
            return 0
        }
        return place
    }

    /// The single values of a component by path, those of defaults included.
    private func scalars(_ node: Node, _ known: ComponentClass) -> [String: Node] {
        var result: [String: Node] = [:]
        for parameter in known.parameters {
            if let given = node[parameter.name] {
                for (path, value) in given.scalars(parameter.name) { result[path] = value }
            } else if let text = parameter.defaultDescription {
                result[parameter.name] = Node(text, at: node.mark)
            }
        }
        return result
    }
}

extension Node {
    /// The scalars in a value with the path of each: `{exp: {slots: 6}}` holds `exp.slots`. Notes of source are left
    /// out.
    func scalars(_ path: String) -> [(path: String, value: Node)] {
        if isNoted { return unnoted.scalars(path) }
        return switch content {
        case .scalar: [(path, self)]
        case .sequence(let items): items.enumerated().flatMap { $1.scalars("\(path)[\($0)]") }
        case .mapping(let entries): entries.flatMap { $0.value.scalars(joined(path, $0.key)) }
        }
    }

    /// The number that a scalar gives, by itself or by arithmetic on numbers; nil for words.
    var quantity: Quantity? { string.flatMap { Quantity(arithmetic: $0) } }
}
