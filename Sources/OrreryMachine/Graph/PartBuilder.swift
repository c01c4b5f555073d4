import OrrerySimulation
import OrreryText

/// Lays groups and counted components out to parts, and reads each component's parameters once for all its like.
struct PartBuilder {
    let classes: [ComponentClass]
    let clocks: ClockSet?
    let diagnostics: Diagnostics
    private(set) var parts: [Machine.Part] = []
    private(set) var tree = ComponentTree()
    /// The `connect` lists with the path of the group that they stand in.
    private(set) var connects: [(scope: String, node: Node)] = []
    private(set) var interleaves: [(scope: String, node: Node)] = []

    private static let mostInstances = 1 << 20
    private static let groupKeys = [
        "class", "clock", "count", "instances", "components", "connect", "exports", "interleave",
    ]
    private static let reservedNames: Set = ["clocks", "energy", "area"]
    private var read: [String: Machine.Part] = [:]

    /// Where the members of a group stand.
    private struct Scope {
        var path = ""
        var groups: [String] = []
        var clock: Node?
        /// No instance on the way has values of its own, so that what was read for another instance holds here too.
        var isPlain = true
    }

    init(classes: [ComponentClass], clocks: ClockSet?, diagnostics: Diagnostics) {
        self.classes = classes
        self.clocks = clocks
        self.diagnostics = diagnostics
    }

    /// Lays out the components of the whole machine.
    mutating func build(_ root: Node) {
        guard let components = root["components"], components.mapping != nil else {
            diagnostics.error(
                "a machine has components", at: root["components"]?.mark ?? root.mark, path: "components",
                hint: "expected components: {name: {class: …}}")
            return
        }
        for entry in components.mapping ?? [] where Self.reservedNames.contains(entry.key) {
            diagnostics.error("'\(entry.key)' is no name for a component: it has a meaning in paths", at: entry.keyMark)
        }
        addMembers(components, Scope())
        note(root, scope: "")
    }

    private mutating func note(_ group: Node, scope: String) {
        if let connect = group["connect"] { connects.append((scope, connect)) }
        if let interleave = group["interleave"] { interleaves.append((scope, interleave)) }
    }

    private mutating func addMembers(_ members: Node, _ scope: Scope) {
        for entry in members.mapping ?? [] {
            guard Self.isName(entry.key) else {
                diagnostics.error(
                    "'\(entry.key)' is no name for a component", at: entry.keyMark,
                    hint: "expected a letter, then letters, digits and '_'")
                continue
            }
            add(entry, scope)
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "_"), !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == UInt8(ascii: "_")
        }
    }

    private mutating func add(_ entry: Entry, _ scope: Scope) {
        let path = joined(scope.path, entry.key)
        guard entry.value.mapping != nil else {
            diagnostics.error(
                "expected a component, found \(entry.value.summary)", at: entry.value.mark, path: familyPath(path))
            return
        }
        guard let countNode = entry.value["count"] else {
            if let instances = entry.value.entry("instances") {
                diagnostics.error("'instances' needs a count", at: instances.keyMark, path: familyPath(path))
            }
            tree.add(path, count: nil, isGroup: entry.value.isGroup, at: entry.keyMark, exports: entry.value["exports"])
            addOne(entry.value, path, entry.keyMark, scope)
            return
        }
        let counted = Parameter.integer("count", 1...Self.mostInstances, help: "number of instances")
        guard let count = counted.decode(countNode.unnoted, path: "\(familyPath(path)).count", diagnostics: diagnostics)
        else { return }
        tree.add(path, count: count, isGroup: entry.value.isGroup, at: entry.keyMark, exports: entry.value["exports"])
        let own = ownValues(entry.value["instances"], count, path)
        let common = entry.value.removing("count").removing("instances")
        for index in 0..<count {
            var inner = scope
            inner.isPlain = scope.isPlain && own[index] == nil
            let node = own[index].map { MachineFile.merge(common, $0) } ?? common
            addOne(node, "\(path)[\(index)]", entry.keyMark, inner)
        }
    }

    /// What single instances have of their own, by index.
    private func ownValues(_ node: Node?, _ count: Int, _ path: String) -> [Int: Node] {
        var result: [Int: Node] = [:]
        for entry in node?.mapping ?? [] {
            if let index = Int(entry.key), (0..<count).contains(index) {
                result[index] = entry.value
            } else {
                diagnostics.error(
                    "'\(entry.key)' is no instance of \(familyPath(path))", at: entry.keyMark,
                    path: "\(familyPath(path)).instances",
                    hint: "expected 0 to \(count - 1)")
            }
        }
        return result
    }

    private mutating func addOne(_ node: Node, _ path: String, _ mark: SourceMark, _ scope: Scope) {
        guard node.isGroup else { return addPart(node, path, mark, scope) }
        for entry in node.mapping ?? [] where !Self.groupKeys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)'", at: entry.keyMark, path: familyPath(path),
                hint: suggestion(for: entry.key, among: Self.groupKeys))
        }
        guard let members = node["components"], members.mapping != nil else {
            diagnostics.error("a group has components", at: node.mark, path: familyPath(path))
            return
        }
        addMembers(
            members,
            Scope(
                path: path, groups: scope.groups + [path], clock: node["clock"] ?? scope.clock, isPlain: scope.isPlain))
        note(node, scope: path)
    }

    private mutating func addPart(_ node: Node, _ path: String, _ mark: SourceMark, _ scope: Scope) {
        let family = familyPath(path)
        var part: Machine.Part
        if scope.isPlain, let known = read[family] {
            part = known
        } else {
            let reader = PartReader(classes: classes, clocks: clocks, diagnostics: diagnostics)
            guard let fresh = reader.read(node, path: scope.isPlain ? family : path, clock: scope.clock, mark) else {
                return
            }
            part = fresh
            if scope.isPlain { read[family] = fresh }
        }
        part.path = path
        part.family = family
        part.groups = scope.groups
        parts.append(part)
    }
}

extension Node {
    var isGroup: Bool { self["class"]?.string == "group" }

    /// The value of `{value: …, source: …}`.
    var unnoted: Node { isNoted ? self["value"] ?? self : self }
}
