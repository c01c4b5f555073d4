import OrrerySimulation
import OrreryText

extension SavedProgram {
    /// Whether a file says of itself that it is a saved program: its first key is `program`.
    public static func isProgram(_ node: Node) -> Bool { FileKind(node) == .program }

    /// Reads a saved program.
    ///
    /// - Returns: nil after reporting to `diagnostics` what is wrong with it, each with its place.
    public static func load(path: String, diagnostics: Diagnostics) -> SavedProgram? {
        YAML.load(path: path, diagnostics: diagnostics).flatMap { read($0, diagnostics: diagnostics)?.program }
    }

    /// Reads a saved program from YAML text.
    public static func parse(_ text: String, file: String, diagnostics: Diagnostics) -> SavedProgram? {
        YAML.parse(text, file: file, diagnostics: diagnostics).flatMap { read($0, diagnostics: diagnostics)?.program }
    }

    /// Reads a saved program with the places of its commands, to check it on a machine.
    public static func loadWithPlaces(path: String, diagnostics: Diagnostics) -> PlacedProgram? {
        YAML.load(path: path, diagnostics: diagnostics).flatMap { read($0, diagnostics: diagnostics) }
    }

    private static func read(_ node: Node, diagnostics: Diagnostics) -> PlacedProgram? {
        let own = Diagnostics(limit: .max)
        let result = ProgramReader(diagnostics: own).read(node)
        for problem in own.all { diagnostics.report(problem) }
        return own.hasErrors ? nil : result
    }
}

/// A saved program as it was read, with the places of its instructions.
public struct PlacedProgram: Sendable {
    /// Where the instructions of a part stand in its file, by queue.
    typealias Places = [String: [SourceMark]]

    public let program: SavedProgram
    /// By part.
    let places: [Places]
    /// Where the file begins.
    let mark: SourceMark

    /// Reports everything that keeps the program from running on the components of a machine.
    ///
    /// - Parameter machine: its name; where the program was lowered for another one, the problems say so.
    public func check(on components: [Component], of machine: String, _ diagnostics: Diagnostics) {
        let hint = program.machine == machine ? nil : "the program was lowered for '\(program.machine)'"
        for (part, places) in zip(program.parts, places) {
            for problem in part.program.problems(on: components) {
                switch problem {
                case .invalid(let queue, let instruction, let message):
                    let marks = places[queue] ?? []
                    diagnostics.error(
                        message, at: marks.indices.contains(instruction) ? marks[instruction] : marks.last ?? mark,
                        path: "queues.\(queue)", hint: hint)
                default: diagnostics.error(problem.description, at: mark, hint: hint)
                }
            }
        }
    }
}

/// Reads the tree of a saved program; reports every problem of form.
struct ProgramReader {
    let diagnostics: Diagnostics

    static let keys = ["program", "machine", "mapping", "tokens", "parts"]
    static let partKeys = [
        "name", "runs", "operations", "minimum_bytes", "homes", "actions", "assumptions", "operators", "tokens",
        "loops", "accesses", "queues",
    ]

    func read(_ node: Node) -> PlacedProgram? {
        guard allow(Self.keys, in: node, "a saved program") else { return nil }
        var program = SavedProgram(
            workload: text(node, "program") ?? "", machine: text(node, "machine") ?? "",
            mapping: text(node, "mapping") ?? "", tokens: node["tokens"].flatMap { count($0, "tokens") }, parts: [])
        guard let parts = node["parts"]?.sequence, !parts.isEmpty else {
            diagnostics.error(
                "expected the list of parts, one at least", at: node["parts"]?.mark ?? node.mark, path: "parts")
            return nil
        }
        var places: [PlacedProgram.Places] = []
        for part in parts {
            let (read, marks) = self.part(part)
            program.parts.append(read)
            places.append(marks)
        }
        return PlacedProgram(program: program, places: places, mark: node.mark)
    }

    private func part(_ node: Node) -> (SavedProgram.Part, PlacedProgram.Places) {
        var part = SavedProgram.Part(program: Program())
        guard allow(Self.partKeys, in: node, "a part of a program") else { return (part, [:]) }
        part.name = text(node, "name") ?? ""
        part.count = node["runs"].flatMap { count($0, "runs", in: 1...(1 << 40)) } ?? 1
        part.operations = counts(node["operations"], "operations")
        part.minimumBytes = node["minimum_bytes"].flatMap { count($0, "minimum_bytes") } ?? 0
        part.homes = texts(node["homes"], "homes")
        part.actions = entries(node["actions"], "actions").map {
            SavedProgram.Requirement($0.key, counts($0.value, "actions.\($0.key)"))
        }
        part.assumptions = texts(node["assumptions"], "assumptions")
        part.program.operators = texts(node["operators"], "operators")
        part.program.tokens = items(node["tokens"], "tokens").compactMap(token)
        part.program.loops = texts(node["loops"], "loops")
        part.program.accesses = items(node["accesses"], "accesses").map(stream)
        let reader = QueueReader(part.program, self)
        var places: PlacedProgram.Places = [:]
        for entry in entries(node["queues"], "queues") {
            let queue = reader.read(entry)
            part.program.queues.append(QueueProgram(engine: entry.key, instructions: queue.instructions))
            places[entry.key] = queue.places
        }
        return (part, places)
    }

