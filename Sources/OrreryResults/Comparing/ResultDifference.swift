import OrreryText

/// In what two results differ: inputs, then numbers by what they are about, the greatest change first.
///
/// What folding did is how a result was computed, and no part of what it says: it is not compared.
public struct ResultDifference: Sendable {
    /// A number that is not the same in both, or is missing in one.
    public struct Change: Hashable, Sendable {
        /// Dotted path in the JSON result.
        public var path: String
        /// The number's name within its section.
        public var name: String
        public var before: Double?
        public var after: Double?

        /// The greater of the changes in proportion to the one before and the one after; infinite from or to nothing.
        public var proportion: Double {
            guard let before, let after, before != 0, after != 0 else { return .infinity }
            return abs(after - before) / min(abs(before), abs(after))
        }

        /// How far the number moved, in its own unit.
        public var distance: Double { abs((after ?? 0) - (before ?? 0)) }
    }

    /// Numbers of one kind and unit.
    public struct Section: Sendable {
        public var title: String
        /// The greatest change first.
        public var changes: [Change]
        let unit: Unit
        /// Only of interest to who looks closer.
        public var isDetail: Bool
    }

    enum Unit: Sendable { case seconds, joules, bytes, fraction, plain }

    /// What differs among names, files and overrides; one line each.
    public let inputs: [String]
    public let sections: [Section]
    /// Which of the two are estimates, and how far off their latency may be.
    public let estimates: [String]

    /// Whether the two say the same, but for how much was folded.
    public var isEmpty: Bool { inputs.isEmpty && sections.isEmpty }

    /// Compares two results in their JSON form.
    ///
    /// - Throws: `Mismatch` where one of them is no result, or of another version.
    public init(_ before: JSONValue, _ after: JSONValue) throws(Mismatch) {
        for (name, value) in [("first", before), ("second", after)] where value["schema"] != .string(RunResult.schema) {
            throw Mismatch(which: name, schema: value["schema"]?.string)
        }
        inputs = Self.inputs(before, after)
        estimates = [("first", before), ("second", after)].compactMap { name, value in
            value.metric("folding.sample.half_width_relative").map {
                "the \(name) result is an estimate: latency ± \(Display.fixed(100 * $0, 3)) %"
            }
        }
        let (old, new) = (Leaves(before), Leaves(after))
        var sections: [Section] = Kind.allCases.map {
            Section(title: $0.title, changes: [], unit: $0.unit, isDetail: $0.isDetail)
        }
        for path in old.order + new.order.filter({ old.values[$0] == nil }) {
            let (first, second) = (old.values[path], new.values[path])
            guard first != second, let (kind, name) = Kind.of(path) else { continue }
            let text = path.joined(separator: ".")
            sections[kind.rawValue].changes.append(Change(path: text, name: name, before: first, after: second))
        }
        self.sections = sections.filter { !$0.changes.isEmpty }.map { section in
            var sorted = section
            let byDistance = section.unit != .plain
            sorted.changes = section.changes.enumerated().sorted { a, b in
                let keys = [a, b].map { byDistance ? $0.element.distance : $0.element.proportion }
                if keys[0] != keys[1] { return keys[0] > keys[1] }
                let distances = (a.element.distance, b.element.distance)
                return distances.0 != distances.1 ? distances.0 > distances.1 : a.offset < b.offset
            }.map(\.element)
            return sorted
        }
    }

