import OrreryText

/// A question of an outside optimiser: one point of a study, `{"id": 7, "at": {"rows": 128, "clock": "1.2 GHz"}}`.
///
/// `at` gives values on axes: the label of one of an axis's values, or any value where the axis is about one parameter. `set` gives
/// values by path. Axes that are not named take their first value, which the answer tells.
struct EvaluationRequest {
    /// Given back with the answer; null where there is none.
    var id: JSONValue = .null
    var point: Point
    /// The values of axes with several that were not named.
    private(set) var assumed: [JSONValue.Member] = []

    private static let keys = ["id", "at", "set"]

    /// Reads a line; what is wrong with it is thrown, with the id where there is one.
    init(_ line: String, of study: Study) throws(Problem) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: line)
        } catch {
            throw Problem(id: .null, message: "error: this is no JSON object: \(error)")
        }
        let id = json["id"] ?? .null
        guard let members = json.object else { throw Problem(id: id, message: "error: this is no JSON object") }
        for member in members where !Self.keys.contains(member.key) {
            throw Problem(id: id, "unknown key '\(member.key)'", suggestion(for: member.key, among: Self.keys))
        }
        self.id = id
        let names = study.axes.map(\.name)
        var given: [String: String] = [:]
        for member in try Self.members(json["at"], "at", id) {
            guard names.contains(member.key) else {
                throw Problem(
                    id: id, "the study has no axis '\(member.key)'", suggestion(for: member.key, among: names))
            }
            given[member.key] = try Self.text(member, id)
        }
        point = Point(labels: [], settings: study.base)
        for axis in study.axes {
            let value = try Self.value(given[axis.name], of: axis, id)
            if given[axis.name] == nil, axis.values.count > 1 {
                assumed.append(.init(axis.name, .string(value.label)))
            }
            point.labels.append(value.label)
            point.settings += value.settings
        }
        for member in try Self.members(json["set"], "set", id) {
            let text = try Self.text(member, id)
            point.settings.append(Setting(path: member.key, value: text, mark: SourceMark(file: "set")))
        }
    }

    /// Why a line is no question that can be answered.
    struct Problem: Error {
        var id: JSONValue
        var message: String

        init(id: JSONValue, message: String) { (self.id, self.message) = (id, message) }

        init(id: JSONValue, _ message: String, _ hint: String?) {
            self.init(id: id, message: "error: \(message)" + (hint.map { "; \($0)" } ?? ""))
        }
    }

    private static func members(
        _ json: JSONValue?, _ key: String, _ id: JSONValue
    ) throws(Problem) -> [JSONValue.Member] {
        guard let json else { return [] }
        guard let members = json.object else {
            throw Problem(id: id, message: "error: '\(key)' is no JSON object, such as {\"M\": 4096}")
        }
        return members
    }

    private static func text(_ member: JSONValue.Member, _ id: JSONValue) throws(Problem) -> String {
        switch member.value {
        case .string(let text): return text
        case .integer(let value): return String(value)
        case .number(let value):
            return value == value.rounded() && abs(value) < 0x1p53 ? String(Int(value)) : "\(value)"
        case .bool(let value): return value ? "true" : "false"
        default: throw Problem(id: id, message: "error: '\(member.key)' is no text and no number")
        }
    }

    private static func value(_ text: String?, of axis: Axis, _ id: JSONValue) throws(Problem) -> Axis.Value {
        guard let first = axis.values.first else {
            throw Problem(id: id, message: "error: the axis '\(axis.name)' has no values")
        }
        guard let text else { return first }
        if let known = axis.values.first(where: { $0.label == text || $0.settings.map(\.value) == [text] }) {
            return known
        }
        guard let path = axis.path else {
            throw Problem(
                id: id, "the axis '\(axis.name)' has no value '\(text)'",
                suggestion(for: text, among: axis.values.map(\.label)))
        }
        return Axis.Value(label: text, settings: [Setting(path: path, value: text, mark: SourceMark(file: "at"))])
    }
}

extension Axis {
    /// The one parameter that the axis is about; nil where its values set several, or different ones, or files.
    var path: String? {
        if let spread { return spread.target }
        guard let first = values.first, first.settings.count == 1, let path = first.settings.first?.path,
            !["machine", "workload", "mapping"].contains(path)
        else { return nil }
        return values.allSatisfy { $0.settings.map(\.path) == [path] } ? path : nil
    }
}

extension Study {
    /// What an outside optimiser has to know: the axes with their values or ends, and the objectives with their directions.
    public func optimisationJSON() -> JSONValue {
        let axes = axes.map { axis -> JSONValue in
            var members: [JSONValue.Member] = [.init("name", .string(axis.name))]
            if let spread = axis.spread {
                members += [
                    .init("first", .number(spread.first.doubleValue)), .init("last", .number(spread.last.doubleValue)),
                    .init(
                        "unit",
                        .string(spread.first.dimension.isDimensionless ? "" : spread.first.dimension.canonicalUnit)),
                    .init("log", .bool(spread.isGeometric)),
                    .init("multiple", spread.multiple.map { .number($0.doubleValue) } ?? .null),
                ]
            } else {
                members.append(.init("values", .array(axis.values.map { .string($0.label) })))
            }
            return .object(members)
        }
        return .object([
            .init("study", .string(name)), .init("axes", .array(axes)),
            .init("objectives", .object(objectives.map { .init($0.metric, .string($0.direction.rawValue)) })),
            .init("conditions", .array((conditions + limits).map { .string($0.text) })),
        ])
    }
}