    /// A stream; one of length 0, which no check lets pass, after reporting that it is none.
    private func stream(_ node: Node) -> AccessStream {
        let length = node["count"].flatMap { count($0, "accesses.count", in: 1...(1 << 50)) } ?? 0
        if node["count"] == nil, node.mapping != nil {
            diagnostics.error("a stream needs its count", at: node.mark, path: "accesses")
        }
        let none = AccessStream(.pattern(.sequential, values: [[0], [1]]), count: 0)
        if let nest = node["nest"] {
            guard allow(["nest", "count"], in: node, "a stream"), let read = NestReader(base: self).read(nest) else {
                return none
            }
            if let problem = read.problem { diagnostics.error(problem, at: nest.mark, path: "accesses.nest") }
            return AccessStream(.nest(read), count: length)
        }
        let reader = StreamReader(
            evaluate: { Quantity(arithmetic: $0, path: "accesses", diagnostics: diagnostics) }, diagnostics: diagnostics
        )
        guard var stream = reader.read(node, others: ["count"]) else { return none }
        stream.count = length
        return stream
    }

    private func token(_ node: Node) -> Program.Token? {
        guard allow(["name", "initial", "capacity"], in: node, "a token") else { return nil }
        var token = Program.Token(name: text(node, "name") ?? "")
        if let initial = node["initial"].flatMap({ count($0, "initial") }) { token.initial = initial }
        if let capacity = node["capacity"].flatMap({ count($0, "capacity", in: 1...(1 << 60)) }) {
            token.capacity = capacity
        }
        return token
    }

    // MARK: Values

    /// Reports what is no mapping, and keys that are not known. - Returns: whether it is a mapping.
    func allow(_ keys: [String], in node: Node, _ what: String) -> Bool {
        guard let entries = node.mapping else {
            diagnostics.error("expected \(what), found \(node.summary)", at: node.mark)
            return false
        }
        for entry in entries where !keys.contains(entry.key) {
            diagnostics.error(
                "unknown key '\(entry.key)' in \(what)", at: entry.keyMark,
                hint: suggestion(for: entry.key, among: keys))
        }
        return true
    }

    /// The text under a key, which must be there.
    func text(_ node: Node, _ key: String) -> String? {
        if let text = node[key]?.string, node[key]?.isNull == false { return text }
        let found = node[key].map { ", found \($0.summary)" } ?? ""
        diagnostics.error("expected a name\(found)", at: node[key]?.mark ?? node.mark, path: key)
        return nil
    }

    func items(_ node: Node?, _ path: String) -> [Node] {
        guard let node, !node.isNull else { return [] }
        if let items = node.sequence { return items }
        diagnostics.error("expected a list, found \(node.summary)", at: node.mark, path: path)
        return []
    }

    func texts(_ node: Node?, _ path: String) -> [String] {
        items(node, path).compactMap { item in
            if let text = item.string { return text }
            diagnostics.error("expected a text, found \(item.summary)", at: item.mark, path: path)
            return nil
        }
    }

    func entries(_ node: Node?, _ path: String) -> [Entry] {
        guard let node, !node.isNull else { return [] }
        if let entries = node.mapping { return entries }
        diagnostics.error("expected names with values, found \(node.summary)", at: node.mark, path: path)
        return []
    }

    private func counts(_ node: Node?, _ path: String) -> [SavedProgram.Count] {
        entries(node, path).compactMap { entry in
            count(entry.value, "\(path).\(entry.key)").map { SavedProgram.Count(entry.key, $0) }
        }
    }

    /// A whole number, in plain digits.
    func count(_ node: Node, _ path: String, in range: ClosedRange<Int> = 0...(1 << 62)) -> Int? {
        guard let text = node.string, let value = Int(text) else {
            diagnostics.error("expected a whole number, found \(node.summary)", at: node.mark, path: path)
            return nil
        }
        guard range.contains(value) else {
            diagnostics.error(
                "\(value) is out of range", at: node.mark, path: path,
                hint: "expected \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }
}