    /// What was to be compared is no result that this version knows.
    public struct Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
        /// `first` or `second`.
        public var which: String
        public var schema: String?
        public var description: String {
            let found = schema.map { "has the schema '\($0)'" } ?? "has no schema"
            return "the \(which) file \(found); expected a result of `orrery run --json`, '\(RunResult.schema)'"
        }
    }

    // MARK: Inputs

    private static func inputs(_ before: JSONValue, _ after: JSONValue) -> [String] {
        var lines: [String] = []
        for key in ["machine", "workload", "mapping"] {
            let names = [before, after].map { $0["inputs"]?[key]?.string ?? "none" }
            if names[0] != names[1] { lines.append("\(key): \(names[0]) -> \(names[1])") }
        }
        let starts = [before, after].map { $0["start"]?.string ?? "" }
        if starts[0] != starts[1] { lines.append("start: \(starts[0]) -> \(starts[1])") }
        lines += pairs(before, after, "files", "hash").map { path, old, new in
            switch (old, new) {
            case (nil, _): "file \(path): only in the second"
            case (_, nil): "file \(path): only in the first"
            default: "file \(path): has changed"
            }
        }
        lines += pairs(before, after, "overrides", "value").map { path, old, new in
            "set \(path): \(old ?? "as in the files") -> \(new ?? "as in the files")"
        }
        return lines
    }

    /// Entries of a list of inputs that differ, by path, with what each says.
    private static func pairs(
        _ before: JSONValue, _ after: JSONValue, _ list: String, _ key: String
    ) -> [(path: String, old: String?, new: String?)] {
        func entries(_ value: JSONValue) -> [(String, String)] {
            (value["inputs"]?[list]?.array ?? []).map { ($0["path"]?.string ?? "", $0[key]?.string ?? "") }
        }
        let (old, new) = (entries(before), entries(after))
        let known = Dictionary(old, uniquingKeysWith: { $1 })
        let later = Dictionary(new, uniquingKeysWith: { $1 })
        var seen: Set<String> = []
        return (old + new).map(\.0).filter { seen.insert($0).inserted && known[$0] != later[$0] }.map {
            ($0, known[$0], later[$0])
        }
    }
}

/// The numbers of a JSON value by their path.
private struct Leaves {
    private(set) var values: [[String]: Double] = [:]
    private(set) var order: [[String]] = []

    init(_ value: JSONValue) { visit(value, []) }

    private mutating func visit(_ value: JSONValue, _ path: [String]) {
        switch value {
        case .object(let members): for member in members { visit(member.value, path + [member.key]) }
        case .integer, .number:
            values[path] = value.double
            order.append(path)
        case .array, .null, .bool, .string: return
        }
    }
}

/// What a number of a result is about; the order is that of the sections.
private enum Kind: Int, CaseIterable {
    case latency, energy, traffic, engines, counts, cycles, actions, rates, others

    var title: String {
        switch self {
        case .latency: "latency"
        case .energy: "energy"
        case .traffic: "traffic"
        case .engines: "engines, share of the run"
        case .counts: "components"
        case .cycles: "cycles"
        case .actions: "energy by action"
        case .rates: "rates"
        case .others: "others"
        }
    }

    var unit: ResultDifference.Unit {
        switch self {
        case .latency: .seconds
        case .energy, .actions: .joules
        case .traffic: .bytes
        case .engines: .fraction
        case .counts, .cycles, .rates, .others: .plain
        }
    }

    var isDetail: Bool { rawValue > Kind.counts.rawValue }

    /// The section of a number and its name there; nil for what is not compared.
    static func of(_ path: [String]) -> (Kind, String)? {
        let rest = path.dropFirst()
        let name = rest.joined(separator: " ")
        switch path.first ?? "" {
        case "latency":
            if rest.first == "seconds" { return (.latency, "whole run") }
            if rest.first == "cycles" { return (.cycles, "\(rest.dropFirst().joined(separator: " ")) clock") }
            let parts = rest.dropFirst()
            guard let part = parts.last, part.hasSuffix("_seconds") else { return (.others, name) }
            return (
                .latency, "\(parts.dropLast().joined(separator: " ")), \(part.dropLast("_seconds".count)) iteration"
            )
        case "energy":
            switch rest.first {
            case "joules": return (.energy, "whole run")
            case "dynamic", "static": return (.energy, name)
            case "by_component": return (.energy, rest.dropFirst().joined(separator: " "))
            case "by_operator": return (.energy, "operator \(rest.dropFirst().joined(separator: " "))")
            case "by_action", "static_by_component": return (.actions, rest.dropFirst().joined(separator: " "))
            default: return (.others, "energy \(name)")
            }
        case "memories", "links":
            let isBytes = path.contains("read_bytes") || path.contains("written_bytes")
            return (isBytes ? .traffic : .rates, name)
        // Of instances together, the mean share and the sum of counts say most.
        case "engines": return (["sum", "min", "max"].contains(path.last) ? .others : .engines, name)
        case "components":
            let isDetail = rest.contains("by_operator") || ["mean", "min", "max"].contains(path.last)
            return (isDetail ? .others : .counts, name)
        case "folding", "inputs": return nil
        default: return (.others, path.joined(separator: " "))
        }
    }
}
