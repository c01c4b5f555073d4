import OrrerySimulation
import OrreryText

/// Finds the places that overrides mean in a machine's tree, and says what was probably meant where there is none.
struct OverrideResolver {
    var classes: [ComponentClass]

    /// Keys that every component has beside its class's parameters.
    static let componentKeys = ["clock", "count", "made_of"]
    private static let groupKeys = ["clock", "count", "interleave"]
    private static let sections = [
        "clocks": nil, "energy": ["table", "accounting", "actions"], "area": ["table"],
    ]

    /// A place in the tree.
    private struct Place {
        var keys: [String] = []
        /// Lengths of `keys` behind counted components that were named without an index.
        var counted: [Int] = []
    }

    /// The tree with the override's value in its place; unchanged after reporting that there is no such place.
    func apply(_ override: Override, to root: Node, _ diagnostics: Diagnostics) -> Node {
        guard let value = override.node(diagnostics) else { return root }
        do throws(Diagnostic) {
            guard let path = ComponentPath(override.path) else {
                throw problem("'\(override.path)' is no path", hint: "expected a path such as dram.bandwidth", value)
            }
            let place = try place(of: path, in: root, value)
            var node = try root.setting(path: place.keys, to: value)
            for length in place.counted { node = removeFromInstances(place.keys, length, node) }
            return node
        } catch {
            diagnostics.error(error.message, at: error.mark, path: override.path, hint: error.hint)
            return root
        }
    }

    private func problem(_ message: String, hint: String?, _ value: Node) -> Diagnostic {
        Diagnostic(.error, message, at: value.mark, hint: hint)
    }

    private func place(of path: ComponentPath, in root: Node, _ value: Node) throws(Diagnostic) -> Place {
        let names = path.steps.map(\.name)
        guard let allowed = Self.sections[names[0]] else {
            let members = root["components"] ?? Node(.mapping([]), at: root.mark)
            return try place(
                of: path.steps[...], in: members, Place(keys: ["components"]), more: Self.sections.keys.sorted(), value)
        }
        guard names.count > 1 else { throw problem("'\(names[0])' is no single value", hint: nil, value) }
        let keys = allowed ?? root["clocks"]?.keys ?? []
        guard keys.contains(names[1]) else {
            throw problem("\(names[0]) has no '\(names[1])'", hint: suggestion(for: names[1], among: keys), value)
        }
        if names[1] == "actions" { return Place(keys: [names[0], names[1], names[2...].joined(separator: ".")]) }
        return Place(keys: names)
    }

    private func place(
        of steps: ArraySlice<ComponentPath.Step>, in members: Node, _ outer: Place, more: [String], _ value: Node
    ) throws(Diagnostic) -> Place {
        guard let step = steps.first, let component = members[step.name] else {
            let name = steps.first?.name ?? ""
            throw problem(
                "there is no component '\(name)'", hint: suggestion(for: name, among: members.keys + more), value)
        }
        var place = outer
        place.keys.append(step.name)
        if let count = component["count"]?.string {
            if case .one(let index) = step.index {
                guard Int(count).map({ index < $0 }) ?? true else {
                    throw problem("'\(step.name)' has \(count) instances, from 0", hint: nil, value)
                }
                place.keys += ["instances", "\(index)"]
            } else {
                place.counted.append(place.keys.count)
            }
        } else if step.index != .none {
            throw problem("'\(step.name)' has no instances to choose from", hint: "write \(step.name)", value)
        }
        return try parameter(steps.dropFirst(), of: component, step.name, place, value)
    }

    private func parameter(
        _ steps: ArraySlice<ComponentPath.Step>, of component: Node, _ name: String, _ place: Place, _ value: Node
    ) throws(Diagnostic) -> Place {
        var place = place
        guard let step = steps.first else {
            throw problem("is a component: the name of a parameter must follow", hint: nil, value)
        }
        let className = component["class"]?.string ?? ""
        if className == "group" {
            guard Self.groupKeys.contains(step.name) else {
                let inner = component["components"] ?? Node(.mapping([]), at: component.mark)
                place.keys.append("components")
                return try self.place(of: steps, in: inner, place, more: Self.groupKeys, value)
            }
            place.keys += steps.map(\.name)
            return place
        }
        let parameters = classes.first { $0.name == className }?.parameters ?? []
        let parameter = parameters.first { $0.name == step.name }
        guard parameter != nil || Self.componentKeys.contains(step.name) else {
            throw problem(
                "'\(name)' (class \(className)) has no parameter '\(step.name)'",
                hint: suggestion(for: step.name, among: parameters.map(\.name) + Self.componentKeys), value)
        }
        let hasParts = step.name == "made_of" || parameter?.takesMapping ?? false
        guard hasParts || steps.count == 1 else {
            throw problem("'\(step.name)' of '\(name)' is a single value", hint: nil, value)
        }
        for step in steps {
            place.keys.append(step.name)
            if case .one(let index) = step.index { place.keys.append("\(index)") }
        }
        return place
    }

    /// A value for all instances also replaces what single instances had of their own.
    private func removeFromInstances(_ keys: [String], _ length: Int, _ root: Node) -> Node {
        let above = keys[..<length] + ["instances"]
        let instances = root.node(at: above)?.keys ?? []
        return instances.reduce(root) { $0.removing(path: above + [$1] + keys[length...]) }
    }
}
