import OrreryText

/// The shape of a machine: which names stand where, which are counted, what groups export.
struct ComponentTree {
    struct Member {
        var count: Int?
        var isGroup: Bool
        var mark: SourceMark
        /// Names that the group gives to places inside it.
        var exports: [(name: String, target: Node)]
    }

    /// By path without indices.
    private(set) var members: [String: Member] = [:]
    /// Names of the members by the path of their group, in file order.
    private var names: [String: [String]] = [:]
    /// Paths without indices, in file order.
    private(set) var order: [String] = []

    mutating func add(_ path: String, count: Int?, isGroup: Bool, at mark: SourceMark, exports: Node?) {
        let family = familyPath(path)
        if members[family] != nil { return }
        let exported = exports?.mapping?.map { (name: $0.key, target: $0.value) } ?? []
        members[family] = Member(count: count, isGroup: isGroup, mark: mark, exports: exported)
        order.append(family)
        let parent = family.lastIndex(of: ".").map { String(family[..<$0]) } ?? ""
        let name = family.split(separator: ".").last.map(String.init) ?? family
        names[parent, default: []].append(name)
    }

    /// A place in the tree that a `connect` item names: a component and what follows it.
    struct Place {
        var path: ComponentPath
        /// Number of instances behind each wildcard of the path.
        var counts: [Int] = []
        /// A port of the component, or one of its units.
        var tail: String?
    }

    /// Finds `path` from within the group `scope`, through exported names.
    func find(_ path: ComponentPath, from scope: String) throws(Diagnostic) -> Place {
        let start = scope.isEmpty ? ComponentPath([]) : ComponentPath(scope) ?? ComponentPath([])
        return try find(path.steps[...], Place(path: start), depth: 0)
    }

    private func find(_ steps: ArraySlice<ComponentPath.Step>, _ outer: Place, depth: Int) throws(Diagnostic) -> Place {
        let here = familyPath(outer.path.description)
        guard let step = steps.first else { return outer }
        guard outer.path.steps.isEmpty || members[here]?.isGroup == true else {
            var place = outer
            place.tail = steps.map(\.text).joined(separator: ".")
            return place
        }
        let exports = members[here]?.exports ?? []
        let path = joined(here, step.name)
        if members[path] == nil, let target = exports.first(where: { $0.name == step.name })?.target {
            guard depth < 16, let text = target.string, let inner = ComponentPath(text) else {
                throw Diagnostic(
                    .error, "exports \(target.summary), which is no place inside it", at: target.mark, path: here)
            }
            return try find((inner.steps + steps.dropFirst())[...], outer, depth: depth + 1)
        }
        guard let member = members[path] else {
            throw Diagnostic(
                .error, "there is no '\(step.name)'\(here.isEmpty ? "" : " in '\(here)'")",
                hint: suggestion(for: step.name, among: (names[here] ?? []) + exports.map(\.name)))
        }
        var place = outer
        place.path.steps.append(step)
        switch (member.count, step.index) {
        case (nil, .none): break
        case (nil, _): throw Diagnostic(.error, "'\(path)' has no instances to choose from", hint: "write \(step.name)")
        case (let count?, .none):
            throw Diagnostic(
                .error, "'\(path)' has \(count) instances", hint: "write \(step.name)[*] for each, or \(step.name)[0]")
        case (let count?, .one(let index)):
            if index >= count { throw Diagnostic(.error, "'\(path)' has \(count) instances, from 0") }
        case (let count?, .every): place.counts.append(count)
        }
        return try find(steps.dropFirst(), place, depth: depth)
    }
}
