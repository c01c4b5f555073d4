import OrrerySimulation
import OrreryText

/// Reads the `connect` lists: which port of which component sends requests to which server.
struct Connector {
    let tree: ComponentTree
    let diagnostics: Diagnostics
    private(set) var parts: [Machine.Part]
    private var index: [String: Int]

    init(parts: [Machine.Part], tree: ComponentTree, diagnostics: Diagnostics) {
        self.parts = parts
        self.tree = tree
        self.diagnostics = diagnostics
        index = Dictionary(parts.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func connect(_ lists: [(scope: String, node: Node)]) {
        for (scope, list) in lists {
            guard let items = list.sequence else {
                diagnostics.error(
                    "expected [[component.port, server], …] or lines of component.port -> server, found \(list.summary)",
                    at: list.mark,
                    path: joined(familyPath(scope), "connect"))
                continue
            }
            for item in items {
                do {
                    try connect(item, scope)
                } catch {
                    diagnostics.error(
                        error.message, at: error.mark ?? item.mark,
                        path: error.path ?? joined(familyPath(scope), "connect"),
                        hint: error.hint)
                }
            }
        }
    }

    private mutating func connect(_ item: Node, _ scope: String) throws(Diagnostic) {
        guard let ends = Self.ends(item), ends.count == 2 else {
            throw Diagnostic(
                .error, "expected [component.port, server] or component.port -> server, found \(item.summary)",
                at: item.mark)
        }
        let from = try place(ends[0], scope)
        let to = try place(ends[1], scope)
        let family = familyPath(from.path.description)
        guard let sender = parts.first(where: { $0.family == family }) else {
            if tree.members[family]?.isGroup == false { return }
            throw Diagnostic(
                .error, "'\(family)' is a group: name a component in it, or an exported port", at: ends[0].mark)
        }
        let ports = sender.classInfo.ports.map(\.name)
        guard let port = from.tail else {
            throw Diagnostic(
                .error, "names no port of '\(family)'", at: ends[0].mark,
                hint: ports.isEmpty
                    ? "class \(sender.classInfo.name) has none" : "its ports are \(ports.joined(separator: ", "))")
        }
        guard ports.contains(port) else {
            throw Diagnostic(
                .error, "'\(family)' (class \(sender.classInfo.name)) has no port '\(port)'", at: ends[0].mark,
                hint: suggestion(for: port, among: ports))
        }
        try check(to, ends[1])
        guard zip(from.counts, to.counts).allSatisfy(==), to.counts.count <= from.counts.count else {
            throw Diagnostic(
                .error, "the wildcards do not pair: \(shape(from.counts)) to \(shape(to.counts)) instances",
                at: item.mark,
                hint: "the k-th [*] of the server takes the index of the k-th [*] of the port")
        }
        for indices in combinations(from.counts) {
            let server = to.path.filling(indices).description
            let target = to.tail.map { "\(server).\($0)" } ?? server
            try join(from.path.filling(indices).description, port, target, item)
        }
    }

    /// The two places of `[a.port, b]` or of `a.port -> b`; in the second form names may have brackets without quotes.
    private static func ends(_ item: Node) -> [Node]? {
        guard let scalar = item.scalar else { return item.sequence }
        let letters = Array(scalar.text)
        guard let arrow = letters.indices.first(where: { letters[$0...].starts(with: "->") }) else { return nil }
        return [letters[..<arrow], letters[(arrow + 2)...]].map { half in
            let start = half.firstIndex { $0 != " " } ?? half.endIndex
            let text = String(half[start...]).split(separator: " ").joined(separator: " ")
            let columns = start + (scalar.style == .quoted ? 1 : 0)
            return Node(
                text, at: scalar.spansLines || scalar.style == .block ? item.mark : item.mark.advanced(by: columns))
        }
    }

    private func place(_ node: Node, _ scope: String) throws(Diagnostic) -> ComponentTree.Place {
        guard let text = node.string, let path = ComponentPath(text) else {
            throw Diagnostic(.error, "\(node.summary) is no place in the machine", at: node.mark)
        }
        do {
            return try tree.find(path, from: scope)
        } catch {
            throw Diagnostic(.error, error.message, at: error.mark ?? node.mark, path: error.path, hint: error.hint)
        }
    }

    private func check(_ place: ComponentTree.Place, _ node: Node) throws(Diagnostic) {
        let family = familyPath(place.path.description)
        guard let server = parts.first(where: { $0.family == family }) else {
            guard tree.members[family]?.isGroup == true else { return }
            throw Diagnostic(.error, "'\(family)' is a group: name a server in it, or an exported one", at: node.mark)
        }
        if place.tail == nil, server.classInfo.role == .engine {
            throw Diagnostic(
                .error, "'\(family)' (class \(server.classInfo.name)) takes no requests", at: node.mark,
                hint: "the second place is a memory or a link")
        }
    }

    private func shape(_ counts: [Int]) -> String {
        counts.isEmpty ? "1" : counts.map(String.init).joined(separator: " × ")
    }

    /// All index tuples below `counts`, the last index running fastest.
    private func combinations(_ counts: [Int]) -> [[Int]] {
        counts.reduce([[]]) { tuples, count in tuples.flatMap { tuple in (0..<count).map { tuple + [$0] } } }
    }

    private mutating func join(_ path: String, _ port: String, _ server: String, _ item: Node) throws(Diagnostic) {
        guard let place = index[path] else { return }
        if let first = parts[place].connections.first(where: { $0.port == port }) {
            throw Diagnostic(
                .error, "port '\(port)' of '\(path)' is connected twice", at: item.mark,
                hint: "it is first at \(first.mark)")
        }
        parts[place].connections.append(Machine.Connection(port: port, server: server, mark: item.mark))
    }

    /// Reports required ports that nothing is connected to, once for all instances.
    func checkRequiredPorts() {
        var seen: Set<String> = []
        for part in parts {
            for port in part.classInfo.ports where port.isRequired {
                guard !part.connections.contains(where: { $0.port == port.name }),
                    seen.insert("\(part.family).\(port.name)").inserted
                else { continue }
                diagnostics.error(
                    "port '\(port.name)' is not connected (\(port.help))", at: part.mark, path: part.family,
                    hint: "add [\(part.family).\(port.name), SERVER] to connect")
            }
        }
    }
}
